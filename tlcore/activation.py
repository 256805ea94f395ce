"""Activation functions: what a layer does to its weighted sums before it hands them on.

``tf.nn`` has the usual ones (``tf.nn.relu``, ``tf.nn.sigmoid``, ``tf.nn.softplus``). Here are the
few that the tutorial names and ``tf.nn`` lacks. Each takes a tensor of any shape and returns one of
the same shape.
"""

from __future__ import annotations

import tensorflow as tf

from tlcore.check import check_number, require
from tlcore.door import guard


def identity(x: tf.Tensor) -> tf.Tensor:
    """Return `x` unchanged: the activation of an output layer that gives logits."""
    return x


linear = identity


def ramp(x: tf.Tensor, v_min: float = 0.0, v_max: float = 1.0) -> tf.Tensor:
    """Clip `x` to the range from `v_min` to `v_max`.

    >>> ramp(tf.constant([-1.0, 0.25, 7.0])).numpy().tolist()
    [0.0, 0.25, 1.0]
    """
    require(
        v_min < v_max,
        f"ramp: v_min is {v_min} and v_max is {v_max}; expected v_min < v_max. Swap the two.",
    )
    return tf.clip_by_value(x, v_min, v_max)


def leaky_relu(x: tf.Tensor, alpha: float = 0.1) -> tf.Tensor:
    """Return ``max(x, alpha * x)``: a rectifier that lets a little of the negative side through.

    The slope `alpha` is from 0 to 1. Maas et al. (2013) took 0.01, the tutorial takes 0.1.

    >>> leaky_relu(tf.constant([-2.0, 3.0]), alpha=0.5).numpy().tolist()
    [-1.0, 3.0]
    """
    return tf.maximum(x, check_number("leaky_relu: alpha", alpha, 0.0, 1.0, "0.1") * x)


# Keras saves an activation by its name, and has a leaky_relu of its own, with a slope of 0.2: a
# saved network would have come back as another one.
leaky_relu.__name__ = "tlcore_leaky_relu"


def pixel_wise_softmax(x: tf.Tensor) -> tf.Tensor:
    """Turn the channels of each pixel, (batch, height, width, channels), into probabilities.

    >>> pixel_wise_softmax(tf.zeros((1, 1, 1, 2))).numpy().tolist()
    [[[[0.5, 0.5]]]]
    """
    require(
        len(x.shape) == 4,
        f"pixel_wise_softmax: x has shape {tuple(x.shape)}; expected four axes "
        "(batch, height, width, channels). For rows of logits use tf.nn.softmax.",
    )
    return tf.nn.softmax(x, axis=-1)


guard(globals())
