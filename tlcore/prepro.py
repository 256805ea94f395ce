"""Sequences of ids made ready for a recurrent layer: padding, start and end ids, masks. NumPy only.

None of these functions changes what it is given.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = [
    "pad_sequences",
    "process_sequences",
    "sequences_add_end_id",
    "sequences_add_end_id_after_pad",
    "sequences_add_start_id",
    "sequences_get_mask",
]

Sequences = Sequence[Sequence[int]]


def pad_sequences(
    sequences: Sequences,
    maxlen: int | None = None,
    dtype: str | np.dtype = "int32",
    padding: str = "post",
    truncating: str = "pre",
    value: float = 0,
) -> np.ndarray:
    """Make sequences equally long: pad the short ones, cut the long ones.

    As in the original, padding goes behind a sequence and cutting takes away its beginning, unless
    you say otherwise. Keras's function of this name pads in front.

    Parameters
    ----------
    sequences : sequence of sequences
        Each of any length.
    maxlen : int, optional
        The length of all; that of the longest by default.
    dtype : str or numpy.dtype
        The type of the result.
    padding, truncating : {'pre', 'post'}
        Where to pad and where to cut: at the beginning or at the end.
    value : float
        The padding.

    Returns
    -------
    numpy.ndarray
        Shape (sequences, maxlen), or (sequences, maxlen, ...) where a step is more than a number.

    Raises
    ------
    ValueError
        If there are no sequences, `maxlen` is below 1, or a place is neither 'pre' nor 'post'.

    Examples
    --------
    >>> pad_sequences([[1, 1, 1, 1, 1], [2, 2, 2], [3, 3]])
    array([[1, 1, 1, 1, 1],
           [2, 2, 2, 0, 0],
           [3, 3, 0, 0, 0]], dtype=int32)
    >>> pad_sequences([[1, 2, 3], [4]], maxlen=2)
    array([[2, 3],
           [4, 0]], dtype=int32)
    """
    rows = _rows(sequences, "pad_sequences")
    for name, place in (("padding", padding), ("truncating", truncating)):
        if place not in ("pre", "post"):
            raise ValueError(f"pad_sequences: {name} is {place!r}; expected 'pre' or 'post'.")
    if maxlen is None:
        maxlen = max(map(len, rows))
    elif maxlen < 1:
        raise ValueError(f"pad_sequences: maxlen is {maxlen}; expected 1 or more, or None.")
    step = next((np.shape(row)[1:] for row in rows if len(row)), ())
    result = np.full((len(rows), maxlen, *step), value, dtype)
    for i, row in enumerate(rows):
        kept = row[:maxlen] if truncating == "post" else row[max(0, len(row) - maxlen) :]
        if len(kept):
            start = 0 if padding == "post" else maxlen - len(kept)
            result[i, start : start + len(kept)] = kept
    return result


def process_sequences(
    sequences: Sequences,
    end_id: int = 0,
    pad_val: int = 0,
    is_shorten: bool = True,
    remain_end_id: bool = False,
) -> list[list[int]]:
    """Cut what a network wrote at its first end id.

    The original changed its input, refused arrays, and emptied every sequence where none of them
    had an end id. Here a sequence without an end id is kept whole.

    Parameters
    ----------
    sequences : sequence of sequences of int, or array (sequences, steps)
        The ids.
    end_id : int
        The id that ends a sequence. It and what follows becomes padding.
    pad_val : int
        The padding.
    is_shorten : bool
        Cut all sequences to the length of the longest without its padding.
    remain_end_id : bool
        Keep the first end id.

    Returns
    -------
    list of list of int

    Raises
    ------
    ValueError
        If there are no sequences.

    Examples
    --------
    >>> ids = [[4, 3, 5, 3, 2, 2, 2, 2], [5, 3, 9, 4, 9, 2, 2, 3]]
    >>> process_sequences(ids, end_id=2)
    [[4, 3, 5, 3, 0], [5, 3, 9, 4, 9]]
    >>> process_sequences(ids, end_id=2, remain_end_id=True)
    [[4, 3, 5, 3, 2, 0], [5, 3, 9, 4, 9, 2]]
    """
    result, longest = [], 0
    for row in _rows(sequences, "process_sequences"):
        end = row.index(end_id) + remain_end_id if end_id in row else len(row)
        longest = max(longest, end)
        result.append(row[:end] + [pad_val] * (len(row) - end))
    return [row[:longest] for row in result] if is_shorten else result


def sequences_add_start_id(
    sequences: Sequences, start_id: int = 0, remove_last: bool = False
) -> list[list[int]]:
    """Put an id in front of each sequence: a decoder's input begins with it.

    Parameters
    ----------
    sequences : sequence of sequences of int
        The ids.
    start_id : int
        The id to put there.
    remove_last : bool
        Take the last id of each away, so the length stays.

    Returns
    -------
    list of list of int

    Raises
    ------
    ValueError
        If there are no sequences.

    Examples
    --------
    >>> sequences_add_start_id([[4, 3, 5], [5, 3]], start_id=2)
    [[2, 4, 3, 5], [2, 5, 3]]
    >>> sequences_add_start_id([[4, 3, 5], [5, 3]], start_id=2, remove_last=True)
    [[2, 4, 3], [2, 5]]
    """
    rows = _rows(sequences, "sequences_add_start_id")
    return [[start_id, *(row[:-1] if remove_last else row)] for row in rows]


def sequences_add_end_id(sequences: Sequences, end_id: int = 888) -> list[list[int]]:
    """Put an id behind each sequence.

    Parameters
    ----------
    sequences : sequence of sequences of int
        The ids, not padded yet.
    end_id : int
        The id to put there.

    Returns
    -------
    list of list of int

    Raises
    ------
    ValueError
        If there are no sequences.

    Examples
    --------
    >>> sequences_add_end_id([[1, 2, 3], [4, 5, 6, 7]], end_id=999)
    [[1, 2, 3, 999], [4, 5, 6, 7, 999]]
    """
    return [[*row, end_id] for row in _rows(sequences, "sequences_add_end_id")]


def sequences_add_end_id_after_pad(
    sequences: Sequences, end_id: int = 888, pad_id: int = 0
) -> list[list[int]]:
    """Put an id where the padding of each sequence begins.

    The length stays. So a sequence without padding has no room for it and stays as it is, as in
    the original. A padding id with others behind it is a word; the original took it for the end.

    Parameters
    ----------
    sequences : sequence of sequences of int
        The ids, padded at the end.
    end_id : int
        The id to put there.
    pad_id : int
        The padding.

    Returns
    -------
    list of list of int

    Raises
    ------
    ValueError
        If there are no sequences.

    Examples
    --------
    >>> sequences_add_end_id_after_pad([[1, 2, 0, 0], [1, 2, 3, 0], [1, 2, 3, 4]], end_id=99)
    [[1, 2, 99, 0], [1, 2, 3, 99], [1, 2, 3, 4]]
    """
    rows = _rows(sequences, "sequences_add_end_id_after_pad")
    for row in rows:
        end = _length(row, pad_id)
        if end < len(row):
            row[end] = end_id
    return rows


def sequences_get_mask(sequences: Sequences, pad_val: int = 0) -> np.ndarray:
    """Return 1 where there is a word and 0 where there is padding at the end.

    Parameters
    ----------
    sequences : sequence of sequences of int, or array (sequences, steps)
        The ids, equally long, padded at the end. A padding id with others behind it is a word.
    pad_val : int
        The padding.

    Returns
    -------
    numpy.ndarray
        int32, shape (sequences, steps).

    Raises
    ------
    ValueError
        If there are no sequences, or they are not equally long.

    Examples
    --------
    >>> sequences_get_mask([[4, 0, 5, 0, 0], [5, 3, 9, 4, 9]])
    array([[1, 1, 1, 0, 0],
           [1, 1, 1, 1, 1]], dtype=int32)
    """
    rows = _rows(sequences, "sequences_get_mask")
    steps = len(rows[0])
    if any(len(row) != steps for row in rows):
        raise ValueError(
            "sequences_get_mask: the sequences have different lengths; expected padded ones. Call "
            "pad_sequences first."
        )
    lengths = [_length(row, pad_val) for row in rows]
    return (np.arange(steps) < np.array(lengths)[:, None]).astype(np.int32)


def _length(row: list[int], pad: int) -> int:
    """Return how long a sequence is without the padding at its end."""
    end = len(row)
    while end and row[end - 1] == pad:
        end -= 1
    return end


def _rows(sequences: Sequences, who: str) -> list[list[int]]:
    """Return copies, as lists, or say that there is nothing."""
    if isinstance(sequences, (str, bytes)) or not len(sequences):
        raise ValueError(f"{who}: sequences is {sequences!r}; expected at least one list of ids.")
    try:
        return [row.tolist() if hasattr(row, "tolist") else list(row) for row in sequences]
    except TypeError:
        raise ValueError(
            f"{who}: sequences holds {sequences[0]!r}; expected lists of ids. For one sequence "
            "write [sequence]."
        ) from None
