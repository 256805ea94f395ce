"""Curves of many recorded runs: learning rate x keeping probability x width."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

from traitlets import List

from tlbook.runs import find
from tlcore.check import require

from .base import LiveFigure, compose

SETTINGS = ("learning_rate", "keep", "width")
CURVES = ("epoch", "train_loss", "val_loss", "val_acc")


def read_grid(
    run: str | Path | list | dict, settings: Sequence[str], curves: Sequence[str]
) -> list[dict]:
    """Return the runs of a sweep, checked, with what a figure draws. The first curve: epochs."""
    name = "run"
    if isinstance(run, (str, Path)):
        name = str(run)
        try:
            run = json.loads(find(run).read_text("utf-8"))
        except ValueError as error:
            raise ValueError(f"{name} isn't JSON: {error}.") from error
    if isinstance(run, dict):  # a record of tlbook.runs.save_run keeps them in its result
        run = run.get("runs") or (run.get("result") or {}).get("runs")
    require(
        isinstance(run, list) and run,
        f'{name} holds no runs; expected a list of them, or {{"runs": [...]}}.',
    )
    runs = [_read_run(entry, f"{name}, run {i}", settings, curves) for i, entry in enumerate(run)]
    seen = [tuple(entry[key] for key in settings) for entry in runs]
    twice = sorted(combination for combination in seen if seen.count(combination) > 1)
    require(not twice, f"{name}: {twice and twice[0]} is there twice; expected it once.")
    full = math.prod(len(set(column)) for column in zip(*seen, strict=True))
    require(
        full == len(seen),
        f"{name} has {len(seen)} runs, but its settings make {full} combinations; expected each "
        "once.",
    )
    return runs


def counted(runs: Sequence[dict]) -> str:
    """Say how many runs there are."""
    return f"{len(runs)} run{'s' if len(runs) > 1 else ''}"


def told(run: dict, settings: Sequence[str]) -> str:
    """Say the settings of a run."""
    return ", ".join(f"{name.replace('_', ' ')} {run[name]:g}" for name in settings)


def _read_run(entry: dict, name: str, settings: Sequence[str], curves: Sequence[str]) -> dict:
    """Check one run, and keep only what a figure draws."""
    try:
        chosen = {key: entry[key] for key in settings}
        history = {key: list(entry["history"][key]) for key in curves}
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"{name} lacks {error}; expected {', '.join(settings)} and a history with "
            f"{', '.join(curves)}."
        ) from error
    lengths = {key: len(values) for key, values in history.items()}
    same = len(set(lengths.values())) == 1 and 0 not in lengths.values()
    require(same, f"{name}: the curves have lengths {lengths}; expected one length, 1 or more.")
    return chosen | {"history": history | {key: _short(history[key]) for key in curves[1:]}}


def _short(values: list) -> list:
    """Five digits are more than a curve shows. What isn't finite becomes None, as JSON has it."""
    return [None if v is None or not math.isfinite(v) else float(f"{v:.5g}") for v in values]


class Sweep(LiveFigure):
    """The curves of a recorded sweep: choose settings, and pin curves to compare them.

    Parameters
    ----------
    run : path, list or dict
        A .json file, or what it holds: a list of runs (or ``{"runs": [...]}``, also inside the
        ``result`` of a record), each
        ``{"learning_rate": 1e-3, "keep": 0.8, "width": 400, "history": {"epoch": [...],
        "train_loss": [...], "val_loss": [...], "val_acc": [...]}}``. Every combination of the
        settings is expected once.

    Examples
    --------
    >>> history = {"epoch": [1], "train_loss": [0.9], "val_loss": [0.8], "val_acc": [0.7]}
    >>> Sweep([{"learning_rate": 1e-3, "keep": 0.8, "width": 400, "history": history}])
    [live figure] A sweep over learning rate, keep and width: 1 run; best: 0.7000 with learning rate 0.001, keep 0.8, width 400.
    """  # noqa: E501

    _esm = compose("sweep.js")

    runs = List(help="settings and history of each run").tag(sync=True)

    def __init__(
        self,
        run: str | Path | list | dict = "runs/sweep.json",
        title: str = "A sweep over learning rate, keep and width",
    ):
        super().__init__(title=title, runs=read_grid(run, SETTINGS, CURVES))

    def alternative(self) -> str:
        """Name the best run."""
        best = max(self.runs, key=lambda entry: entry["history"]["val_acc"][-1] or 0)
        accuracy = best["history"]["val_acc"][-1] or 0
        runs, settings = counted(self.runs), told(best, SETTINGS)
        return f"{self.title}: {runs}; best: {accuracy:.4f} with {settings}."
