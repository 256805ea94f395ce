"""Curves of many recorded runs: learning rate x keeping probability x width."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

from traitlets import List, Unicode

from tlbook.runs import find
from tlcore.check import require

from .base import LiveFigure, compose


class Grid(LiveFigure):
    """The curves of recorded runs, one for each combination of some settings.

    Parameters
    ----------
    run : path, list or dict
        A .json file, or what it holds: a list of runs (or ``{"runs": [...]}``, also inside the
        ``result`` of a record), each with its settings and a ``history`` of curves. Every
        combination of the settings is expected once.
    """

    settings: tuple[str, ...]
    curves: tuple[str, ...]  # the first one: epochs

    published: str  # file of the run that is shown unless another is given

    runs = List(help="settings and history of each run").tag(sync=True)

    def __init__(self, run: str | Path | list | dict | None = None):
        run = self.published if run is None else run
        super().__init__(runs=read_grid(run, self.settings, self.curves))

    def _told(self, run: dict) -> tuple[str, str]:
        """Say how many runs there are, and the settings of this one."""
        n = len(self.runs)
        settings = (f"{name.replace('_', ' ')} {run[name]:g}" for name in self.settings)
        return f"{n} run{'s' if n > 1 else ''}", ", ".join(settings)


def read_grid(
    run: str | Path | list | dict, settings: Sequence[str], curves: Sequence[str]
) -> list[dict]:
    """Return the runs of a sweep, checked, with what a figure draws."""
    name = "run"
    if isinstance(run, (str, Path)):
        name = str(run)
        try:
            run = json.loads(find(run).read_text("utf-8"))
        except ValueError as error:
            raise ValueError(f"{name} isn't JSON: {error}.") from error
    if isinstance(run, dict):  # a record of tlbook.runs.save_run keeps them in its result
        run = run.get("runs") or (run.get("result") or {}).get("runs")
    expected = 'expected a list of them, or {"runs": [...]}.'
    require(isinstance(run, list) and run, f"{name} holds no runs; {expected}")
    runs = [_read_run(entry, f"{name}, run {i}", settings, curves) for i, entry in enumerate(run)]
    seen = [tuple(entry[key] for key in settings) for entry in runs]
    twice = sorted(combination for combination in seen if seen.count(combination) > 1)
    require(not twice, f"{name}: {twice and twice[0]} is there twice; expected it once.")
    full = math.prod(len(set(column)) for column in zip(*seen, strict=True))
    found = f"{name} has {len(seen)} runs, but its settings make {full} combinations"
    require(full == len(seen), f"{found}; expected each once.")
    return runs


def _read_run(entry: dict, name: str, settings: Sequence[str], curves: Sequence[str]) -> dict:
    """Check one run, and keep only what a figure draws."""
    try:
        chosen = {key: entry[key] for key in settings}
        history = {key: list(entry["history"][key]) for key in curves}
    except (KeyError, TypeError) as error:
        expected = f"{', '.join(settings)} and a history with {', '.join(curves)}"
        raise ValueError(f"{name} lacks {error}; expected {expected}.") from error
    lengths = {key: len(values) for key, values in history.items()}
    same = len(set(lengths.values())) == 1 and 0 not in lengths.values()
    require(same, f"{name}: the curves have lengths {lengths}; expected one length, 1 or more.")
    return chosen | {"history": history | {key: _short(history[key]) for key in curves[1:]}}


def _short(values: list) -> list:
    """Five digits are more than a curve shows. What isn't finite becomes None, as JSON has it."""
    return [None if v is None or not math.isfinite(v) else float(f"{v:.5g}") for v in values]


class Sweep(Grid):
    """The curves of a recorded sweep: choose settings, and pin curves to compare them.

    Parameters
    ----------
    run : path, list or dict
        As for `Grid`, each run ``{"learning_rate": 1e-3, "keep": 0.8, "width": 400, "history":
        {"epoch": [...], "train_loss": [...], "val_loss": [...], "val_acc": [...]}}``.

    Examples
    --------
    >>> history = {"epoch": [1], "train_loss": [0.9], "val_loss": [0.8], "val_acc": [0.7]}
    >>> Sweep([{"learning_rate": 1e-3, "keep": 0.8, "width": 400, "history": history}])
    [live figure] A sweep over learning rate, keep and width: 1 run; best: 0.7000 with learning rate 0.001, keep 0.8, width 400.
    """  # noqa: E501

    _esm = compose("sweep.js")

    settings = ("learning_rate", "keep", "width")
    curves = ("epoch", "train_loss", "val_loss", "val_acc")
    published = "runs/sweep.json"

    title = Unicode("A sweep over learning rate, keep and width").tag(sync=True)

    def alternative(self) -> str:
        """Name the best run."""
        best = max(self.runs, key=lambda entry: entry["history"]["val_acc"][-1] or 0)
        accuracy = best["history"]["val_acc"][-1] or 0
        runs, settings = self._told(best)
        return f"{self.title}: {runs}; best: {accuracy:.4f} with {settings}."
