"""Keras's Embedding, quicker in training: only the rows of a batch are read, and move."""

from __future__ import annotations

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable("tlcore")
class Lookup(keras.layers.Embedding):
    """Keras's Embedding, with a gradient of the rows that were looked up, and checked ids."""

    def call(self, inputs):
        """Return the vectors, (batch, ..., output_dim), of ids (batch, ...)."""
        ids = check_in_table("inputs", tf.cast(inputs, tf.int32), self.input_dim)
        # From the variable: Keras's ops.take reads the whole table first, and copies it in each
        # step of a training loop. It also counts negative ids from the end.
        return tf.cast(tf.gather(self._embeddings.value, ids), self.compute_dtype)


def check_in_table(name: str, ids: tf.Tensor, size: int) -> tf.Tensor:
    """Return `ids` if they are rows of a table of `size`; a compiled step asks whenever it runs."""
    low, high = tf.reduce_min(ids), tf.reduce_max(ids)
    fits = (low >= 0) & (high < size)
    wanted = f"expected ids from 0 to {size - 1}. Raise vocabulary_size, or use the id of UNK."
    if tf.executing_eagerly():
        if not fits:
            raise ValueError(f"{name} hold ids from {int(low)} to {int(high)}; {wanted}")
        return ids
    text = [f"{name} hold ids from", low, "to", high, f": {wanted}"]
    with tf.control_dependencies([tf.debugging.Assert(fits, text)]):
        return tf.identity(ids)
