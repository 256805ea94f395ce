"""Translate with a trained network: greedy, or with a beam; many sentences at a time.

It stands here, beside ``fit`` and ``predict``, since it is what one does with a network; what the
network does in a step is its own (``encode`` and ``advance``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from tlcore.check import check_count
from tlcore.nlp.tokenizer import EOS_ID, GO_ID, PAD_ID

#: Lengths that no bucket has are rounded up to a multiple of this, so that few are compiled.
ROUNDED = 10
#: A logarithm of a probability that is as good as zero.
NEVER = -1e9


class Translation(NamedTuple):
    """A translation.

    Attributes
    ----------
    ids : list of int
        Target ids, without _EOS.
    score : float
        Logarithm of its probability, that of _EOS included: 0 is certain.
    attention : ndarray
        (len(ids), source words): each row sums to 1. Words of the source in the order of the
        sentence.
    complete : bool
        Whether the network ended it with _EOS. If not, the longest allowed length cut it off.
    """

    ids: list[int]
    score: float
    attention: np.ndarray
    complete: bool


class Translator:
    """Find likely translations.

    Greedy search takes the likeliest word at each step. A beam keeps the `beam_size` likeliest
    beginnings, and can so find a likelier whole. Both read each sentence once, and then take
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
        Beginnings to keep. 1 is greedy.
    length_penalty : float
        The end of a beam is the translation with the highest ``score / length ** length_penalty``.
        0 compares probabilities, which favours short ones; 1 compares nats a word.
    batch_size : int
        Sentences at a time. It changes nothing but the time.

    References
    ----------
    Y. Wu et al. (2016). Google's neural machine translation system. arXiv:1609.08144, section 7.

    Raises
    ------
    TypeError, ValueError
        If a number isn't what is expected. When called: if an id is outside the vocabulary.

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
        network: Any,
        buckets: Sequence[tuple[int, int]] | None = None,
        beam_size: int = 1,
        length_penalty: float = 1.0,
        batch_size: int = 64,
    ):
        buckets = getattr(network, "buckets", []) if buckets is None else buckets
        self.network, self.buckets = network, [tuple(bucket) for bucket in buckets]
        self.beam_size = check_count("beam_size", beam_size)
        if self.beam_size > network.target_vocab_size - 2:
            raise ValueError(
                f"beam_size is {beam_size}; expected at most {network.target_vocab_size - 2}, as "
                "many as there are words to begin with."
            )
        if not length_penalty >= 0:
            raise ValueError(f"length_penalty is {length_penalty}; expected 0 or more.")
        self.length_penalty = float(length_penalty)
        self.batch_size = check_count("batch_size", batch_size)
        self._compiled: dict[int, Any] = {}

    def __call__(self, sentences: Sequence[Sequence[int]]) -> list[Translation]:
        """Translate sentences.

        Parameters
        ----------
        sentences : list of list of int
            Source ids in the order of the sentence. An empty one is allowed.

        Returns
        -------
        list of Translation
            One for each sentence, in their order.
        """
        sentences = [self._checked(i, sentence) for i, sentence in enumerate(sentences)]
        shapes = [self.bucket_for(len(sentence)) for sentence in sentences]
        found: list[Any] = len(sentences) * [None]
        for shape in sorted(set(shapes)):
            places = [i for i, its in enumerate(shapes) if its == shape]
            for first in range(0, len(places), self.batch_size):
                part = places[first : first + self.batch_size]
                batch = [sentences[i] for i in part]
                for i, translation in zip(part, self._batch(batch, *shape), strict=True):
                    found[i] = translation
        return found

    def bucket_for(self, length: int) -> tuple[int, int]:
        """Return the steps that a sentence is padded to, and those that a translation may have.

        The first are those of the smallest bucket that it fits, the second those of the next larger
        one: there, in training, were the pairs whose translation is longer. A sentence that is too
        long for all buckets gets a larger shape made for it.
        """
        for i, (n_source, _) in enumerate(self.buckets):
            if length <= n_source:
                return n_source, self.buckets[min(i + 1, len(self.buckets) - 1)][1]
        n_source, n_target = self.buckets[-1] if self.buckets else (4, 5)
        rounded = max(1, -(-length // ROUNDED)) * ROUNDED
        return rounded, max(n_target + 1, -(-rounded * n_target // n_source))

    def _checked(self, i: int, sentence: Sequence[int]) -> np.ndarray:
        ids = np.asarray(sentence)
        ids = ids.astype(np.int64) if ids.shape == (0,) else ids  # an empty list has floats
        n = self.network.source_vocab_size
        if ids.ndim != 1 or ids.dtype.kind not in "iu":
            raise TypeError(
                f"sentence {i} is {ids.dtype} of shape {ids.shape}; expected a list of ids. One "
                "sentence alone is a list of one list: [[4, 5, 6]]."
            )
        if len(ids) and not 0 < ids.min() <= ids.max() < n:
            raise ValueError(
                f"sentence {i} has ids from {ids.min()} to {ids.max()}; expected 1 to {n - 1}: 0 "
                "is padding."
            )
        return ids

    def _batch(
        self, sentences: list[np.ndarray], n_source: int, n_target: int
    ) -> list[Translation]:
        ids = np.full((len(sentences), n_source), PAD_ID, np.int32)
        for row, sentence in zip(ids, sentences, strict=True):
            if len(sentence):
                row[-len(sentence) :] = sentence[::-1]
        if n_source not in self._compiled:
            # A loop in one compiled call; the longest length is an argument of it.
            # Concrete, or TensorFlow would warn of retracing where several shapes come.
            spec = [tf.TensorSpec([None, n_source], tf.int32), tf.TensorSpec([], tf.int32)]
            self._compiled[n_source] = tf.function(self._search, spec).get_concrete_function()
        found = self._compiled[n_source](tf.constant(ids), tf.constant(n_target - 1))
        arrays = [part.numpy() for part in found]
        return [
            self._trace(len(sentence), *parts)
            for sentence, *parts in zip(sentences, *arrays, strict=True)
        ]

    def _search(self, ids: tf.Tensor, n_steps: tf.Tensor) -> tuple[tf.Tensor, ...]:
        """Return words, parents (batch, steps, beam), attention and total scores (batch, beam)."""
        k, batch, n_source = self.beam_size, tf.shape(ids)[0], ids.shape[1]
        source, states = self._begin(ids)
        last = tf.fill([batch, k], GO_ID)
        done = tf.zeros([batch, k], tf.bool)
        # All beginnings are the same at first: one of them is enough.
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
        return (
            tf.transpose(words.stack(), (1, 0, 2)),
            tf.transpose(parents.stack(), (1, 0, 2)),
            tf.transpose(looked.stack(), (1, 0, 2, 3)),
            score,
            done,
        )

    @tf.autograph.experimental.do_not_convert
    def _begin(self, ids):
        source = self.network.encode(ids)
        states = [[tf.repeat(p, self.beam_size, axis=0) for p in s] for s in source.states]
        return source, states

    @tf.autograph.experimental.do_not_convert
    def _step(self, score, last, done, states, source):
        k, n_words = self.beam_size, self.network.target_vocab_size
        logits, states, weights = self.network.advance(last, states, source)
        log_p = tf.nn.log_softmax(logits) + self._allowed()  # (batch, k, words)
        # What is complete goes on with padding, at no cost.
        log_p = tf.where(done[:, :, None], self._padding(), log_p)
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

    def _allowed(self) -> np.ndarray:
        """Padding and _GO are no words to write."""
        allowed = np.zeros(self.network.target_vocab_size, np.float32)
        allowed[[PAD_ID, GO_ID]] = NEVER
        return allowed

    def _padding(self) -> np.ndarray:
        padding = np.full(self.network.target_vocab_size, NEVER, np.float32)
        padding[PAD_ID] = 0.0
        return padding

    def _trace(self, n_source, words, parents, looked, score, done) -> Translation:
        """Follow the beginnings back from each end, and return the best of them."""
        best: tuple[float, Translation] | None = None
        for end in range(self.beam_size):
            ids, rows, place = [], [], end
            for t in reversed(range(len(words))):
                ids.append(int(words[t, place]))
                rows.append(looked[t, place, ::-1][:n_source])  # in the order of the sentence
                place = parents[t, place]
            ids, rows = ids[::-1], rows[::-1]
            n = ids.index(EOS_ID) if EOS_ID in ids else len(ids)
            length = max(1, n + bool(done[end]))
            value = float(score[end]) / length**self.length_penalty
            attention = np.array(rows[:n]).reshape(n, n_source)
            found = Translation(ids[:n], float(score[end]), attention, bool(done[end]))
            if best is None or value > best[0]:
                best = (value, found)
        return best[1]
