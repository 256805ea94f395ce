"""Curves of many recorded runs: learning rate x keeping probability x width."""

import itertools
import math
from collections.abc import Sequence

from traitlets import List

from tlbook.runs import load_run
from tlcore.check import require

from .base import LiveFigure, compose, titled


class Grid(LiveFigure):
    """The curves of recorded runs, one for each combination of some settings.

    Parameters
    ----------
    runs : str or list of dict
        The name of a record whose ``result`` has ``runs``, or these, each with its settings and a
        ``history`` of curves. The figure's own record unless given.
    """

    settings: tuple[str, ...]
    curves: tuple[str, ...]  # the first one: epochs
    published: str  # name of the record

    runs = List(help="settings and history of each run").tag(sync=True)

    def __init__(self, runs: str | Sequence[dict] | None = None):
        runs = self.published if runs is None else runs
        if isinstance(runs, str):
            runs = load_run(runs)["result"]["runs"]
        seen = [tuple(run[key] for key in self.settings) for run in runs]
        every = list(itertools.product(*(sorted(set(one)) for one in zip(*seen, strict=True))))
        found = f"{len(seen)} runs, whose settings make {len(every)} combinations"
        require(seen and sorted(seen) == every, f"runs has {found}; expected each once.")
        super().__init__(runs=[self._drawn(run) for run in runs])

    def _drawn(self, run: dict) -> dict:
        """Return what is drawn of a run."""
        curves = {key: run["history"][key] for key in self.curves}
        curves |= {key: _short(curves[key]) for key in self.curves[1:]}
        return {key: run[key] for key in self.settings} | {"history": curves}

    def _told(self, run: dict) -> tuple[str, str]:
        """Say how many runs there are, and the settings of this one."""
        n = len(self.runs)
        settings = (f"{name.replace('_', ' ')} {run[name]:g}" for name in self.settings)
        return f"{n} run{'s' if n > 1 else ''}", ", ".join(settings)


def _short(values: list) -> list:
    """Five digits are more than a curve shows. What isn't finite becomes None, as JSON has it."""
    return [None if v is None or not math.isfinite(v) else float(f"{v:.5g}") for v in values]


class Sweep(Grid):
    """The curves of a recorded sweep: choose settings, and pin curves to compare them.

    Parameters
    ----------
    runs : str or list of dict
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
    published = "sweep"

    title = titled("A sweep over learning rate, keep and width")

    def alternative(self) -> str:
        """Name the best run."""
        best = max(self.runs, key=lambda entry: entry["history"]["val_acc"][-1] or 0)
        accuracy = best["history"]["val_acc"][-1] or 0
        runs, settings = self._told(best)
        return f"{self.title}: {runs}; best: {accuracy:.4f} with {settings}."
