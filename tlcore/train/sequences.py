"""The loss of a translator: each word of the target guessed from the source and those before."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tlcore.cost import cross_entropy_seq_with_mask
from tlcore.nlp.tokenizer import PAD_ID


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
