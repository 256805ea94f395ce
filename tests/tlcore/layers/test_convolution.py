import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.layers import (
    Conv2d,
    Conv2dLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    InputLayer,
    MaxPool2d,
    MeanPool2d,
    PoolLayer,
)

X = np.random.default_rng(0).normal(size=(2, 7, 8, 3)).astype("float32")


def windows(x, size, strides, padding, fill):
    """Give, for each place, the window of x there: (batch, down, right, height, width, channels).

    "SAME": ceil(n / stride) places, the odd zero of the border below or to the right.
    """
    places = []
    for axis in (0, 1):
        n, k, s = x.shape[axis + 1], size[axis], strides[axis]
        count = -(-n // s) if padding == "SAME" else (n - k) // s + 1
        border = max((count - 1) * s + k - n, 0) if padding == "SAME" else 0
        pads = [(0, 0)] * 4
        pads[axis + 1] = (border // 2, border - border // 2)
        x = np.pad(x, pads, constant_values=fill)
        places.append([i * s for i in range(count)])
    return np.stack(
        [
            np.stack([x[:, i : i + size[0], j : j + size[1]] for j in places[1]], axis=1)
            for i in places[0]
        ],
        axis=1,
    )


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize("strides", [(1, 1), (2, 3)])
@pytest.mark.parametrize("size", [(5, 5), (2, 4)])
def test_convolution_equals_numpy(size, strides, padding):
    layer = Conv2dLayer(
        InputLayer((7, 8, 3)),
        act=tf.nn.relu,
        shape=[*size, 3, 4],
        strides=[1, *strides, 1],
        padding=padding,
        b_init="random_normal",
    )
    W, b = (keras.ops.convert_to_numpy(p) for p in layer.all_params)
    assert W.shape == (*size, 3, 4)
    seen = windows(X, size, strides, padding, 0.0)
    expected = np.maximum(np.einsum("bijhwc,hwcf->bijf", seen, W) + b, 0)
    out = layer.model(X)
    assert layer.outputs.shape[1:] == out.shape[1:] == expected.shape[1:]
    np.testing.assert_allclose(out, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("padding", ["SAME", "VALID"])
@pytest.mark.parametrize(("size", "strides"), [((2, 2), (2, 2)), ((3, 2), (1, 2))])
@pytest.mark.parametrize("kind", ["max", "mean"])
def test_pooling_equals_numpy(kind, size, strides, padding):
    pool = {"max": tf.nn.max_pool, "mean": tf.nn.avg_pool}[kind]
    layer = PoolLayer(InputLayer((7, 8, 3)), [1, *size, 1], [1, *strides, 1], padding, pool)
    seen = windows(X, size, strides, padding, np.nan)  # what lies outside counts for nothing
    expected = {"max": np.nanmax, "mean": np.nanmean}[kind](seen, axis=(3, 4))
    assert layer.outputs.shape[1:] == expected.shape[1:]
    np.testing.assert_allclose(layer.model(X), expected, rtol=1e-5, atol=1e-6)
    short = {"max": MaxPool2d, "mean": MeanPool2d}[kind]
    short = short(InputLayer((7, 8, 3)), size, strides, padding)
    np.testing.assert_allclose(short.model(X), expected, rtol=1e-5, atol=1e-6)


def test_short_pools_step_by_their_own_size_and_take_one_number():
    assert MaxPool2d(InputLayer((9, 9, 1)), filter_size=3).outputs.shape == (None, 3, 3, 1)
    assert MeanPool2d(InputLayer((7, 7, 1))).outputs.shape == (None, 4, 4, 1)


def test_the_short_form_is_the_long_one():
    short = Conv2d(
        InputLayer((7, 8, 3)), n_filter=4, filter_size=(5, 3), strides=2, padding="valid"
    )
    long = Conv2dLayer(
        InputLayer((7, 8, 3)), shape=[5, 3, 3, 4], strides=[1, 2, 2, 1], padding="VALID"
    )
    for mine, theirs in zip(short.all_params, long.all_params, strict=True):
        mine.assign(theirs)
    np.testing.assert_array_equal(short.model(X), long.model(X))
    assert (short.model(X).numpy() < 0).any()  # no activation unless named
    assert Conv2d(InputLayer((7, 8, 3)), b_init=None).count_params() == 3 * 3 * 3 * 32


def test_the_tutorials_cnn_has_857738_parameters():
    network = InputLayer((28, 28, 1))
    network = Conv2dLayer(network, act=tf.nn.relu, shape=[5, 5, 1, 32], name="cnn1")
    network = PoolLayer(network, name="pool1")
    network = Conv2dLayer(network, act=tf.nn.relu, shape=[5, 5, 32, 64], name="cnn2")
    network = PoolLayer(network, name="pool2")
    network = DropoutLayer(FlattenLayer(network, name="flatten"), keep=0.5, name="drop1")
    network = DropoutLayer(DenseLayer(network, 256, "relu", name="relu1"), keep=0.5, name="drop2")
    network = DenseLayer(network, 10, name="output")
    assert network.count_params() == 857_738
    assert [layer.shape[1:] for layer in network.all_layers[:5]] == [
        (28, 28, 32),
        (14, 14, 32),
        (14, 14, 64),
        (7, 7, 64),
        (3136,),
    ]
    shapes = [tuple(p.shape) for p in network.all_params]
    assert shapes[::2] == [(5, 5, 1, 32), (5, 5, 32, 64), (3136, 256), (256, 10)]


@pytest.mark.parametrize(
    ("build", "parts"),
    [
        (lambda x: Conv2dLayer(x, shape=[5, 5, 1, 8]), ["[5, 5, 1, 8]", "3 channels", "n_filters"]),
        (lambda x: Conv2dLayer(x, shape=[5, 5, 3]), ["shape is [5, 5, 3]"]),
        (lambda x: Conv2dLayer(x, shape=[5, 5, 3, 8], strides=[2, 2]), ["is [2, 2]", "down"]),
        (lambda x: Conv2dLayer(x, shape=[5, 5, 3, 8], strides=[2, 1, 1, 1]), ["[2, 1, 1, 1]"]),
        (lambda x: Conv2dLayer(x, shape=[5, 5, 3, 8], padding="FULL"), ["padding", "full"]),
        (lambda x: Conv2d(x, filter_size=(3, 3, 3)), ["(3, 3, 3)", "2 integers"]),
        (lambda x: Conv2d(x, n_filter=0), ["filters", "0"]),
        (lambda x: PoolLayer(x, ksize=[2, 2]), ["ksize is [2, 2]", "[1, down, right, 1]"]),
        (lambda x: PoolLayer(x, pool=np.max), ["pool is", "tf.nn.max_pool", "tf.nn.avg_pool"]),
        (lambda x: MaxPool2d(x, strides=0), ["strides is 0"]),
        (lambda x: MaxPool2d(x, padding="FULL"), ["padding", "full"]),
        (lambda x: PoolLayer(FlattenLayer(x)), ["PoolLayer", "(None, 2352)", "channels"]),
        (lambda x: Conv2d(FlattenLayer(x)), ["Conv2d", "(28, 28, 1)", "ReshapeLayer"]),
    ],
)
def test_what_does_not_fit_is_named(build, parts):
    with pytest.raises(ValueError) as error:
        build(InputLayer((28, 28, 3)))
    assert all(part in str(error.value) for part in parts), error.value
