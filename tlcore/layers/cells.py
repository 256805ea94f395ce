"""The recurrent layers of Keras, with TensorFlow 1's settings and a quicker LSTM."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
import tensorflow as tf

Cell = str | type[keras.layers.Layer]
Initializer = str | keras.initializers.Initializer

#: What `cell_fn` may say, beside a cell class.
CELLS = {
    "lstm": keras.layers.LSTMCell,
    "gru": keras.layers.GRUCell,
    "rnn": keras.layers.SimpleRNNCell,
}


#: Up to this many steps are written out one after the other; longer sequences run in a loop.
UNROLLED = 64


@keras.saving.register_keras_serializable("tlcore")
class LSTM(keras.layers.LSTM):
    """Keras's LSTM, quicker on a CPU where the number of steps is known.

    Keras multiplies input and state with their weights in each step, inside a loop. Here the
    products of all inputs are one multiplication, and the steps are written out. Weights, order of
    the gates (i, f, c, o) and results are the same. With masks, with other activations, on a GPU
    and for long sequences Keras's own way is taken.
    """

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Return the last output, all outputs and the last state. Keras calls this."""
        n_steps = sequences.shape[1]
        if mask is not None or n_steps not in range(1, UNROLLED + 1) or not self._is_standard():
            return super().inner_loop(sequences, initial_state, mask, training=training)
        inputs = self._project(sequences)  # (steps, batch, 4 * n_hidden)
        if self.go_backwards:
            inputs = tf.reverse(inputs, axis=[0])
        outputs, h, c = lstm_steps(
            inputs, tf.convert_to_tensor(self.cell.recurrent_kernel), *initial_state
        )
        return h, tf.transpose(outputs, (1, 0, 2)), [h, c]

    def _project(self, sequences: tf.Tensor) -> tf.Tensor:
        """Return the part of the gates that comes from the inputs, (steps, batch, 4 * n_hidden)."""
        batch, n_steps, n_in = tf.shape(sequences)[0], *sequences.shape[1:]
        x = tf.reshape(tf.transpose(sequences, (1, 0, 2)), (-1, n_in))  # (steps * batch, n_in)
        z = x @ tf.convert_to_tensor(self.cell.kernel) + tf.convert_to_tensor(self.cell.bias)
        return tf.reshape(z, (n_steps, batch, 4 * self.units))

    def _is_standard(self) -> bool:
        cell = self.cell
        return (
            not tf.config.list_physical_devices("GPU")
            and cell.activation is keras.activations.tanh
            and cell.recurrent_activation is keras.activations.sigmoid
            and cell.use_bias
            and not (self.dropout or self.recurrent_dropout)
            and self.compute_dtype == "float32"
        )


def lstm_step(gates: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return h and c after a step of an LSTM.

    Parameters
    ----------
    gates : tf.Tensor
        ``x @ W + h @ R + b``, (batch, 4 * n_hidden): input gate, forget gate, candidate, output
        gate, Keras's order. (TensorFlow 1 had the candidate second.)
    c : tf.Tensor
        The cell before the step, (batch, n_hidden).

    Examples
    --------
    >>> h, c = lstm_step(tf.zeros((1, 4)), tf.ones((1, 1)))
    >>> float(c[0, 0])
    0.5
    """
    i, f, g, o = tf.split(gates, 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(c), c


@tf.custom_gradient
def lstm_steps(
    inputs: tf.Tensor, R: tf.Tensor, h: tf.Tensor, c: tf.Tensor
) -> tuple[tuple[tf.Tensor, tf.Tensor, tf.Tensor], Callable]:
    """Return the outputs (steps, batch, n_hidden) and the last h and c of an LSTM.

    The steps are those of :func:`lstm_step`. The way back is written out: TensorFlow would keep
    and visit every product of every step, and take about a third longer.

    Parameters
    ----------
    inputs : tf.Tensor
        ``x @ W + b`` of each step, (steps, batch, 4 * n_hidden).
    R : tf.Tensor
        Weights from the last output to the gates, (n_hidden, 4 * n_hidden).
    h, c : tf.Tensor
        The state before the first step, (batch, n_hidden) each.

    References
    ----------
    K. Greff et al. (2017). LSTM: a search space odyssey. IEEE Transactions on Neural Networks and
    Learning Systems 28(10), section II.B: backpropagation through time.

    Examples
    --------
    >>> outputs, h, c = lstm_steps(tf.zeros((2, 1, 4)), tf.zeros((1, 4)), *tf.ones((2, 1, 1)))
    >>> float(c[0, 0])
    0.25
    """
    start, outputs, kept = h, [], []
    for z in tf.unstack(inputs):
        i, f, g, o = tf.split(z + h @ R, 4, axis=1)
        i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
        before, c = c, f * c + i * g
        tanh_c = tf.tanh(c)
        h = o * tanh_c
        outputs.append(h)
        kept.append((i, f, g, o, before, tanh_c))

    def gradient(d_outputs, dh, dc):
        sigmoid, tanh = tf.raw_ops.SigmoidGrad, tf.raw_ops.TanhGrad  # from y and dy
        d_inputs = []
        for (i, f, g, o, before, tanh_c), d in zip(
            kept[::-1], tf.unstack(d_outputs)[::-1], strict=True
        ):
            dh += d  # what comes from above, and from the step after
            dc += tanh(y=tanh_c, dy=dh * o)
            gates = [
                sigmoid(y=i, dy=dc * g),
                sigmoid(y=f, dy=dc * before),
                tanh(y=g, dy=dc * i),
                sigmoid(y=o, dy=dh * tanh_c),
            ]
            d_inputs.append(tf.concat(gates, axis=1))
            dh, dc = tf.matmul(d_inputs[-1], R, transpose_b=True), dc * f
        d_inputs = tf.stack(d_inputs[::-1])
        h_before = tf.concat([start, *outputs[:-1]], axis=0)  # (steps * batch, n_hidden)
        dR = tf.matmul(h_before, tf.reshape(d_inputs, (-1, R.shape[1])), transpose_a=True)
        return d_inputs, dR, dh, dc

    return (tf.stack(outputs), h, c), gradient


@keras.saving.register_keras_serializable("tlcore")
class ForgetBias(keras.initializers.Initializer):
    """Start of an LSTM's bias: zeros, but for the forget gate, the second quarter.

    Parameters
    ----------
    forget_bias : float
        What the forget gate's biases begin with.

    Examples
    --------
    >>> ForgetBias(1.0)((8,)).numpy().tolist()
    [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]
    """

    def __init__(self, forget_bias: float):
        self.forget_bias = float(forget_bias)

    def __call__(self, shape, dtype="float32"):
        """Return the biases, (4 * n_hidden,), in Keras's order of gates: i, f, c, o."""
        quarter = shape[0] // 4
        parts = [tf.zeros(quarter), tf.fill([quarter], self.forget_bias), tf.zeros(2 * quarter)]
        return tf.cast(tf.concat(parts, axis=0), dtype)

    def get_config(self):
        """Return what makes another of its kind."""
        return {"forget_bias": self.forget_bias}


def recurrent_operation(
    who: str,
    cell_fn: Cell,
    cell_init_args: Mapping[str, Any] | None,
    n_hidden: int,
    initializer: Initializer | None,
    **options: Any,
) -> keras.layers.RNN:
    """Return the Keras layer that runs a cell over a sequence, and gives its states as well.

    Raises
    ------
    TypeError, ValueError
        If there is no such cell, or it doesn't take an argument.
    """
    cell = _cell_class(who, cell_fn)
    args = dict(cell_init_args or {})
    args.pop("state_is_tuple", None)  # of TensorFlow 1, where it is no tuple here it never was
    for which in ("kernel_initializer", "recurrent_initializer"):
        # A copy for each: Keras warns where one initializer without a seed is used twice.
        args.setdefault(which, _copy(initializer))
    if cell is keras.layers.LSTMCell:
        if "unit_forget_bias" not in args and "bias_initializer" not in args:
            args["bias_initializer"] = ForgetBias(args.pop("forget_bias", 1.0))
            args["unit_forget_bias"] = False
        kind = LSTM
    elif cell is keras.layers.GRUCell:
        kind = keras.layers.GRU
    else:
        kind = None
    options = {"return_state": True} | options
    try:
        if kind is None:
            return keras.layers.RNN(cell(n_hidden, **args), **options)
        return kind(n_hidden, **args, **options)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"{who}: cell_init_args is {dict(cell_init_args or {})}; expected arguments of "
            f"keras.layers.{cell.__name__}, and for an LSTM forget_bias: {error}"
        ) from error


def _cell_class(who: str, cell_fn: Cell) -> type[keras.layers.Layer]:
    if isinstance(cell_fn, str) and cell_fn.lower() in CELLS:
        return CELLS[cell_fn.lower()]
    if isinstance(cell_fn, type) and hasattr(cell_fn, "get_initial_state"):
        return cell_fn
    raise TypeError(
        f"{who}: cell_fn is {cell_fn!r}; expected 'lstm', 'gru', 'rnn' or a cell class such as "
        "keras.layers.LSTMCell. tf.nn.rnn_cell.BasicLSTMCell is 'lstm' here."
    )


def _copy(initializer: Initializer | None) -> keras.initializers.Initializer:
    if initializer is None:
        return keras.initializers.RandomUniform(-0.1, 0.1)
    if isinstance(initializer, keras.initializers.Initializer):
        return initializer.clone()
    return keras.initializers.get(initializer)
