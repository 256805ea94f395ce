"""Curves: one quantity of several trainings over the epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from tlcore.check import require


def curves(
    runs: Mapping[str, Mapping[str, Sequence[float | None]]], key: str = "val_acc", title: str = "",
    marks: Mapping[int, float] | None = None, marks_label: str = "published",
) -> Figure:  # fmt: skip
    """Draw one quantity of several histories over the epochs.

    `runs` is what the legend says, and what :func:`tlcore.utils.fit` returned; `key` the quantity:
    "val_acc", "val_loss", "loss", ... `marks` are single points to compare with, epoch -> value.

    >>> figure = curves({"run": {"epoch": [1, 2], "val_acc": [0.9, 0.95]}})
    >>> figure.axes[0].get_xlabel()
    'epoch'
    """
    require(runs, "runs is empty; expected at least one history, as {'name': history}.")
    for name, history in runs.items():
        measured = sorted(k for k, values in history.items() if any(v is not None for v in values))
        require(key in measured, f"{name!r} has no {key!r}; expected one of {measured}.")
    figure, axis = plt.subplots(figsize=(6.5, 3.6), layout="tight")
    for name, history in runs.items():
        pairs = zip(history["epoch"], history[key], strict=True)
        points = [(epoch, value) for epoch, value in pairs if value is not None]
        axis.plot(*zip(*points, strict=True), label=name, marker="." if len(points) < 30 else "")
    if marks:
        axis.plot(list(marks), list(marks.values()), "kx", label=marks_label)
    axis.set(xlabel="epoch", ylabel=key.replace("_", " "), title=title)
    axis.grid(alpha=0.3)
    axis.legend()
    return figure
