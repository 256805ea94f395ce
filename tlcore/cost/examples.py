"""Costs of examples that have nothing to do with each other: classes, yes or no, numbers."""

from __future__ import annotations

import tensorflow as tf


def cross_entropy(output: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Mean softmax cross-entropy between logits and class labels.

    The softmax is inside: give it the plain outputs of the last layer, without activation.

    Parameters
    ----------
    output : tf.Tensor
        Logits, float, shape (batch, classes).
    target : tf.Tensor
        Labels, integers from 0 to classes - 1, shape (batch,).

    Returns
    -------
    tf.Tensor
        Scalar, in nats: ``-mean(log softmax(output)[target])``. Guessing among 10 classes costs
        ``log(10) = 2.303``.

    Raises
    ------
    TypeError
        If `target` does not hold integers.
    ValueError
        If the shapes are not (batch, classes) and (batch,).

    Examples
    --------
    >>> round(float(cross_entropy(tf.zeros((2, 10)), tf.constant([3, 7]))), 3)
    2.303
    """
    output = tf.cast(tf.convert_to_tensor(output), tf.float32)
    target = tf.convert_to_tensor(target)
    if not target.dtype.is_integer:
        raise TypeError(
            f"cross_entropy: target has dtype {target.dtype.name}; expected integer class labels. "
            "Use labels.astype('int32'), or mean_squared_error for real-valued targets."
        )
    if output.shape.rank != 2 or target.shape.rank != 1:
        raise ValueError(
            f"cross_entropy: output has shape {tuple(output.shape)} and target "
            f"{tuple(target.shape)}; expected (batch, classes) and (batch,). "
            "One-hot rows become labels with np.argmax(target, axis=1)."
        )
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.cast(target, tf.int32),  # labels of one byte are common, and not taken
            logits=output,
        )
    )


def binary_cross_entropy(output: tf.Tensor, target: tf.Tensor, epsilon: float = 1e-8) -> tf.Tensor:
    """Cross-entropy of independent yes/no probabilities: summed over units, mean over the batch.

    Parameters
    ----------
    output : tf.Tensor
        Probabilities in [0, 1], after a sigmoid, shape (batch, units).
    target : tf.Tensor
        Values in [0, 1], same shape.
    epsilon : float
        Keeps the logarithm away from 0.

    Returns
    -------
    tf.Tensor
        Scalar, in nats per example.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> round(float(binary_cross_entropy(tf.constant([[0.5, 0.5]]), tf.constant([[1.0, 0.0]]))), 3)
    1.386
    """
    output, target = check_pair("binary_cross_entropy", output, target)
    log_likelihood = target * tf.math.log(output + epsilon) + (1.0 - target) * tf.math.log(
        1.0 - output + epsilon
    )
    return -tf.reduce_sum(log_likelihood) / _batch_size(output)


def mean_squared_error(output: tf.Tensor, target: tf.Tensor, is_mean: bool = False) -> tf.Tensor:
    """Squared error, summed over the units of an example and averaged over the batch.

    Parameters
    ----------
    output, target : tf.Tensor
        Same shape, (batch, ...).
    is_mean : bool
        Average over the units as well, which gives the error of one unit.

    Returns
    -------
    tf.Tensor
        Scalar, in squared units of the target.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    >>> float(mean_squared_error(x, x + 1.0)), float(mean_squared_error(x, x + 1.0, is_mean=True))
    (2.0, 1.0)
    """
    output, target = check_pair("mean_squared_error", output, target)
    squares = tf.math.squared_difference(output, target)
    return tf.reduce_mean(squares) if is_mean else tf.reduce_sum(squares) / _batch_size(output)


def check_pair(
    name: str, output: tf.Tensor, target: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return both in float32, or raise ValueError where they differ in shape."""
    output = tf.cast(tf.convert_to_tensor(output), tf.float32)
    target = tf.cast(tf.convert_to_tensor(target), tf.float32)
    if not output.shape.is_compatible_with(target.shape):
        raise ValueError(
            f"{name}: output has shape {tuple(output.shape)} and target {tuple(target.shape)}; "
            "expected the same shape. Check the n_units of the last layer."
        )
    return output, target


def _batch_size(output: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.shape(output)[0], tf.float32)
