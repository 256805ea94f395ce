"""Records of full runs: the settings, the history and the result of a training, in one JSON file.

The book's published numbers come from these records, so a record also says on what machine it was
made and with which versions. It never holds a path or the name of a computer or of a person.
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

from tldata.atomic import write_bytes

__all__ = ["load_run", "machine", "save_run"]

KEYS = ("name", "settings", "history", "result", "machine", "recorded")


def save_run(
    name: str,
    path: str | Path,
    history: Mapping[str, list],
    settings: Mapping[str, Any],
    result: Mapping[str, Any],
) -> Path:
    """Write the record of a run.

    Parameters
    ----------
    name : str
        Name of the run, such as ``"perceptron"``.
    path : str or path
        The file, or a folder in which ``<name>.json`` is written. Missing folders are made.
    history : mapping of str to list
        What ``tl.utils.fit`` returns: lists of equal length, one entry an epoch; ``{}`` if none.
    settings : mapping
        The parameters of the run: layer sizes, learning rate, batch size, seed.
    result : mapping
        What came out: accuracies in [0, 1], losses, seconds.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    TypeError
        If a value can't be stored as JSON.
    ValueError
        If ``name`` is not a plain word, or the lists of ``history`` differ in length. (An empty
        list is fine: it was not measured. NaN and infinity are stored as null.)

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_run("demo", folder, {"epoch": [1, 2]}, {"batch_size": 128}, {"acc": 0.9})
    ...     load_run(path)["history"]
    {'epoch': [1, 2]}
    """
    if not isinstance(name, str) or not name or any(c in name for c in '/\\:"'):
        raise ValueError(f"save_run: name must be a plain word such as 'perceptron', not {name!r}.")
    run = {
        "name": name,
        "settings": settings,
        "history": history,
        "result": result,
        "machine": machine(),
        "recorded": datetime.date.today().isoformat(),
    }
    run = _plain(run, "run")
    _validate(run, "save_run")
    path = Path(path)
    if path.suffix != ".json":
        path = path / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_bytes(path, (json.dumps(run, indent=1, allow_nan=False) + "\n").encode())


def load_run(path: str | Path) -> dict[str, Any]:
    """Read the record of a run and check that it is whole.

    Parameters
    ----------
    path : str or path
        A file that :func:`save_run` wrote.

    Returns
    -------
    dict
        ``name``, ``settings``, ``history``, ``result``, ``machine`` and ``recorded`` (a date).

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not JSON, or a part is missing or of the wrong kind.

    Examples
    --------
    >>> load_run("no-such-run.json")
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no-such-run.json'
    """
    text = Path(path).read_bytes()
    try:
        run = json.loads(text.decode("utf-8"))
    except ValueError as error:
        raise ValueError(f"load_run: {path} is not JSON ({error}). Record the run again.") from None
    _validate(run, f"load_run: {path}")
    return run


def machine() -> dict[str, Any]:
    """Describe the machine: processor, cores and versions, and nothing that names its owner.

    Returns
    -------
    dict
        ``cpu``, ``cores`` (that this process may use), ``platform``, ``python``, ``tensorflow``,
        ``keras``, ``numpy``; a package that is not installed is None.

    Examples
    --------
    >>> sorted(machine())
    ['cores', 'cpu', 'keras', 'numpy', 'platform', 'python', 'tensorflow']
    """
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on Linux
        cores = os.cpu_count()
    return {
        "cpu": _cpu_model(),
        "cores": cores,
        "platform": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{package: _version(package) for package in ("tensorflow", "keras", "numpy")},
    }


def _cpu_model() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass  # not on Linux
    return platform.processor() or platform.machine()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


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
    if not isinstance(run, dict):
        raise ValueError(f"{who}: a record is a JSON object, this is a {type(run).__name__}.")
    missing = [key for key in KEYS if key not in run]
    if missing:
        raise ValueError(f"{who}: {', '.join(missing)} missing. A record has {', '.join(KEYS)}.")
    for key in ("settings", "history", "result", "machine"):
        if not isinstance(run[key], dict):
            raise ValueError(f"{who}: {key} must be an object, it is {run[key]!r}.")
    for key in ("name", "recorded"):
        if not isinstance(run[key], str):
            raise ValueError(f"{who}: {key} must be text, it is {run[key]!r}.")
    lengths = {}
    for key, value in run["history"].items():
        if not isinstance(value, list):
            raise ValueError(f"{who}: history[{key!r}] must be a list, it is {value!r}.")
        if value:
            lengths[key] = len(value)
    if len(set(lengths.values())) > 1:
        raise ValueError(f"{who}: the lists of history differ in length: {lengths}.")
