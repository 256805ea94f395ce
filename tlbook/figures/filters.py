"""Weights of a first layer as grey pictures, and the file that `FiltersOverEpochs` shows."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tldata.atomic import write_bytes


def filter_greys(W: np.ndarray, n: int = 25) -> np.ndarray:
    """Return the first `n` units' weights as pictures.

    Mid-grey is zero; white and black are plus and minus the unit's largest weight, so that a unit
    with small weights is seen as well as one with large ones.

    Parameters
    ----------
    W : array-like
        Weights of a dense layer on 28 x 28 images, (784, units).
    n : int
        How many units, from the first.

    Returns
    -------
    numpy.ndarray
        uint8, (n, 28, 28).

    Raises
    ------
    ValueError
        If `W` isn't a matrix with 784 rows, or has fewer than `n` units.

    Examples
    --------
    >>> W = np.zeros((784, 2))
    >>> W[0], W[1] = 0.5, -0.5
    >>> filter_greys(W, n=2)[0, 0, :3]
    array([255,   0, 128], dtype=uint8)
    """
    W = np.asarray(W)
    if W.ndim != 2 or W.shape[0] != 784 or not 1 <= n <= W.shape[1]:
        raise ValueError(
            f"W has shape {W.shape} and n is {n}; expected (784, units) and n from 1 to units"
        )
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
    n: int = 25,
) -> Path:
    """Write what `FiltersOverEpochs` shows: the first `n` units at each snapshot, as greys.

    Parameters
    ----------
    path : str or Path
        The .npz file; it appears whole or not at all.
    weights : sequence of array-like, each (784, units)
        A first layer's weights: the values of ``tl.utils.Snapshots``.
    epochs : sequence of int
        When each was taken; 0 is before training.
    val_acc : sequence of float
        Validation accuracy at each, between 0 and 1.
    n : int
        How many units, from the first.

    Raises
    ------
    ValueError
        If the three have different lengths, or a matrix doesn't fit 28 x 28 images.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_filters(f"{folder}/filters.npz", [np.eye(784)[:, :30]], [0], [0.1])
    ...     np.load(path)["filters"].shape
    (1, 25, 28, 28)
    """
    if not len(weights) == len(epochs) == len(val_acc) >= 1:
        raise ValueError(
            f"{len(weights)} weights, {len(epochs)} epochs and {len(val_acc)} accuracies; expected "
            "as many of each, and at least one"
        )
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        filters=np.stack([filter_greys(W, n) for W in weights]),
        epochs=np.asarray(epochs, np.int32),
        val_acc=np.asarray(val_acc, np.float64),
    )
    return write_bytes(path, buffer.getvalue())
