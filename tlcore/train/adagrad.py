"""Adagrad for tables of word vectors: a step moves the rows of the batch and no others."""

from __future__ import annotations

import keras
import tensorflow as tf


class Adagrad(keras.optimizers.Adagrad):
    """Adagrad (Duchi, Hazan and Singer, 2011), quick where a gradient has few rows.

    A batch of word pairs touches some hundred rows of a table of 50,000. Its gradient says so: it
    is a ``tf.IndexedSlices``, a list of rows and of their gradients. Keras turns that into a whole
    table, and walks over the table several times. Here one operation changes the listed rows.
    A row that is listed more than once takes one step along the sum, as it does in a whole table.
    (Keras squares the parts of such a sum one by one, so its steps along a list are longer.)

    Takes the arguments of ``keras.optimizers.Adagrad``. The accumulators begin at 0.1, as in
    TensorFlow 1 and in Keras. Where a gradient is a whole table, the update is Keras's own.

    Parameters
    ----------
    learning_rate : float
        Step size; 1.0 is the tutorial's for word vectors. It may be assigned while training runs.
    initial_accumulator_value : float
        What the squared gradients are added to; above 0.
    epsilon : float
        Keeps the division finite.
    **options
        Further arguments of ``keras.optimizers.Adagrad``.

    Raises
    ------
    ValueError
        If `initial_accumulator_value` isn't above 0: a row's first step would divide by 0.

    Examples
    --------
    >>> table = keras.Variable([[1.0], [1.0], [1.0]])
    >>> gradient = tf.IndexedSlices(tf.constant([[2.0], [1.0]]), tf.constant([2, 2]), (3, 1))
    >>> Adagrad(0.5).apply([gradient], [table])
    >>> [round(float(row[0]), 2) for row in table.numpy()]
    [1.0, 1.0, 0.5]
    """

    def __init__(
        self,
        learning_rate: float = 1.0,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **options,
    ):
        if not initial_accumulator_value > 0:
            raise ValueError(
                f"initial_accumulator_value is {initial_accumulator_value!r}; expected a number "
                "above 0. TensorFlow 1 and Keras use 0.1."
            )
        super().__init__(learning_rate, initial_accumulator_value, epsilon, **options)

    def update_step(self, gradient, variable, learning_rate):
        """Change one variable along its gradient. Keras calls this."""
        if not isinstance(gradient, tf.IndexedSlices) or variable.dtype != "float32":
            super().update_step(gradient, variable, learning_rate)
            return
        rows, place = tf.unique(gradient.indices)
        # (different rows, ...): what one row got in several places of the batch, added up.
        summed = tf.math.unsorted_segment_sum(gradient.values, place, tf.size(rows))
        # Keras has the square root of the sum with epsilon, this the sum of the root and epsilon:
        # with accumulators from 0.1 on and an epsilon of 1e-7, the last digit of a float32.
        tf.raw_ops.ResourceSparseApplyAdagradV2(
            var=variable.handle,
            accum=self._accumulators[self._get_variable_index(variable)].handle,
            lr=tf.cast(learning_rate, tf.float32),
            epsilon=self.epsilon,
            grad=summed,
            indices=rows,
        )
