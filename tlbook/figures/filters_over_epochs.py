"""What the units of a first layer look for, and how that grows over the epochs."""

from pathlib import Path

from traitlets import Bytes, Float, Int, List

from tlcore.check import check_array

from .base import LiveFigure, compose
from .store import load


class FiltersOverEpochs(LiveFigure):
    """A slider over the epochs, and the first layer's filters at each.

    Parameters
    ----------
    path : path
        What `save_filters` wrote. Twelve filters are shown, at no more than about seven epochs:
        66 kB that travel with the page.

    Examples
    --------
    >>> FiltersOverEpochs()
    [live figure] Filters of the first layer: 12 filters at the epochs 0, 2, 5, 12, 30, 80, 200.
    """

    _esm = compose("filters_over_epochs.js")

    filters = Bytes(help="uint8 (snapshots, n, 28, 28)").tag(sync=True)
    n = Int(help="filters in a snapshot").tag(sync=True)
    epochs = List(Int()).tag(sync=True)
    val_acc = List(Float(), help="as many as epochs").tag(sync=True)

    def __init__(self, path: str | Path = "runs/filters.npz"):
        arrays = load(path, "filters", "epochs", "val_acc")
        filters = check_array("filters", arrays["filters"], ("snapshots", "n", 28, 28))
        step = max(1, round(len(filters) / 7))
        filters = filters[::step, :12]
        super().__init__(
            title="Filters of the first layer",
            filters=filters.tobytes(),
            n=filters.shape[1],
            epochs=arrays["epochs"][::step].tolist(),
            val_acc=arrays["val_acc"][::step].round(4).tolist(),
        )

    def alternative(self) -> str:
        """Say how many filters are shown, and at which epochs."""
        return f"{self.title}: {self.n} filters at the epochs {', '.join(map(str, self.epochs))}."
