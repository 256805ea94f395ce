"""From steps to epochs: progress, reports, checkpoints, interrupts."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import keras
from tqdm.auto import tqdm

from tlcore.train.checkpoint import load_checkpoint, save_checkpoint
from tlcore.train.interrupt import HeldInterrupt
from tlcore.train.trainer import Trainer

#: One list for each quantity, with one entry for each epoch.
History = dict[str, list]

#: Seconds that one call of the compiled loop should take, so that an interrupt is soon heard.
SECONDS_A_CALL = 0.25


def train_epochs(
    trainer: Trainer,
    n_epoch: int,
    measure: Callable[[bool], dict[str, float]] = lambda report: {},
    print_freq: int = 5,
    checkpoint: str | os.PathLike | None = None,
    state: Sequence[keras.Variable] = (),
    progress: bool = True,
    on_epoch: Callable[[History], bool | None] | None = None,
) -> History:
    """Train until `n_epoch` epochs are complete.

    Parameters
    ----------
    trainer : Trainer
        Does the steps.
    n_epoch : int
        Epochs in all, those of a resumed checkpoint included.
    measure : callable
        Called after each epoch, with True where the epoch is reported; returns what goes into the
        history beside the epoch's number, its seconds and its mean training loss.
    print_freq : int
        Report after the first epoch and after each `print_freq` epochs. 0 reports nothing.
    checkpoint : path, optional
        File to save to after each epoch and at an interrupt, and to resume from if it is there.
    state : list of keras.Variable
        The variables of the network that a checkpoint holds.
    progress : bool
        Show a progress bar, in a notebook or a terminal.
    on_epoch : callable, optional
        Called with the history after each epoch. If it returns True, training ends there.

    Returns
    -------
    dict of lists
        ``epoch``, ``seconds``, ``loss`` (mean over the batches as they were trained, dropout on)
        and what `measure` gave. An interrupt ends training early and returns what there is.

    Raises
    ------
    ValueError
        If the folder of `checkpoint` doesn't exist, or the file belongs to another run.
    """
    history: History = {"epoch": [], "seconds": [], "loss": []}
    total = 0.0  # summed loss of the rows seen in the epoch under way
    if checkpoint is not None:
        check_folder(checkpoint)
    if checkpoint is not None and Path(checkpoint).exists():
        history, total = load_checkpoint(checkpoint, trainer, state)

    def save() -> None:
        if checkpoint is not None:
            save_checkpoint(checkpoint, trainer, state, history, total)

    n_steps = 1  # steps in one call; adapts to the speed of the machine
    begun = time.perf_counter()
    seen = trainer.epoch * trainer.n_steps + trainer.step
    bar = progress_bar(n_epoch * trainer.n_steps, seen, progress)
    try:
        with HeldInterrupt() as interrupt:
            while trainer.epoch < n_epoch:
                if interrupt.count:
                    raise KeyboardInterrupt
                epoch, first = trainer.epoch, trainer.step
                started = time.perf_counter()
                total += trainer.run(n_steps)
                seconds = time.perf_counter() - started
                done = (trainer.step if trainer.epoch == epoch else trainer.n_steps) - first
                bar.update(done)
                n_steps = max(1, min(2 * n_steps, round(SECONDS_A_CALL * done / seconds)))
                if trainer.epoch == epoch:
                    continue
                loss, total = total / trainer.n_rows, 0.0
                report = print_freq > 0 and (trainer.epoch == 1 or trainer.epoch % print_freq == 0)
                seconds = time.perf_counter() - begun
                record = {"epoch": trainer.epoch, "seconds": seconds, "loss": loss}
                _append(history, record | measure(report))
                begun = time.perf_counter()
                if report:
                    _print_report(history, n_epoch)
                # Before the save: a learning rate that on_epoch sets is part of the checkpoint.
                stop = on_epoch is not None and on_epoch(history)
                save()
                if stop:
                    break
    except KeyboardInterrupt:
        if interrupt.count > 1:  # in the middle of something: the last checkpoint stands
            raise
        save()
        print(
            f"Interrupted in epoch {trainer.epoch + 1} of {n_epoch} after step {trainer.step} of "
            f"{trainer.n_steps}. The network has the weights of that step."
        )
    finally:
        bar.close()
    return history


def check_folder(checkpoint: str | os.PathLike) -> None:
    """Raise ValueError if there is no folder for a checkpoint to lie in."""
    # Before the first epoch, which may take minutes, and not when it is to be saved.
    folder = Path(checkpoint).parent
    if not folder.is_dir():
        raise ValueError(
            f"checkpoint is {str(checkpoint)!r}, and there is no folder {str(folder)!r}; expected "
            f"a file in a folder that exists. Make it first: Path(...).mkdir(parents=True)."
        )


def _append(history: History, record: dict[str, float]) -> None:
    n = len(history["epoch"])
    for name, value in record.items():
        history.setdefault(name, [None] * n).append(value)
    for values in history.values():
        values.extend([None] * (n + 1 - len(values)))


def _print_report(history: History, n_epoch: int) -> None:
    """Print the last epoch the way the original tutorial's logs look."""
    last = {name: values[-1] for name, values in history.items() if values[-1] is not None}
    print(f"Epoch {last['epoch']} of {n_epoch} took {last['seconds']:.2f}s")
    for name in ("train_loss", "train_acc", "val_loss", "val_acc"):
        if name in last:
            print(f"   {name.replace('_', ' ')}: {last[name]:.6f}")
    if not {"train_loss", "val_loss"} & last.keys():
        print(f"   loss: {last['loss']:.6f}")


def progress_bar(total: int, done: int, progress: bool) -> tqdm:
    """Return a bar over `total` steps, which shows nothing where nobody would see it move."""
    # A bar in a log file or in a stored notebook is noise, and TQDM_DISABLE=1 is tqdm's own switch,
    # which its bar for notebooks forgets. Whether a kernel is running is asked of IPython: other
    # programs import ipykernel too.
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    seen = hasattr(shell, "kernel") or sys.stderr.isatty()
    seen = seen and os.environ.get("TQDM_DISABLE", "") in ("", "0")
    return tqdm(
        total=total,
        initial=done,
        unit="step",
        leave=False,
        **({} if progress and seen else {"disable": True}),
    )
