"""Sequences of ids made ready for a recurrent layer: padding, start and end ids, masks. NumPy only.

Sequences are lists of any lengths, at least one, or an array (sequences, steps). None of these
functions changes what it is given. ``pad_id``, ``pad_val`` and ``value`` are the padding.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tlcore.check import check_choice, check_count, check_list, check_number, require
from tlcore.door import guard

Sequences = Sequence[Sequence[int]] | np.ndarray


def pad_sequences(
    sequences: Sequences, maxlen: int | None = None, dtype: str | np.dtype = "int32",
    padding: str = "post", truncating: str = "pre", value: float = 0,
) -> np.ndarray:  # fmt: skip
    """Make sequences equally long, that of `maxlen` or of the longest: (sequences, maxlen).

    Padding goes behind a sequence, unless `padding` is "pre", and cutting takes away its beginning,
    unless `truncating` is "post". Keras's function of this name pads in front. Where a step is more
    than a number the shape is (sequences, maxlen, ...).

    >>> pad_sequences([[1, 2, 3], [4]], maxlen=2)
    array([[2, 3],
           [4, 0]], dtype=int32)
    """
    rows = _rows(sequences)
    check_choice("padding", padding, ["pre", "post"])
    check_choice("truncating", truncating, ["pre", "post"])
    check_number("value", value)
    maxlen = max(map(len, rows)) if maxlen is None else check_count("maxlen", maxlen)
    step = next((np.shape(row)[1:] for row in rows if len(row)), ())
    result = np.full((len(rows), maxlen, *step), value, dtype)
    for i, row in enumerate(rows):
        kept = row[:maxlen] if truncating == "post" else row[max(0, len(row) - maxlen) :]
        if len(kept):
            start = 0 if padding == "post" else maxlen - len(kept)
            result[i, start : start + len(kept)] = kept
    return result


def process_sequences(
    sequences: Sequences, end_id: int = 0, pad_val: int = 0, is_shorten: bool = True,
    remain_end_id: bool = False,
) -> list[list[int]]:  # fmt: skip
    """Cut what a network wrote at its first end id: from there on it becomes padding.

    A sequence without an end id is kept whole. `is_shorten` cuts all to the length of the longest
    without its padding; `remain_end_id` keeps the first end id.

    >>> ids = [[4, 3, 5, 3, 2, 2, 2, 2], [5, 3, 9, 4, 9, 2, 2, 3]]
    >>> process_sequences(ids, end_id=2)
    [[4, 3, 5, 3, 0], [5, 3, 9, 4, 9]]
    >>> process_sequences(ids, end_id=2, remain_end_id=True)
    [[4, 3, 5, 3, 2, 0], [5, 3, 9, 4, 9, 2]]
    """
    result, longest = [], 0
    for row in _rows(sequences):
        end = row.index(end_id) + remain_end_id if end_id in row else len(row)
        longest = max(longest, end)
        result.append(row[:end] + [pad_val] * (len(row) - end))
    return [row[:longest] for row in result] if is_shorten else result


def sequences_add_start_id(
    sequences: Sequences, start_id: int = 0, remove_last: bool = False
) -> list[list[int]]:
    """Put an id in front of each sequence: a decoder's input begins with it.

    With `remove_last` the last id of each goes, so the length stays.

    >>> sequences_add_start_id([[4, 3, 5], [5, 3]], start_id=2)
    [[2, 4, 3, 5], [2, 5, 3]]
    >>> sequences_add_start_id([[4, 3, 5], [5, 3]], start_id=2, remove_last=True)
    [[2, 4, 3], [2, 5]]
    """
    return [[start_id, *(row[:-1] if remove_last else row)] for row in _rows(sequences)]


def sequences_add_end_id(sequences: Sequences, end_id: int = 888) -> list[list[int]]:
    """Put an id behind each sequence. They are not padded yet.

    >>> sequences_add_end_id([[1, 2, 3], [4, 5, 6, 7]], end_id=999)
    [[1, 2, 3, 999], [4, 5, 6, 7, 999]]
    """
    return [[*row, end_id] for row in _rows(sequences)]


def sequences_add_end_id_after_pad(
    sequences: Sequences, end_id: int = 888, pad_id: int = 0
) -> list[list[int]]:
    """Put an id where the padding at the end of each sequence begins; the length stays.

    So a sequence without padding has no room for it and stays as it is.

    >>> sequences_add_end_id_after_pad([[1, 2, 0, 0], [1, 2, 3, 0], [1, 2, 3, 4]], end_id=99)
    [[1, 2, 99, 0], [1, 2, 3, 99], [1, 2, 3, 4]]
    """
    rows = _rows(sequences)
    for row in rows:
        end = _length(row, pad_id)
        if end < len(row):
            row[end] = end_id
    return rows


def sequences_get_mask(sequences: Sequences, pad_val: int = 0) -> np.ndarray:
    """Return 1 where there is a word and 0 where there is padding at the end: (sequences, steps).

    The sequences are equally long. A padding id with others behind it is a word.

    >>> sequences_get_mask([[4, 0, 5, 0, 0], [5, 3, 9, 4, 9]])
    array([[1, 1, 1, 0, 0],
           [1, 1, 1, 1, 1]], dtype=int32)
    """
    rows = _rows(sequences)
    steps = {len(row) for row in rows}
    require(
        len(steps) == 1,
        f"sequences have lengths {sorted(steps)}; expected equal ones. Call pad_sequences first.",
    )
    lengths = np.array([_length(row, pad_val) for row in rows])
    return (np.arange(steps.pop()) < lengths[:, None]).astype(np.int32)


def _length(row: list[int], pad: int) -> int:
    """Return how long a sequence is without the padding at its end."""
    end = len(row)
    while end and row[end - 1] == pad:
        end -= 1
    return end


def _rows(sequences: Sequences) -> list[list[int]]:
    """Return copies, as lists."""
    rows = check_list("sequences", sequences, least=1)
    wrong = [row for row in rows if isinstance(row, (str, bytes)) or not np.iterable(row)]
    if wrong:
        raise ValueError(
            f"sequences holds {wrong[0]!r}; expected lists of ids. For one sequence write "
            "[sequence]."
        )
    return [row.tolist() if isinstance(row, np.ndarray) else list(row) for row in rows]


guard(globals())
