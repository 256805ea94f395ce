"""Iterators: the order in which training sees the examples. NumPy only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def minibatches(
    inputs: np.ndarray,
    targets: np.ndarray,
    batch_size: int,
    shuffle: bool = False,
    seed: int | None = None,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Walk over two arrays together, `batch_size` rows at a time.

    The original dropped the rows that did not fill a last batch: 80 of the 50,000 training digits
    at a batch size of 128, in every epoch. Here the last batch is short, and no row is lost.

    Parameters
    ----------
    inputs, targets : array_like
        Any shapes with the same number of rows: (rows, ...).
    batch_size : int
        Rows in a batch, at least 1. More than there are rows gives one batch.
    shuffle : bool
        Visit the rows in a random order.
    seed : int, optional
        Makes the shuffled order repeatable. None draws a new order each time.

    Yields
    ------
    tuple of ndarray
        A batch of inputs (batch, ...) and the targets that belong to it (batch, ...).

    Raises
    ------
    TypeError
        If `batch_size` is not a whole number.
    ValueError
        If there are no rows, the lengths differ, or `batch_size` is below 1.

    Examples
    --------
    >>> for x, y in minibatches(np.arange(5), np.arange(5) * 10, batch_size=2):
    ...     print(x, y)
    [0 1] [ 0 10]
    [2 3] [20 30]
    [4] [40]
    """
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    if isinstance(batch_size, bool) or not isinstance(batch_size, (int, np.integer)):
        raise TypeError(
            f"minibatches: batch_size is {batch_size!r}; expected a whole number, such as 128."
        )
    if batch_size < 1:
        raise ValueError(f"minibatches: batch_size is {batch_size}; expected 1 or more.")
    if inputs.ndim == 0 or targets.ndim == 0 or len(inputs) != len(targets):
        raise ValueError(
            f"minibatches: inputs has shape {inputs.shape} and targets {targets.shape}; "
            "expected the same number of rows. Cut both with the same slice."
        )
    if len(inputs) == 0:
        raise ValueError("minibatches: inputs is empty; expected at least one row.")
    return _batches(inputs, targets, int(batch_size), shuffle, seed)


def _batches(
    inputs: np.ndarray, targets: np.ndarray, batch_size: int, shuffle: bool, seed: int | None
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    # A generator of its own, so that bad arguments raise at the call and not at the first batch.
    order = np.random.default_rng(seed).permutation(len(inputs)) if shuffle else None
    for start in range(0, len(inputs), batch_size):
        rows = (
            slice(start, start + batch_size) if order is None else order[start : start + batch_size]
        )
        yield inputs[rows], targets[rows]
