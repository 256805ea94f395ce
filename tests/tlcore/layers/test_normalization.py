import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.layers import BatchNormLayer, DenseLayer, InputLayer

X = np.random.default_rng(0).normal(2, 3, size=(50, 4, 3)).astype("float32")


def test_equals_keras_and_numpy_in_training_and_in_test():
    layer = BatchNormLayer(InputLayer((4, 3)), decay=0.8, epsilon=1e-3, act=tf.nn.relu)
    by_keras = keras.layers.BatchNormalization(momentum=0.8, epsilon=1e-3)
    gamma, beta, mean, variance = layer.all_params
    gamma.assign([1.0, 2.0, 3.0])
    beta.assign([0.5, 0.0, -0.5])
    by_keras.build(X.shape)
    by_keras.gamma.assign(gamma)
    by_keras.beta.assign(beta)
    m, v = X.mean(axis=(0, 1)), X.var(axis=(0, 1))
    expected = (X - m) / np.sqrt(v + 1e-3) * [1, 2, 3] + [0.5, 0, -0.5]
    out = layer.model(X, training=True)
    np.testing.assert_allclose(out, np.maximum(expected, 0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(out, np.maximum(by_keras(X, training=True), 0), 1e-5, 1e-6)
    # From a mean of 0 and a variance of 1, a fifth of the way.
    np.testing.assert_allclose(mean, 0.2 * m, rtol=1e-5)
    np.testing.assert_allclose(variance, 0.8 + 0.2 * v, rtol=1e-5)
    expected = (X - 0.2 * m) / np.sqrt(0.8 + 0.2 * v + 1e-3) * [1, 2, 3] + [0.5, 0, -0.5]
    np.testing.assert_allclose(layer.model(X), np.maximum(expected, 0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(layer.model(X), np.maximum(by_keras(X), 0), rtol=1e-5, atol=1e-6)


def test_fit_moves_the_averages_and_test_mode_leaves_them():
    X = np.random.default_rng(1).normal(5, 2, (400, 3)).astype("float32")
    y = (X[:, 0] > 5).astype("int32")
    norm = BatchNormLayer(InputLayer((3,)), decay=0.9)
    network = DenseLayer(norm, 2)
    options = {"learning_rate": 0.01, "batch_size": 20, "print_freq": 0}
    tl.utils.fit(network, X, y, n_epoch=5, **options)
    mean = keras.ops.convert_to_numpy(norm.all_params[2])
    np.testing.assert_allclose(mean, X.mean(axis=0), atol=0.8)
    tl.utils.test(network, X, y, print_result=False)
    tl.utils.predict(network, X)
    np.testing.assert_array_equal(norm.all_params[2], mean)


@pytest.mark.parametrize("decay", [1.0, -0.1])
def test_decay_outside_0_to_1_is_named(decay):
    with pytest.raises(ValueError, match=rf"BatchNormLayer: decay is {decay}; expected.*\[0, 1\)"):
        BatchNormLayer(InputLayer((3,)), decay=decay)
