"""The recurrent layers of Keras, with TensorFlow 1's settings, a quicker LSTM and GRU."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tlcore.layers.gru import GRU
from tlcore.layers.steps import in_order, is_quick, project

Cell = str | type[keras.layers.Layer]
Initializer = str | keras.initializers.Initializer

#: What `cell_fn` may say, beside a cell class.
CELLS = {
    "lstm": keras.layers.LSTMCell,
    "gru": keras.layers.GRUCell,
    "rnn": keras.layers.SimpleRNNCell,
}


@keras.saving.register_keras_serializable("tlcore")
class LSTM(keras.layers.LSTM):
    """Keras's LSTM, quicker on a CPU where the number of steps is known.

    Keras multiplies input and state with their weights in each step, inside a loop. Here the
    products of all inputs are one multiplication, and the steps are written out. Weights, order of
    the gates (i, f, c, o) and results are the same. With other activations, on a GPU without a mask
    and for long sequences Keras's own way is taken.
    """

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Return the last output, all outputs and the last state. Keras calls this."""
        if not is_quick(self, sequences, mask):
            return super().inner_loop(sequences, initial_state, mask, training=training)
        W, R = map(tf.convert_to_tensor, (self.cell.kernel, self.cell.recurrent_kernel))
        inputs = project(sequences, W, tf.convert_to_tensor(self.cell.bias))
        inputs, keep = in_order(inputs, mask, self.go_backwards)
        outputs, h, c = lstm_steps(inputs, R, *initial_state, keep)
        outputs = outputs if keep is None else outputs * keep
        return h, tf.transpose(outputs, (1, 0, 2)), [h, c]


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


def lstm_steps(
    inputs: tf.Tensor, R: tf.Tensor, h: tf.Tensor, c: tf.Tensor, mask: tf.Tensor | None = None
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
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
    mask : tf.Tensor, optional
        (steps, batch, 1), 0 where the state stays as it is.

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
    masks = None if mask is None else list(
        zip(tf.unstack(mask), tf.unstack(1.0 - mask), strict=True)
    )

    @tf.custom_gradient
    def steps(inputs, R, h, c):
        start, outputs, kept = h, [], []
        for t, z in enumerate(tf.unstack(inputs)):
            i, f, g, o = tf.split(z + h @ R, 4, axis=1)
            i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
            if masks:  # nothing comes in, nothing is forgotten
                on, off = masks[t]
                i, f = i * on, tf.maximum(f, off)
            before, c = c, f * c + i * g
            tanh_c = tf.tanh(c)
            h = on * (o * tanh_c) + off * h if masks else o * tanh_c
            outputs.append(h)
            kept.append((i, f, g, o, before, tanh_c))

        def gradient(d_outputs, dh, dc):
            sigmoid, tanh = tf.raw_ops.SigmoidGrad, tf.raw_ops.TanhGrad  # from y and dy
            d_inputs, d_outputs = [], tf.unstack(d_outputs)
            for t in reversed(range(len(kept))):
                i, f, g, o, before, tanh_c = kept[t]
                dh += d_outputs[t]  # what comes from above, and from the step after
                past = None  # what goes by this step
                if masks:
                    on, off = masks[t]
                    dh, past = dh * on, dh * off
                dc += tanh(y=tanh_c, dy=dh * o)
                gates = [
                    sigmoid(y=i, dy=dc * g),
                    sigmoid(y=f, dy=dc * before),
                    tanh(y=g, dy=dc * i),
                    sigmoid(y=o, dy=dh * tanh_c),
                ]
                d_inputs.append(tf.concat(gates, axis=1))
                dh, dc = tf.matmul(d_inputs[-1], R, transpose_b=True), dc * f
                dh = dh if past is None else dh + past
            d_inputs = tf.stack(d_inputs[::-1])
            h_before = tf.concat([start, *outputs[:-1]], axis=0)  # (steps * batch, n_hidden)
            dR = tf.matmul(h_before, tf.reshape(d_inputs, (-1, R.shape[1])), transpose_a=True)
            return d_inputs, dR, dh, dc

        return (tf.stack(outputs), h, c), gradient

    return steps(inputs, R, h, c)


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
        kind = GRU
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
