"""Gradient descent that moves the rows of a batch in a table, and no others."""

from __future__ import annotations

import keras
import tensorflow as tf


class SGD(keras.optimizers.SGD):
    """Gradient descent, quick for tables of word vectors.

    A batch of 400 words has a gradient for 400 rows of a table of 10,000. It comes as a
    ``tf.IndexedSlices``, a list of rows and of their gradients. One operation moves those rows; a
    row that is listed twice moves twice. The result is that of Keras's own SGD.

    Takes the arguments of ``keras.optimizers.SGD``. With momentum the update is Keras's.

    Examples
    --------
    >>> table = keras.Variable([[1.0], [1.0], [1.0]])
    >>> gradient = tf.IndexedSlices(tf.constant([[2.0], [1.0]]), tf.constant([2, 2]), (3, 1))
    >>> SGD(learning_rate=0.5).apply([gradient], [table])
    >>> [float(row[0]) for row in table.numpy()]
    [1.0, 1.0, -0.5]
    """

    def update_step(self, gradient, variable, learning_rate):
        """Change one variable along its gradient. Keras calls this."""
        if self.momentum or variable.dtype != "float32":
            super().update_step(gradient, variable, learning_rate)
        elif isinstance(gradient, tf.IndexedSlices):
            tf.raw_ops.ResourceScatterSub(
                resource=variable.handle,
                indices=gradient.indices,
                updates=gradient.values * tf.cast(learning_rate, tf.float32),
            )
        else:
            tf.raw_ops.ResourceApplyGradientDescent(
                var=variable.handle, alpha=tf.cast(learning_rate, tf.float32), delta=gradient
            )
