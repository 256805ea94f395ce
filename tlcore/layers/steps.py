"""What the quick LSTM and the quick GRU share: when they may be quick, and the inputs' products."""

from __future__ import annotations

import keras
import tensorflow as tf

#: Up to this many steps are written out one after the other; longer sequences run in a loop.
UNROLLED = 64


def is_quick(layer: keras.layers.RNN, sequences: tf.Tensor, mask: tf.Tensor | None) -> bool:
    """Return whether the steps may be written out: Keras's own way is for all other cases."""
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


def in_order(
    inputs: tf.Tensor, mask: tf.Tensor | None, backwards: bool
) -> tuple[tf.Tensor, tf.Tensor | None]:
    """Return inputs (steps, batch, n) and mask (steps, batch, 1) in the order they are read in."""
    keep = None if mask is None else tf.cast(tf.transpose(mask)[:, :, None], tf.float32)
    if not backwards:
        return inputs, keep
    return tf.reverse(inputs, axis=[0]), keep if keep is None else tf.reverse(keep, axis=[0])


def project(sequences: tf.Tensor, W: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return ``x @ W + b`` of each step as (steps, batch, n), from x of (batch, steps, n_in)."""
    batch, n_steps, n_in = tf.shape(sequences)[0], *sequences.shape[1:]
    x = tf.reshape(tf.transpose(sequences, (1, 0, 2)), (-1, n_in))  # (steps * batch, n_in)
    return tf.reshape(x @ W + b, (n_steps, batch, W.shape[1]))
