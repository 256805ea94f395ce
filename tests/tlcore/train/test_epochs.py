"""Epochs: reports, histories, interrupts."""

import re
import signal
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.train import HeldInterrupt, Trainer, train_epochs

X = np.random.default_rng(0).normal(3, 1, (60, 2)).astype("float32")


@pytest.fixture(autouse=True)
def _default_handler():
    """Ctrl-C raises KeyboardInterrupt; a shell's background jobs ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(**options):
    """Return a trainer of two weights, with momentum, so that the optimizer has a state."""
    w = keras.Variable([0.0, 0.0], name="w")
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    options = {"batch_size": 7} | options
    return w, Trainer(lambda x: tf.reduce_mean((x - w) ** 2), [w], optimizer, [X], **options)


def numbers(w):
    return keras.ops.convert_to_numpy(w).tolist()


def measure(report):
    return {"val_loss": 2.0, **({"train_loss": 1.0, "train_acc": 0.5} if report else {})}


def test_the_history_has_a_value_or_none_for_every_epoch():
    _, trainer = start()
    history = train_epochs(trainer, 5, measure, print_freq=2)
    assert history["epoch"] == [1, 2, 3, 4, 5]
    assert history["train_loss"] == [1.0, 1.0, None, 1.0, None]  # the first, and each second
    assert history["val_loss"] == 5 * [2.0]
    assert all(seconds > 0 for seconds in history["seconds"])
    assert history["loss"][0] > history["loss"][-1]


def test_a_quantity_that_comes_late_is_none_before():
    _, trainer = start()
    late = iter([{}, {"x": 1}, {}, {"x": 2}])
    history = train_epochs(trainer, 4, lambda report: next(late), print_freq=0)
    assert history["x"] == [None, 1, None, 2]


def test_reports_look_like_the_originals_logs(capsys):
    _, trainer = start()
    train_epochs(trainer, 3, measure, print_freq=2)
    lines = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"Epoch 1 of 3 took \d+\.\d\ds", lines[0])
    assert lines[1:4] == [
        "   train loss: 1.000000",
        "   train acc: 0.500000",
        "   val loss: 2.000000",
    ]
    assert re.fullmatch(r"Epoch 2 of 3 took \d+\.\d\ds", lines[4]) and len(lines) == 8


def test_without_measurements_the_report_has_the_training_loss(capsys):
    _, trainer = start()
    history = train_epochs(trainer, 1)
    assert capsys.readouterr().out.splitlines()[1] == f"   loss: {history['loss'][0]:.6f}"


def test_print_freq_0_is_silent(capsys):
    _, trainer = start()
    train_epochs(trainer, 3, measure, print_freq=0)
    assert capsys.readouterr() == ("", "")


def test_the_loss_is_the_mean_over_rows():
    _, trainer = start(batch_size=60)  # one step: the loss before it
    assert train_epochs(trainer, 1, print_freq=0)["loss"][0] == pytest.approx(
        float((X.astype("float64") ** 2).mean()), rel=1e-5
    )


def test_on_epoch_is_called_with_the_history_and_can_stop(capsys):
    _, trainer = start()
    seen = []

    def on_epoch(history):
        seen.append(list(history["epoch"]))
        return len(seen) == 3

    history = train_epochs(trainer, 10, on_epoch=on_epoch, print_freq=0)
    assert seen == [[1], [1, 2], [1, 2, 3]] and history["epoch"] == [1, 2, 3]
    assert "Interrupted" not in capsys.readouterr().out


def press_ctrl_c(trainer, at):
    """Send SIGINT inside the `at`-th call of the compiled loop: weights moved, nothing noted."""
    steps, calls = trainer._steps, []

    def interrupted(*arguments):
        total = steps(*arguments)
        calls.append(1)
        if len(calls) == at:
            signal.raise_signal(signal.SIGINT)
        return total

    trainer._steps = interrupted


@pytest.mark.parametrize("at", [1, 3, 4, 9])
def test_an_interrupt_keeps_what_was_learnt_and_resumes_exactly(tmp_path, capsys, monkeypatch, at):
    monkeypatch.setattr("tlcore.train.loop.SECONDS_A_CALL", 0.0)  # a step a call
    w, whole = start()
    expected = train_epochs(whole, 3, print_freq=0)

    path = tmp_path / "c.npz"
    v, parts = start()
    press_ctrl_c(parts, at)
    history = train_epochs(parts, 3, print_freq=0, checkpoint=path)
    assert 9 * parts.epoch + parts.step == at and history["epoch"] == [1][: at // 9]
    assert f"step {at % 9} of 9. The network has the weights" in capsys.readouterr().out

    _, alone = start()  # the same number of steps, by hand
    for _ in range(at):
        alone.run(1)
    assert numbers(v) == numbers(alone.variables[0])

    u, fresh = start()
    history = train_epochs(fresh, 3, print_freq=0, checkpoint=path)
    assert numbers(u) == numbers(w)
    assert history["epoch"] == [1, 2, 3]
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-6)


def test_an_interrupt_while_measuring_waits_for_the_record(capsys):
    _, trainer = start()

    def slow(report):
        signal.raise_signal(signal.SIGINT)
        return {"val_loss": 1.0}

    history = train_epochs(trainer, 3, slow, print_freq=0)
    assert history["epoch"] == [1] and history["val_loss"] == [1.0]
    assert "epoch 2 of 3 after step 0" in capsys.readouterr().out


def test_an_interrupt_from_on_epoch_ends_training(tmp_path):
    v, trainer = start()

    def stop(history):
        raise KeyboardInterrupt

    path = tmp_path / "c.npz"
    history = train_epochs(trainer, 3, checkpoint=path, print_freq=0, on_epoch=stop)
    assert history["epoch"] == [1] and path.exists()


def test_a_second_interrupt_does_not_wait(tmp_path):
    v, trainer = start()

    def hang(report):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        raise AssertionError("still here")

    with pytest.raises(KeyboardInterrupt):
        train_epochs(trainer, 3, hang, checkpoint=tmp_path / "c.npz")
    assert not (tmp_path / "c.npz").exists()  # the epoch under way has no record
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_is_as_before_afterwards_and_elsewhere():
    def mine(number, frame):
        raise AssertionError("not called")

    with HeldInterrupt():
        assert signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    previous = signal.signal(signal.SIGINT, mine)
    try:
        with HeldInterrupt():
            assert signal.getsignal(signal.SIGINT) is mine
    finally:
        signal.signal(signal.SIGINT, previous)


def test_training_works_in_another_thread():
    _, trainer = start()
    histories = []
    thread = threading.Thread(
        target=lambda: histories.append(train_epochs(trainer, 2, print_freq=0))
    )
    thread.start()
    thread.join()
    assert histories[0]["epoch"] == [1, 2]


def test_an_error_in_on_epoch_is_the_users():
    _, trainer = start()
    with pytest.raises(ZeroDivisionError):
        train_epochs(trainer, 1, print_freq=0, on_epoch=lambda history: 1 / 0)
