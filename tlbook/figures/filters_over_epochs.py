"""What the units of a first layer look for, and how that grows over the epochs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from traitlets import Bytes, Float, Int, List

from tlcore.check import check_array, require

from .base import LiveFigure, compose
from .store import load


def pick(n: int, most: int) -> list[int]:
    """Return up to `most` of the indices 0..n-1, dense at the beginning, where most is learned.

    The first and the last are always among them.

    Examples
    --------
    >>> pick(5, 8)
    [0, 1, 2, 3, 4]
    >>> pick(101, 6)
    [0, 2, 5, 15, 39, 100]
    """
    if n <= most:
        return list(range(n))
    steps = np.round(np.geomspace(1, n, most)).astype(int) - 1
    for i in range(1, most):  # no index twice
        steps[i] = max(steps[i], steps[i - 1] + 1)
    return np.minimum(steps, np.arange(n - most, n)).tolist()


class FiltersOverEpochs(LiveFigure):
    """A slider over the epochs, and the first layer's filters at each.

    Parameters
    ----------
    filters : array or path
        Filters as greys, uint8 (snapshots, n, 28, 28), or an .npz file with the arrays
        ``filters``, ``epochs`` and, if you like, ``val_acc``.
    epochs : sequence of int, (snapshots,), optional
        The epoch of each snapshot; 1, 2, 3, ... unless told.
    val_acc : sequence of float, (snapshots,), optional
        Validation accuracy at each, between 0 and 1.
    n_filters, n_snapshots : int
        Show at most so many. They travel with the page: 25 filters at 12 epochs are 235 kB.

    Examples
    --------
    >>> import numpy as np
    >>> FiltersOverEpochs(np.zeros((3, 4, 28, 28), np.uint8), epochs=[1, 2, 10])
    [live figure] Filters of the first layer: 4 filters at the epochs 1, 2, 10.
    """

    _esm = compose("filters_over_epochs.js")

    filters = Bytes(help="uint8 (snapshots, n, 28, 28)").tag(sync=True)
    n = Int(help="filters in a snapshot").tag(sync=True)
    epochs = List(Int()).tag(sync=True)
    val_acc = List(Float(), help="as many as epochs, or none").tag(sync=True)

    def __init__(
        self,
        filters: np.ndarray | str | Path = "runs/filters.npz",
        epochs: Sequence[int] | None = None,
        val_acc: Sequence[float] | None = None,
        n_filters: int = 25,
        n_snapshots: int = 12,
        title: str = "Filters of the first layer",
    ):
        if isinstance(filters, (str, Path)):
            arrays = load(filters, "filters", "epochs")
            filters, epochs = arrays["filters"], arrays["epochs"]
            val_acc = arrays.get("val_acc", val_acc)
        filters = check_array("filters", filters, ("snapshots", "n", 28, 28))
        grey = filters.dtype == np.uint8
        require(grey, f"filters are {filters.dtype}; expected uint8 greys, 0..255.")
        epochs = range(1, len(filters) + 1) if epochs is None else epochs
        val_acc = [] if val_acc is None else val_acc
        for name, values in {"epochs": epochs, "val_acc": val_acc}.items():
            require(
                len(values) == len(filters) or (name == "val_acc" and not len(values)),
                f"{name} has {len(values)} entries, filters has {len(filters)} snapshots; "
                "expected as many.",
            )
        chosen = pick(len(filters), n_snapshots)
        shown = filters[chosen, :n_filters]
        super().__init__(
            title=title,
            filters=shown.tobytes(),
            n=shown.shape[1],
            epochs=[int(epochs[i]) for i in chosen],
            val_acc=[round(float(val_acc[i]), 4) for i in chosen] if len(val_acc) else [],
        )

    def alternative(self) -> str:
        """Say how many filters are shown, and at which epochs."""
        return f"{self.title}: {self.n} filters at the epochs {', '.join(map(str, self.epochs))}."
