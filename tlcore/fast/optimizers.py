"""Optimizers of Keras, with the update of a variable as one operation."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tlcore.check import check_positive, require


class Adam(keras.optimizers.Adam):
    """Adam (Kingma and Ba, 2015) with the update of a variable fused into one operation.

    Keras writes the update as about ten small operations, each of which walks over the whole
    weight matrix. TensorFlow has the same formula as a single one, which walks over it once. The
    results agree up to rounding. Arguments are those of ``keras.optimizers.Adam``, and what changes
    the formula (``amsgrad``) falls back to Keras's way.
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Keras calls it to change one variable."""
        if self.amsgrad or isinstance(gradient, tf.IndexedSlices) or variable.dtype != "float32":
            super().update_step(gradient, variable, learning_rate)
            return
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, tf.float32)
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[index]), v=_handle(self._velocities[index]),
            beta1_power=tf.pow(tf.constant(self.beta_1, tf.float32), step),
            beta2_power=tf.pow(tf.constant(self.beta_2, tf.float32), step),
            lr=tf.cast(learning_rate, tf.float32),
            beta1=self.beta_1, beta2=self.beta_2, epsilon=self.epsilon,
            grad=tf.cast(gradient, tf.float32),
        )  # fmt: skip


class SGD(keras.optimizers.SGD):
    """Gradient descent that moves the rows of a batch in a table of word vectors, and no others.

    A batch of 400 words has a gradient for 400 rows of a table of 10,000. It comes as a
    ``tf.IndexedSlices``, a list of rows and of their gradients. One operation moves those rows; a
    row that is listed twice moves twice. The result is that of Keras's own SGD, which also has the
    update with momentum.

    >>> table = keras.Variable([[1.0], [1.0], [1.0]])
    >>> gradient = tf.IndexedSlices(tf.constant([[2.0], [1.0]]), tf.constant([2, 2]), (3, 1))
    >>> SGD(learning_rate=0.5).apply([gradient], [table])
    >>> [float(row[0]) for row in table.numpy()]
    [1.0, 1.0, -0.5]
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Keras calls it to change one variable."""
        if self.momentum or variable.dtype != "float32":
            super().update_step(gradient, variable, learning_rate)
            return
        rate = tf.cast(learning_rate, tf.float32)
        handle = _handle(variable)
        if isinstance(gradient, tf.IndexedSlices):
            moves = gradient.values * rate
            tf.raw_ops.ResourceScatterSub(resource=handle, indices=gradient.indices, updates=moves)
        else:
            tf.raw_ops.ResourceApplyGradientDescent(var=handle, alpha=rate, delta=gradient)


class Adagrad(keras.optimizers.Adagrad):
    """Adagrad (Duchi, Hazan and Singer, 2011), quick where a gradient has few rows.

    As in :class:`SGD`, one operation changes the rows of a table that the gradient lists. A row
    that is listed more than once takes one step along the sum, as it does in a whole table. (Keras
    squares the parts of such a sum one by one, so its steps along a list are longer.) Squared
    gradients are added to `initial_accumulator_value`, which is above 0, or a row's first step
    would divide by 0. A rate of 1.0 is the tutorial's for word vectors.

    >>> table = keras.Variable([[1.0], [1.0], [1.0]])
    >>> gradient = tf.IndexedSlices(tf.constant([[2.0], [1.0]]), tf.constant([2, 2]), (3, 1))
    >>> Adagrad(0.5).apply([gradient], [table])
    >>> [round(float(row[0]), 2) for row in table.numpy()]
    [1.0, 1.0, 0.5]
    """

    def __init__(
        self, learning_rate: float = 1.0, initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7, **options: Any,
    ):  # fmt: skip
        check_positive("initial_accumulator_value", initial_accumulator_value, such_as="0.1")
        super().__init__(learning_rate, initial_accumulator_value, epsilon, **options)

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Keras calls it to change one variable."""
        if not isinstance(gradient, tf.IndexedSlices) or variable.dtype != "float32":
            super().update_step(gradient, variable, learning_rate)
            return
        rows, place = tf.unique(gradient.indices)
        # (different rows, ...): what one row got in several places of the batch, added up.
        summed = tf.math.unsorted_segment_sum(gradient.values, place, tf.size(rows))
        # Keras has the square root of the sum with epsilon, this the sum of the root and epsilon:
        # with accumulators from 0.1 on and an epsilon of 1e-7, the last digit of a float32.
        tf.raw_ops.ResourceSparseApplyAdagradV2(
            var=_handle(variable),
            accum=_handle(self._accumulators[self._get_variable_index(variable)]),
            lr=tf.cast(learning_rate, tf.float32),
            epsilon=self.epsilon,
            grad=summed,
            indices=rows,
        )


def _handle(variable: Any) -> tf.Tensor:
    # Keras hands over its own variables or the TensorFlow ones inside them.
    return variable.value.handle if isinstance(variable, keras.Variable) else variable.handle


def get_optimizer(
    optimizer: str | keras.optimizers.Optimizer = "adam", learning_rate: float | None = None
) -> keras.optimizers.Optimizer:
    """Return a Keras optimizer from its name, or the given one.

    "adam" is the fused one, "adagrad" the one for tables; other names are those that Keras knows.
    The rate is for a name, 1e-4 unless told, the tutorial's. An optimizer brings its own.

    >>> round(float(get_optimizer("sgd", learning_rate=0.5).learning_rate), 2)
    0.5
    """
    if isinstance(optimizer, keras.optimizers.Optimizer):
        require(
            learning_rate is None,
            f"learning_rate is {learning_rate} and optimizer brings its own rate; expected one of "
            "the two. Leave learning_rate out, or name the optimizer: optimizer='adam'.",
        )
        return optimizer
    require(
        isinstance(optimizer, str),
        f"optimizer is {optimizer!r}; expected a name such as 'adam' or an optimizer such as "
        "keras.optimizers.SGD(0.1).",
        TypeError,
    )
    rate = 1e-4 if learning_rate is None else learning_rate
    rate = check_positive("learning_rate", rate, such_as="0.001")
    if optimizer.lower() == "adam":
        return Adam(rate, epsilon=1e-8)  # the tutorial's; Keras has 1e-7
    if optimizer.lower() == "adagrad":
        return Adagrad(rate)
    try:
        found = keras.optimizers.get(optimizer)
    except ValueError as error:
        names = "adam, sgd, rmsprop, adagrad, adadelta, adamw, nadam, ftrl, lion"
        raise ValueError(
            f"optimizer is {optimizer!r}, which Keras doesn't know; expected a name: {names}."
        ) from error
    found.learning_rate = rate
    return found
