"""Keras's GRU, made quicker in the same way as the LSTM."""

from __future__ import annotations

import keras
import tensorflow as tf

from tlcore.fast.lstm import is_quick, project


@keras.saving.register_keras_serializable("tlcore")
class GRU(keras.layers.GRU):
    """Keras's GRU, the steps written out; without ``reset_after`` Keras's own loop runs."""

    def inner_loop(self, sequences, initial_state, mask, training=False):
        """Return the last output, all outputs and the last state. Keras calls this."""
        if not (self.cell.reset_after and is_quick(self, sequences, mask)):
            return super().inner_loop(sequences, initial_state, mask, training=training)
        cell = self.cell
        bias = tf.convert_to_tensor(cell.bias)  # (2, 3 * n_hidden): of the inputs, of the state
        W = tf.convert_to_tensor(cell.kernel)
        inputs, keep = project(sequences, W, bias[0], mask, self.go_backwards)
        start = tf.convert_to_tensor(keras.tree.flatten(initial_state)[0])
        R = tf.convert_to_tensor(cell.recurrent_kernel)
        outputs, h = gru_steps(inputs, R, bias[1], start, keep)
        outputs = outputs if keep is None else outputs * keep
        return h, tf.transpose(outputs, (1, 0, 2)), [h]


def gru_steps(
    inputs: tf.Tensor, R: tf.Tensor, b: tf.Tensor, h: tf.Tensor, mask: tf.Tensor | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the outputs (steps, batch, n_hidden) and the last h of a GRU.

    The equations are those of Cho et al. (2014), section 2.3, with the reset gate applied after the
    product with R, as cuDNN and Keras have it. In the backward pass the weights' gradient is one
    multiplication for all steps together.

    `inputs` is ``x @ W`` and the biases of the inputs for each step, (steps, batch, 3 * n_hidden):
    update gate z, reset gate r, candidate g. R, (n_hidden, 3 * n_hidden), and b do the same for h.
    `mask` is as for :func:`tlcore.fast.lstm.lstm_steps`: where it is 0, the update gate is shut.

    >>> zeros = tf.zeros((2, 1, 3))
    >>> outputs, h = gru_steps(zeros, zeros[0], zeros[0, 0], tf.ones((1, 1)))
    >>> outputs[:, 0, 0].numpy().tolist()
    [0.5, 0.25]
    """

    @tf.custom_gradient
    def steps(inputs, R, b, h):
        start, outputs, kept = h, [], []
        closed = len(tf.unstack(inputs)) * [None] if mask is None else tf.unstack(1.0 - mask)
        for x, shut in zip(tf.unstack(inputs), closed, strict=True):
            s = tf.nn.bias_add(h @ R, b)
            xz, xr, xg = tf.split(x, 3, axis=1)
            sz, sr, sg = tf.split(s, 3, axis=1)
            z, r = tf.sigmoid(xz + sz), tf.sigmoid(xr + sr)
            z = z if shut is None else tf.maximum(z, shut)
            g = tf.tanh(xg + r * sg)
            before, h = h, g + z * (h - g)
            outputs.append(h)
            kept.append((z, r, g, sg, before))

        def gradient(d_outputs, dh):
            sigmoid, tanh = tf.raw_ops.SigmoidGrad, tf.raw_ops.TanhGrad  # from y and dy
            d_inputs, d_state = [], []
            back = zip(kept[::-1], tf.unstack(d_outputs)[::-1], strict=True)
            for (z, r, g, sg, before), d in back:
                dh += d  # what comes from above, and from the step after
                dz = sigmoid(y=z, dy=dh * (before - g))  # 0 where z was set to 1
                dh_old = dh * z
                dg = tanh(y=g, dy=dh - dh_old)
                dr = sigmoid(y=r, dy=dg * sg)
                d_inputs.append(tf.concat([dz, dr, dg], axis=1))
                d_state.append(tf.concat([dz, dr, dg * r], axis=1))
                dh = dh_old + tf.matmul(d_state[-1], R, transpose_b=True)
            d_all = tf.concat(d_state[::-1], axis=0)  # (steps * batch, 3 * n_hidden)
            h_before = tf.concat([start, *outputs[:-1]], axis=0)
            dR = tf.matmul(h_before, d_all, transpose_a=True)
            return tf.stack(d_inputs[::-1]), dR, tf.reduce_sum(d_all, axis=0), dh

        return (tf.stack(outputs), h), gradient

    return steps(inputs, R, b, h)
