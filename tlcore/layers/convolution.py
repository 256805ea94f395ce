"""Convolution and pooling: layers that know which pixels are neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import tensorflow as tf

from tlcore.check import require
from tlcore.layers.core import Activation, Initializer, Layer, check_below, weights

Pair = int | Sequence[int]


class Conv2dLayer(Layer):
    """Slide the same small filters over every place of a picture (LeCun et al., 1998).

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, height, width, n_in).
    shape : sequence of int
        Shape of W: [filter height, filter width, n_in, n_filters]. That of b is (n_filters,).
    strides : sequence of int
        [1, down, right, 1]: how far the filter moves in one step.
    padding : {"SAME", "VALID"}
        "SAME" adds zeros around the picture, so that stride 1 keeps its size. "VALID" adds none.
    act, W_init, b_init, name
        As in :class:`~tlcore.layers.Layer`.

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> network = InputLayer(shape=(28, 28, 1))
    >>> network = Conv2dLayer(network, act="relu", shape=[5, 5, 1, 32], name="cnn_layer1")
    >>> network.outputs.shape, network.count_params()
    ((None, 28, 28, 32), 832)
    """

    def __init__(
        self,
        layer: Layer,
        act: Activation = None,
        shape: Sequence[int] = (5, 5, 1, 100),
        strides: Sequence[int] = (1, 1, 1, 1),
        padding: str = "SAME",
        W_init: Initializer = "glorot_uniform",
        b_init: Initializer | None = "zeros",
        name: str | None = None,
    ):
        who = type(self).__name__
        check_below(who, layer, rank=4)
        n_in = layer.outputs.shape[-1]
        require(
            len(shape) == 4 and all(n > 0 for n in shape) and shape[2] == n_in,
            f"{who}: shape is {list(shape)}; expected [height, width, {n_in}, n_filters], since "
            f"the layer below has {n_in} channels.",
        )
        operation = keras.layers.Conv2D(
            shape[3],
            tuple(shape[:2]),
            _inner("strides", strides),
            _padding(padding),
            **weights(act, W_init, b_init, name),
        )
        super().__init__(layer, operation)


class Conv2d(Conv2dLayer):
    """The short form of :class:`Conv2dLayer`: it reads the input channels off the layer below.

    Parameters
    ----------
    n_filter : int
    filter_size, strides : int or tuple of int
        (down, right).

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> Conv2d(InputLayer(shape=(28, 28, 1)), n_filter=32, filter_size=(5, 5)).outputs.shape
    (None, 28, 28, 32)
    """

    def __init__(
        self,
        layer: Layer,
        n_filter: int = 32,
        filter_size: Pair = (3, 3),
        strides: Pair = (1, 1),
        act: Activation = None,
        padding: str = "SAME",
        W_init: Initializer = "glorot_uniform",
        b_init: Initializer | None = "zeros",
        name: str | None = None,
    ):
        check_below("Conv2d", layer, rank=4)
        shape = [*_pair("filter_size", filter_size), layer.outputs.shape[-1], n_filter]
        strides = [1, *_pair("strides", strides), 1]
        super().__init__(layer, act, shape, strides, padding, W_init, b_init, name)


class PoolLayer(Layer):
    """Keep one number of each small window: the largest, or the mean.

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, height, width, channels).
    ksize, strides : sequence of int
        [1, down, right, 1]: size of the window, and how far it moves.
    padding : {"SAME", "VALID"}
        "SAME" lets the last window reach over the edge; "VALID" leaves such a window out.
    pool : tf.nn.max_pool or tf.nn.avg_pool
        What becomes of a window.
    name : str, optional

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> PoolLayer(InputLayer(shape=(28, 28, 1))).outputs.shape
    (None, 14, 14, 1)
    """

    def __init__(
        self,
        layer: Layer,
        ksize: Sequence[int] = (1, 2, 2, 1),
        strides: Sequence[int] = (1, 2, 2, 1),
        padding: str = "SAME",
        pool: Callable = tf.nn.max_pool,
        name: str | None = None,
    ):
        check_below(type(self).__name__, layer, rank=4)
        kinds = {
            tf.nn.max_pool: keras.layers.MaxPooling2D,
            tf.nn.avg_pool: keras.layers.AveragePooling2D,
        }
        message = f"PoolLayer: pool is {pool!r}; expected tf.nn.max_pool or tf.nn.avg_pool."
        require(pool in kinds, message)
        size, step = _inner("ksize", ksize), _inner("strides", strides)
        super().__init__(layer, kinds[pool](size, step, _padding(padding), name=name))


class MaxPool2d(PoolLayer):
    """The short form of :class:`PoolLayer` with the largest number of each window.

    `strides` None moves the window by its own size, so that windows do not overlap.

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> MaxPool2d(InputLayer(shape=(28, 28, 1)), filter_size=(2, 2)).outputs.shape
    (None, 14, 14, 1)
    """

    _pool = staticmethod(tf.nn.max_pool)

    def __init__(
        self,
        layer: Layer,
        filter_size: Pair = (2, 2),
        strides: Pair | None = None,
        padding: str = "SAME",
        name: str | None = None,
    ):
        size = _pair("filter_size", filter_size)
        step = size if strides is None else _pair("strides", strides)
        super().__init__(layer, [1, *size, 1], [1, *step, 1], padding, self._pool, name)


class MeanPool2d(MaxPool2d):
    """As :class:`MaxPool2d`, with the mean of each window."""

    _pool = staticmethod(tf.nn.avg_pool)


def _pair(name: str, value: Pair) -> tuple[int, int]:
    pair = (value, value) if isinstance(value, int) else tuple(value)
    require(
        len(pair) == 2 and all(n > 0 for n in pair),
        f"{name} is {value!r}; expected two positive whole numbers, such as (2, 2).",
    )
    return pair


def _inner(name: str, value: Sequence[int]) -> tuple[int, int]:
    value = tuple(value)
    require(
        len(value) == 4 and value[0] == value[3] == 1 and all(n > 0 for n in value),
        f"{name} is {list(value)}; expected [1, down, right, 1]. Batch and channels are not "
        "stepped over.",
    )
    return value[1], value[2]


def _padding(padding: str) -> str:
    known = isinstance(padding, str) and padding.upper() in ("SAME", "VALID")
    require(known, f"padding is {padding!r}; expected 'SAME' or 'VALID'.")
    return padding.lower()
