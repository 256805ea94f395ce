"""Convolution and pooling: layers that know which pixels are neighbours.

The tutorial has a long and a short form of each: ``Conv2dLayer`` and ``PoolLayer`` spell out every
axis, as TensorFlow does, ``Conv2d``, ``MaxPool2d`` and ``MeanPool2d`` only what varies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from tlcore.check import require
from tlcore.layers.core import CHANNELS, Activation, Initializer, Layer, check_below, weights

Pair = int | Sequence[int]


class Conv2d(Layer):
    """Slide the same small filters over every place of a picture (LeCun et al., 1998).

    The layer below gives (batch, height, width, n_in). `filter_size` and `strides` are one number
    or a pair (down, right): the size of a filter, and how far it moves in one step. The `padding`
    "SAME" adds zeros around the picture, so that stride 1 keeps its size; "VALID" adds none. `act`,
    `W_init`, `b_init` and `name` are explained in :class:`~tlcore.layers.Layer`.

    >>> from tlcore.layers import InputLayer
    >>> Conv2d(InputLayer(shape=(28, 28, 1)), n_filter=32, filter_size=(5, 5)).outputs.shape
    (None, 28, 28, 32)
    """

    def __init__(
        self, layer: Layer, n_filter: int = 32, filter_size: Pair = (3, 3), strides: Pair = (1, 1),
        act: Activation = None, padding: str = "SAME", W_init: Initializer = "glorot_uniform",
        b_init: Initializer | None = "zeros", name: str | None = None,
    ):  # fmt: skip
        check_below(type(self).__name__, layer, rank=4)
        options = weights(act, W_init, b_init, name)
        conv = keras.layers.Conv2D(n_filter, filter_size, strides, padding, CHANNELS, **options)
        super().__init__(layer, conv)


class Conv2dLayer(Conv2d):
    """The long form of :class:`Conv2d`.

    `shape` is that of W, [filter height, filter width, n_in, n_filters], such as [5, 5, 1, 32], and
    `strides` are [1, down, right, 1].
    """

    def __init__(
        self, layer: Layer, act: Activation = None, shape: Sequence[int] = (5, 5, 1, 100),
        strides: Sequence[int] = (1, 1, 1, 1), padding: str = "SAME",
        W_init: Initializer = "glorot_uniform", b_init: Initializer | None = "zeros",
        name: str | None = None,
    ):  # fmt: skip
        check_below("Conv2dLayer", layer, rank=4)
        n_in = layer.outputs.shape[-1]
        require(
            len(shape) == 4 and shape[2] == n_in,
            f"Conv2dLayer: shape is {list(shape)}; expected [height, width, {n_in}, n_filters], "
            f"since the layer below has {n_in} channels.",
        )
        size, step = tuple(shape[:2]), _inner("Conv2dLayer: strides", strides)
        super().__init__(layer, shape[3], size, step, act, padding, W_init, b_init, name)


class MaxPool2d(Layer):
    """Keep the largest number of each small window.

    The arguments are those of :class:`Conv2d`. Without `strides` the window moves by its own size.
    The `padding` "SAME" lets the last window reach over the edge; "VALID" leaves it out.
    """

    _pool: type[keras.layers.Layer] = keras.layers.MaxPooling2D

    def __init__(
        self, layer: Layer, filter_size: Pair = (2, 2), strides: Pair | None = None,
        padding: str = "SAME", name: str | None = None,
    ):  # fmt: skip
        who = type(self).__name__
        check_below(who, layer, rank=4)
        require(strides not in (0, (0, 0)), f"{who}: strides is {strides}; expected 1 or more.")
        pool = self._pool(filter_size, strides, padding.lower(), CHANNELS, name=name)
        super().__init__(layer, pool)


class MeanPool2d(MaxPool2d):
    """As :class:`MaxPool2d`, with the mean of each window."""

    _pool = keras.layers.AveragePooling2D


class PoolLayer(MaxPool2d):
    """The long form of :class:`MaxPool2d` and, with ``pool=tf.nn.avg_pool``, :class:`MeanPool2d`.

    `ksize` is the size of the window, [1, down, right, 1], and `strides` how far it moves.
    """

    def __init__(
        self, layer: Layer, ksize: Sequence[int] = (1, 2, 2, 1),
        strides: Sequence[int] = (1, 2, 2, 1), padding: str = "SAME",
        pool: Callable = tf.nn.max_pool, name: str | None = None,
    ):  # fmt: skip
        known = pool in (tf.nn.max_pool, tf.nn.avg_pool)
        require(known, f"PoolLayer: pool is {pool!r}; expected tf.nn.max_pool or tf.nn.avg_pool.")
        self._pool = (MaxPool2d if pool is tf.nn.max_pool else MeanPool2d)._pool
        size, step = _inner("PoolLayer: ksize", ksize), _inner("PoolLayer: strides", strides)
        super().__init__(layer, size, step, padding, name)


def _inner(name: str, value: Sequence[int]) -> tuple[int, int]:
    require(
        len(value) == 4 and value[0] == value[3] == 1,
        f"{name} is {list(value)}; expected [1, down, right, 1]. Batch and channels are not "
        "stepped over.",
    )
    return value[1], value[2]
