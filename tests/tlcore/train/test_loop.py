"""The loop: epochs and their record, interrupts, reset, and checkpoints to resume from."""

import re
import signal
import threading

import keras
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.layers import DenseLayer, DropoutLayer, InputLayer
from tlcore.train import HeldInterrupt, Loop, Trainer, train_epochs

X = np.random.default_rng(0).normal(3, 1, (60, 2)).astype("float32")


@pytest.fixture(autouse=True)
def _default_handler():
    """Ctrl-C raises KeyboardInterrupt; a shell's background jobs ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def start(units=2, begin=0.0, optimizer=None, **options):
    """Return a trainer of a few weights, with momentum, so that the optimizer has a state."""
    w = keras.Variable(np.full(units, begin), name="w")
    optimizer = optimizer or keras.optimizers.SGD(0.01, momentum=0.9)
    options = {"batch_size": 7} | options
    x = X if units == 2 else np.ones((60, units), "float32")
    return w, Trainer(lambda x: tf.reduce_mean((x - w) ** 2), [w], optimizer, [x], **options)


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


def test_reset_goes_back_to_the_snapshot_with_the_optimizer():
    w, trainer = start()
    loop, ends = Loop(trainer), []
    trainer.run(4)
    loop.snapshot()
    for _ in range(2):
        while trainer.epoch < 2:
            loop.advance()
        ends.append(numbers(w))
        loop.advance()
        loop.reset()
        assert (trainer.epoch, trainer.step, loop.partial) == (0, 4, (0.0, 0))
    assert ends[0] == ends[1]


def test_a_call_ends_with_the_epoch_and_with_what_is_asked():
    _, trainer = start()  # 9 steps of 7 rows, the last of 4
    loop = Loop(trainer)
    done = [loop.advance(most) for most in (1, 2, 3, 99)]
    assert done[:3] == [1, 2, 3] and sum(done) <= 9
    while trainer.epoch == 0:
        loop.advance()
    assert loop.partial[1] == 60 and loop.mean_loss() > 0 == loop.mean_loss()


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


@pytest.mark.parametrize("at", [3, 9])
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


# ---- checkpoints


@pytest.fixture
def saved(tmp_path):
    """A checkpoint after two epochs."""
    train_epochs(start()[1], 2, print_freq=0, checkpoint=tmp_path / "run.npz")
    return tmp_path / "run.npz"


def test_a_run_in_pieces_is_the_run_in_one(tmp_path):
    w, whole = start()
    expected = train_epochs(whole, 4, print_freq=0)
    for begin, n_epoch in enumerate((1, 3, 4, 4)):  # a complete run is only loaded
        v, part = start(begin=float(begin))
        history = train_epochs(part, n_epoch, print_freq=0, checkpoint=tmp_path / "run.npz")
    assert numbers(v) == numbers(w) and history["epoch"] == [1, 2, 3, 4]
    # Its weights are equal to the bit. A mean loss is a float32 sum over other groups of steps.
    np.testing.assert_allclose(history["loss"], expected["loss"], rtol=1e-6)


def test_rate_and_keep_are_resumed(tmp_path):
    x, y = X, (X[:, 0] > 3).astype("int32")

    def train(n_epoch, seed, checkpoint=None):
        keras.utils.set_random_seed(seed)
        net = DenseLayer(DropoutLayer(InputLayer((2,)), keep=0.8, name="drop1"), 2)
        optimizer = keras.optimizers.SGD(0.05)

        def on_epoch(history):
            optimizer.learning_rate = 0.05 / history["epoch"][-1]
            net.set_keep({"drop1": 1 - 0.2 * history["epoch"][-1]})

        options = {"print_freq": 0, "eval_train": False, "batch_size": 9, "on_epoch": on_epoch}
        tl.utils.fit(
            net, x, y, optimizer=optimizer, n_epoch=n_epoch, checkpoint=checkpoint, **options
        )
        return [keras.ops.convert_to_numpy(p) for p in net.all_params], net

    whole, _ = train(4, 0)
    train(2, 0, tmp_path / "c")
    fresh, net = train(4, 9, tmp_path / "c")
    assert all(np.array_equal(a, b) for a, b in zip(whole, fresh, strict=True))
    assert float(net.all_drop["drop1"]) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"units": 3}, ["parameters [[2]]", "this run has [[3]]"]),
        ({"batch_size": 9}, ["batch_size 7", "this run has 9"]),
        ({"seed": 1}, ["seed 0", "this run has 1"]),
        ({"shuffle": False}, ["shuffle True", "this run has False"]),
        ({"optimizer": keras.optimizers.Adam()}, ["optimizer 'SGD'", "this run has 'Adam'"]),
        ({"state": [keras.Variable(0.0)]}, ["arrays, this run needs", "another network"]),
    ],
)
def test_the_checkpoint_of_another_run_is_refused(saved, options, parts):
    w, trainer = start(begin=5.0, **options)
    content = saved.read_bytes()
    with pytest.raises(ValueError) as error:
        train_epochs(trainer, 3, print_freq=0, checkpoint=saved)
    assert all(part in str(error.value) for part in [*parts, str(saved), "delete"]), error.value
    assert set(numbers(w)) == {5.0} and saved.read_bytes() == content


def damaged(content):
    middle = len(content) // 2
    flipped = bytes(255 - byte for byte in content[middle : middle + 40])
    yield "empty", b""
    yield "text", b"not a checkpoint\n" * 9
    yield "pickle", b"\x80\x04N."
    yield "cut off", content[:middle]
    yield "flipped", content[:middle] + flipped + content[middle + 40 :]


def test_a_damaged_file_is_refused_and_nothing_assigned(saved, tmp_path):
    w, trainer = start()
    path = tmp_path / "bad.npz"
    for what, content in damaged(saved.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="bad.npz (is|can't be read) .*delete"):
            train_epochs(trainer, 3, checkpoint=path)
            pytest.fail(what)
        assert path.read_bytes() == content
    assert numbers(w) == [0.0, 0.0]


@pytest.mark.parametrize("about", [None, "no json", "[]", "{}", '{"run": []}'])
def test_an_archive_of_something_else_is_refused(tmp_path, about):
    path, (_, trainer) = tmp_path / "other.npz", start()
    np.savez(path, **({"a": np.ones(2)} if about is None else {"about": np.array(about)}))
    with pytest.raises(ValueError, match="can't be read as a checkpoint"):
        train_epochs(trainer, 3, checkpoint=path)
    np.save(tmp_path / "bare.npy", np.ones(2))
    with pytest.raises(ValueError, match="bare.npy is not an .npz file"):
        train_epochs(trainer, 3, checkpoint=tmp_path / "bare.npy")


@pytest.mark.parametrize("value", ['"step": -2', '"step": "3"', '"step": null', '"place": 0'])
def test_a_position_that_is_none_is_refused(saved, value):
    with np.load(saved) as file:
        arrays = dict(file)
    arrays["about"] = np.array(str(arrays["about"]).replace('"step": 0', value))
    np.savez(saved, **arrays)
    w, trainer = start()
    with pytest.raises(ValueError, match="training stands at .*expected numbers for epoch, step"):
        train_epochs(trainer, 3, checkpoint=saved)
    assert numbers(w) == [0.0, 0.0]


@pytest.mark.parametrize("place", ["numpy.savez", "os.replace", "os.fsync"])
def test_a_save_that_fails_leaves_the_old_checkpoint_and_nothing_else(saved, monkeypatch, place):
    content = saved.read_bytes()

    def fail(file, *arrays, **named):
        if hasattr(file, "write"):
            file.write(b"half of it")
        raise OSError("no space left on device")

    monkeypatch.setattr(place, fail)
    with pytest.raises(OSError, match="no space left"):
        train_epochs(start()[1], 3, print_freq=0, checkpoint=saved)
    assert saved.read_bytes() == content
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_a_missing_folder_is_missed_before_training(tmp_path):
    w, trainer = start()
    with pytest.raises(ValueError, match="checkpoint is '.*no folder '.*nowhere'.*mkdir"):
        train_epochs(trainer, 3, checkpoint=tmp_path / "nowhere" / "run.npz")
    assert numbers(w) == [0.0, 0.0]
