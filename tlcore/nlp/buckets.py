"""Buckets: pairs of sentences of about one length together, so that little is padding.

A bucket (I, O) is for encoder inputs of I ids and decoder inputs of O ids. A pair goes into the
first bucket with room for it, by the original's rule: fewer than I words in the source, and fewer
than O in the target with its ``_EOS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from tlcore.nlp.tokenizer import EOS_ID

__all__ = [
    "BUCKETS",
    "BucketedPairs",
    "bucket_of",
    "bucket_to_translate",
    "put_in_buckets",
]

#: The buckets of the tutorial.
BUCKETS = ((5, 10), (10, 15), (20, 25), (40, 50))

Bucket = tuple[int, int]
Pair = tuple[list[int], list[int]]


class BucketedPairs(list):
    """A list of pairs for each bucket, and how many pairs are in none.

    Attributes
    ----------
    too_long : int
        Pairs that no bucket had room for.
    empty : int
        Pairs without a word on one side.
    """

    too_long = 0
    empty = 0


def bucket_of(n_source: int, n_target: int, buckets: Sequence[Bucket] = BUCKETS) -> int:
    """Return the number of the first bucket with room for a pair.

    Parameters
    ----------
    n_source, n_target : int
        Words of the source, and of the target without ``_EOS``.
    buckets : sequence of (int, int)
        Small ones first.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If the pair is too long for the largest bucket. To translate a long sentence all the same,
        see :func:`bucket_to_translate`.

    Examples
    --------
    >>> bucket_of(3, 6), bucket_of(8, 18)
    (0, 2)
    """
    number = _bucket_of(n_source, n_target, check_buckets(buckets))
    if number is None:
        size_in, size_out = buckets[-1]
        raise ValueError(
            f"bucket_of: {n_source} words and {n_target} in the translation are too long for the "
            f"largest bucket, {tuple(buckets[-1])}: it has room for {size_in - 1} and "
            f"{size_out - 2}. Add a larger bucket, or split the sentence."
        )
    return number


def bucket_to_translate(n_source: int, buckets: Sequence[Bucket] = BUCKETS) -> Bucket:
    """Return a bucket to translate a sentence in, made for it where it is too long for all.

    The original crashed at 40 words and more. A bucket that is made has the shape of the largest.

    Parameters
    ----------
    n_source : int
        Words of the source, at least 1.
    buckets : sequence of (int, int)
        Small ones first.

    Returns
    -------
    (int, int)
        The size of the encoder's and the decoder's inputs.

    Raises
    ------
    ValueError
        If there is no word.

    Examples
    --------
    >>> bucket_to_translate(8), bucket_to_translate(60)
    ((10, 15), (61, 77))
    """
    if n_source < 1:
        raise ValueError("bucket_to_translate: the sentence is empty; expected at least one word.")
    for bucket in check_buckets(buckets):
        if n_source < bucket[0]:
            return bucket
    size_in, size_out = buckets[-1]
    return n_source + 1, -(-(n_source + 1) * size_out // size_in)  # rounded up


def put_in_buckets(
    pairs: Iterable[tuple[Sequence[int], Sequence[int]]],
    buckets: Sequence[Bucket] = BUCKETS,
    EOS_ID: int = EOS_ID,
    max_size: int | None = None,
) -> BucketedPairs:
    """Sort pairs of sentences into buckets.

    Parameters
    ----------
    pairs : iterable of (ids, ids)
        Source and target, without ``_EOS``.
    buckets : sequence of (int, int)
        Small ones first.
    EOS_ID : int
        Is put at the end of each target.
    max_size : int, optional
        Look at so many pairs and no more.

    Returns
    -------
    BucketedPairs
        For each bucket a list of (source ids, target ids). Pairs that fit in no bucket are left
        out, as in the original, and so are pairs with an empty sentence: ``.too_long`` and
        ``.empty`` say how many.

    Raises
    ------
    ValueError
        If a bucket has no room, or a small one stands behind a large one.

    Examples
    --------
    >>> data = put_in_buckets([([7], [8, 9]), ([7] * 8, [9] * 12), ([7] * 50, [9])])
    >>> [len(bucket) for bucket in data], data[0], data.too_long
    ([1, 1, 0, 0], [([7], [8, 9, 2])], 1)
    """
    buckets = check_buckets(buckets)
    if max_size is not None and max_size < 1:
        raise ValueError(f"read_data: max_size is {max_size}; expected 1 or more, or None for all.")
    data = BucketedPairs([] for _ in buckets)
    for source, target in islice(pairs, max_size):
        if not len(source) or not len(target):
            data.empty += 1
            continue
        number = _bucket_of(len(source), len(target), buckets)
        if number is None:
            data.too_long += 1
        else:
            data[number].append((list(source), [*target, EOS_ID]))
    return data


def check_buckets(buckets: Sequence[Bucket]) -> list[Bucket]:
    """Return the buckets as a list, or say what is wrong with them.

    >>> check_buckets([(5, 10), (4, 12)])
    Traceback (most recent call last):
    ...
    ValueError: buckets: (4, 12) stands behind (5, 10); expected small ones first.
    """
    try:
        buckets = [tuple(int(size) for size in bucket) for bucket in buckets]
    except (TypeError, ValueError):
        raise TypeError(
            f"buckets is {buckets!r}; expected pairs of sizes such as [(5, 10), (10, 15)]."
        ) from None
    if not buckets or any(len(b) != 2 or b[0] < 2 or b[1] < 3 for b in buckets):
        raise ValueError(
            f"buckets: {buckets}; expected pairs of sizes such as (5, 10), with room for at least "
            "one word: (2, 3) or more."
        )
    for small, large in zip(buckets, buckets[1:], strict=False):
        if large[0] < small[0] or large[1] < small[1]:
            raise ValueError(f"buckets: {large} stands behind {small}; expected small ones first.")
    return buckets


def _bucket_of(n_source: int, n_target: int, buckets: Sequence[Bucket]) -> int | None:
    for number, (size_in, size_out) in enumerate(buckets):
        if n_source < size_in and n_target + 1 < size_out:
            return number
    return None
