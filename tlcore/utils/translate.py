"""Translate with a trained network: greedy search, or a beam; many sentences at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_number, require
from tlcore.nlp.buckets import (
    Bucket,
    check_buckets,
    first_with_room,
    larger_bucket,
    lay_out_sources,
)
from tlcore.nlp.tokenizer import EOS_ID, GO_ID, PAD_ID

if TYPE_CHECKING:
    from tlcore.layers import EmbeddingAttentionSeq2seq

ROUNDED = 10  # lengths that no bucket has become a multiple of this, so that few are compiled
NEVER = -1e9  # the logarithm of a probability that is as good as zero


class Translation(NamedTuple):
    """A translation."""

    #: Target ids, without _EOS.
    ids: list[int]
    #: Logarithm of its probability, that of _EOS included: 0 is certain.
    score: float
    #: (len(ids), source words), the source in the order of the sentence: each row sums to 1.
    attention: np.ndarray
    #: Whether the network ended it with _EOS. If not, the longest allowed length cut it off.
    complete: bool


class Translator:
    """Find likely translations.

    Greedy search takes the likeliest word at each step. Beam search keeps the `beam_size` likeliest
    hypotheses, and so can find a likelier whole. Both read each sentence once, and then take
    compiled steps for all sentences of a batch.

    A sentence is padded to the smallest bucket that it fits, and its translation may fill the next
    larger one. For a sentence longer than all buckets a larger shape is made. Padding changes
    nothing in a translation.

    Parameters
    ----------
    network : EmbeddingAttentionSeq2seq
        The trained network. It is used as it is at each call, so that it may be trained on.
    buckets : list of (int, int), optional
        Lengths to compile for, and longest translations. The network's own, if it has some.
    beam_size : int
        Hypotheses to keep. 1 is greedy.
    length_penalty : float
        The hypothesis with the highest ``score / length ** length_penalty`` wins. 0 compares
        probabilities, which favours short ones; 1 compares nats a word. After Y. Wu et al. (2016),
        Google's neural machine translation system, arXiv:1609.08144, section 7.
    batch_size : int
        Sentences at a time. It changes nothing but the time.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> network = EmbeddingAttentionSeq2seq(20, 20, size=8)
    >>> translate = Translator(network, [(5, 10)], beam_size=3)
    >>> found = translate([[4, 5, 6], []])
    >>> len(found), found[0].attention.shape == (len(found[0].ids), 3)
    (2, True)
    """

    def __init__(
        self,
        network: EmbeddingAttentionSeq2seq,
        buckets: Sequence[Bucket] | None = None,
        beam_size: int = 1,
        length_penalty: float = 1.0,
        batch_size: int = 64,
    ):
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
        shapes = [self.bucket_for(len(sentence)) for sentence in checked]
        found: dict[int, Translation] = {}
        for shape in sorted(set(shapes)):
            places = [i for i, its in enumerate(shapes) if its == shape]
            for first in range(0, len(places), self.batch_size):
                part = places[first : first + self.batch_size]
                found |= zip(part, self._batch([checked[i] for i in part], *shape), strict=True)
        return [found[i] for i in range(len(checked))]

    def bucket_for(self, length: int) -> Bucket:
        """Return the steps that a sentence is padded to, and those that a translation may have.

        The first are those of the smallest bucket that it fits, the second those of the next larger
        one: there, in training, were the pairs whose translation is longer. A sentence that is too
        long for all buckets gets a larger shape made for it.
        """
        number = first_with_room(length, 1, self.buckets)
        if number is None:
            n_steps = max(1, -(-length // ROUNDED)) * ROUNDED
            return larger_bucket(n_steps, self.buckets[-1] if self.buckets else (4, 5))
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
            # A loop in one compiled call; the longest length is an argument of it.
            # Concrete, or TensorFlow would warn of retracing where several shapes come.
            spec = [tf.TensorSpec([None, n_source], tf.int32), tf.TensorSpec([], tf.int32)]
            self._compiled[n_source] = tf.function(self._search, spec).get_concrete_function()
        ids = tf.constant(lay_out_sources(sentences, n_source))
        found = self._compiled[n_source](ids, tf.constant(n_target - 1))
        words, parents, looked, score, done = (part.numpy() for part in found)
        return [
            self._best(len(sentence), words[:, i], parents[:, i], looked[:, i], score[i], done[i])
            for i, sentence in enumerate(sentences)
        ]

    def _search(self, ids: tf.Tensor, n_steps: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return words, parents and attention of each step, and all hypotheses' scores and ends."""
        k, batch, n_source = self.beam_size, tf.shape(ids)[0], ids.shape[1]
        source = tf.autograph.experimental.do_not_convert(self.network.encode)(ids)
        states = [[tf.repeat(part, k, axis=0) for part in layer] for layer in source.states]
        last = tf.fill([batch, k], GO_ID)
        done = tf.zeros([batch, k], tf.bool)
        # All hypotheses are the same at first: one of them is enough.
        score = tf.tile([[0.0] + (k - 1) * [NEVER]], [batch, 1])
        words, parents = (tf.TensorArray(tf.int32, 0, True, element_shape=[None, k]) for _ in "ab")
        looked = tf.TensorArray(tf.float32, 0, True, element_shape=[None, k, n_source])
        t = tf.constant(0)
        while t < n_steps and not tf.reduce_all(done):
            score, last, done, states, parent, weights = self._step(
                score, last, done, states, source
            )
            words, parents = words.write(t, last), parents.write(t, parent)
            looked = looked.write(t, weights)
            t += 1
        # (steps, batch, beam) for the first two, and (..., source words); (batch, beam)
        return words.stack(), parents.stack(), looked.stack(), score, done

    @tf.autograph.experimental.do_not_convert
    def _step(self, score, last, done, states, source):
        k, n_words = self.beam_size, self.network.target_vocab_size
        logits, states, weights = self.network.advance(last, states, source)
        log_p = tf.nn.log_softmax(logits) + self._words  # (batch, k, words)
        # What is complete goes on with padding, at no cost.
        log_p = tf.where(done[:, :, None], self._padding, log_p)
        total = tf.reshape(score[:, :, None] + log_p, (-1, k * n_words))
        if k == 1:
            place = tf.argmax(total, axis=1, output_type=tf.int32)[:, None]
            score = tf.reduce_max(total, axis=1, keepdims=True)
        else:
            score, place = tf.math.top_k(total, k)  # (batch, k)
        parent, last = place // n_words, place % n_words
        done = tf.gather(done, parent, batch_dims=1) | (last == EOS_ID)
        rows = tf.reshape(parent + k * tf.range(tf.shape(last)[0])[:, None], [-1])
        states = [[tf.gather(part, rows) for part in layer] for layer in states]
        return score, last, done, states, parent, tf.gather(weights, parent, batch_dims=1)

    def _best(self, n_source, words, parents, looked, score, done) -> Translation:
        """Follow each hypothesis back from its end, and return the best of them."""
        found = []
        for end in range(self.beam_size):
            path = [end]  # which hypothesis it was at each step
            for t in range(len(words) - 1, 0, -1):
                path.insert(0, parents[t, path[0]])
            steps = np.arange(len(words))
            ids = words[steps, path].tolist()
            rows = looked[steps, path, ::-1][:, :n_source]  # in the order of the sentence
            n = ids.index(EOS_ID) if EOS_ID in ids else len(ids)
            found.append(Translation(ids[:n], float(score[end]), rows[:n], bool(done[end])))
        lengths = [max(1, len(one.ids) + one.complete) for one in found]  # with _EOS
        values = [f.score / n**self.length_penalty for f, n in zip(found, lengths, strict=True)]
        return found[int(np.argmax(values))]
