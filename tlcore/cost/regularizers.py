"""Penalties on weights. Each takes a scale and returns a function of a weight matrix."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf


def maxnorm_regularizer(scale: float = 1.0) -> Callable[[tf.Tensor], tf.Tensor]:
    """Penalty on the single largest weight: ``scale * max|W|``.

    This is the tutorial's regularizer. It is not the max-norm *constraint* of the dropout paper
    (Srivastava et al., 2014, section 5.1), which bounds the length of each unit's weight vector.

    Raises
    ------
    ValueError
        If `scale` is negative.

    Examples
    --------
    >>> float(maxnorm_regularizer(0.5)(tf.constant([[1.0, -3.0]])))
    1.5
    """
    return _regularizer("maxnorm_regularizer", scale, lambda W: tf.reduce_max(tf.abs(W)))


def li_regularizer(scale: float = 1.0) -> Callable[[tf.Tensor], tf.Tensor]:
    """Group penalty on the rows of W, so that whole inputs switch off.

    ``scale * sum over rows of sqrt(sum of squares in the row)``.

    Raises
    ------
    ValueError
        If `scale` is negative.

    Examples
    --------
    >>> float(li_regularizer(1.0)(tf.constant([[3.0, 4.0], [0.0, 0.0]])))
    5.0
    """
    return _regularizer("li_regularizer", scale, lambda W: _lengths(W, axis=1))


def lo_regularizer(scale: float = 1.0) -> Callable[[tf.Tensor], tf.Tensor]:
    """Group penalty on the columns of W, so that whole units switch off.

    ``scale * sum over columns of sqrt(sum of squares in the column)``.

    Raises
    ------
    ValueError
        If `scale` is negative.

    Examples
    --------
    >>> float(lo_regularizer(2.0)(tf.constant([[3.0, 0.0], [4.0, 0.0]])))
    10.0
    """
    return _regularizer("lo_regularizer", scale, lambda W: _lengths(W, axis=0))


def _lengths(W: tf.Tensor, axis: int) -> tf.Tensor:
    # tf.norm has no gradient at exactly zero; max(., tiny) gives 0 there instead of NaN.
    squares = tf.reduce_sum(tf.square(W), axis=axis)
    return tf.reduce_sum(tf.where(squares > 0.0, tf.sqrt(tf.maximum(squares, 1e-30)), 0.0))


def _regularizer(
    name: str, scale: float, penalty: Callable[[tf.Tensor], tf.Tensor]
) -> Callable[[tf.Tensor], tf.Tensor]:
    if scale < 0:
        raise ValueError(
            f"{name}: scale is {scale}; expected 0 or more. A penalty can't be negative."
        )
    return lambda W: scale * penalty(tf.convert_to_tensor(W))
