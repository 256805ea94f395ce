"""Buckets: pairs of about one length share a shape, so that little of a batch is padding.

A bucket (I, O) is a shape: I steps for the encoder, O for the decoder; small ones stand first. A
pair goes to the first that has steps enough, which are, as in TensorFlow's translation tutorial of
2015, the source and one of padding; ``_GO``, the target and ``_EOS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise, zip_longest
from pathlib import Path

import numpy as np

from tlcore.check import check_array, check_count, require
from tlcore.nlp.tokenizer import EOS_ID, GO_ID, PAD_ID
from tlcore.nlp.vocabulary import text_lines

Bucket = tuple[int, int]
Pair = tuple[Sequence[int], Sequence[int]]

#: The buckets of the tutorial.
BUCKETS: Sequence[Bucket] = ((5, 10), (10, 15), (20, 25), (40, 50))


class BucketedPairs(list):
    """A list of pairs for each bucket, and how many pairs are in none."""

    too_long = 0  #: Pairs that no bucket had room for.
    empty = 0  #: Pairs without a word on one side.


def bucket_of(n_source: int, n_target: int, buckets: Sequence[Bucket] = BUCKETS) -> int:
    """Return the number of the first bucket with room for a pair: its words, without ``_EOS``.

    >>> bucket_of(3, 6), bucket_of(8, 18)
    (0, 2)
    """
    check_count("n_source", n_source, least=0), check_count("n_target", n_target, least=0)
    number = first_with_room(n_source + 1, n_target + 2, check_buckets(buckets))
    if number is None:
        size_in, size_out = buckets[-1]
        raise ValueError(
            f"{n_source} words and {n_target} in the translation are too long for the largest "
            f"bucket, {tuple(buckets[-1])}: it has room for {size_in - 1} and {size_out - 2}. Add "
            "a larger bucket, or split the sentence."
        )
    return number


def bucket_to_translate(n_source: int, buckets: Sequence[Bucket] = BUCKETS) -> Bucket:
    """Return the bucket of a sentence without a translation.

    Where the sentence is too long for all, a bucket in the shape of the largest is made for it.

    >>> bucket_to_translate(8), bucket_to_translate(60)
    ((10, 15), (61, 77))
    """
    buckets = check_buckets(buckets)
    number = first_with_room(check_count("n_source", n_source) + 1, 2, buckets)
    if number is not None:
        return buckets[number]
    size_in, size_out = buckets[-1]
    return n_source + 1, -(-(n_source + 1) * size_out // size_in)  # rounded up


def put_in_buckets(
    pairs: Iterable[Pair], buckets: Sequence[Bucket] = BUCKETS, EOS_ID: int = EOS_ID,
    max_size: int | None = None,
) -> BucketedPairs:  # fmt: skip
    """Sort pairs of sentences, (source ids, target ids), into buckets: a list of pairs for each.

    `EOS_ID` is put at the end of each target. Pairs that fit in no bucket are left out, and so are
    pairs with an empty sentence: ``.too_long`` and ``.empty`` of the list say how many. With
    `max_size` only so many pairs are looked at.

    >>> data = put_in_buckets([([7], [8, 9]), ([7] * 8, [9] * 12), ([7] * 50, [9])])
    >>> [len(bucket) for bucket in data], data[0], data.too_long
    ([1, 1, 0, 0], [([7], [8, 9, 2])], 1)
    """
    if max_size is not None:
        check_count("max_size", max_size, fix="None takes all pairs.")
    buckets = check_buckets(buckets)
    data = BucketedPairs([] for _ in buckets)
    for source, target in islice(pairs, max_size):
        number = first_with_room(len(source) + 1, len(target) + 2, buckets)
        if not len(source) or not len(target):
            data.empty += 1
        elif number is None:
            data.too_long += 1
        else:
            data[number].append((list(source), [*target, EOS_ID]))
    return data


def read_data(
    source_path: str | Path, target_path: str | Path, buckets: Sequence[Bucket] = BUCKETS,
    EOS_ID: int = EOS_ID, max_size: int | None = None,
) -> BucketedPairs:  # fmt: skip
    r"""Read two files of ids, as :func:`data_to_token_ids` writes them, and put them in buckets.

    Line i of one belongs to line i of the other. The rest is as for :func:`put_in_buckets`. A line
    that holds more than ids, or a file that ends before the other, is a ValueError.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source, target = Path(folder, "ids.en"), Path(folder, "ids.fr")
    ...     _ = source.write_text("4 5 6\n7\n"), target.write_text("8 9 10 11 12 13\n14\n")
    ...     read_data(source, target, [(5, 10), (10, 15)])
    [[([4, 5, 6], [8, 9, 10, 11, 12, 13, 2]), ([7], [14, 2])], []]
    """
    return put_in_buckets(_id_pairs(source_path, target_path), buckets, EOS_ID, max_size)


def bucket_scale(sizes: Sequence[int]) -> list[float]:
    """Return the share of all pairs that is in each bucket and those before it, rising to 1.

    >>> [round(share, 5) for share in bucket_scale([239121, 1344322, 5239557, 10445326])]
    [0.01385, 0.0917, 0.39512, 1.0]
    """
    sums = np.cumsum([check_count("sizes", size, least=0) for size in sizes])
    require(sums.any(), f"sizes is {sizes}; expected numbers of pairs, some above 0.")
    return (sums / sums[-1]).tolist()


def choose_bucket(scale: Sequence[float], u: float) -> int:
    """Choose a bucket as often as its share of the pairs says; never an empty one.

    `scale` is what :func:`bucket_scale` returns, `u` a random number from 0 to below 1.

    >>> [choose_bucket([0.25, 0.25, 1.0], u) for u in (0.0, 0.24, 0.25, 0.99)]
    [0, 0, 2, 2]
    """
    require(0 <= u < 1, f"u is {u}; expected at least 0 and below 1.")
    return int(np.searchsorted(scale, u, side="right"))


def padding_share(data: Sequence[Sequence[Pair]], buckets: Sequence[Bucket]) -> float:
    """Return padding / (words + ``_GO`` + ``_EOS`` + padding), of both sides together.

    `data` is what :func:`put_in_buckets` returns for `buckets`.

    >>> pairs, buckets = [([7] * 4, [8] * 7), ([7] * 30, [8] * 40)], [(5, 10), (40, 50)]
    >>> round(padding_share(put_in_buckets(pairs, buckets), buckets), 3)
    0.19
    >>> round(padding_share(put_in_buckets(pairs, buckets[1:]), buckets[1:]), 3)
    0.528
    """
    slots = sum(len(pairs) * sum(bucket) for pairs, bucket in zip(data, buckets, strict=True))
    require(slots, "data has no pairs; expected at least one.")
    # The target has its _EOS; _GO comes in front of it.
    used = sum(len(source) + len(target) + 1 for pairs in data for source, target in pairs)
    return 1 - used / slots


def get_batch(
    data: Sequence[Sequence[Pair]], bucket_id: int, batch_size: int,
    buckets: Sequence[Bucket] = BUCKETS, PAD_ID: int = PAD_ID, GO_ID: int = GO_ID,
    EOS_ID: int = EOS_ID, rng: np.random.Generator | int | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Draw pairs out of one bucket, with putting back, and lay them out by :func:`lay_out_batch`.

    `data` is what :func:`read_data` or :func:`put_in_buckets` returns for `buckets`; `rng` is what
    draws, or its seed.

    >>> batch = get_batch([[([4, 5, 6], [7, 8, 2])]], 0, batch_size=2, buckets=[(5, 6)])
    >>> [part[:, 0].tolist() for part in batch]
    [[0, 0, 6, 5, 4], [1, 7, 8, 2, 0, 0], [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]]
    """
    check_count("bucket_id", bucket_id, least=0, most=len(buckets) - 1)
    pairs, bucket = data[bucket_id], buckets[bucket_id]
    require(
        len(pairs),
        f"data: bucket {bucket_id}, {tuple(bucket)}, has no pairs. Draw the bucket with "
        "choose_bucket, which passes by empty ones.",
    )
    size = check_count("batch_size", batch_size)
    rows = np.random.default_rng(rng).integers(len(pairs), size=size)
    return lay_out_batch([pairs[i] for i in rows], bucket, PAD_ID, GO_ID, EOS_ID)


def lay_out_batch(
    pairs: Sequence[Pair], bucket: Bucket,
    PAD_ID: int = PAD_ID, GO_ID: int = GO_ID, EOS_ID: int = EOS_ID,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Lay pairs out as a batch: a pair is a column, a step is a row.

    Returned are inputs of the encoder, int32 (I, batch), and of the decoder, int32 (O, batch), and
    weights, float32 (O, batch). The source is padded and then reversed, so its first word stands
    last, next to the decoder. The target begins with ``_GO`` and is padded. The word to predict at
    a step is the decoder's input one step later, and the weight is 1 where there is one, 0 where
    only padding follows, or nothing.

    A target without ``_EOS`` at its end gets it; an empty target, of a sentence that is yet to be
    translated, stays ``_GO`` and padding, with weights of 0.

    >>> [part[:, 0].tolist() for part in lay_out_batch([([3, 4], [87, 88])], (4, 5))]
    [[0, 0, 4, 3], [1, 87, 88, 2, 0], [1.0, 1.0, 1.0, 0.0, 0.0]]
    """
    encoder, decoder = lay_out_pairs(pairs, bucket, (PAD_ID, GO_ID, EOS_ID))
    weights = np.zeros(decoder.shape, np.float32)
    weights[:, :-1] = decoder[:, 1:] != PAD_ID
    return encoder.T, decoder.T, weights.T


def lay_out_pairs(
    pairs: Sequence[Pair], bucket: Bucket, ids: tuple[int, int, int] = (PAD_ID, GO_ID, EOS_ID)
) -> tuple[np.ndarray, np.ndarray]:
    """Lay pairs out a row each, as Keras takes them: :func:`lay_out_batch`, turned round."""
    require(len(pairs), "pairs is empty; expected one or more.")
    (PAD_ID, GO_ID, EOS_ID), (size_in, size_out) = ids, bucket
    decoder = np.full((len(pairs), size_out), PAD_ID, np.int32)
    decoder[:, 0] = GO_ID
    for i, (source, target) in enumerate(pairs):
        target = list(target)
        if target and target[-1] != EOS_ID:
            target.append(EOS_ID)
        if not 0 < len(source) <= size_in or len(target) >= size_out:
            raise ValueError(
                f"pair {i} has {len(source)} words in the source and {len(target)} in the target "
                f"with _EOS; the bucket {tuple(bucket)} has room for 1 to {size_in} and "
                f"{size_out - 1}. bucket_of finds a bucket, and bucket_to_translate makes one."
            )
        decoder[i, 1 : len(target) + 1] = target
    return lay_out_sources([source for source, _ in pairs], size_in, PAD_ID), decoder


def lay_out_sources(
    sources: Sequence[Sequence[int] | np.ndarray], size_in: int, PAD_ID: int = PAD_ID
) -> np.ndarray:
    """Lay sources out, one a row: padding in front, then the words from last to first."""
    encoder = np.full((len(sources), size_in), PAD_ID, np.int32)
    for row, source in zip(encoder, sources, strict=True):
        row[size_in - len(source) :] = source[::-1]
    return encoder


def first_with_room(steps_in: int, steps_out: int, buckets: Sequence[Bucket]) -> int | None:
    """Return the number of the first bucket with so many steps on both sides, if there is one."""
    fits = (steps_in <= size_in and steps_out <= size_out for size_in, size_out in buckets)
    return next((number for number, room in enumerate(fits) if room), None)


def check_buckets(buckets: Sequence[Bucket]) -> list[Bucket]:
    """Return the buckets as a list: pairs of sizes with room for a word, small ones first."""
    fix = "Write pairs of sizes: [(5, 10), (10, 15)]."
    array = check_array("buckets", buckets, ("buckets", 2), fix)
    sizes = [(int(size_in), int(size_out)) for size_in, size_out in array]
    enough = (array >= (2, 3)).all()
    require(enough, f"buckets: {sizes}; expected room for at least one word, (2, 3) or more.")
    for small, large in pairwise(sizes):
        in_order = small[0] <= large[0] and small[1] <= large[1]
        require(in_order, f"buckets: {large} stands behind {small}; expected small ones first.")
    return sizes


def _id_pairs(source_path: str | Path, target_path: str | Path) -> Iterator[Pair]:
    lines = zip_longest(_id_lines(source_path), _id_lines(target_path))
    for n, (source, target) in enumerate(lines):
        if source is None or target is None:
            raise ValueError(
                f"{source_path if source is None else target_path} ends after {n} lines, and the "
                "other file goes on; expected as many lines in both, because line i of one "
                "translates line i of the other."
            )
        yield source, target


def _id_lines(path: str | Path) -> Iterator[list[int]]:
    for number, line in enumerate(text_lines(path), 1):
        try:
            yield [int(word) for word in line.split()]
        except ValueError:
            raise ValueError(
                f"line {number} of {path} is {line[:40]!r}; expected ids with spaces between. "
                "data_to_token_ids makes such a file from a text."
            ) from None
