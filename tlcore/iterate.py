"""Iterators: the order in which training sees the examples. NumPy only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tlcore.check import check_count, check_ids, check_pair, require
from tlcore.door import guard

Batches = Iterator[tuple[np.ndarray, np.ndarray]]


def minibatches(
    inputs: np.ndarray, targets: np.ndarray, batch_size: int, shuffle: bool = False,
    seed: int | None = None,
) -> Batches:  # fmt: skip
    """Walk over two arrays together, `batch_size` rows at a time.

    Each yield is a batch of `inputs`, (rows, ...), and the `targets` that belong to it. No row is
    lost: the last batch is short where the others leave fewer. With `shuffle` the rows come in a
    random order, which `seed` makes repeatable.

    >>> for x, y in minibatches(np.arange(5), np.arange(5) * 10, batch_size=2):
    ...     print(x, y)
    [0 1] [ 0 10]
    [2 3] [20 30]
    [4] [40]
    """
    inputs, targets = check_pair("inputs", inputs, "targets", targets)
    check_count("batch_size", batch_size)
    n = len(inputs)
    order = np.random.default_rng(seed).permutation(n) if shuffle else None
    # A generator is returned, so that bad arguments raise at the call and not at the first batch.
    parts = (slice(start, start + batch_size) for start in range(0, n, batch_size))
    picks = parts if order is None else (order[part] for part in parts)
    return ((inputs[rows], targets[rows]) for rows in picks)


def ptb_iterator(raw_data: np.ndarray, batch_size: int, num_steps: int) -> Batches:
    """Walk along a text in several places at once: words, and the words that follow them.

    The text, ids (words,), is cut into `batch_size` segments of equal length, one below the other.
    Each yield is the next `num_steps` columns, x, and y, which is x one word later: int32,
    (batch_size, num_steps). Row i goes on where row i of the yield before ended, so that a state
    which is carried from yield to yield sees each segment as one long text. The last window is
    short, and the cut leaves fewer than `batch_size` words at the end of the text.

    >>> for x, y in ptb_iterator(range(20), batch_size=2, num_steps=3):
    ...     print(x.tolist(), y.tolist())
    [[0, 1, 2], [10, 11, 12]] [[1, 2, 3], [11, 12, 13]]
    [[3, 4, 5], [13, 14, 15]] [[4, 5, 6], [14, 15, 16]]
    [[6, 7, 8], [16, 17, 18]] [[7, 8, 9], [17, 18, 19]]
    """
    data = segments(raw_data, batch_size)
    return _windows(data[:, :-1], data[:, 1:], check_count("num_steps", num_steps))


def segments(raw_data: np.ndarray, batch_size: int) -> np.ndarray:
    """Cut a text into segments as :func:`ptb_iterator` does: (batch_size, words // batch_size).

    >>> segments([3, 1, 4, 1, 5, 9, 2], batch_size=2)
    array([[3, 1, 4],
           [1, 5, 9]], dtype=int32)
    """
    data, batch_size = check_ids("raw_data", raw_data), check_count("batch_size", batch_size)
    require(
        len(data) >= 2 * batch_size,
        f"raw_data has {len(data)} words and batch_size is {batch_size}; expected at least "
        f"{2 * batch_size} words, a word and the next in each segment. Use a smaller batch_size or "
        "a longer text.",
    )
    return _segments(data, batch_size).astype(np.int32)


def seq_minibatches(
    inputs: np.ndarray, targets: np.ndarray, batch_size: int, seq_length: int, stride: int = 1
) -> Batches:
    """Walk over two arrays in overlapping sequences, `batch_size` sequences at a time.

    The rows of a batch, (batch_size * seq_length, ...), stand one below the other, sequence after
    sequence. For one target a sequence take the last: ``targets.reshape(-1, seq_length)[:, -1]``.
    Rows at the end that don't fill a whole batch are left out. `seq_length` rows are a sequence,
    and `stride` rows on the next one begins.

    >>> letters = np.array(list("abcdef"))
    >>> for x, y in seq_minibatches(letters, range(6), batch_size=2, seq_length=2, stride=1):
    ...     print(x, y)
    ['a' 'b' 'b' 'c'] [0 1 1 2]
    ['c' 'd' 'd' 'e'] [2 3 3 4]
    """
    inputs, targets = check_pair("inputs", inputs, "targets", targets)
    for name, value in dict(batch_size=batch_size, seq_length=seq_length, stride=stride).items():
        check_count(name, value)
    needed = batch_size * stride + seq_length - stride
    _check_rows(inputs, needed)
    first = np.arange(batch_size)[:, None] * stride + np.arange(seq_length)  # (batch, seq)
    starts = range(0, len(inputs) - needed + 1, batch_size * stride)
    return ((inputs[rows], targets[rows]) for rows in ((first + i).ravel() for i in starts))


def seq_minibatches2(
    inputs: np.ndarray, targets: np.ndarray, batch_size: int, num_steps: int
) -> Batches:
    """Walk along two arrays in several places at once: :func:`ptb_iterator` with its own targets.

    A yield is (batch_size, num_steps, ...), and each segment gives ``(length - 1) // num_steps`` of
    them: the one row more that :func:`ptb_iterator` needs is left out here too, and so is what
    doesn't fill a window.

    >>> for x, y in seq_minibatches2(range(20), range(20, 40), batch_size=2, num_steps=3):
    ...     print(x.tolist(), y.tolist())
    [[0, 1, 2], [10, 11, 12]] [[20, 21, 22], [30, 31, 32]]
    [[3, 4, 5], [13, 14, 15]] [[23, 24, 25], [33, 34, 35]]
    [[6, 7, 8], [16, 17, 18]] [[26, 27, 28], [36, 37, 38]]
    """
    inputs, targets = check_pair("inputs", inputs, "targets", targets)
    check_count("batch_size", batch_size)
    _check_rows(inputs, batch_size * (check_count("num_steps", num_steps) + 1))
    inputs, targets = _segments(inputs, batch_size), _segments(targets, batch_size)
    seen = (inputs.shape[1] - 1) // num_steps * num_steps
    return _windows(inputs[:, :seen], targets[:, :seen], num_steps)


def _segments(array: np.ndarray, batch_size: int) -> np.ndarray:
    length = len(array) // batch_size
    return array[: batch_size * length].reshape(batch_size, length, *array.shape[1:])


def _windows(inputs: np.ndarray, targets: np.ndarray, num_steps: int) -> Batches:
    for start in range(0, inputs.shape[1], num_steps):
        columns = slice(start, start + num_steps)
        yield inputs[:, columns], targets[:, columns]


def _check_rows(inputs: np.ndarray, needed: int) -> None:
    require(
        len(inputs) >= needed,
        f"inputs has {len(inputs)} rows; expected at least {needed} for one batch of these sizes. "
        "Use smaller ones.",
    )


guard(globals())
