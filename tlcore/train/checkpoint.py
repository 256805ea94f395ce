"""Checkpoints: everything that training needs to carry on, in one .npz file without pickle."""

from __future__ import annotations

import io
import json
import os
import zipfile
import zlib
from collections.abc import Sequence

import keras
import numpy as np

from tlcore.train.trainer import Trainer
from tldata.atomic import write_bytes

#: What numpy, zip and JSON raise over a file that is cut off, damaged or something else.
UNREADABLE = (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile, zlib.error)

#: What to do about a checkpoint that doesn't fit: the end of each message.
FIX = "Name another checkpoint file, or delete this one to begin anew."


def save_checkpoint(
    path: str | os.PathLike,
    trainer: Trainer,
    state: Sequence[keras.Variable],
    history: dict[str, list],
    partial_loss: float = 0.0,
) -> None:
    """Write the state of training to `path`.

    Whatever happens on the way, `path` is the old checkpoint or the new one, never half of one.

    Parameters
    ----------
    path : path
        Where to; ends in .npz. Its folder must exist.
    trainer : Trainer
        Its position and the variables of its optimizer are saved.
    state : list of keras.Variable
        The network: parameters, moving averages, seeds of the dropout masks, keeping probabilities.
    history : dict of lists
        The record so far.
    partial_loss : float
        Summed loss of the rows seen in the epoch under way.
    """
    arrays = {f"state/{i}": np.asarray(v) for i, v in enumerate(state)}
    arrays |= {f"optimizer/{i}": np.asarray(v) for i, v in enumerate(trainer.optimizer.variables)}
    about = {
        "epoch": trainer.epoch,
        "step": trainer.step,
        "partial_loss": partial_loss,
        "history": history,
        "run": _describe(trainer),
    }
    write_checkpoint(path, about, arrays)


def load_checkpoint(
    path: str | os.PathLike, trainer: Trainer, state: Sequence[keras.Variable]
) -> tuple[dict[str, list], float]:
    """Put training back to where `path` was saved. Everything is checked before it is assigned.

    Returns
    -------
    history : dict of lists
    partial_loss : float

    Raises
    ------
    ValueError
        If the file isn't a checkpoint, or belongs to another network or another run.
    """
    try:
        about, arrays = read_checkpoint(path)
        run, position = dict(about["run"]), (about["epoch"], about["step"])
        history, partial_loss = about["history"], about["partial_loss"]
    except UNREADABLE as error:
        raise ValueError(
            f"checkpoint: {path} can't be read as a checkpoint ({error}). {FIX}"
        ) from error
    check_same_run(path, run, _describe(trainer))
    targets = {f"state/{i}": v for i, v in enumerate(state)}
    targets |= {f"optimizer/{i}": v for i, v in enumerate(trainer.optimizer.variables)}
    if targets.keys() != arrays.keys():
        raise ValueError(
            f"checkpoint: {path} holds {len(arrays)} arrays, this run needs {len(targets)}: it "
            f"belongs to another network. {FIX}"
        )
    for key, variable in targets.items():
        if arrays[key].shape != tuple(variable.shape):
            raise ValueError(
                f"checkpoint: {key} in {path} has shape {arrays[key].shape}, this run needs "
                f"{tuple(variable.shape)}: it belongs to another network. {FIX}"
            )
    for key, variable in targets.items():
        variable.assign(arrays[key])
    trainer.epoch, trainer.step = position
    return history, partial_loss


def write_checkpoint(path: str | os.PathLike, about: dict, arrays: dict[str, np.ndarray]) -> None:
    """Write `arrays`, and `about` as JSON, to one .npz file: the old one or the new, never half."""
    buffer = io.BytesIO()
    np.savez(buffer, about=np.array(json.dumps(about)), **arrays)
    write_bytes(path, buffer.getvalue())


def read_checkpoint(path: str | os.PathLike) -> tuple[dict, dict[str, np.ndarray]]:
    """Return what `write_checkpoint` was given. Raises one of `UNREADABLE` over another file."""
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    return json.loads(str(arrays.pop("about"))), arrays


def check_same_run(path: str | os.PathLike, run: dict, here: dict) -> None:
    """Raise ValueError, with its name, at the first setting in which `run` differs from `here`."""
    for setting, value in here.items():
        if run.get(setting) != value:
            raise ValueError(
                f"checkpoint: {path} was saved with {setting} {run.get(setting)!r}, this run has "
                f"{value!r}. {FIX}"
            )


def _describe(trainer: Trainer) -> dict:
    """What must agree for a run to carry on as if it had never stopped."""
    return {
        "optimizer": type(trainer.optimizer).__name__,
        "parameters": [[v.name, *v.shape] for v in trainer.variables],
        "rows": trainer.n_rows,
        "batch_size": trainer.batch_size,
        "shuffle": trainer.shuffle,
        "seed": trainer.seed,
    }
