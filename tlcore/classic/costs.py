"""A cost and regularizers that the original had and no chapter needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from tlcore.cost import _regularizer, _same_shape
from tlcore.door import guard

Penalty = Callable[[tf.Tensor], tf.Tensor]


def sigmoid_cross_entropy(output: Any, target: Any) -> tf.Tensor:
    """Mean cross-entropy of yes/no logits, in nats, over units and batch: no sigmoid before it.

    Both are (batch, units). :func:`~tlcore.cost.binary_cross_entropy` takes probabilities.

    >>> round(float(sigmoid_cross_entropy([[0.0, 0.0]], [[1.0, 0.0]])), 3)
    0.693
    """
    output, target = _same_shape("sigmoid_cross_entropy", output, target)
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(target, output))


def li_regularizer(scale: float = 1.0) -> Penalty:
    """Group penalty on the rows of W, so that whole inputs switch off: `scale` times their lengths.

    >>> float(li_regularizer(1.0)([[3.0, 4.0], [0.0, 0.0]]))
    5.0
    """
    return _regularizer("li_regularizer", scale, lambda W: _lengths(W, axis=1))


def lo_regularizer(scale: float = 1.0) -> Penalty:
    """As :func:`li_regularizer`, on the columns of W, so that whole units switch off."""
    return _regularizer("lo_regularizer", scale, lambda W: _lengths(W, axis=0))


def maxnorm_i_regularizer(scale: float = 1.0) -> Penalty:
    """Penalty on the largest weight of each row of W: `scale` times their sum.

    >>> float(maxnorm_i_regularizer(0.5)([[1.0, -3.0], [2.0, 0.0]]))
    2.5
    """
    return _regularizer("maxnorm_i_regularizer", scale, lambda W: _largest(W, axis=1))


def maxnorm_o_regularizer(scale: float = 1.0) -> Penalty:
    """As :func:`maxnorm_i_regularizer`, on the columns of W."""
    return _regularizer("maxnorm_o_regularizer", scale, lambda W: _largest(W, axis=0))


def _largest(W: tf.Tensor, axis: int) -> tf.Tensor:
    return tf.reduce_sum(tf.reduce_max(tf.abs(W), axis=axis))


def _lengths(W: tf.Tensor, axis: int) -> tf.Tensor:
    # tf.norm has no gradient at exactly zero; max(., tiny) gives 0 there instead of NaN.
    squares = tf.reduce_sum(tf.square(W), axis=axis)
    return tf.reduce_sum(tf.where(squares > 0.0, tf.sqrt(tf.maximum(squares, 1e-30)), 0.0))


guard(globals())
