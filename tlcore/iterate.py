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
    inputs, targets = _pair("minibatches", inputs, targets)
    batch_size = _count("minibatches", "batch_size", batch_size)
    if len(inputs) == 0:
        raise ValueError("minibatches: inputs is empty; expected at least one row.")
    return _batches(inputs, targets, batch_size, shuffle, seed)


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


def ptb_iterator(
    raw_data: np.ndarray, batch_size: int, num_steps: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Walk along a text in several places at once: words, and the words that follow them.

    The text is cut into `batch_size` segments of equal length, one below the other. Each yield is
    the next `num_steps` columns, so row i goes on where row i of the yield before ended. A state
    that is carried from yield to yield sees each segment as one long text.

    The original dropped the columns that did not fill a last window, and yielded nothing where
    `batch_size` was more than the words. Here the last window is short. What is left out is what
    the cut leaves: fewer than `batch_size` words at the end of the text.

    Parameters
    ----------
    raw_data : array_like of int
        The text as ids, shape (words,).
    batch_size : int
        Segments that are read at the same time.
    num_steps : int
        Columns in a yield: the length that a gradient flows back.

    Yields
    ------
    x, y : ndarray
        int32, shape (batch_size, num_steps), the last one shorter. y is x, one word later.

    Raises
    ------
    TypeError
        If a number is not whole, or `raw_data` does not hold ids.
    ValueError
        If a number is below 1, or the text is too short for two words in each segment.

    Examples
    --------
    >>> for x, y in ptb_iterator(range(20), batch_size=2, num_steps=3):
    ...     print(x.tolist(), y.tolist())
    [[0, 1, 2], [10, 11, 12]] [[1, 2, 3], [11, 12, 13]]
    [[3, 4, 5], [13, 14, 15]] [[4, 5, 6], [14, 15, 16]]
    [[6, 7, 8], [16, 17, 18]] [[7, 8, 9], [17, 18, 19]]
    """
    data = segments(raw_data, batch_size)
    num_steps = _count("ptb_iterator", "num_steps", num_steps)
    return _windows(data[:, :-1], data[:, 1:], num_steps)


def segments(raw_data: np.ndarray, batch_size: int) -> np.ndarray:
    """Cut a text into segments of equal length, as :func:`ptb_iterator` does.

    Parameters
    ----------
    raw_data : array_like of int
        The text as ids, shape (words,).
    batch_size : int
        How many segments.

    Returns
    -------
    ndarray
        int32, shape (batch_size, words // batch_size).

    Raises
    ------
    TypeError, ValueError
        As :func:`ptb_iterator`.

    Examples
    --------
    >>> segments([3, 1, 4, 1, 5, 9, 2], batch_size=2)
    array([[3, 1, 4],
           [1, 5, 9]], dtype=int32)
    """
    data = np.asarray(raw_data)
    batch_size = _count("ptb_iterator", "batch_size", batch_size)
    if data.ndim != 1:
        raise ValueError(
            f"ptb_iterator: raw_data has shape {data.shape}; expected one row of ids, (words,)."
        )
    if data.size and data.dtype.kind not in "iu":
        raise TypeError(
            f"ptb_iterator: raw_data has dtype {data.dtype}; expected ids. Turn words into ids "
            "with words_to_word_ids."
        )
    if len(data) < 2 * batch_size:
        raise ValueError(
            f"ptb_iterator: raw_data has {len(data)} words and batch_size is {batch_size}; "
            f"expected at least {2 * batch_size} words, a word and the next in each segment. "
            "Use a smaller batch_size or a longer text."
        )
    length = len(data) // batch_size
    return data[: batch_size * length].reshape(batch_size, length).astype(np.int32)


def seq_minibatches(
    inputs: np.ndarray, targets: np.ndarray, batch_size: int, seq_length: int, stride: int = 1
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Walk over two arrays in overlapping sequences, `batch_size` sequences at a time.

    The rows of a batch stand one below the other, sequence after sequence. For one target a
    sequence take the last: ``targets.reshape(-1, seq_length)[:, -1]``. As in the original, rows at
    the end that don't fill a whole batch are left out.

    Parameters
    ----------
    inputs, targets : array_like
        Any shapes with the same number of rows: (rows, ...).
    batch_size : int
        Sequences in a batch.
    seq_length : int
        Rows in a sequence.
    stride : int
        Rows from the beginning of a sequence to that of the next.

    Yields
    ------
    tuple of ndarray
        Inputs and targets, (batch_size * seq_length, ...).

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or below 1, the lengths differ, or there are too few rows.

    Examples
    --------
    >>> letters = np.array([["a", "a"], ["b", "b"], ["c", "c"], ["d", "d"], ["e", "e"], ["f", "f"]])
    >>> for x, y in seq_minibatches(letters, range(6), batch_size=2, seq_length=2, stride=1):
    ...     print(x.tolist(), y)
    [['a', 'a'], ['b', 'b'], ['b', 'b'], ['c', 'c']] [0 1 1 2]
    [['c', 'c'], ['d', 'd'], ['d', 'd'], ['e', 'e']] [2 3 3 4]
    """
    who = "seq_minibatches"
    inputs, targets = _pair(who, inputs, targets)
    batch_size = _count(who, "batch_size", batch_size)
    seq_length = _count(who, "seq_length", seq_length)
    stride = _count(who, "stride", stride)
    needed = batch_size * stride + seq_length - stride
    if len(inputs) < needed:
        raise ValueError(
            f"{who}: inputs has {len(inputs)} rows; expected at least {needed} for batch_size "
            f"{batch_size}, seq_length {seq_length} and stride {stride}. Use smaller ones."
        )
    first = np.arange(batch_size)[:, None] * stride + np.arange(seq_length)  # (batch, seq)
    starts = range(0, len(inputs) - needed + 1, batch_size * stride)
    return ((inputs[rows], targets[rows]) for rows in ((first + i).ravel() for i in starts))


def seq_minibatches2(
    inputs: np.ndarray, targets: np.ndarray, batch_size: int, num_steps: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Walk along two arrays in several places at once: :func:`ptb_iterator` with its own targets.

    As in the original, each segment gives ``(length - 1) // num_steps`` windows: the one row more
    that :func:`ptb_iterator` needs is left out here too, and so is what doesn't fill a window.

    Parameters
    ----------
    inputs, targets : array_like
        Any shapes with the same number of rows: (rows, ...).
    batch_size : int
        Segments that are read at the same time.
    num_steps : int
        Rows of each segment in a yield.

    Yields
    ------
    tuple of ndarray
        Inputs and targets, (batch_size, num_steps, ...).

    Raises
    ------
    TypeError, ValueError
        If a number is not whole or below 1, the lengths differ, or there are too few rows.

    Examples
    --------
    >>> for x, y in seq_minibatches2(range(20), range(20, 40), batch_size=2, num_steps=3):
    ...     print(x.tolist(), y.tolist())
    [[0, 1, 2], [10, 11, 12]] [[20, 21, 22], [30, 31, 32]]
    [[3, 4, 5], [13, 14, 15]] [[23, 24, 25], [33, 34, 35]]
    [[6, 7, 8], [16, 17, 18]] [[26, 27, 28], [36, 37, 38]]
    """
    who = "seq_minibatches2"
    inputs, targets = _pair(who, inputs, targets)
    batch_size = _count(who, "batch_size", batch_size)
    num_steps = _count(who, "num_steps", num_steps)
    length = len(inputs) // batch_size
    n_windows = (length - 1) // num_steps
    if n_windows < 1:
        raise ValueError(
            f"{who}: inputs has {len(inputs)} rows; expected at least "
            f"{batch_size * (num_steps + 1)} for batch_size {batch_size} and num_steps "
            f"{num_steps}. Use smaller ones."
        )
    inputs, targets = (
        array[: batch_size * length].reshape(batch_size, length, *array.shape[1:])
        for array in (inputs, targets)
    )
    seen = n_windows * num_steps
    return _windows(inputs[:, :seen], targets[:, :seen], num_steps)


def _windows(
    inputs: np.ndarray, targets: np.ndarray, num_steps: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for start in range(0, inputs.shape[1], num_steps):
        columns = slice(start, start + num_steps)
        yield inputs[:, columns], targets[:, columns]


def _count(who: str, name: str, value: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{who}: {name} is {value!r}; expected a whole number, such as 128.")
    if value < 1:
        raise ValueError(f"{who}: {name} is {value}; expected 1 or more.")
    return int(value)


def _pair(who: str, inputs: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inputs, targets = np.asarray(inputs), np.asarray(targets)
    if inputs.ndim == 0 or targets.ndim == 0 or len(inputs) != len(targets):
        raise ValueError(
            f"{who}: inputs has shape {inputs.shape} and targets {targets.shape}; expected the "
            "same number of rows. Cut both with the same slice."
        )
    return inputs, targets
