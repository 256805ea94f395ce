"""Recurrent layers: the same cell at each step of a sequence, with a state that goes along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from tlcore.check import check_count
from tlcore.layers.cells import Cell, Initializer, recurrent_operation
from tlcore.layers.core import Layer, check_below

#: The state of a layer: one array (batch, n_hidden) for a GRU, two for an LSTM: h, then c.
State = list[keras.KerasTensor]


class RNNLayer(Layer):
    """Run a recurrent cell over a sequence.

    The state begins at zero where `initial_state` isn't fed. To carry it from one piece of a text
    to the next, use :class:`~tlcore.layers.RecurrentModel`.

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, steps, n_in).
    cell_fn : str or type
        "lstm", "gru", "rnn" (tanh), or a cell class of Keras.
    cell_init_args : dict, optional
        Arguments of the cell. An LSTM takes `forget_bias` as well: what the biases of its forget
        gate begin with, 1 unless told. The tutorial's language model has 0. Keras's
        ``unit_forget_bias=True`` is 1.
    n_hidden : int
        Number of units.
    initializer : str or keras.initializers.Initializer, optional
        Start of the weights. Uniform between -0.1 and 0.1 unless told. Biases begin at zero.
    n_steps : int, optional
        The length of the sequences, checked where the layer below knows it. The original unrolled
        its graph so often; here any length will do, so it may be left out.
    initial_state : Layer or list of keras.KerasTensor, optional
        Where the state begins, instead of zero: a recurrent layer, whose final state is taken, or
        inputs (``keras.Input``), each (batch, n_hidden).
    return_last : bool
        Give the output of the last step only: (batch, n_hidden).
    return_seq_2d : bool
        Give all outputs, one row for each step: (batch * steps, n_hidden), the steps of the first
        sequence first. A DenseLayer takes that.
    name : str, optional
        Name of the layer.

    Attributes
    ----------
    outputs : keras.KerasTensor
        (batch, steps, n_hidden), or as the two switches say.
    initial_state, final_state : list of keras.KerasTensor
        The state before the first and after the last step, each (batch, n_hidden): h and c of an
        LSTM, in Keras's order. (TensorFlow 1 had c first.)

    Raises
    ------
    TypeError
        If there is no such cell, or a number is no whole number.
    ValueError
        If the layer below gives no sequences, or ones of another length than `n_steps`, or
        `initial_state` doesn't fit.

    References
    ----------
    S. Hochreiter and J. Schmidhuber (1997). Long short-term memory. Neural Computation 9(8).
    F. A. Gers, J. Schmidhuber and F. Cummins (2000). Learning to forget. Neural Computation 12(10).

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> network = RNNLayer(InputLayer((20, 200)), "lstm", {"forget_bias": 0.0}, n_hidden=200,
    ...                    n_steps=20, return_seq_2d=True)
    >>> network.outputs.shape, network.count_params()
    ((None, 200), 320800)
    >>> [tuple(part.shape) for part in network.final_state]
    [(None, 200), (None, 200)]
    """

    # For the layers that are made of this one.
    _who = "RNNLayer"  # in messages
    _mask: keras.KerasTensor | None = None  # (batch, steps): which steps count
    _backwards = False

    def __init__(
        self,
        layer: Layer,
        cell_fn: Cell = "lstm",
        cell_init_args: Mapping[str, Any] | None = None,
        n_hidden: int = 100,
        initializer: Initializer | None = None,
        n_steps: int | None = None,
        initial_state: Layer | Sequence[keras.KerasTensor] | None = None,
        return_last: bool = False,
        return_seq_2d: bool = False,
        name: str | None = None,
    ):
        who = self._who
        check_sequences(who, layer, n_steps)
        operation = recurrent_operation(
            who,
            cell_fn,
            cell_init_args,
            check_count(f"{who}: n_hidden", n_hidden),
            initializer,
            return_sequences=not return_last,
            go_backwards=self._backwards,
            zero_output_for_mask=self._mask is not None,
            name=name,
        )
        sizes = keras.tree.flatten(operation.cell.state_size)
        start = _begin_state(who, layer, initial_state, sizes)

        def run():
            return operation(layer.outputs, initial_state=list(start), mask=self._mask)

        fed = initial_state is not None
        below = [layer, initial_state] if isinstance(initial_state, Layer) else layer
        super().__init__(below, _Applied(operation, run))
        self.operation = self.operations[-1] = operation
        self.carries = not fed  # RecurrentModel feeds the states that begin at zero
        if fed and not isinstance(initial_state, Layer):
            self.inputs = [*self.inputs, *start]
        self.initial_state: State = list(start)
        self.outputs, *self.final_state = self.outputs
        if not return_last and (return_seq_2d or self._backwards or self._mask is not None):
            self.outputs = _Steps(self._backwards, return_seq_2d)(self.outputs)
        self.all_layers[-1] = self.outputs


def check_sequences(who: str, layer: Layer, n_steps: int | None = None) -> None:
    """Raise where the layer below doesn't give sequences of vectors, or of another length."""
    check_below(who, layer)
    shape = tuple(layer.outputs.shape)
    if len(shape) != 3:
        raise ValueError(
            f"{who}: the layer below has outputs of shape {shape}; expected (batch, steps, n_in). "
            "Of ids make vectors with an EmbeddingInputlayer; a recurrent layer below must not "
            "have return_last or return_seq_2d."
        )
    if n_steps is None:
        return
    check_count(f"{who}: n_steps", n_steps)
    if shape[1] not in (None, n_steps):
        raise ValueError(
            f"{who}: n_steps is {n_steps}, and the layer below has {shape[1]} steps; expected the "
            "same number. Leave n_steps out, or change the InputLayer."
        )


def _begin_state(
    who: str, layer: Layer, state: Layer | Sequence | None, sizes: Sequence[int]
) -> list[keras.KerasTensor]:
    """Return where a state begins: zeros for each row of the batch, or what was given."""
    if state is None:
        start = _ZeroState(sizes)(layer.outputs)
        return list(start) if isinstance(start, (list, tuple)) else [start]
    if isinstance(state, Layer):
        state = getattr(state, "final_state", None)
    try:
        shapes = [tuple(part.shape) for part in state]
    except (TypeError, AttributeError):
        shapes = None
    if shapes is None or [shape[1:] for shape in shapes] != [(size,) for size in sizes]:
        expected = ", ".join(f"(batch, {size})" for size in sizes)
        raise ValueError(
            f"{who}: initial_state has shapes {shapes}; expected {expected}. Give it another "
            "recurrent layer with the same cell_fn and n_hidden, or inputs of these shapes."
        )
    return list(state)


class _Applied:
    """A Keras layer that is called with more than the outputs of the layers below."""

    def __init__(self, operation: keras.layers.Layer, apply):
        self.name, self._operation, self._apply = operation.name, operation, apply

    def __call__(self, inputs):
        return list(self._apply())

    @property
    def weights(self) -> list[keras.Variable]:
        return self._operation.weights


@keras.saving.register_keras_serializable("tlcore")
class _ZeroState(keras.layers.Layer):
    def __init__(self, sizes: Sequence[int], **options):
        super().__init__(**options)
        self.sizes = [int(size) for size in sizes]
        self.supports_masking = True

    def compute_mask(self, x, previous_mask=None):
        """A state has no steps to mask."""

    def call(self, x):
        return [tf.zeros([tf.shape(x)[0], size], self.compute_dtype) for size in self.sizes]

    def compute_output_shape(self, shape):
        return [(shape[0], size) for size in self.sizes]

    def get_config(self):
        return super().get_config() | {"sizes": self.sizes}


@keras.saving.register_keras_serializable("tlcore")
class _Steps(keras.layers.Layer):
    """Outputs in the order of time, and one row for each where they are wanted so."""

    def __init__(self, backwards: bool = False, flat: bool = False, **options):
        super().__init__(**options)
        self.backwards, self.flat = backwards, flat
        self.supports_masking = True

    def compute_mask(self, x, previous_mask=None):
        """Let the mask end here: the layers above have no use for it, and would warn."""

    def call(self, x):
        # The identity is a new tensor, without the mask that Keras hangs on the old one.
        x = tf.reverse(x, axis=[1]) if self.backwards else tf.identity(x)  # (batch, steps, n)
        return tf.reshape(x, [-1, x.shape[-1]]) if self.flat else x

    def compute_output_shape(self, shape):
        return (None, shape[-1]) if self.flat else shape

    def get_config(self):
        return super().get_config() | {"backwards": self.backwards, "flat": self.flat}
