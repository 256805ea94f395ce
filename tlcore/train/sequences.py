"""The loss of a translator, and sentences as arrays: what its training stands on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tlcore.cost import cross_entropy_seq_with_mask
from tlcore.train.check import check_count

PAD_ID, GO_ID, EOS_ID = 0, 1, 2

Bucket = tuple[int, int]
Pair = tuple[Sequence[int], Sequence[int]]


def sequence_loss(
    network: Any,
    encoder: tf.Tensor,
    decoder: tf.Tensor,
    weights: tf.Tensor | None = None,
    num_sampled: int | None = None,
    seed: tf.Tensor | None = None,
    training: bool = False,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the loss of a batch, summed over the words that count, and how many count.

    Each target word is guessed from the source and the right words before it. Scores are computed
    for the words that count, not for padding, so what is padded costs no time there.

    Parameters
    ----------
    network : EmbeddingAttentionSeq2seq
        Or another layer with `vectors` and an operation that scores words.
    encoder : tf.Tensor
        Source ids, (batch, source steps), reversed, the padding in front.
    decoder : tf.Tensor
        _GO, the target, _EOS and padding, (batch, target steps).
    weights : tf.Tensor, optional
        Weight of the word that comes after each step, (batch, target steps). The last step's is not
        looked at: no word comes after it. 1 for words and 0 for padding unless given.
    num_sampled : int, optional
        Take the softmax over the right word and so many drawn ones.
    seed : tf.Tensor, optional
        Two integers: which words are drawn.
    training : bool
        Whether dropout is on.

    Returns
    -------
    total, n : tf.Tensor
        Nats, and the sum of the weights, scalars.
    """
    targets = tf.reshape(decoder[:, 1:], [-1])
    weights = decoder[:, 1:] != PAD_ID if weights is None else weights[:, :-1]
    weights = tf.reshape(tf.cast(weights, tf.float32), [-1])
    vectors = network.vectors([encoder, decoder[:, :-1]], training=training)
    rows = tf.where(weights > 0)[:, 0]
    vectors, targets, weights = (tf.gather(x, rows) for x in (vectors, targets, weights))
    if num_sampled is not None:
        each = network.operation.sampled_loss(vectors, targets, num_sampled, seed)
    else:
        _, each, *_ = cross_entropy_seq_with_mask(
            network.operation(vectors), targets[:, None], weights[:, None], return_details=True
        )
    return tf.reduce_sum(each * weights), tf.reduce_sum(weights)


def bucket_arrays(pairs: Sequence[Pair], bucket: Bucket) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of sentences as two arrays of a bucket's shape.

    Parameters
    ----------
    pairs : list of (list of int, list of int)
        Ids of source and target; the target ends in _EOS.
    bucket : (int, int)
        Steps of the encoder, and of the decoder.

    Returns
    -------
    encoder : ndarray of int32
        (pairs, steps): the source reversed, the padding in front.
    decoder : ndarray of int32
        (pairs, steps): _GO, the target, the padding behind.

    Raises
    ------
    ValueError
        If a sentence doesn't fit.

    Examples
    --------
    >>> encoder, decoder = bucket_arrays([([4, 5, 6], [7, 8, 2])], (5, 6))
    >>> encoder.tolist(), decoder.tolist()
    ([[0, 0, 6, 5, 4]], [[1, 7, 8, 2, 0, 0]])
    """
    n_source, n_target = bucket
    encoder = np.full((len(pairs), n_source), PAD_ID, np.int32)
    decoder = np.full((len(pairs), n_target), PAD_ID, np.int32)
    decoder[:, 0] = GO_ID
    for i, (source, target) in enumerate(pairs):
        if len(source) > n_source or len(target) >= n_target:
            raise ValueError(
                f"pair {i} has {len(source)} source and {len(target)} target ids; expected at most "
                f"{n_source} and {n_target - 1}, what fits the bucket {bucket} beside _GO."
            )
        if len(source):
            encoder[i, -len(source) :] = source[::-1]
        decoder[i, 1 : 1 + len(target)] = target
    return encoder, decoder


def check_buckets(who: str, buckets: Sequence[Bucket]) -> list[Bucket]:
    """Return buckets as a list of pairs of numbers.

    Raises
    ------
    TypeError, ValueError
        If there is none, one isn't a pair, or one is smaller than the one before.
    """
    try:
        pairs = [tuple(bucket) for bucket in buckets]
    except TypeError:
        pairs = []
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise ValueError(
            f"{who}: buckets is {buckets!r}; expected a list of pairs such as [(5, 10), (10, 15)]: "
            "steps of the encoder, steps of the decoder."
        )
    for n_source, n_target in pairs:
        check_count(f"{who}: a bucket's steps of the encoder", n_source)
        check_count(f"{who}: a bucket's steps of the decoder", n_target, least=2)
    for one, after in zip(pairs, pairs[1:], strict=False):
        if after[0] < one[0] or after[1] < one[1] or after == one:
            raise ValueError(
                f"{who}: bucket {after} comes after {one}; expected each larger than the one "
                "before, so that the first that fits is the smallest."
            )
    return pairs
