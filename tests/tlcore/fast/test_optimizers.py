"""The quick optimizers against Keras's own, and against their papers in float64."""

from unittest import mock

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.fast.optimizers import SGD, Adagrad, Adam
from tlcore.train import get_optimizer

rng = np.random.default_rng(0)
START = [rng.normal(size=(6, 4)).astype("float32"), rng.normal(size=4).astype("float32")]
GRADIENTS = [[rng.normal(size=a.shape).astype("float32") for a in START] for _ in range(50)]
TABLE = rng.normal(size=(9, 4)).astype("float32")
ROWS = [rng.integers(0, 9, 6) for _ in range(40)]  # six places of nine rows: some come twice
VALUES = [rng.normal(size=(6, 4)).astype("float32") for _ in range(40)]


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
    same(run(get_optimizer("adam", 0.01)), by_hand(50 * [0.01], epsilon=1e-8))  # the tutorial's


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


def test_sgd_is_keras_sgd():
    for momentum in (0.0, 0.9):
        results = []
        for kind in (SGD, keras.optimizers.SGD):
            table, bias = keras.Variable(np.ones((4, 2))), keras.Variable(np.ones(3))
            optimizer = kind(0.5, momentum=momentum)
            for _ in range(2):
                rows = tf.IndexedSlices(tf.constant([[1.0, 2], [3, 4], [5, 6]]), [1, 3, 1], (4, 2))
                if kind is not SGD or momentum:
                    rows = tf.convert_to_tensor(rows)
                optimizer.apply([rows, tf.constant([1.0, 2, 3])], [table, bias])
            results.append([np.asarray(table), np.asarray(bias)])
        for mine, theirs in zip(*results, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-6)


def run_table(optimizer, dense=False, rates=None):
    """Take 40 steps, compiled as in training; return the table."""
    table = keras.Variable(TABLE)
    optimizer.build([table])

    @tf.function
    def step(rows, values):
        gradient = tf.IndexedSlices(values, rows, tf.constant([9, 4]))
        optimizer.apply([tf.convert_to_tensor(gradient) if dense else gradient], [table])

    for i, (rows, values) in enumerate(zip(ROWS, VALUES, strict=True)):
        if rates is not None:
            optimizer.learning_rate = rates[i]
        step(tf.constant(rows), tf.constant(values))
    return keras.ops.convert_to_numpy(table)


def adagrad_by_hand(rates, accumulator=0.1, epsilon=1e-7):
    """The rule of Duchi, Hazan and Singer, on whole gradients."""
    table, seen = TABLE.astype("float64"), np.full(TABLE.shape, accumulator)
    for rate, rows, values in zip(rates, ROWS, VALUES, strict=True):
        gradient = np.zeros(TABLE.shape)
        for row, value in zip(rows, values, strict=True):
            gradient[row] += value
        seen += gradient**2
        table -= rate * gradient / np.sqrt(seen + epsilon)
    return table


def test_rows_that_come_twice_take_one_step_along_the_sum():
    assert any(len(set(rows)) < len(rows) for rows in ROWS)
    np.testing.assert_allclose(
        run_table(Adagrad(0.5)), adagrad_by_hand(40 * [0.5]), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("options", [{}, {"initial_accumulator_value": 2.0}, {"epsilon": 1e-4}])
def test_adagrad_with_whole_gradients_equals_keras(options):
    mine = run_table(Adagrad(0.5, **options), dense=True)
    np.testing.assert_allclose(
        mine, run_table(keras.optimizers.Adagrad(0.5, **options), dense=True)
    )
    expected = adagrad_by_hand(
        40 * [0.5], options.get("initial_accumulator_value", 0.1), options.get("epsilon", 1e-7)
    )
    np.testing.assert_allclose(mine, expected, rtol=1e-4, atol=1e-5)


def test_a_few_rows_equal_keras_on_the_whole_table():
    few, whole = run_table(Adagrad(0.5)), run_table(keras.optimizers.Adagrad(0.5), dense=True)
    np.testing.assert_allclose(few, whole, rtol=1e-4, atol=1e-5)


def test_adagrads_rate_may_change_between_steps():
    rates = list(np.linspace(1.0, 0.01, 40))
    np.testing.assert_allclose(
        run_table(Adagrad(9.0), rates=rates), adagrad_by_hand(rates), rtol=1e-4, atol=1e-5
    )


def test_other_rows_stay_as_they_are():
    table = keras.Variable(TABLE)
    optimizer = Adagrad(0.5)
    optimizer.apply(
        [tf.IndexedSlices(tf.ones((2, 4)), tf.constant([3, 7]), tf.constant([9, 4]))], [table]
    )
    changed = (keras.ops.convert_to_numpy(table) != TABLE).any(axis=1)
    assert np.flatnonzero(changed).tolist() == [3, 7]
    accumulator = keras.ops.convert_to_numpy(optimizer.variables[-1])
    assert np.flatnonzero((accumulator != np.float32(0.1)).any(axis=1)).tolist() == [3, 7]


def test_a_vector_of_biases():
    biases = keras.Variable(np.zeros(5, "float32"))
    gradient = tf.IndexedSlices(tf.constant([1.0, 2.0, 4.0]), tf.constant([1, 4, 1]), (5,))
    Adagrad(1.0).apply([gradient], [biases])
    expected = [0, -5 / np.sqrt(25.1), 0, 0, -2 / np.sqrt(4.1)]
    np.testing.assert_allclose(biases.numpy(), expected, rtol=1e-5)


def test_half_precision_goes_keras_way():
    table = keras.Variable(TABLE, dtype="float16")
    gradient = tf.IndexedSlices(tf.ones((1, 4), tf.float16), tf.constant([2]), (9, 4))
    Adagrad(0.5).apply([gradient], [table])
    expected = TABLE.astype("float16")
    expected[2] -= np.float16(0.5 / np.sqrt(1.1))
    np.testing.assert_allclose(table.numpy(), expected, rtol=1e-2)


@pytest.mark.parametrize("value", [0, 0.0, -0.1, float("nan")])
def test_an_accumulator_of_0_is_named(value):
    with pytest.raises(ValueError, match="initial_accumulator_value is .*positive.*0.1"):
        Adagrad(1.0, initial_accumulator_value=value)
