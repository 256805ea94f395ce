"""Records of full runs: the settings, the history and the result of a training, in one JSON file.

The book's published numbers come from these records, so a record also says on what machine it was
made and with which versions. It never holds a path or the name of a computer or of a person.
``python -m tlbook.record`` makes them, with the parameters of ``data/full/``.
"""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from tlcore.check import require
from tldata.atomic import write_bytes

__all__ = ["find", "load_run", "machine", "save_run", "weights"]

KEYS = ("name", "settings", "history", "result", "machine", "recorded")
HERE = Path(__file__).resolve().parent
#: Where the book's files are looked for: in a checkout, inside the package, beside the notebooks.
FOLDERS = (HERE.parent / "data", HERE / "data", HERE.parent, Path("data"), Path("..", "data"))


def find(name: str | Path) -> Path:
    """Return the path of one of the book's files, wherever the notebook lies.

    A path that exists is returned as it is. Another name is looked for in the folder ``data``, such
    as ``"runs/filters.npz"``, and in the project's, such as ``"benchmarks/pong.json"``.
    """
    for path in (Path(name), *(folder / name for folder in FOLDERS)):
        if path.is_file():
            return path
    raise FileNotFoundError(
        f"There is no file {str(name)!r}, here or in the book's data. `make full` writes those."
    )


def weights(name: str) -> Path:
    """Return the path of published weights: ``weights("cnn")`` is ``data/weights/cnn.npz``."""
    return find(f"weights/{name}.npz")


def save_run(
    name: str,
    path: str | Path,
    history: Mapping[str, list],
    settings: Mapping[str, Any],
    result: Mapping[str, Any],
) -> Path:
    """Write the record of a run, whole or not at all, and return its path.

    Parameters
    ----------
    name : str
        A plain word, such as ``"perceptron"``.
    path : str or path
        The file, or a folder in which ``<name>.json`` is written. Missing folders are made.
    history : mapping of str to list
        What ``tl.utils.fit`` returns: lists of equal length, one entry an epoch; ``{}`` if none,
        and an empty list for what was not measured. NaN and infinity are stored as null.
    settings, result : mapping
        The parameters of the run, and what came out: accuracies in [0, 1], losses, seconds.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_run("demo", folder, {"epoch": [1, 2]}, {"batch_size": 128}, {"acc": 0.9})
    ...     load_run(path)["history"]
    {'epoch': [1, 2]}
    """
    word = isinstance(name, str) and name and not any(c in name for c in '/\\:"')
    require(word, f"save_run: name must be a plain word such as 'perceptron', not {name!r}.")
    values = (name, settings, history, result, machine(), datetime.date.today().isoformat())
    run = _plain(dict(zip(KEYS, values, strict=True)), "run")
    _validate(run, "save_run")
    path = Path(path)
    if path.suffix != ".json":
        path = path / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_bytes(path, (json.dumps(run, indent=1, allow_nan=False) + "\n").encode())


def load_run(run: str | Path) -> dict[str, Any]:
    """Read the record of a run and check that it is whole.

    Parameters
    ----------
    run : str or path
        The name of a published run, such as ``"perceptron"`` for ``data/runs/perceptron.json``; of
        a comparison, such as ``"benchmarks/pong"``; or the path of a file that :func:`save_run`
        wrote.

    Returns
    -------
    dict
        ``name``, ``settings``, ``history``, ``result``, ``machine`` and ``recorded`` (a date).

    Examples
    --------
    >>> load_run("perceptron")["settings"]["n_epoch"]
    200
    """
    path = Path(run)
    if path.suffix != ".json":
        path = find(f"{run}.json" if len(path.parts) > 1 else f"runs/{run}.json")
    text = path.read_bytes()
    try:
        record = json.loads(text.decode("utf-8-sig"))
    except ValueError as error:
        raise ValueError(f"load_run: {path} is not JSON ({error}). Record the run again.") from None
    _validate(record, f"load_run: {path}")
    return record


def machine() -> dict[str, Any]:
    """Describe the machine: processor, cores it may use, versions; nothing that names its owner."""
    linux = hasattr(os, "sched_getaffinity")
    return {
        "cpu": _cpu_model(),
        "cores": len(os.sched_getaffinity(0)) if linux else os.cpu_count(),
        "platform": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{package: metadata.version(package) for package in ("tensorflow", "keras", "numpy")},
    }


def _cpu_model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not on Linux
    return platform.processor() or platform.machine()


def _plain(value: Any, where: str) -> Any:
    """Turn numpy numbers and arrays, tuples and mappings into what JSON can hold."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{where}[{key!r}]") for key, item in value.items()}
    if hasattr(value, "tolist"):  # numpy arrays and numbers
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(item, f"{where}[{i}]") for i, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return None  # JSON has no NaN; a run that diverged is still worth its record
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(
        f"save_run: {where} is a {type(value).__name__}; use numbers, text, lists and dicts."
    )


def _validate(run: Any, who: str) -> None:
    kind = type(run).__name__
    require(isinstance(run, dict), f"{who}: a record is a JSON object, this is a {kind}.")
    missing = ", ".join(key for key in KEYS if key not in run)
    require(not missing, f"{who}: {missing} missing. A record has {', '.join(KEYS)}.")
    texts, kinds = ("name", "recorded"), {str: "text", dict: "an object", list: "a list"}
    parts = [(key, run[key], str if key in texts else dict) for key in KEYS]
    if isinstance(run["history"], dict):
        parts += [(f"history[{key!r}]", value, list) for key, value in run["history"].items()]
    for name, value, kind in parts:
        require(isinstance(value, kind), f"{who}: {name} must be {kinds[kind]}, it is {value!r}.")
    lengths = {key: len(value) for key, value in run["history"].items() if value}
    alike = len(set(lengths.values())) < 2
    require(alike, f"{who}: the lists of history differ in length: {lengths}.")
