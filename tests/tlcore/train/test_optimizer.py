from unittest import mock

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.train import Adam, get_optimizer

rng = np.random.default_rng(0)
START = [rng.normal(size=(6, 4)).astype("float32"), rng.normal(size=4).astype("float32")]
GRADIENTS = [[rng.normal(size=a.shape).astype("float32") for a in START] for _ in range(50)]


def run(optimizer, rates=None):
    """Take 50 steps, compiled as in training; return the weights."""
    variables = [keras.Variable(a) for a in START]
    optimizer.build(variables)

    @tf.function
    def step(*gradients):
        optimizer.apply(gradients, variables)

    for i, gradients in enumerate(GRADIENTS):
        if rates is not None:
            optimizer.learning_rate = rates[i]
        step(*gradients)
    return [keras.ops.convert_to_numpy(v) for v in variables]


def by_hand(rates, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Algorithm 1 of Kingma and Ba, in the order of computation of its section 2."""
    weights = [a.astype("float64") for a in START]
    m, v = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    for t, gradients in enumerate(GRADIENTS, start=1):
        rate = rates[t - 1] * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        for i, g in enumerate(gradients):
            m[i] = beta_1 * m[i] + (1 - beta_1) * g
            v[i] = beta_2 * v[i] + (1 - beta_2) * g**2
            weights[i] -= rate * m[i] / (np.sqrt(v[i]) + epsilon)
    return weights


def same(a, b):
    for x, y in zip(a, b, strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-6)


def test_50_fused_steps_equal_keras_and_the_paper():
    fused = run(Adam(0.01))
    same(fused, run(keras.optimizers.Adam(0.01)))
    same(fused, by_hand(50 * [0.01]))


def test_the_rate_may_change_between_steps():
    rates = list(np.linspace(0.05, 0.001, 50))
    same(run(Adam(1.0), rates), by_hand(rates))


@pytest.mark.parametrize(
    "options",
    [
        {"amsgrad": True},
        {"weight_decay": 0.1},
        {"clipnorm": 0.5},
        {"beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3},
        {"use_ema": True, "ema_overwrite_frequency": 10},
    ],
)
def test_the_options_mean_what_they_mean_in_keras(options):
    same(run(Adam(0.01, **options)), run(keras.optimizers.Adam(0.01, **options)))


def test_adam_by_name_has_the_tutorials_epsilon():
    same(run(get_optimizer("adam", 0.01)), by_hand(50 * [0.01], epsilon=1e-8))


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_the_update_is_fused(policy):
    keras.config.set_dtype_policy(policy)
    try:
        layer = keras.layers.Dense(3)
        layer.build((None, 2))
    finally:
        keras.config.set_dtype_policy("float32")
    fused = mock.Mock(wraps=tf.raw_ops.ResourceApplyAdam)
    with mock.patch.object(tf.raw_ops, "ResourceApplyAdam", fused):
        Adam(0.1).apply([tf.ones((2, 3)), tf.ones(3)], layer.trainable_variables)
    assert fused.call_count == 2


def test_sparse_gradients_go_keras_way():
    def run(optimizer):
        table = keras.Variable(START[0])
        rows = tf.IndexedSlices(tf.ones((1, 4)), tf.constant([2]), tf.constant([6, 4]))
        optimizer.apply([rows], [table])
        return keras.ops.convert_to_numpy(table)

    np.testing.assert_allclose(run(Adam(0.1)), run(keras.optimizers.Adam(0.1)), rtol=1e-6)


@pytest.mark.parametrize("name", ["sgd", "rmsprop", "adagrad", "Adam"])
def test_names_and_rates(name):
    optimizer = get_optimizer(name, learning_rate=np.float32(0.25))
    assert type(optimizer).__name__.lower() == name.lower()
    assert float(optimizer.learning_rate) == 0.25
    assert float(get_optimizer(name).learning_rate) == pytest.approx(1e-4)


def test_an_optimizer_is_taken_as_it_is():
    optimizer = keras.optimizers.SGD(0.3)
    assert get_optimizer(optimizer) is optimizer and float(optimizer.learning_rate) == np.float32(
        0.3
    )


@pytest.mark.parametrize(
    ("arguments", "kind", "parts"),
    [
        (("adamm", 0.1), ValueError, ["optimizer is 'adamm'", "adam, sgd"]),
        (
            (keras.optimizers.SGD, None),
            TypeError,
            ["optimizer is <class", "keras.optimizers.SGD(0.1)"],
        ),
        ((None, None), TypeError, ["optimizer is None", "'adam'"]),
        ((keras.optimizers.SGD(0.1), 0.2), ValueError, ["learning_rate is 0.2", "Leave"]),
        (("adam", 0), ValueError, ["learning_rate is 0", "positive"]),
        (("sgd", -1e-3), ValueError, ["learning_rate is -0.001", "such as 0.001"]),
        (("adam", float("nan")), ValueError, ["learning_rate is nan"]),
        (("adam", float("inf")), ValueError, ["learning_rate is inf"]),
        (("adam", True), ValueError, ["learning_rate is True"]),
        (("adam", "fast"), ValueError, ["learning_rate is 'fast'"]),
    ],
)
def test_errors_name_what_came_and_the_fix(arguments, kind, parts):
    with pytest.raises(kind) as error:
        get_optimizer(*arguments)
    assert all(part in str(error.value) for part in parts), error.value
