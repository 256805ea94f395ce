"""Checkpoints: all that a training needs to carry on, in one archive, checked before it counts."""

from __future__ import annotations

import functools
import glob
import json
import os
import tempfile
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from tlcore.check import require
from tlcore.files.archive import read_archive, write_archive

if TYPE_CHECKING:
    from tlcore.train.loop import History, Trainable

#: Summed loss, and examples seen, of an epoch under way.
Partial = tuple[float, int]

#: What to do about a checkpoint that doesn't fit: the end of each message.
FIX = "Name another checkpoint file, or delete this one to begin anew."


def save_checkpoint(
    path: str | os.PathLike, trainer: Trainable, history: History, partial: Partial = (0.0, 0)
) -> None:
    """Write all that training needs to carry on to `path`, an .npz file in a folder that exists.

    Whatever happens on the way, `path` is the old checkpoint or the new one, never half of one.
    """
    about = {"position": _position(trainer), "partial": partial, "history": history}
    text = np.array(json.dumps(about | {"run": _run(trainer)}))
    write_archive(Path(path), _arrays(trainer) | {"about": text}, compressed=False)


def load_checkpoint(path: str | os.PathLike, trainer: Trainable) -> tuple[History, Partial]:
    """Go back to where `path` was saved; return the history and the `partial` of then.

    Everything is checked before it is assigned. A damaged file, or one of another network, other
    data, another cost or other settings, is a ValueError. Learning rates, keeping probabilities and
    other values that may be assigned are part of a checkpoint; where that changes one, it is said.
    """

    def fits(condition: Any, wrong: str) -> None:
        require(condition, f"checkpoint: {path} {wrong}. {FIX}")

    arrays = read_archive(Path(path), FIX)
    try:
        about = json.loads(str(arrays.pop("about")))
        position, history, run = (dict(about[name]) for name in ("position", "history", "run"))
        partial = float(about["partial"][0]), int(about["partial"][1])
        lengths = {len(values) for values in history.values() if isinstance(values, list)}
        told = [v for values in history.values() for v in values if isinstance(v, float)]
        require(len(lengths) == 1 and np.isfinite([*told, *partial]).all(), "its history is none")
        done = position.get("epoch", position.get("n_episodes"))
        require(partial[1] >= 0 and lengths <= {0, done}, "history and position disagree")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(
            f"checkpoint: {path} can't be read as a checkpoint ({error}). {FIX}"
        ) from error
    for name, here in _run(trainer).items():
        saved = run.get(name)
        fits(saved == here, f"was saved with {name} {saved!r}, this run has {here!r}")
    now = _position(trainer)
    fits(
        position.keys() == now.keys()
        and all(type(v) is type(now[k]) and 0 <= v < 2**53 for k, v in position.items())
        and position.get("step", 0) < getattr(trainer, "n_steps", 1),
        f"says that training stands at {position}; expected numbers for {', '.join(now)}",
    )
    shapes = {name: tuple(variable.shape) for name, variable in _variables(trainer).items()}
    fits(
        {name: array.shape for name, array in arrays.items()} == shapes,
        f"holds {len(arrays)} arrays, this run needs {len(shapes)} of the shapes "
        f"{list(shapes.values())}: it belongs to another network",
    )
    for name, variable in _variables(trainer).items():
        array, dtype = arrays[name], np.asarray(variable).dtype
        as_stored = "|V2" if dtype.name == "bfloat16" else dtype  # NumPy's files don't know it
        fits(
            array.dtype == as_stored and (dtype.kind != "f" or np.isfinite(array).all()),
            f"holds {array.dtype} for {name}; expected finite numbers, {dtype}",
        )
    given = _values(trainer)
    _restore(trainer, arrays, position)
    changed = [
        f"{name} is {value:g}, as saved, and not {given[name]:g}"
        for name, value in _values(trainer).items()
        if value != given[name]
    ]
    if changed:
        print(f"Resumed from {path}: {'; '.join(changed)}.")
    return history, partial


def _variables(trainer: Trainable) -> dict[str, keras.Variable]:
    parts = {"state": trainer.state, "optimizer": trainer.optimizer.variables}
    return {f"{part}/{i}": v for part, variables in parts.items() for i, v in enumerate(variables)}


def _arrays(trainer: Trainable) -> dict[str, np.ndarray]:
    return {name: np.asarray(value).copy() for name, value in _variables(trainer).items()}


def _position(trainer: Trainable) -> dict[str, Any]:
    return {name: getattr(trainer, name) for name in trainer.position}


def _run(trainer: Trainable) -> dict[str, Any]:
    # Without names: Keras counts layers on where a cell is run twice.
    parameters = [list(v.shape) for v in trainer.variables]
    run = {"optimizer": type(trainer.optimizer).__name__, "parameters": parameters}
    settings = trainer.optimizer.get_config() | {"learning_rate": None, "name": None}
    run["optimizer_settings"] = json.loads(json.dumps(settings, default=str))
    return run | {name: getattr(trainer, name) for name in trainer.settings}


def _values(trainer: Trainable) -> dict[str, float]:
    """Return what may be assigned while training runs."""
    names = ("learning_rate", "max_grad_norm", "gamma", "batch_size")
    found = {name: getattr(trainer, name) for name in names if hasattr(trainer, name)}
    keeps = [float(v) for v in trainer.state if hasattr(v, "variable") and hasattr(v, "assign")]
    return found | {f"keep of dropout {i}": keep for i, keep in enumerate(keeps, 1)}


def described(value: Any, depth: int = 6) -> Any:
    """Return what tells one cost from another: its code, and the values and functions in it."""
    if isinstance(value, CodeType):
        return value.co_code.hex(), value.co_names, described(value.co_consts, depth - 1)
    if isinstance(value, FunctionType):
        used = [value.__globals__.get(name) for name in value.__code__.co_names]
        plain = [part for part in used if isinstance(part, (str, int, float, tuple))]
        held = [cell.cell_contents for cell in value.__closure__ or ()]
        value = [value.__code__, value.__defaults__, plain, *held]
    if isinstance(value, functools.partial):
        value = [value.func, value.args, *value.keywords.items()]
    if isinstance(value, keras.Model):
        acts = (getattr(layer, "activation", None) for layer in value.layers)
        value = [getattr(act, "__name__", "") for act in acts]
    if isinstance(value, (tuple, list, dict)):
        parts = value.items() if isinstance(value, dict) else value
        return [described(part, depth - 1) for part in parts] if depth > 0 else len(value)
    plain_one = isinstance(value, (str, int, float, bytes, type(None)))
    return repr(value) if plain_one else type(value).__name__


def _restore(trainer: Trainable, arrays: dict[str, np.ndarray], position: dict[str, Any]) -> None:
    for name, value in position.items():  # first: what can't be is refused here
        setattr(trainer, name, value)
    for name, variable in _variables(trainer).items():
        variable.assign(arrays[name])


def resume(
    checkpoint: str | os.PathLike | None, trainer: Trainable, history: History
) -> tuple[History, Partial]:
    """Load a checkpoint if it is there, or begin with `history`; there has to be a folder."""
    if checkpoint is None:
        return history, (0.0, 0)
    # Asked before the first epoch, which may take minutes, and not when it is to be saved.
    folder = Path(checkpoint).parent
    require(
        folder.is_dir(),
        f"checkpoint is {str(checkpoint)!r}, and there is no folder {str(folder)!r}; expected a "
        "file in a folder that exists. Make it first: Path(...).mkdir(parents=True).",
    )
    left = f".{glob.escape(Path(checkpoint).name)}.{'[0-9a-f]' * 8}.part"
    try:
        for part in folder.glob(left):  # of a run that was killed while it saved
            part.unlink()
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(
            f"checkpoint is {str(checkpoint)!r}, and nothing can be written to {str(folder)!r} "
            f"({error.strerror}); expected a folder of your own."
        ) from error
    exists = Path(checkpoint).exists()
    return load_checkpoint(checkpoint, trainer) if exists else (history, (0.0, 0))
