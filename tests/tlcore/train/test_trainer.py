import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.train import Trainer


class Recorder:
    """A loss that writes down the rows it is given, in a variable, as training goes."""

    def __init__(self, n_rows=10, **options):
        self.w = keras.Variable(1.0)
        self.seen = tf.Variable(tf.zeros([0], tf.int32), shape=[None])
        self.sizes = tf.Variable(tf.zeros([0], tf.int32), shape=[None])
        self.traces = 0
        rows = np.arange(n_rows, dtype="int32")
        self.trainer = Trainer(
            self.loss, [self.w], keras.optimizers.SGD(0.0), [rows, rows * 2], **options
        )

    def loss(self, x, twice):
        self.traces += 1
        tf.debugging.assert_equal(2 * x, twice)  # rows stay together
        self.seen.assign(tf.concat([self.seen, x], 0))
        self.sizes.assign(tf.concat([self.sizes, [tf.size(x)]], 0))
        return tf.reduce_mean(tf.cast(x, tf.float32)) * self.w

    def epoch(self):
        self.seen.assign(tf.zeros([0], tf.int32))
        self.trainer.run()
        return self.seen.numpy().tolist()


def test_an_epoch_sees_every_row_once_in_another_order_each_time():
    recorder = Recorder(batch_size=4, seed=3)
    first, second = recorder.epoch(), recorder.epoch()
    assert sorted(first) == sorted(second) == list(range(10))
    assert first != second and list(range(10)) not in (first, second)
    again = Recorder(batch_size=4, seed=3)
    assert (again.epoch(), again.epoch()) == (first, second)
    assert Recorder(batch_size=4, seed=4).epoch() != first


def test_without_shuffling_rows_come_in_order():
    recorder = Recorder(batch_size=4, shuffle=False)
    assert recorder.epoch() == recorder.epoch() == list(range(10))


@pytest.mark.parametrize(("n_rows", "size"), [(10, 4), (8, 4), (3, 4), (1, 1), (400, 128)])
def test_the_short_last_batch_is_kept(n_rows, size):
    recorder = Recorder(n_rows, batch_size=size, shuffle=False)
    recorder.epoch()
    expected = [size] * (n_rows // size) + ([n_rows % size] if n_rows % size else [])
    assert recorder.sizes.numpy().tolist() == expected
    assert recorder.trainer.n_steps == len(expected)


def test_run_returns_the_sum_over_rows_and_moves_on():
    recorder = Recorder(batch_size=4, shuffle=False)
    trainer = recorder.trainer
    assert trainer.run(1) == 0 + 1 + 2 + 3 and (trainer.epoch, trainer.step) == (0, 1)
    assert trainer.run(99) == sum(range(4, 10)) and (trainer.epoch, trainer.step) == (1, 0)
    assert trainer.run() == sum(range(10)) and (trainer.epoch, trainer.step) == (2, 0)


def test_the_order_of_an_epoch_does_not_depend_on_the_calls():
    whole, parts = Recorder(batch_size=3), Recorder(batch_size=3)
    for _ in range(4):
        parts.trainer.run(1)
    assert whole.epoch() == parts.seen.numpy().tolist()


def test_nothing_is_traced_again_when_rates_and_batch_sizes_change():
    recorder = Recorder(batch_size=4)
    for rate, size in ((0.5, 4), (0.1, 3), (0.01, 10), (0.2, 1)):
        recorder.trainer.optimizer.learning_rate = rate
        recorder.trainer.batch_size = size
        recorder.w.assign(1.0)
        recorder.sizes.assign(tf.zeros([0], tf.int32))
        assert sorted(recorder.epoch()) == list(range(10))
        assert recorder.sizes.numpy().max() == size
        assert float(recorder.w) < 1.0  # the rate of 0 that it was made with is gone
    assert recorder.traces == 1


def test_steps_are_those_of_plain_gradient_descent():
    x = np.random.default_rng(0).normal(3, 1, 10).astype("float32")
    w = keras.Variable(0.0)
    trainer = Trainer(
        lambda x: tf.reduce_mean((x - w) ** 2), [w], keras.optimizers.SGD(0.1), [x], 4, seed=5
    )
    expected = 0.0
    for epoch in range(3):
        order = np.arange(10, dtype=np.int32)
        np.random.default_rng([5, epoch]).shuffle(order)
        losses = 0.0
        for i in range(0, 10, 4):
            batch = x[order[i : i + 4]]
            losses += ((batch - expected) ** 2).mean() * len(batch)
            expected -= 0.1 * 2 * (expected - batch).mean()
        assert trainer.run() == pytest.approx(losses, rel=1e-5)
        assert float(w) == pytest.approx(expected, rel=1e-5)


def test_large_data_stays_in_host_memory(monkeypatch):
    monkeypatch.setattr("tlcore.train.trainer.ON_DEVICE_BYTES", 0)
    assert sorted(Recorder(batch_size=4).epoch()) == list(range(10))


def test_a_loss_that_is_not_a_number_is_an_error():
    w = keras.Variable(1.0)
    x = np.ones(4, "float32")
    trainer = Trainer(lambda x: w * tf.reduce_sum(x / 0.0), [w], keras.optimizers.SGD(0.5), [x], 2)
    with pytest.raises(FloatingPointError) as error:
        trainer.run()
    parts = ("steps 0 and 2 of epoch 1 is nan", "learning_rate is 0.5", "smaller")
    assert all(part in str(error.value) for part in parts), error.value


@pytest.mark.parametrize(
    ("options", "kind", "parts"),
    [
        ({"batch_size": 0}, ValueError, ["batch_size is 0", "at least 1"]),
        ({"batch_size": 4, "seed": None}, TypeError, ["seed is None"]),
    ],
)
def test_bad_arguments_are_named(options, kind, parts):
    with pytest.raises(kind) as error:
        Recorder(**options)
    assert all(part in str(error.value) for part in parts), error.value


def test_a_loss_that_is_not_a_scalar_is_named_before_training():
    w = keras.Variable(1.0)
    with pytest.raises(ValueError, match=r"cost gives a tensor of shape \(None,\).*reduce_mean"):
        Trainer(lambda x: x * w, [w], keras.optimizers.SGD(0.1), [np.ones(4, "float32")], 2)
    assert float(w) == 1.0
