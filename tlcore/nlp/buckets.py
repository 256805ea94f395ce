"""Buckets: pairs of about one length share a shape, so that little of a batch is padding.

A bucket (I, O) is a shape: I steps for the encoder, O for the decoder; small ones stand first. One
rule says where a sentence belongs, the first bucket with steps enough (:func:`first_with_room`),
and one function lays it out (:func:`lay_out_pairs`). How many steps are enough for a pair is as in
TensorFlow's translation tutorial of 2015: the source and one of padding; ``_GO``, the target and
``_EOS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np

from tlcore.check import check_count, check_list, require
from tlcore.nlp.tokenizer import EOS_ID, GO_ID, PAD_ID
from tlcore.nlp.vocabulary import text_lines

Bucket = tuple[int, int]
Pair = tuple[Sequence[int], Sequence[int]]

#: The buckets of the tutorial.
BUCKETS: Sequence[Bucket] = ((5, 10), (10, 15), (20, 25), (40, 50))


class BucketedPairs(list):
    """A list of pairs for each bucket, and how many pairs are in none."""

    #: Pairs that no bucket had room for.
    too_long = 0
    #: Pairs without a word on one side.
    empty = 0


def bucket_of(n_source: int, n_target: int, buckets: Sequence[Bucket] = BUCKETS) -> int:
    """Return the number of the first bucket with room for a pair: its words, without ``_EOS``.

    Raises
    ------
    ValueError
        If the pair is too long for the largest bucket.

    Examples
    --------
    >>> bucket_of(3, 6), bucket_of(8, 18)
    (0, 2)
    """
    number = _of_pair(n_source, n_target, check_buckets(buckets))
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
    check_count("n_source", n_source)
    buckets = check_buckets(buckets)
    number = _of_pair(n_source, 0, buckets)
    return larger_bucket(n_source + 1, buckets[-1]) if number is None else buckets[number]


def put_in_buckets(
    pairs: Iterable[Pair],
    buckets: Sequence[Bucket] = BUCKETS,
    EOS_ID: int = EOS_ID,
    max_size: int | None = None,
) -> BucketedPairs:
    """Sort pairs of sentences into buckets.

    Parameters
    ----------
    pairs : iterable of (ids, ids)
        Source and target, without ``_EOS``.
    EOS_ID : int
        Is put at the end of each target.
    max_size : int, optional
        Look at so many pairs and no more.

    Returns
    -------
    BucketedPairs
        For each bucket a list of (source ids, target ids). Pairs that fit in no bucket are left
        out, and so are pairs with an empty sentence: ``.too_long`` and ``.empty`` say how many.

    Examples
    --------
    >>> data = put_in_buckets([([7], [8, 9]), ([7] * 8, [9] * 12), ([7] * 50, [9])])
    >>> [len(bucket) for bucket in data], data[0], data.too_long
    ([1, 1, 0, 0], [([7], [8, 9, 2])], 1)
    """
    buckets = check_buckets(buckets)
    if max_size is not None:
        check_count("max_size", max_size, fix="None takes all pairs.")
    data = BucketedPairs([] for _ in buckets)
    for source, target in islice(pairs, max_size):
        number = _of_pair(len(source), len(target), buckets)
        if not len(source) or not len(target):
            data.empty += 1
        elif number is None:
            data.too_long += 1
        else:
            data[number].append((list(source), [*target, EOS_ID]))
    return data


def read_data(
    source_path: str | Path,
    target_path: str | Path,
    buckets: Sequence[Bucket] = BUCKETS,
    EOS_ID: int = EOS_ID,
    max_size: int | None = None,
) -> BucketedPairs:
    r"""Read two files of ids, as :func:`data_to_token_ids` writes them, and put them in buckets.

    Line i of one belongs to line i of the other. The rest is as for :func:`put_in_buckets`.

    Raises
    ------
    ValueError
        If a line holds more than ids, or the files differ in their number of lines.

    Examples
    --------
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

    >>> scale = bucket_scale([239121, 1344322, 5239557, 10445326])
    >>> [round(share, 5) for share in scale]
    [0.01385, 0.0917, 0.39512, 1.0]
    """
    sizes = [check_count("sizes", size, least=0) for size in sizes]
    require(sum(sizes), f"sizes is {sizes}; expected numbers of pairs, some above 0.")
    return [sum(sizes[: i + 1]) / sum(sizes) for i in range(len(sizes))]


def choose_bucket(scale: Sequence[float], u: float) -> int:
    """Choose a bucket as often as its share of the pairs says; never an empty one.

    Parameters
    ----------
    scale : sequence of float
        As :func:`bucket_scale` returns it.
    u : float
        A random number, at least 0 and below 1.

    Examples
    --------
    >>> [choose_bucket([0.25, 0.25, 1.0], u) for u in (0.0, 0.24, 0.25, 0.99)]
    [0, 0, 2, 2]
    """
    require(0 <= u < 1, f"u is {u}; expected at least 0 and below 1.")
    return int(np.searchsorted(scale, u, side="right"))


def padding_share(data: Sequence[Sequence[Pair]], buckets: Sequence[Bucket]) -> float:
    """Return the share of padding in what the encoder and the decoder read together.

    It is padding / (words + ``_GO`` + ``_EOS`` + padding). `data` is what :func:`put_in_buckets`
    returns for `buckets`.

    >>> pairs = [([7] * 4, [8] * 7), ([7] * 30, [8] * 40)]
    >>> buckets = [(5, 10), (40, 50)]
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
    data: Sequence[Sequence[Pair]],
    bucket_id: int,
    batch_size: int,
    buckets: Sequence[Bucket] = BUCKETS,
    PAD_ID: int = PAD_ID,
    GO_ID: int = GO_ID,
    EOS_ID: int = EOS_ID,
    rng: np.random.Generator | int | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw pairs out of one bucket, with putting back, and lay them out as a batch.

    Parameters
    ----------
    data : sequence of lists of pairs
        As :func:`read_data` or :func:`put_in_buckets` returns it for `buckets`.
    rng : numpy.random.Generator, int or None
        What draws, or its seed. None draws others each time.

    Returns
    -------
    encoder_inputs, decoder_inputs, target_weights : numpy.ndarray
        (steps, batch) each, as :func:`lay_out_batch` returns them.

    Examples
    --------
    >>> data = [[([4, 5, 6], [7, 8, 2])]]
    >>> batch = get_batch(data, bucket_id=0, batch_size=2, buckets=[(5, 6)])
    >>> [part[:, 0].tolist() for part in batch]
    [[0, 0, 6, 5, 4], [1, 7, 8, 2, 0, 0], [1.0, 1.0, 1.0, 0.0, 0.0, 0.0]]
    """
    check_count("bucket_id", bucket_id, least=0, most=len(buckets) - 1)
    check_count("batch_size", batch_size)
    pairs, bucket = data[bucket_id], buckets[bucket_id]
    require(
        len(pairs),
        f"bucket {bucket_id}, {tuple(bucket)}, has no pairs. Draw the bucket with choose_bucket, "
        "which passes by empty ones.",
    )
    rows = np.random.default_rng(rng).integers(len(pairs), size=batch_size)
    return lay_out_batch([pairs[i] for i in rows], bucket, PAD_ID, GO_ID, EOS_ID)


def lay_out_batch(
    pairs: Sequence[Pair],
    bucket: Bucket,
    PAD_ID: int = PAD_ID,
    GO_ID: int = GO_ID,
    EOS_ID: int = EOS_ID,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lay pairs out as a batch: a pair is a column, a step is a row.

    The source is padded and then reversed, so its first word stands last, next to the decoder. The
    target begins with ``_GO`` and is padded. The word to predict at a step is the decoder's input
    one step later, and the weight is 1 where there is one, 0 where only padding follows.

    Parameters
    ----------
    pairs : sequence of (ids, ids)
        Source and target. A target without ``_EOS`` at its end gets it; an empty target, of a
        sentence that is yet to be translated, stays ``_GO`` and padding, with weights of 0.

    Returns
    -------
    encoder_inputs, decoder_inputs : numpy.ndarray
        int32, shapes (I, batch) and (O, batch). The targets are ``decoder_inputs[1:]``.
    target_weights : numpy.ndarray
        float32, shape (O, batch). The last row is 0, because no word follows it.

    Examples
    --------
    The three columns that the tutorial prints, of which these are the decoder's:

    >>> pairs = [([3], [87, 2]), ([698], [71, 3, 2]), ([4061, 3233], [16748, 14195, 2])]
    >>> lay_out_batch(pairs, (5, 10))[1][:4]
    array([[    1,     1,     1],
           [   87,    71, 16748],
           [    2,     3, 14195],
           [    0,     2,     2]], dtype=int32)
    """
    encoder, decoder = lay_out_pairs(pairs, bucket, (PAD_ID, GO_ID, EOS_ID))
    weights = np.zeros(decoder.shape, np.float32)
    weights[:, :-1] = decoder[:, 1:] != PAD_ID
    return encoder.T, decoder.T, weights.T


def lay_out_pairs(
    pairs: Sequence[Pair], bucket: Bucket, ids: tuple[int, int, int] = (PAD_ID, GO_ID, EOS_ID)
) -> tuple[np.ndarray, np.ndarray]:
    """Lay pairs out for Keras, a pair a row: encoder (pairs, I) and decoder inputs (pairs, O).

    They are those of :func:`lay_out_batch`, turned round; the weights follow from the second.
    """
    check_list("pairs", pairs, least=1, of="pairs")
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
    for number, (size_in, size_out) in enumerate(buckets):
        if steps_in <= size_in and steps_out <= size_out:
            return number
    return None


def larger_bucket(steps_in: int, largest: Bucket) -> Bucket:
    """Return a bucket with so many steps for the encoder, in the shape of the largest."""
    size_in, size_out = largest
    return steps_in, -(-steps_in * size_out // size_in)  # rounded up


def check_buckets(buckets: Sequence[Bucket]) -> list[Bucket]:
    """Return the buckets as a list: pairs of sizes with room for a word, small ones first."""
    try:
        sizes = [(int(size_in), int(size_out)) for size_in, size_out in buckets]
    except (TypeError, ValueError):
        raise TypeError(
            f"buckets is {buckets!r}; expected pairs of sizes such as [(5, 10), (10, 15)]."
        ) from None
    room = sizes and all(size_in >= 2 and size_out >= 3 for size_in, size_out in sizes)
    require(room, f"buckets: {sizes}; expected room for at least one word, (2, 3) or more.")
    for small, large in zip(sizes, sizes[1:], strict=False):
        in_order = small[0] <= large[0] and small[1] <= large[1]
        require(in_order, f"buckets: {large} stands behind {small}; expected small ones first.")
    return sizes


def _id_pairs(*paths: str | Path) -> Iterator[Pair]:
    for number, lines in enumerate(zip_longest(*map(text_lines, paths)), 1):
        if None in lines:
            raise ValueError(
                f"{paths[lines.index(None)]} ends after {number - 1} lines, and the other file "
                "goes on; expected as many lines in both, because line i of one translates line i "
                "of the other."
            )
        ids = []
        for path, line in zip(paths, lines, strict=True):
            try:
                ids.append([int(word) for word in line.split()])
            except ValueError:
                raise ValueError(
                    f"line {number} of {path} is {line[:40]!r}; expected ids with spaces between. "
                    "data_to_token_ids makes such a file from a text."
                ) from None
        yield ids[0], ids[1]


def _of_pair(n_source: int, n_target: int, buckets: Sequence[Bucket]) -> int | None:
    return first_with_room(n_source + 1, n_target + 2, buckets)  # padding; _GO and _EOS
