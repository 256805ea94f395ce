"""The one loop: pace, interrupts, checkpoints, reset, records, for whatever trains.

A :class:`Loop` advances a trainer in calls of about a quarter of a second. Between two calls
weights, position and record agree: only there is Ctrl-C heard (:class:`HeldInterrupt`), is anything
saved, may a setting change. :func:`train_epochs` makes a run of it.
"""

from __future__ import annotations

import functools
import hashlib
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_positive, require
from tlcore.files.checkpoints import _arrays, _position, _restore, resume, save_checkpoint
from tlcore.progress import progress_bar

#: One list for each quantity, with one entry for each epoch.
History = dict[str, list]

#: What is called after each epoch.
OnEpoch = Callable[[History], bool | None]

#: Seconds that one call of the compiled steps should take, so that an interrupt is soon heard.
SECONDS_A_CALL = 0.25


class Trainable(Protocol):
    """What a loop and a checkpoint ask of a trainer."""

    optimizer: keras.optimizers.Optimizer
    variables: list[keras.Variable]  #: What the optimizer changes.
    #: All that moves beside the optimizer: the variables, averages, seeds of dropout, keeps.
    state: Sequence[keras.Variable]
    #: The attributes that say where training stands: numbers that a checkpoint holds.
    position: tuple[str, ...]
    #: Those that must be the same for a run to carry on as if it had never stopped.
    settings: tuple[str, ...]
    examples: Sequence[Any] = ()  #: The arrays that it trains on.

    @functools.cached_property
    def data(self) -> str:
        """What tells data from other data: a hash of `examples`."""
        digest = hashlib.blake2b(digest_size=8)
        for array in map(np.asarray, self.examples):
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    @property
    def learning_rate(self) -> float:
        """Step size, as it is now. It may be assigned while training runs."""
        # float32 has 0.1 as 0.10000000149; its shortest decimal is what was meant.
        return float(str(np.float32(self.optimizer.learning_rate)))

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self.optimizer.learning_rate = check_positive("learning_rate", rate, "0.001")


class Checked:
    """A setting that may be assigned while training runs, and is checked whenever it is."""

    def __init__(self, check: Callable[[str, Any], Any]):
        self.check = check

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, trainer: Any, owner: type) -> Any:
        return self if trainer is None else vars(trainer)[self.name]

    def __set__(self, trainer: Any, value: Any) -> None:
        vars(trainer)[self.name] = self.check(self.name, value)


class StepTrainer(Trainable):
    """A trainer that goes through its data in steps, epoch by epoch, and knows where it is.

    A subclass does steps in ``_train``, and draws the order of an epoch in ``_arrange``. What is
    drawn depends on `seed` and the number of the epoch alone, so a run may stop after any step.
    """

    position: tuple[str, ...] = ("epoch", "step")
    settings: tuple[str, ...] = ("n_examples", "batch_size", "seed", "data")
    epoch = step = 0  #: Complete epochs, and complete steps in the one under way.
    seen = 0  #: Examples that the last :meth:`run` saw.
    n_examples: int  #: What an epoch's loss is summed over: rows of data, or words to guess.
    batch_size: int
    seed: int
    #: Does the steps from the first up to the last; returns summed loss and number of examples.
    _train: Callable[[int, int], tuple[float, int]]
    _arrange: Callable[[np.random.Generator], Any]
    _order: tuple[int, Any] | None = None

    @property
    def n_steps(self) -> int:
        """Steps in an epoch, short last ones included."""
        raise NotImplementedError

    def run(self, n_steps: int | None = None) -> float:
        """Train for `n_steps` steps, or for what is left of the epoch if that is fewer.

        Return the summed loss of all examples that were seen. If it is NaN or infinite, that is a
        FloatingPointError.
        """
        first = self.step
        last = self.n_steps if n_steps is None else min(self.n_steps, first + n_steps)
        total, self.seen = self._train(first, last)
        where = f"the loss between steps {first} and {last} of epoch {self.epoch + 1}"
        check_finite(where, total, self)
        self.step = last
        if last == self.n_steps:
            self.epoch, self.step = self.epoch + 1, 0
        return total

    def _arranged(self) -> Any:
        """Return the order of the epoch under way."""
        if self._order is None or self._order[0] != self.epoch:
            self._order = self.epoch, self._arrange(np.random.default_rng([self.seed, self.epoch]))
        return self._order[1]

    @property
    def _epoch_seed(self) -> int:
        """A seed for what TensorFlow draws in this epoch."""
        return (self.epoch + self.seed * 4099) % 2**30


class ClippingTrainer(StepTrainer):
    """A trainer that scales a long gradient down. The norm is a variable that steps read."""

    _norm: tf.Variable

    @property
    def max_grad_norm(self) -> float:
        """Length to which a longer gradient is scaled down."""
        return float(self._norm.numpy())

    @max_grad_norm.setter
    def max_grad_norm(self, norm: float) -> None:
        self._norm.assign(check_positive("max_grad_norm", norm))


def check_finite(what: str, value: float, trainer: Trainable) -> None:
    """Raise FloatingPointError where a loss or a gradient has run away."""
    names = [name for name in ("learning_rate", "max_grad_norm") if hasattr(trainer, name)]
    given = " and ".join(f"{name} is {getattr(trainer, name):g}" for name in names)
    require(
        np.isfinite(value),
        f"{what} is {value}. {given}: try smaller, and check the inputs for very large values.",
        FloatingPointError,
    )


class HeldInterrupt:
    """Note a Ctrl-C instead of raising it wherever the program happens to be.

    Python would raise KeyboardInterrupt as soon as a compiled call returns: after the weights have
    moved, and before anything has noted that they did. Inside this context the loop asks for it
    where the two agree: `count` says how often Ctrl-C came. A second one does not wait. Outside the
    main thread, or where a program handles Ctrl-C in a way of its own, nothing changes.
    """

    count = 0

    def __enter__(self) -> HeldInterrupt:
        self.count = 0
        self._held = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._held:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *error) -> None:
        if self._held:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def hear(self) -> None:
        """Raise KeyboardInterrupt if Ctrl-C came: called where it may stop."""
        if self.count:
            raise KeyboardInterrupt

    def _note(self, number, frame) -> None:
        self.count += 1
        if self.count > 1:
            raise KeyboardInterrupt


class Loop:
    """Advance a trainer; between two calls weights, position and record agree.

    Another `trainer` may be assigned there. A long call, such as an update of a policy, may
    ``interrupt.hear()`` where it can be dropped.

    A panel of your own, in the foreground or in a thread::

        loop = Loop(trainer)
        loop.snapshot()  # what reset() goes back to
        interrupted = loop.run(lambda: trainer.epoch >= 3, lambda: show(loop.advance(most=100)))
    """

    def __init__(self, trainer: Trainable):
        self.trainer = trainer
        self.partial = (0.0, 0)  # summed loss, and examples seen, since the last mean_loss()
        self.interrupt = HeldInterrupt()
        self._pace = 1  # steps in one call; adapts to the speed of the machine
        self._first: tuple[dict[str, np.ndarray], dict[str, Any]] | None = None

    def advance(self, most: int | None = None) -> int:
        """Train some steps within the epoch, `most` at most; return how many."""
        trainer = self.trainer
        assert isinstance(trainer, StepTrainer)  # a policy is updated, and not in steps
        first, started = trainer.step, time.perf_counter()
        loss = trainer.run(self._pace if most is None else min(most, self._pace))
        seconds = max(time.perf_counter() - started, 1e-9)
        self.partial = self.partial[0] + loss, self.partial[1] + trainer.seen
        done = (trainer.step or trainer.n_steps) - first
        self._pace = max(1, min(2 * self._pace, round(SECONDS_A_CALL * done / seconds)))
        return done

    def mean_loss(self) -> float:
        """Return the mean loss of the examples seen since the last call."""
        loss, seen = self.partial
        self.partial = (0.0, 0)
        return loss / max(seen, 1)

    def snapshot(self) -> None:
        """Remember weights, optimizer, seeds of dropout and position, to :meth:`reset` to."""
        self._first = _arrays(self.trainer), _position(self.trainer)

    def reset(self) -> None:
        """Go back to the snapshot. A setting that is a variable goes back with it: set it anew."""
        if self._first is None:
            raise ValueError("There is no snapshot to go back to; call snapshot() first.")
        _restore(self.trainer, *self._first)
        self.mean_loss()

    def run(self, done: Callable[[], bool], advance: Callable[[], Any] | None = None) -> bool:
        """Advance until `done()`, or until Ctrl-C; return whether that ended it.

        `advance` is one call, :meth:`advance` unless given: what belongs together, steps and their
        record. Ctrl-C waits for its end.
        """
        with self.interrupt:
            try:
                while not done():
                    self.interrupt.hear()
                    (advance or self.advance)()
            except KeyboardInterrupt:
                if self.interrupt.count > 1:  # in the middle of something
                    raise
                return True
        return False


def train_epochs(
    trainer: StepTrainer, n_epoch: int,
    measure: Callable[[bool], dict[str, Any]] = lambda report: {}, print_freq: int = 5,
    checkpoint: str | os.PathLike | None = None, progress: bool = True,
    on_epoch: OnEpoch | None = None,
) -> History:  # fmt: skip
    """Train until `n_epoch` epochs are complete, those of a resumed checkpoint included.

    Returned is the history: ``epoch``, ``seconds``, ``loss`` (mean over the examples, as they were
    trained) and what `measure` gives. That is called after each epoch, with True where the epoch is
    reported: after the first and after each `print_freq` epochs, or never where that is 0. After it
    `on_epoch` is called with the history. If it returns True, training ends there; Ctrl-C ends it
    early too. `progress` shows a bar, in a notebook or a terminal.

    `checkpoint` is a file to save to after each epoch and at Ctrl-C, and to resume from if it is
    there: after a crash, the same call ends with the weights of an unbroken run.
    """
    check_count("print_freq", print_freq, least=0)
    message = f"on_epoch is {on_epoch!r}; expected a function of the history."
    require(on_epoch is None or callable(on_epoch), message, TypeError)
    history: History = {"epoch": [], "seconds": [], "loss": []}
    loop = Loop(trainer)
    history, loop.partial = resume(checkpoint, trainer, history)
    if trainer.epoch >= n_epoch:
        print(f"{checkpoint} holds {trainer.epoch} epochs; n_epoch is {n_epoch}: none to train.")
    begun, stopped = time.perf_counter(), False
    seen = trainer.epoch * trainer.n_steps + trainer.step

    def save() -> None:
        if checkpoint is not None:
            save_checkpoint(checkpoint, trainer, history, loop.partial)

    def advance() -> None:
        nonlocal begun, stopped
        bar.update(loop.advance())
        if trainer.step:  # the epoch goes on
            return
        epoch, seconds = trainer.epoch, time.perf_counter() - begun
        report = print_freq > 0 and (epoch == 1 or epoch % print_freq == 0)
        record = {"epoch": epoch, "seconds": seconds, "loss": loop.mean_loss()}
        record |= measure(report)
        n = len(history["epoch"])
        for name in history | record:  # what wasn't measured in an epoch is None there
            history.setdefault(name, [None] * n).append(record.get(name))
        begun = time.perf_counter()
        if report:
            print(f"Epoch {epoch} of {n_epoch} took {seconds:.2f}s")
            names = ["train_loss", "train_acc", "val_loss", "val_acc"]
            for name in [name for name in names if name in record] or ["loss"]:
                print(f"   {name.replace('_', ' ')}: {record[name]:.6f}")
        # Before the save: a learning rate that on_epoch sets is part of the checkpoint.
        stopped = on_epoch is not None and bool(on_epoch(history))
        save()

    with progress_bar(n_epoch * trainer.n_steps, seen, progress) as bar:
        interrupted = loop.run(lambda: stopped or trainer.epoch >= n_epoch, advance)
    if interrupted:
        save()
        print(
            f"Interrupted in epoch {trainer.epoch + 1} of {n_epoch} after step {trainer.step} of "
            f"{trainer.n_steps}. The network has the weights of that step."
        )
    return history
