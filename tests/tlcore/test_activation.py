import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl

X = np.linspace(-3.0, 3.0, 24, dtype="float32").reshape(2, 3, 1, 4)


def test_identity_gives_back_the_same_tensor():
    x = tf.constant(X)
    assert tl.activation.identity(x) is x
    assert tl.activation.linear is tl.activation.identity


def test_ramp_clips_on_both_sides():
    np.testing.assert_array_equal(tl.activation.ramp(tf.constant(X)), np.clip(X, 0, 1))
    np.testing.assert_array_equal(tl.activation.ramp(tf.constant(X), -1, 2), np.clip(X, -1, 2))


@pytest.mark.parametrize("alpha", [0.0, 0.1, 1.0])
def test_leaky_relu_is_the_larger_of_x_and_alpha_x(alpha):
    expected = np.where(X > 0, X, np.float32(alpha) * X)
    np.testing.assert_allclose(tl.activation.leaky_relu(tf.constant(X), alpha), expected)


def test_leaky_relu_leaks_a_tenth_unless_told():
    assert float(tl.activation.leaky_relu(tf.constant(-2.0))) == pytest.approx(-0.2)


def test_pixel_wise_softmax_is_a_softmax_over_the_channels():
    expected = np.exp(X) / np.exp(X).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(tl.activation.pixel_wise_softmax(tf.constant(X)), expected, 1e-6)


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda x: tl.activation.ramp(x, 1, 0), ["ramp", "v_min is 1", "v_min < v_max", "Swap"]),
        (lambda x: tl.activation.ramp(x, 1, 1), ["v_max is 1"]),
        (lambda x: tl.activation.leaky_relu(x, 1.5), ["leaky_relu", "alpha is 1.5", "0 to 1"]),
        (lambda x: tl.activation.leaky_relu(x, -0.1), ["alpha is -0.1"]),
        (
            lambda x: tl.activation.pixel_wise_softmax(x[0]),
            ["(3, 1, 4)", "four axes"],
        ),
    ],
)
def test_bad_arguments_are_named(call, parts):
    with pytest.raises(ValueError) as error:
        call(tf.constant(X))
    assert all(part in str(error.value) for part in parts), error.value
