import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.layers import DenseLayer, InputLayer

X = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")


@pytest.mark.parametrize("act", [None, tf.nn.relu, "relu", tf.nn.softplus])
def test_equals_numpy(act):
    layer = DenseLayer(InputLayer((6,)), n_units=4, act=act, b_init="random_normal")
    W, b = (keras.ops.convert_to_numpy(p) for p in layer.all_params)
    apply = {
        None: lambda z: z,
        "relu": lambda z: np.maximum(z, 0),
        "softplus": lambda z: np.log1p(np.exp(z)),
    }[getattr(act, "__name__", act)]
    np.testing.assert_allclose(layer.model(X), apply(X @ W + b), rtol=1e-4, atol=1e-6)
    assert W.shape == (6, 4) and b.shape == (4,) and b.any()


def test_the_default_weights_are_those_of_the_tutorials_log():
    W, b = DenseLayer(InputLayer((784,)), n_units=800).all_params
    values = keras.ops.convert_to_numpy(W)
    assert values.std() == pytest.approx(np.sqrt(2 / (784 + 800)), rel=0.01)
    assert values.std() == pytest.approx(0.035558, rel=0.01)  # as the original printed it
    assert np.abs(values).max() <= np.sqrt(6 / (784 + 800))  # uniform
    assert not keras.ops.convert_to_numpy(b).any()


def test_without_bias():
    layer = DenseLayer(InputLayer((6,)), n_units=4, b_init=None)
    assert layer.count_params() == 24
    W = keras.ops.convert_to_numpy(layer.all_params[0])
    np.testing.assert_allclose(layer.model(X), X @ W, rtol=1e-5, atol=1e-6)


def test_the_door_asks_for_units_and_for_rows():
    with pytest.raises(ValueError, match="DenseLayer: n_units is 0"):
        DenseLayer(InputLayer((6,)), n_units=0)
    with pytest.raises(ValueError, match=r"\(None, 28, 28, 1\).*\(batch, units\).*FlattenLayer"):
        DenseLayer(InputLayer((28, 28, 1)), 10)
