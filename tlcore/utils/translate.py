"""Translate with a trained network: greedy search, or a beam; many sentences at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_number, require
from tlcore.nlp.buckets import (
    Bucket,
    bucket_to_translate,
    check_buckets,
    first_with_room,
    lay_out_sources,
)
from tlcore.nlp.tokenizer import EOS_ID, GO_ID, PAD_ID

if TYPE_CHECKING:
    from tlcore.layers import EmbeddingAttentionSeq2seq

ROUNDED = 10  # lengths that no bucket has become a multiple of this, so that few are compiled
NEVER = -1e9  # the logarithm of a probability that is as good as zero


class Translation(NamedTuple):
    """A translation."""

    ids: list[int]  #: Target ids, without _EOS.
    score: float  #: Logarithm of its probability, that of _EOS included: 0 is certain.
    #: (len(ids), source words), the source in the order of the sentence: each row sums to 1.
    attention: np.ndarray
    complete: bool  #: Whether it ended with _EOS, and wasn't cut off at the longest allowed length.


class Translator:
    """Find likely translations.

    Greedy search, a `beam_size` of 1, takes the likeliest word at each step. Beam search keeps the
    `beam_size` likeliest hypotheses, and so can find a likelier whole. The one with the highest
    ``score / length ** length_penalty`` wins: 0 compares probabilities, which favours short ones; 1
    compares nats per word. After Y. Wu et al. (2016), Google's neural machine translation system,
    arXiv:1609.08144, section 7.

    A sentence is padded to the smallest of the `buckets`, by default the network's, that it fits,
    and its translation may fill the next larger one. For longer sentences larger shapes are made.
    Each length is compiled once, and the network may be trained on after that. Neither padding nor
    `batch_size` changes anything in a translation.

    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> network = EmbeddingAttentionSeq2seq(20, 20, size=8)
    >>> translate = Translator(network, [(5, 10)], beam_size=3)
    >>> found = translate([[4, 5, 6], []])
    >>> len(found), found[0].attention.shape == (len(found[0].ids), 3)
    (2, True)
    """

    def __init__(
        self, network: EmbeddingAttentionSeq2seq, buckets: Sequence[Bucket] | None = None,
        beam_size: int = 1, length_penalty: float = 1.0, batch_size: int = 64,
    ):  # fmt: skip
        buckets = getattr(network, "buckets", []) if buckets is None else buckets
        self.network, self.buckets = network, check_buckets(buckets) if buckets else []
        fix = "A hypothesis may begin with any word but _PAD and _GO."
        most = network.target_vocab_size - 2
        self.beam_size = check_count("beam_size", beam_size, most=most, fix=fix)
        self.length_penalty = check_number("length_penalty", length_penalty, low=0)
        self.batch_size = check_count("batch_size", batch_size)
        self._compiled: dict[int, Any] = {}
        # Which words may be written: not padding and not _GO; behind _EOS nothing but padding.
        ids = np.arange(network.target_vocab_size)
        self._words = np.where((ids == PAD_ID) | (ids == GO_ID), NEVER, 0).astype("float32")
        self._padding = np.where(ids == PAD_ID, 0, NEVER).astype("float32")

    def __call__(self, sentences: Sequence[Sequence[int]]) -> list[Translation]:
        """Translate sentences: source ids in the order of the sentence, which may be empty."""
        checked = [self._checked(i, sentence) for i, sentence in enumerate(sentences)]
        places: dict[Bucket, list[int]] = {}
        for i, ids in enumerate(checked):
            places.setdefault(self.bucket_for(len(ids)), []).append(i)
        found: dict[int, Translation] = {}
        for shape, all_of in places.items():
            for first in range(0, len(all_of), self.batch_size):
                part = all_of[first : first + self.batch_size]
                found |= zip(part, self._batch([checked[i] for i in part], *shape), strict=True)
        return [found[i] for i in range(len(checked))]

    def bucket_for(self, length: int) -> Bucket:
        """Return the steps that a sentence is padded to, and those that a translation may have.

        The second are of the next larger bucket: there, in training, were the pairs whose
        translation is longer. A sentence too long for all buckets gets a larger shape made for it.
        """
        number = first_with_room(length, 1, self.buckets)
        if number is None:
            n_steps = max(1, -(-length // ROUNDED)) * ROUNDED
            return bucket_to_translate(n_steps - 1, self.buckets or [(4, 5)])
        larger = min(number + 1, len(self.buckets) - 1)
        return self.buckets[number][0], self.buckets[larger][1]

    def _checked(self, i: int, sentence: Sequence[int]) -> np.ndarray:
        ids, n = np.asarray(sentence), self.network.source_vocab_size
        require(
            ids.ndim == 1 and (ids.dtype.kind in "iu" or not len(ids)),
            f"sentence {i} is {ids.dtype} of shape {ids.shape}; expected a list of ids. One "
            "sentence alone is a list of one list: [[4, 5, 6]].",
            TypeError,
        )
        low, high = (ids.min(), ids.max()) if len(ids) else (1, 1)
        require(
            0 < low and high < n,
            f"sentence {i} has ids from {low} to {high}; expected 1 to {n - 1}: 0 is padding.",
        )
        return ids

    def _batch(self, sentences: list[np.ndarray], n_source: int, n_target: int) -> list:
        if n_source not in self._compiled:
            # Concrete, or TensorFlow would warn of retracing where several shapes come.
            spec = [tf.TensorSpec([None, n_source], tf.int32), tf.TensorSpec([], tf.int32)]
            self._compiled[n_source] = tf.function(self._search, spec).get_concrete_function()
        ids = tf.constant(lay_out_sources(sentences, n_source))
        found = self._compiled[n_source](ids, tf.constant(n_target - 1))
        return self._best(sentences, *(part.numpy() for part in found))

    def _search(self, ids: tf.Tensor, n_steps: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return words, parents and attention of each step, and all hypotheses' scores and ends."""
        as_it_is = tf.autograph.experimental.do_not_convert
        encode, advance = as_it_is(self.network.encode), as_it_is(self.network.advance)
        k, n_words, batch = self.beam_size, self.network.target_vocab_size, tf.shape(ids)[0]
        source = encode(ids)
        states = [[tf.repeat(part, k, axis=0) for part in layer] for layer in source.states]
        last, done = tf.fill([batch, k], GO_ID), tf.zeros([batch, k], tf.bool)
        # All hypotheses are the same at first: one of them is enough.
        score = tf.tile([[0.0] + (k - 1) * [NEVER]], [batch, 1])
        words, parents = (tf.TensorArray(tf.int32, 0, True, element_shape=[None, k]) for _ in "ab")
        looked = tf.TensorArray(tf.float32, 0, True, element_shape=[None, k, ids.shape[1]])
        t = tf.constant(0)
        while t < n_steps and not tf.reduce_all(done):
            logits, states, weights = advance(last, states, source)
            log_p = tf.nn.log_softmax(logits) + self._words  # (batch, k, words)
            # What is complete goes on with padding, at no cost.
            log_p = tf.where(done[:, :, None], self._padding, log_p)
            total = tf.reshape(score[:, :, None] + log_p, (-1, k * n_words))
            if k == 1:  # argmax is quicker
                place = tf.argmax(total, axis=1, output_type=tf.int32)[:, None]
                score = tf.reduce_max(total, axis=1, keepdims=True)
            else:
                score, place = tf.math.top_k(total, k)  # (batch, k)
            parent, last = place // n_words, place % n_words
            done = tf.gather(done, parent, batch_dims=1) | (last == EOS_ID)
            rows = tf.reshape(parent + k * tf.range(batch)[:, None], [-1])
            states = [[tf.gather(part, rows) for part in layer] for layer in states]
            words, parents = words.write(t, last), parents.write(t, parent)
            looked = looked.write(t, tf.gather(weights, parent, batch_dims=1))
            t += 1
        # (steps, batch, beam) for the first two, and (..., source words); (batch, beam)
        return words.stack(), parents.stack(), looked.stack(), score, done

    def _best(self, sentences, words, parents, looked, score, done) -> list[Translation]:
        """Follow each hypothesis back from its end, and return the best one of each sentence."""
        path = parents.copy()  # (steps, batch, beam): which hypothesis it was at each step
        path[-1] = np.arange(self.beam_size)
        for t in range(len(path) - 1, 0, -1):
            path[t - 1] = np.take_along_axis(parents[t], path[t], axis=1)
        ids = np.take_along_axis(words, path, axis=2)
        length = np.where(done, (ids == EOS_ID).argmax(axis=0), len(ids))  # (batch, beam)
        value = score / np.maximum(1, length + done) ** self.length_penalty  # _EOS counts
        found = []
        for i, (sentence, k) in enumerate(zip(sentences, value.argmax(axis=1), strict=True)):
            n = length[i, k]
            rows = looked[np.arange(n), i, path[:n, i, k], ::-1]  # in the order of the sentence
            best = ids[:n, i, k].tolist(), float(score[i, k]), rows[:, : len(sentence)]
            found.append(Translation(*best, bool(done[i, k])))
        return found
