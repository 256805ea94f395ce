import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.train import Adagrad, Trainer, get_optimizer, train_epochs

rng = np.random.default_rng(0)
START = rng.normal(size=(9, 4)).astype("float32")
ROWS = [rng.integers(0, 9, 6) for _ in range(40)]  # six places of nine rows: some come twice
VALUES = [rng.normal(size=(6, 4)).astype("float32") for _ in range(40)]


def run(optimizer, dense=False, rates=None):
    """Take 40 steps, compiled as in training; return the table."""
    table = keras.Variable(START)
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


def by_hand(rates, accumulator=0.1, epsilon=1e-7):
    """The rule of Duchi, Hazan and Singer, on whole gradients."""
    table, seen = START.astype("float64"), np.full(START.shape, accumulator)
    for rate, rows, values in zip(rates, ROWS, VALUES, strict=True):
        gradient = np.zeros(START.shape)
        for row, value in zip(rows, values, strict=True):
            gradient[row] += value
        seen += gradient**2
        table -= rate * gradient / np.sqrt(seen + epsilon)
    return table


def test_rows_that_come_twice_take_one_step_along_the_sum():
    assert any(len(set(rows)) < len(rows) for rows in ROWS)
    np.testing.assert_allclose(run(Adagrad(0.5)), by_hand(40 * [0.5]), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"initial_accumulator_value": 2.0}, {"epsilon": 1e-4}])
def test_whole_gradients_equal_keras(options):
    mine = run(Adagrad(0.5, **options), dense=True)
    np.testing.assert_allclose(mine, run(keras.optimizers.Adagrad(0.5, **options), dense=True))
    expected = by_hand(
        40 * [0.5], options.get("initial_accumulator_value", 0.1), options.get("epsilon", 1e-7)
    )
    np.testing.assert_allclose(mine, expected, rtol=1e-4, atol=1e-5)


def test_a_few_rows_equal_keras_on_the_whole_table():
    few, whole = run(Adagrad(0.5)), run(keras.optimizers.Adagrad(0.5), dense=True)
    np.testing.assert_allclose(few, whole, rtol=1e-4, atol=1e-5)


def test_the_rate_may_change_between_steps():
    rates = list(np.linspace(1.0, 0.01, 40))
    np.testing.assert_allclose(run(Adagrad(9.0), rates=rates), by_hand(rates), rtol=1e-4, atol=1e-5)


def test_other_rows_stay_as_they_are():
    table = keras.Variable(START)
    optimizer = Adagrad(0.5)
    optimizer.apply(
        [tf.IndexedSlices(tf.ones((2, 4)), tf.constant([3, 7]), tf.constant([9, 4]))], [table]
    )
    changed = (keras.ops.convert_to_numpy(table) != START).any(axis=1)
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
    table = keras.Variable(START, dtype="float16")
    gradient = tf.IndexedSlices(tf.ones((1, 4), tf.float16), tf.constant([2]), (9, 4))
    Adagrad(0.5).apply([gradient], [table])
    expected = START.astype("float16")
    expected[2] -= np.float16(0.5 / np.sqrt(1.1))
    np.testing.assert_allclose(table.numpy(), expected, rtol=1e-2)


def test_by_name():
    optimizer = get_optimizer("adagrad", 0.5)
    assert type(optimizer) is Adagrad and float(optimizer.learning_rate) == 0.5
    assert optimizer.initial_accumulator_value == 0.1


@pytest.mark.parametrize("value", [0, 0.0, -0.1, float("nan")])
def test_an_accumulator_of_0_is_named(value):
    with pytest.raises(ValueError, match="initial_accumulator_value is .*positive.*0.1"):
        Adagrad(1.0, initial_accumulator_value=value)


def word_vectors(seed):
    keras.utils.set_random_seed(seed)
    network = tl.layers.Word2vecEmbeddingInputlayer(
        vocabulary_size=30, embedding_size=5, num_sampled=8, name="word2vec"
    )
    # The draws are part of a run's chance; these don't change, so that two runs can be compared.
    negatives = tf.range(8, dtype=tf.int64)
    network.nce_loss_args["sampled_values"] = lambda labels: (
        negatives,
        tf.ones_like(labels, tf.float32),
        tf.ones(8),
    )
    pairs = np.random.default_rng(1).integers(0, 30, (2, 200)).astype("int32")
    trainer = Trainer(network.nce_cost, network.all_params, Adagrad(1.0), pairs, batch_size=32)
    return network, trainer


def test_a_checkpoint_carries_on_where_it_stopped(tmp_path):
    def train(seed, n_epoch, checkpoint=None):
        network, trainer = word_vectors(seed)
        options = dict(checkpoint=checkpoint, progress=False)
        history = train_epochs(trainer, n_epoch, print_freq=0, **options)
        return history, [p.numpy() for p in network.all_params + trainer.optimizer.variables]

    whole, expected = train(1, 4)
    path = tmp_path / "run.npz"
    train(1, 2, path)
    history, values = train(2, 4, path)  # other starting values: they come from the file
    assert history["epoch"] == [1, 2, 3, 4]
    # An epoch's losses are added up in float32, call by call; how many steps a call has varies.
    assert history["loss"] == pytest.approx(whole["loss"], rel=1e-5)
    assert whole["loss"][3] < whole["loss"][0]
    for mine, theirs in zip(values, expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)
