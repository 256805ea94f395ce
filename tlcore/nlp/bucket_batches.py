"""Batches out of buckets: which bucket, which pairs, and how they are laid out for the network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tlcore.nlp.buckets import BUCKETS, Bucket, Pair
from tlcore.nlp.tokenizer import EOS_ID, GO_ID, PAD_ID

__all__ = ["bucket_scale", "choose_bucket", "get_batch", "lay_out_batch", "padding_share"]

Batch = tuple[np.ndarray, np.ndarray, np.ndarray]


def bucket_scale(sizes: Sequence[int]) -> list[float]:
    """Return the share of all pairs that is in each bucket and those before it.

    Parameters
    ----------
    sizes : sequence of int
        How many pairs each bucket holds.

    Returns
    -------
    list of float
        Rising to 1. :func:`choose_bucket` draws by it.

    Raises
    ------
    ValueError
        If there are no pairs.

    Examples
    --------
    >>> scale = bucket_scale([239121, 1344322, 5239557, 10445326])
    >>> [round(share, 5) for share in scale]
    [0.01385, 0.0917, 0.39512, 1.0]
    """
    sizes = [int(size) for size in sizes]
    if not sizes or min(sizes) < 0 or not sum(sizes):
        raise ValueError(
            f"bucket_scale: sizes is {sizes}; expected numbers of pairs, some above 0."
        )
    return [sum(sizes[: i + 1]) / sum(sizes) for i in range(len(sizes))]


def choose_bucket(scale: Sequence[float], u: float) -> int:
    """Choose a bucket as often as its share of the pairs says.

    Parameters
    ----------
    scale : sequence of float
        As :func:`bucket_scale` returns it.
    u : float
        A random number, at least 0 and below 1.

    Returns
    -------
    int
        The number of the bucket; never that of an empty one.

    Raises
    ------
    ValueError
        If `u` is outside.

    Examples
    --------
    >>> [choose_bucket([0.25, 0.25, 1.0], u) for u in (0.0, 0.24, 0.25, 0.99)]
    [0, 0, 2, 2]
    """
    if not 0 <= u < 1:
        raise ValueError(f"choose_bucket: u is {u}; expected at least 0 and below 1.")
    return int(np.searchsorted(scale, u, side="right"))


def padding_share(data: Sequence[Sequence[Pair]], buckets: Sequence[Bucket]) -> float:
    """Return the share of padding in what the encoder and the decoder read.

    Parameters
    ----------
    data : sequence of lists of pairs
        As :func:`put_in_buckets` returns it.
    buckets : sequence of (int, int)
        The same that the pairs were sorted with.

    Returns
    -------
    float
        Padding / (words + ``_GO`` + ``_EOS`` + padding), of both sides together.

    Raises
    ------
    ValueError
        If there are no pairs, or not as many buckets as lists.

    Examples
    --------
    >>> from tlcore.nlp import put_in_buckets
    >>> pairs = [([7] * 4, [8] * 7), ([7] * 30, [8] * 40)]
    >>> buckets = [(5, 10), (40, 50)]
    >>> round(padding_share(put_in_buckets(pairs, buckets), buckets), 3)
    0.19
    >>> round(padding_share(put_in_buckets(pairs, buckets[1:]), buckets[1:]), 3)
    0.528
    """
    slots = sum(len(pairs) * sum(bucket) for pairs, bucket in zip(data, buckets, strict=True))
    if not slots:
        raise ValueError("padding_share: data has no pairs; expected at least one.")
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
) -> Batch:
    """Draw pairs out of one bucket, with putting back, and lay them out as a batch.

    Parameters
    ----------
    data : sequence of lists of pairs
        As :func:`read_data` returns it.
    bucket_id : int
        The bucket to draw from.
    batch_size : int
        How many pairs.
    buckets : sequence of (int, int)
        The sizes.
    PAD_ID, GO_ID, EOS_ID : int
        The ids of padding, start and end.
    rng : numpy.random.Generator, int or None
        What draws, or its seed. None draws others each time.

    Returns
    -------
    encoder_inputs, decoder_inputs, target_weights : numpy.ndarray
        As :func:`lay_out_batch` returns them.

    Raises
    ------
    ValueError
        If there is no such bucket, it is empty, or ``batch_size`` is below 1.

    Examples
    --------
    >>> encoder_inputs, decoder_inputs, target_weights = get_batch(
    ...     [[([4, 5, 6], [7, 8, 2])]], bucket_id=0, batch_size=2, buckets=[(5, 6)]
    ... )
    >>> encoder_inputs[:, 0], decoder_inputs[:, 0], target_weights[:, 0]
    (array([0, 0, 6, 5, 4], dtype=int32),
     array([1, 7, 8, 2, 0, 0], dtype=int32),
     array([1., 1., 1., 0., 0., 0.], dtype=float32))
    """
    if not 0 <= bucket_id < len(buckets):
        raise ValueError(
            f"get_batch: bucket_id is {bucket_id}; expected 0 to {len(buckets) - 1}, because there "
            f"are {len(buckets)} buckets."
        )
    if batch_size < 1:
        raise ValueError(f"get_batch: batch_size is {batch_size}; expected 1 or more.")
    pairs = data[bucket_id]
    if not len(pairs):
        raise ValueError(
            f"get_batch: bucket {bucket_id}, {tuple(buckets[bucket_id])}, has no pairs. Draw the "
            "bucket with choose_bucket, which passes by empty ones."
        )
    rows = np.random.default_rng(rng).integers(len(pairs), size=batch_size)
    return lay_out_batch([pairs[i] for i in rows], buckets[bucket_id], PAD_ID, GO_ID, EOS_ID)


def lay_out_batch(
    pairs: Sequence[Pair],
    bucket: Bucket,
    PAD_ID: int = PAD_ID,
    GO_ID: int = GO_ID,
    EOS_ID: int = EOS_ID,
) -> Batch:
    """Lay pairs out as a batch: a pair is a column, a step is a row.

    The source is padded and then reversed, so its first word stands last, next to the decoder. The
    target begins with ``_GO`` and is padded. The word to predict at a step is the decoder's input
    one step later, and the weight is 1 where there is one, 0 where only padding follows.

    Parameters
    ----------
    pairs : sequence of (ids, ids)
        Source and target. A target without ``_EOS`` at its end gets it; an empty target, of a
        sentence that is yet to be translated, stays ``_GO`` and padding, with weights of 0.
    bucket : (int, int)
        I and O, the steps of the encoder and the decoder.
    PAD_ID, GO_ID, EOS_ID : int
        The ids of padding, start and end.

    Returns
    -------
    encoder_inputs : numpy.ndarray
        int32, shape (I, batch).
    decoder_inputs : numpy.ndarray
        int32, shape (O, batch). The targets are ``decoder_inputs[1:]``.
    target_weights : numpy.ndarray
        float32, shape (O, batch). The last row is 0, because no word follows it.

    Raises
    ------
    ValueError
        If there are no pairs, a source is empty, or a sentence is too long for the bucket.

    Notes
    -----
    For arrays of (batch, steps), as Keras wants them, take the transpose, ``encoder_inputs.T``.

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
    if not len(pairs):
        raise ValueError("lay_out_batch: there are no pairs; expected at least one.")
    size_in, size_out = bucket
    encoder_inputs = np.full((size_in, len(pairs)), PAD_ID, np.int32)
    decoder_inputs = np.full((size_out, len(pairs)), PAD_ID, np.int32)
    target_weights = np.zeros((size_out, len(pairs)), np.float32)
    for column, (source, target) in enumerate(pairs):
        target = list(target)
        if target and target[-1] != EOS_ID:
            target.append(EOS_ID)
        if not len(source):
            raise ValueError(f"lay_out_batch: the source of pair {column} is empty.")
        if len(source) > size_in or len(target) >= size_out:
            raise ValueError(
                f"lay_out_batch: pair {column} has {len(source)} words in the source and "
                f"{len(target)} in the target with _EOS; the bucket {tuple(bucket)} has room for "
                f"{size_in} and {size_out - 1}. bucket_of finds a bucket, and bucket_to_translate "
                "makes one."
            )
        encoder_inputs[size_in - len(source) :, column] = source[::-1]
        decoder_inputs[0, column] = GO_ID
        decoder_inputs[1 : len(target) + 1, column] = target
        target_weights[: len(target), column] = 1
    return encoder_inputs, decoder_inputs, target_weights
