"""Recurrent layers: the same cell at each step of a sequence, with a state that goes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, require
from tlcore.fast.gru import GRU
from tlcore.fast.lstm import LSTM
from tlcore.layers.core import Initializer, InputLayer, Layer, check_below, merge
from tlcore.layers.shape import _Steps

Cell = str | type[keras.layers.Layer]
#: Where a state begins: at zero, where another layer's ends, or with what is fed.
Start = Layer | Sequence[keras.KerasTensor] | None

#: What `cell_fn` may say, beside a cell class.
CELLS = {
    "lstm": keras.layers.LSTMCell,
    "gru": keras.layers.GRUCell,
    "rnn": keras.layers.SimpleRNNCell,
}


class RNNLayer(Layer):
    """Run a recurrent cell over a sequence, (batch, steps, n_in).

    The outputs are (batch, steps, n_hidden). With `return_last` they are that of the last step
    only, (batch, n_hidden); with `return_seq_2d` one row for each step, as a DenseLayer takes them:
    (batch * steps, n_hidden), the steps of the first sequence first.

    `cell_fn` is "lstm" (Hochreiter and Schmidhuber, 1997; Gers et al., 2000), "gru", "rnn" (tanh),
    or a cell class of Keras, and takes `cell_init_args`. An LSTM takes `forget_bias` as well: what
    the biases of its forget gate begin with, 1 unless told. The tutorial's language model has 0.
    The weights begin with `initializer`, uniform between -0.1 and 0.1 unless told, biases at zero.

    The state begins at zero, or as `initial_state` says: where another recurrent layer ends, or
    with inputs (``keras.Input``), each (batch, n_hidden). To carry it from one piece of a text to
    the next, use :class:`RecurrentModel`.

    Any number of steps will do; `n_steps` has it checked. At steps that don't count by the `mask`,
    (batch, steps), the output is zero and the state stays. If `backwards`, the cell reads from the
    last step to the first; the outputs are in the order of time all the same.

    >>> network = RNNLayer(InputLayer((20, 200)), "lstm", {"forget_bias": 0.0}, n_hidden=200)
    >>> network.outputs.shape, network.count_params()
    ((None, 20, 200), 320800)
    """

    def __init__(
        self, layer: Layer, cell_fn: Cell = "lstm", cell_init_args: Mapping[str, Any] | None = None,
        n_hidden: int = 100, initializer: Initializer | None = None, n_steps: int | None = None,
        initial_state: Start = None, return_last: bool = False, return_seq_2d: bool = False,
        name: str | None = None, *, mask: keras.KerasTensor | None = None, backwards: bool = False,
    ):  # fmt: skip
        check_below("RNNLayer", layer, rank=3)
        check_count("RNNLayer: n_hidden", n_hidden)
        there = layer.outputs.shape[1]
        require(
            n_steps is None or there in (None, check_count("RNNLayer: n_steps", n_steps)),
            f"RNNLayer: n_steps is {n_steps}, and the layer below has {there} steps; expected the "
            "same number. Leave n_steps out, or change the InputLayer.",
        )
        operation = _operation(
            cell_fn, cell_init_args, n_hidden, initializer, return_sequences=not return_last,
            go_backwards=backwards, zero_output_for_mask=mask is not None, name=name,
        )  # fmt: skip
        sizes = keras.tree.flatten(operation.cell.state_size)
        if initial_state is None:
            below, start = [layer], keras.tree.flatten(_ZeroState(sizes)(layer.outputs))
        elif isinstance(initial_state, Layer):
            below, start = [layer, initial_state], getattr(initial_state, "final_state", [])
        else:
            below, start = [layer, *map(InputLayer, initial_state)], list(initial_state)
        shapes = [tuple(part.shape) for part in start]
        require(
            [shape[1:] for shape in shapes] == [(size,) for size in sizes],
            f"RNNLayer: initial_state has shapes {shapes}; expected "
            f"{', '.join(f'(batch, {size})' for size in sizes)}. Give it another recurrent layer "
            "with the same cell_fn and n_hidden, or inputs of these shapes.",
        )
        outputs, *final = operation(layer.outputs, initial_state=start, mask=mask)
        if not return_last and (return_seq_2d or backwards or mask is not None):
            outputs = _Steps(backwards, return_seq_2d)(outputs)
        self._record(below, operation, outputs)
        self.initial_state, self.final_state = start, final
        self.carries = initial_state is None and not backwards


def _operation(
    cell_fn: Cell, cell_init_args: Mapping[str, Any] | None, n_hidden: int,
    initializer: Initializer | None, **options: Any,
) -> keras.layers.RNN:  # fmt: skip
    """Return the Keras layer that runs a cell over a sequence, and gives its states as well."""
    cell: Any = CELLS.get(cell_fn.lower()) if isinstance(cell_fn, str) else cell_fn
    require(
        isinstance(cell, type) and hasattr(cell, "get_initial_state"),
        f"RNNLayer: cell_fn is {cell_fn!r}; expected 'lstm', 'gru', 'rnn' or a cell class such as "
        "keras.layers.LSTMCell. tf.nn.rnn_cell.BasicLSTMCell is 'lstm' here.",
        TypeError,
    )
    args = dict(cell_init_args or {})
    args.pop("state_is_tuple", None)  # TensorFlow 1's; here the state always is one
    for which in ("kernel_initializer", "recurrent_initializer"):
        # A copy for each: Keras warns where one initializer without a seed is used twice.
        own = keras.initializers.get(initializer or keras.initializers.RandomUniform(-0.1, 0.1))
        given = isinstance(initializer, keras.initializers.Initializer)
        args.setdefault(which, own.clone() if given else own)
    if cell is keras.layers.LSTMCell and not {"unit_forget_bias", "bias_initializer"} & set(args):
        forget = float(args.pop("forget_bias", 1.0))  # the second of the gates i, f, c, o
        start = np.repeat(np.array([0.0, forget, 0.0, 0.0], "float32"), n_hidden)
        args |= {"bias_initializer": keras.initializers.Constant(start), "unit_forget_bias": False}
    quick = {keras.layers.LSTMCell: LSTM, keras.layers.GRUCell: GRU}.get(cell)
    if quick:
        return quick(n_hidden, return_state=True, **args, **options)
    return keras.layers.RNN(cell(n_hidden, **args), return_state=True, **options)


@keras.saving.register_keras_serializable("tlcore")
class _ZeroState(keras.layers.Layer):
    """Zeros for each row of the batch, (batch, size) for each size."""

    def __init__(self, sizes: Sequence[int], **options):
        super().__init__(**options)
        self.sizes = sizes

    def call(self, x):
        return [tf.zeros([tf.shape(x)[0], size], self.compute_dtype) for size in self.sizes]


class RecurrentModel:
    """Call a recurrent network with a state, and get the new state beside the outputs.

    Nothing is remembered between two calls: the same words and the same state give the same
    outputs. Truncated backpropagation through time (Williams and Peng, 1990) is to hand the new
    state on as a value, so that no gradient flows back beyond the piece at hand.

    `model` is the same as an ordinary Keras model: it takes ``[x, state]`` and gives
    ``[outputs, state]``.

    >>> model, x = RecurrentModel(RNNLayer(InputLayer((None, 8)))), np.random.rand(1, 4, 8)
    >>> whole, _ = model(x)
    >>> first, state = model(x[:, :3])
    >>> last, _ = model(x[:, 3:], state)
    >>> bool(np.allclose(whole[:, 3:], last, atol=1e-6))
    True
    """

    def __init__(self, network: Layer):
        layers = _recurrent_layers(network)
        require(
            layers,
            f"RecurrentModel: {network!r} has no recurrent layer that begins at zero; expected one "
            "at least, such as an RNNLayer.",
        )
        self.network = network
        self._start = [layer.initial_state for layer in layers]
        final = [layer.final_state for layer in layers]
        x = network.inputs[0] if len(network.inputs) == 1 else network.inputs
        self.model = keras.Model([x, self._start], [network.outputs, final])
        # A trace for each switch: quick enough to go through a text word by word.
        self._run = tf.function(
            lambda x, state, training: tuple(self.model([x, state], training=training)),
            autograph=False, reduce_retracing=True,
        )  # fmt: skip

    def zero_state(self, batch_size: int) -> list[list[tf.Tensor]]:
        """Return the state before the first word: a list for each layer, the lowest first."""
        return initialize_rnn_state(self._start, batch_size)

    def __call__(
        self, x: np.ndarray, state: list | None = None, training: bool = False
    ) -> tuple[tf.Tensor, list[list[tf.Tensor]]]:
        """Return outputs and the new state. The state before is zero unless given."""
        # A network with several inputs is given a list of arrays; with one, [[3, 1]] is an array.
        several = len(self.network.inputs) > 1
        data: Any = [tf.convert_to_tensor(a) for a in x] if several else tf.convert_to_tensor(x)
        batch = (data[0] if several else data).shape[0]
        state = self.zero_state(batch) if state is None else self._checked(state, batch)
        return self._run(data, state, training)

    def _checked(self, state: list, batch: int | None) -> list[list[tf.Tensor]]:
        expected = [[(batch, part.shape[1]) for part in layer] for layer in self._start]
        try:
            shapes: Any = [[tuple(np.shape(part)) for part in layer] for layer in state]
        except TypeError:
            shapes = type(state).__name__
        require(
            batch is None or shapes == expected,
            f"RecurrentModel: state has shapes {shapes}; expected {expected}, a list for each "
            f"recurrent layer and {batch} rows, as many as x has. Begin with zero_state({batch}), "
            "and hand on what the call before gave.",
        )
        return [[tf.cast(part, tf.float32) for part in layer] for layer in state]


def initialize_rnn_state(state: Any, batch_size: int | None = None) -> Any:
    """Return zeros for a state: what it is before the first word.

    `state` is the ``initial_state`` of a layer, or arrays, or lists of such: the zeros have its
    form. Or a whole network, which has a list for each recurrent layer, the lowest first.
    `batch_size` is needed where the state doesn't know how many sequences there are.

    >>> lstm1 = RNNLayer(InputLayer((20, 200)), "lstm", n_hidden=200)
    >>> [tuple(part.shape) for part in initialize_rnn_state(lstm1.initial_state, batch_size=5)]
    [(5, 200), (5, 200)]
    """
    if isinstance(state, Layer):
        state = [layer.initial_state for layer in _recurrent_layers(state)]
    if batch_size is not None:
        check_count("initialize_rnn_state: batch_size", batch_size)

    def zeros(part) -> tf.Tensor:
        rows = part.shape[0] if batch_size is None else batch_size
        require(
            rows is not None,
            "initialize_rnn_state: batch_size is missing, and the state is symbolic; expected the "
            "number of sequences, such as batch_size=20.",
        )
        return tf.zeros([rows, *part.shape[1:]])

    return keras.tree.map_structure(zeros, state)


def _recurrent_layers(network: Layer) -> list[Layer]:
    """Return the layers of a network that have a state which begins at zero, the lowest first."""
    return merge(*map(_recurrent_layers, network.below), [network] if network.carries else [])
