import numpy as np
import pytest
import tensorflow as tf

from tlcore.layers import (
    ConcatLayer,
    DenseLayer,
    ElementwiseLayer,
    FlattenLayer,
    InputLayer,
    ReshapeLayer,
)

X = np.arange(48, dtype="float32").reshape(2, 4, 3, 2)


def test_flatten_keeps_the_order_row_by_row_with_channels_last():
    np.testing.assert_array_equal(FlattenLayer(InputLayer((4, 3, 2))).model(X), X.reshape(2, 24))


@pytest.mark.parametrize("shape", [[-1, 24], (-1, 2, 3, 4), [-1, 4, -1]])
def test_reshape_is_numpys(shape):
    layer = ReshapeLayer(InputLayer((4, 3, 2)), shape)
    np.testing.assert_array_equal(layer.model(X), X.reshape(2, *shape[1:]))


def three(shape=(4, 3, 2)):
    inputs = [InputLayer(shape) for _ in range(3)]
    return inputs, [X, X + 100, 50 - X]


@pytest.mark.parametrize("axis", [1, 2, 3])
def test_concat_is_numpys(axis):
    inputs, arrays = three()
    out = ConcatLayer(inputs, concat_dim=axis).model(arrays)
    np.testing.assert_array_equal(out, np.concatenate(arrays, axis=axis))


@pytest.mark.parametrize(
    ("combine", "expected"),
    [
        (tf.add, lambda a, b, c: a + b + c),
        (tf.subtract, lambda a, b, c: a - b - c),
        (tf.multiply, lambda a, b, c: a * b * c),
        (tf.minimum, lambda a, b, c: np.minimum(np.minimum(a, b), c)),
        (lambda a, b: 2 * a - b, lambda a, b, c: 2 * (2 * a - b) - c),
    ],
)
def test_elementwise_is_numpys(combine, expected):
    inputs, arrays = three()
    out = ElementwiseLayer(inputs, combine, act=tf.nn.relu).model(arrays)
    np.testing.assert_array_equal(out, np.maximum(expected(*arrays), 0))


def test_elementwise_takes_the_minimum_unless_told():
    inputs, arrays = three()
    np.testing.assert_array_equal(ElementwiseLayer(inputs).model(arrays), np.min(arrays, axis=0))


@pytest.mark.parametrize(
    ("build", "kind", "parts"),
    [
        (lambda x: ReshapeLayer(x, [28, 28]), ValueError, ["[28, 28]", "-1 for the batch"]),
        (lambda x: ReshapeLayer(x, [-1, 7]), ValueError, ["input_shape=(6,)", "target_shape=(7,)"]),
        (lambda x: ConcatLayer(x), ValueError, ["ConcatLayer", "list of two or more"]),
        (lambda x: ConcatLayer([x]), ValueError, ["list of two or more"]),
        (lambda x: ElementwiseLayer([x, X]), TypeError, ["ElementwiseLayer", "ndarray"]),
        (lambda x: ConcatLayer([x, x], concat_dim=0), ValueError, ["concat_dim is 0", "1 to 1"]),
        (
            lambda x: ConcatLayer([x, ReshapeLayer(x, [-1, 2, 3])]),
            ValueError,
            ["(None, 6)", "(None, 2, 3)"],
        ),
        (
            lambda x: ElementwiseLayer([x, DenseLayer(x, 3)], tf.add),
            ValueError,
            ["(None, 6)", "(None, 3)", "same n_units"],
        ),
    ],
)
def test_errors_name_what_came_and_the_fix(build, kind, parts):
    with pytest.raises(kind) as error:
        build(InputLayer((6,)))
    assert all(part in str(error.value) for part in parts), error.value
