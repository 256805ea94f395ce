"""Weights of a first layer as grey pictures, and the file that `FiltersOverEpochs` shows."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tlcore.check import check_array, check_count, require

from .store import save


def filter_greys(W: np.ndarray, n: int = 25) -> np.ndarray:
    """Return the first `n` units' weights as pictures.

    Mid-grey is zero; white and black are plus and minus the unit's largest weight, so that a unit
    with small weights is seen as well as one with large ones.

    Parameters
    ----------
    W : array-like, (784, units)
        Weights of a dense layer on 28 x 28 images.

    Returns
    -------
    numpy.ndarray
        uint8, (n, 28, 28).

    Examples
    --------
    >>> W = np.zeros((784, 2))
    >>> W[0], W[1] = 0.5, -0.5
    >>> filter_greys(W, n=2)[0, 0, :3]
    array([255,   0, 128], dtype=uint8)
    """
    W = check_array("W", W, (784, "units"))
    check_count("n", n, most=W.shape[1], fix="W has that many units.")
    return to_greys(W[:, :n].T.reshape(n, 28, 28))


def to_greys(filters: np.ndarray) -> np.ndarray:
    """Scale each of the filters (n, height, width) to greys of one byte; zero is mid-grey."""
    largest = np.abs(filters).max(axis=(1, 2), keepdims=True)
    return np.round(127.5 + 127.5 * filters / np.maximum(largest, 1e-12)).astype(np.uint8)


def save_filters(
    path: str | Path,
    weights: Sequence[np.ndarray],
    epochs: Sequence[int],
    val_acc: Sequence[float],
) -> Path:
    """Write what `FiltersOverEpochs` shows: the first 25 units at each snapshot, as greys.

    `weights` are a first layer's, (784, units), the values of ``tl.utils.Snapshots``; `epochs` say
    when each was taken, 0 before training, and `val_acc` the validation accuracy then.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_filters(f"{folder}/filters.npz", [np.eye(784)[:, :30]], [0], [0.1])
    ...     np.load(path)["filters"].shape
    (1, 25, 28, 28)
    """
    require(
        len(weights) == len(epochs) == len(val_acc) >= 1,
        f"{len(weights)} weights, {len(epochs)} epochs and {len(val_acc)} accuracies; expected as "
        "many of each, and one at least.",
    )
    greys = np.stack([filter_greys(W) for W in weights])
    return save(
        path, {"filters": greys, "epochs": np.int32(epochs), "val_acc": np.float64(val_acc)}
    )
