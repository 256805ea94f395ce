"""What the units of a first layer look for, and how that grows over the epochs."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from traitlets import Bytes, Float, Int, List

from .base import LiveFigure, compose, to_pixels


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


def _from_file(path: str | Path) -> dict[str, np.ndarray]:
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no filters at {path} (from {Path.cwd()}); give an .npz file")
    with np.load(path, allow_pickle=False) as archive:
        arrays = {key: archive[key] for key in archive.files}
    missing = {"filters", "epochs"} - arrays.keys()
    if missing:
        raise ValueError(f"{path} has no {sorted(missing)}; expected arrays filters and epochs")
    return arrays


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
    title : str
        Heading.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a shape, a type or a length is another.

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
        filters: np.ndarray | str | Path = "../../data/runs/filters.npz",
        epochs: Sequence[int] | None = None,
        val_acc: Sequence[float] | None = None,
        n_filters: int = 25,
        n_snapshots: int = 12,
        title: str = "Filters of the first layer",
    ):
        if isinstance(filters, (str, Path)):
            arrays = _from_file(filters)
            filters, epochs = arrays["filters"], arrays["epochs"]
            val_acc = arrays.get("val_acc", val_acc)
        filters = np.asarray(filters)
        if filters.ndim != 4 or filters.shape[2:] != (28, 28) or 0 in filters.shape:
            raise ValueError(
                f"filters has shape {filters.shape}; expected (snapshots, n, 28, 28), all >= 1"
            )
        if filters.dtype != np.uint8:
            raise ValueError(f"filters are {filters.dtype}; expected uint8 greys, 0..255")
        epochs = range(1, len(filters) + 1) if epochs is None else epochs
        val_acc = [] if val_acc is None else val_acc
        for name, values in {"epochs": epochs, "val_acc": val_acc}.items():
            if len(values) != len(filters) and (name == "epochs" or len(values)):
                raise ValueError(
                    f"{name} has {len(values)} entries, filters has {len(filters)} snapshots; "
                    "expected as many"
                )
        chosen = pick(len(filters), n_snapshots)
        shown = filters[chosen, :n_filters]
        super().__init__(
            title=title,
            filters=to_pixels(shown.reshape(-1, 28, 28), "filters").tobytes(),
            n=shown.shape[1],
            epochs=[int(epochs[i]) for i in chosen],
            val_acc=[round(float(val_acc[i]), 4) for i in chosen] if len(val_acc) else [],
        )

    def alternative(self) -> str:
        """Say how many filters are shown, and at which epochs."""
        return f"{self.title}: {self.n} filters at the epochs {', '.join(map(str, self.epochs))}."
