"""Keras's LSTM, quicker on a CPU where the number of steps is known.

Keras multiplies input and state with their weights in each step, inside a loop. Here the products
of all inputs are one multiplication, the steps are written out one after the other, and so is the
backward pass. Weights, order of the gates and results are Keras's.
"""

from __future__ import annotations

import keras
import tensorflow as tf

#: Up to this many steps are written out one after the other; longer sequences run in Keras's loop.
UNROLLED = 64


@keras.saving.register_keras_serializable("tlcore")
class LSTM(keras.layers.LSTM):
    """Keras's LSTM, the steps written out.

    With other activations, on a GPU without a mask and for long sequences Keras's own loop runs.
    """

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Return the last output, all outputs and the last state. Keras calls this."""
        if not is_quick(self, sequences, mask):
            return super().inner_loop(sequences, initial_state, mask, training=training)
        W, R = map(tf.convert_to_tensor, (self.cell.kernel, self.cell.recurrent_kernel))
        b = tf.convert_to_tensor(self.cell.bias)
        inputs, keep = project(sequences, W, b, mask, self.go_backwards)
        outputs, h, c = lstm_steps(inputs, R, *initial_state, keep)
        outputs = outputs if keep is None else outputs * keep
        return h, tf.transpose(outputs, (1, 0, 2)), [h, c]


def lstm_step(gates: tf.Tensor, c: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return h and c after one step: all that an LSTM is (Hochreiter and Schmidhuber, 1997).

    `gates` is ``x @ W + h @ R + b``, (batch, 4 * n_hidden): input gate i, forget gate f, candidate
    g and output gate o, in Keras's order. `c` is the cell before the step, (batch, n_hidden).

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

    The steps are those of :func:`lstm_step`. The backward pass (Greff et al., 2017, section II.B)
    is written out: TensorFlow would keep and visit every product of every step, and take about a
    third longer.

    `inputs` are ``x @ W + b`` of each step, (steps, batch, 4 * n_hidden), the gates in Keras's
    order i, f, g, o. R, (n_hidden, 4 * n_hidden), leads from the last output to the gates. h and c
    are the state before, (batch, n_hidden); a `mask`, (steps, batch, 1), is 0 where it stays.

    >>> outputs, h, c = lstm_steps(tf.zeros((2, 1, 4)), tf.zeros((1, 4)), *tf.ones((2, 1, 1)))
    >>> float(c[0, 0])
    0.25
    """
    masks = None
    if mask is not None:
        masks = list(zip(tf.unstack(mask), tf.unstack(1.0 - mask), strict=True))

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


def is_quick(layer: keras.layers.RNN, sequences: tf.Tensor, mask: tf.Tensor | None) -> bool:
    """Return whether the steps may be written out: Keras's own loop is for all other cases."""
    cell = layer.cell
    return (
        sequences.shape[1] in range(1, UNROLLED + 1)
        and (mask is None or (layer.zero_output_for_mask and layer.return_sequences))
        and (mask is not None or not tf.config.list_physical_devices("GPU"))
        and cell.activation is keras.activations.tanh
        and cell.recurrent_activation is keras.activations.sigmoid
        and cell.use_bias
        and not (layer.dropout or layer.recurrent_dropout)
        and layer.compute_dtype == "float32"
    )


def project(
    sequences: tf.Tensor, W: tf.Tensor, b: tf.Tensor, mask: tf.Tensor | None, backwards: bool
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Return ``x @ W + b`` of each step, (steps, batch, n), and the mask, (steps, batch, 1).

    The sequences are (batch, steps, n_in), and the steps come in the order they are read in.
    """
    n_steps, n_in = sequences.shape[1:]
    x = tf.reshape(tf.transpose(sequences, (1, 0, 2)), (-1, n_in))  # (steps * batch, n_in)
    inputs = tf.reshape(x @ W + b, (n_steps, -1, W.shape[1]))
    keep = None if mask is None else tf.cast(tf.transpose(mask)[:, :, None], tf.float32)
    if not backwards:
        return inputs, keep
    return tf.reverse(inputs, axis=[0]), keep if keep is None else tf.reverse(keep, axis=[0])
