"""A real Ctrl-C while TensorFlow is at work: the run carries on to the same weights."""

import os
import signal
import sys
import threading
import time

import numpy as np
import pytest
from trainings import KINDS

PATIENCE = 60  # seconds for what takes milliseconds


@pytest.fixture(autouse=True)
def _default_handler():
    """Ctrl-C raises KeyboardInterrupt; a shell's background jobs ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Interrupter(threading.Thread):
    """Send SIGINT to this process as soon as a method has called a compiled function.

    TensorFlow lets go of Python's lock in there, so that this thread sees the main one at it.
    """

    def __init__(self, name):
        super().__init__(daemon=True)
        self.name, self.sent = name, False

    def run(self):
        deadline = time.monotonic() + PATIENCE
        while not self.sent and time.monotonic() < deadline:
            frame, where = sys._current_frames()[threading.main_thread().ident], []
            while frame is not None:
                where.append((frame.f_code.co_filename, frame.f_code.co_name))
                frame = frame.f_back
            if (
                "quick_execute" in where[0]
                and any("polymorphic_function" in file for file, _ in where)
                and any(name == self.name for _, name in where)
            ):
                self.sent = True
                os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.0005)


def _values(training):
    return [np.asarray(variable).copy() for variable in training.variables]


def _same(mine, theirs, **tolerance):
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one, other, **tolerance)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_call_again_ends_where_an_unbroken_run_does(kind, tmp_path, capsys):
    training = KINDS[kind]()
    whole = training.run(None)
    end = _values(training)

    training.reset()
    interrupter = Interrupter(training.step[1])
    interrupter.start()
    history = training.run(tmp_path / "run.npz")
    interrupter.join()
    assert interrupter.sent and "Interrupted in " in capsys.readouterr().out
    assert len(history["seconds"]) < len(whole["seconds"])

    exact = {"rtol": 1e-6, "atol": 1e-7}  # equal but for how many steps were done in one call
    if training.goes_on:
        training.run(None)
        _same(_values(training), end, **exact)
    training.reset()
    history = training.run(tmp_path / "run.npz")
    _same(_values(training), end, **exact)
    assert {name: len(its) for name, its in history.items()} == {
        name: len(its) for name, its in whole.items()
    }
    name = "loss" if "loss" in whole else "reward"
    np.testing.assert_allclose(history[name], whole[name], rtol=1e-5)
