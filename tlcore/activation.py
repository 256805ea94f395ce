"""Activation functions: what a layer does to its weighted sums before it hands them on.

``tf.nn`` has the usual ones (``tf.nn.relu``, ``tf.nn.sigmoid``, ``tf.nn.softplus``). Here are the
few that the tutorial names and ``tf.nn`` lacks. Each takes a tensor of any shape and returns one of
the same shape.
"""

from __future__ import annotations

import tensorflow as tf


def identity(x: tf.Tensor) -> tf.Tensor:
    """Return `x` unchanged: the activation of an output layer that gives logits.

    Examples
    --------
    >>> identity(tf.constant([-1.0, 2.0])).numpy().tolist()
    [-1.0, 2.0]
    """
    return x


linear = identity


def ramp(x: tf.Tensor, v_min: float = 0.0, v_max: float = 1.0) -> tf.Tensor:
    """Clip `x` to the range from `v_min` to `v_max`.

    Raises
    ------
    ValueError
        If `v_min` is not below `v_max`.

    Examples
    --------
    >>> ramp(tf.constant([-1.0, 0.25, 7.0])).numpy().tolist()
    [0.0, 0.25, 1.0]
    """
    if not v_min < v_max:
        raise ValueError(
            f"ramp: v_min is {v_min} and v_max is {v_max}; expected v_min < v_max. Swap the two."
        )
    return tf.clip_by_value(x, v_min, v_max)


def leaky_relu(x: tf.Tensor, alpha: float = 0.1) -> tf.Tensor:
    """Return ``max(x, alpha * x)``: a rectifier that lets a little of the negative side through.

    Parameters
    ----------
    x : tf.Tensor
        Any shape.
    alpha : float
        Slope on the negative side, in [0, 1]. The rectifier of Maas et al. (2013) has 0.01;
        the tutorial's has 0.1.

    Raises
    ------
    ValueError
        If `alpha` lies outside [0, 1], where the maximum would no longer be a leaky rectifier.

    Examples
    --------
    >>> leaky_relu(tf.constant([-2.0, 3.0]), alpha=0.5).numpy().tolist()
    [-1.0, 3.0]
    """
    if not 0.0 <= alpha <= 1.0:
        raise ValueError(
            f"leaky_relu: alpha is {alpha}; expected a slope from 0 to 1, such as 0.1."
        )
    return tf.maximum(x, alpha * x)


# Keras saves an activation by its name, and has a leaky_relu of its own, with a slope of 0.2: a
# saved network would have come back as another one.
leaky_relu.__name__ = "tlcore_leaky_relu"


def pixel_wise_softmax(x: tf.Tensor) -> tf.Tensor:
    """Turn the channels of each pixel into probabilities.

    Parameters
    ----------
    x : tf.Tensor
        Logits of shape (batch, height, width, channels).

    Returns
    -------
    tf.Tensor
        Same shape; the channels of a pixel sum to 1.

    Raises
    ------
    ValueError
        If `x` does not have four axes.

    Examples
    --------
    >>> pixel_wise_softmax(tf.zeros((1, 1, 1, 2))).numpy().tolist()
    [[[[0.5, 0.5]]]]
    """
    if len(x.shape) != 4:
        raise ValueError(
            f"pixel_wise_softmax: x has shape {tuple(x.shape)}; expected four axes "
            "(batch, height, width, channels). For rows of logits use tf.nn.softmax."
        )
    return tf.nn.softmax(x, axis=-1)
