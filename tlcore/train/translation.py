"""Train a translator: batches of one bucket at a time, many steps in one call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_positive, check_rate, check_sampled
from tlcore.nlp.buckets import Bucket, Pair, check_buckets, lay_out_pairs
from tlcore.train.sequences import sequence_loss
from tlcore.train.sgd import SGD

#: So many batches of a bucket follow one another, in one call of its compiled loop.
TOGETHER = 8
#: The rate decays where the loss is above this many of the last ones.
REMEMBERED = 3


class TranslationTrainer:
    """Train on pairs of sentences in buckets.

    In an epoch each pair is seen once. A batch holds pairs of one bucket, all padded to its shape;
    a loop over batches is compiled for each bucket, and the pairs stay on the device. Batches of a
    bucket come eight together, otherwise in a random order.

    Plain gradient descent with the original's rule for the rate is the default. Adam (``optimizer=
    tl.train.Adam(0.001)``, ``lr_decay=1``) learns in fewer epochs.

    Parameters
    ----------
    network : EmbeddingAttentionSeq2seq
        The translator.
    data : list of list of (source ids, target ids)
        Pairs for each bucket, as ``tl.nlp.read_data`` or ``put_in_buckets`` gives them.
    buckets : list of (int, int), optional
        Steps of encoder and decoder. The network's own, if it has some.
    batch_size : int
        Pairs in a batch.
    learning_rate : float, optional
        Step size: 0.5 for plain gradient descent, or the optimizer's own. It may be assigned while
        training runs.
    lr_decay : float
        Multiply the rate by it where the loss of the last `decay_every` steps is higher than the
        three measured before.
    decay_every : int
        Steps from one such measurement to the next.
    max_grad_norm : float
        A longer gradient is scaled down to this length: that of all parameters together. The
        gradient of a word that comes more than once is measured where it comes, not summed up.
    optimizer : keras.optimizers.Optimizer, optional
        Plain gradient descent unless given.
    num_sampled : int, optional
        Train with a softmax over the right word and so many drawn ones: the ids have to be in order
        of frequency. The loss is no perplexity then.
    seed : int
        Seed of the order of the pairs, and of the words that are drawn.

    Attributes
    ----------
    epoch, step : int
        Complete epochs, and complete steps in the one under way.
    n_rows, n_steps : int
        Target words that are guessed in an epoch, and steps.
    guessed : int
        Target words that the last `run` guessed.

    Raises
    ------
    TypeError, ValueError
        If a parameter is wrong, no pair is given, or one doesn't fit its bucket or the vocabulary.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> network = EmbeddingAttentionSeq2seq(20, 20, size=8)
    >>> data = [[([5, 6], [7, 8, 2])] * 3, [([5, 6, 9], [7, 8, 10, 11, 2])]]
    >>> trainer = TranslationTrainer(network, data, [(2, 4), (4, 6)], batch_size=2)
    >>> trainer.n_steps, trainer.n_rows
    (3, 14)
    >>> nats_a_word = trainer.run() / trainer.n_rows
    """

    def __init__(
        self,
        network: Any,
        data: Sequence[Sequence[Pair]],
        buckets: Sequence[Bucket] | None = None,
        batch_size: int = 64,
        learning_rate: float | None = None,
        lr_decay: float = 0.99,
        decay_every: int = 200,
        max_grad_norm: float = 5.0,
        optimizer: keras.optimizers.Optimizer | None = None,
        num_sampled: int | None = None,
        seed: int = 0,
    ):
        self.network = network
        self.given_buckets = buckets
        self.buckets, arrays = check_pairs("data", network, data, buckets)
        self.batch_size = check_count("batch_size", batch_size)
        self.decay_every = check_count("decay_every", decay_every)
        self.lr_decay = check_positive("lr_decay", lr_decay)
        self.max_grad_norm = check_positive("max_grad_norm", max_grad_norm)
        self.seed, self.shuffle = check_count("seed", seed, least=0), True
        self.num_sampled = check_sampled(num_sampled, network.target_vocab_size)
        self.n_rows = sum(int((decoder[:, 1:] != 0).sum()) for _, decoder in arrays)
        self._sizes = [len(encoder) for encoder, _ in arrays]
        self._data = [tuple(map(tf.constant, pair)) for pair in arrays]
        self.variables = [v for v in network.all_params if v.trainable]
        self.optimizer = SGD(0.5) if optimizer is None else optimizer
        self.optimizer.build(self.variables)
        self.epoch = self.step = self.guessed = 0
        rate = self.optimizer.learning_rate if learning_rate is None else learning_rate
        # In variables, so that a checkpoint has them.
        self._rate = tf.Variable(check_rate(float(rate)), dtype=tf.float64)
        self._since = tf.Variable([0.0, 0.0], dtype=tf.float64)  # nats and words
        self._last = tf.Variable(REMEMBERED * [np.inf], dtype=tf.float64)
        self._compiled: dict[int, Any] = {}
        self._plan: tuple[int, list, list] | None = None

    @property
    def learning_rate(self) -> float:
        """Step size, as it is now."""
        return float(self._rate.numpy())

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self._rate.assign(check_rate(rate))

    @property
    def n_steps(self) -> int:
        """Steps in an epoch, short last batches included."""
        return sum(-(-size // self.batch_size) for size in self._sizes)

    @property
    def state(self) -> list:
        """What a checkpoint holds beside the optimizer."""
        network = [*self.network.model.variables, *self.network.all_drop.values()]
        return [*network, self._rate, self._since, self._last]

    def run(self, n_steps: int | None = None) -> float:
        """Run `n_steps` steps, or what is left of the epoch if that is fewer.

        Returns
        -------
        float
            Sum of the losses of the words that were guessed, in nats.

        Raises
        ------
        FloatingPointError
            If the loss has become NaN or infinite.
        """
        left = self.n_steps - self.step
        left = left if n_steps is None else min(left, n_steps)
        nats, blocks, orders = 0.0, *self._planned()
        self.guessed = 0
        while left:
            bucket, batch, n = _find(blocks, self.step)
            n = min(n, left, self.decay_every - self._done % self.decay_every)
            nats += self._run(bucket, orders[bucket], batch, n)
            self.step, left = self.step + n, left - n
            if self._done % self.decay_every == 0:
                self._decay()
        if self.step == self.n_steps:
            self.epoch, self.step = self.epoch + 1, 0
        return nats

    @property
    def _done(self) -> int:
        return self.epoch * self.n_steps + self.step

    def _run(self, bucket: int, order: tf.Tensor, batch: int, n: int) -> float:
        if bucket not in self._compiled:
            self._compiled[bucket] = self._compile(bucket)
        self.optimizer.learning_rate = self.learning_rate
        seed = (self.epoch + self.seed * 4099) % 2**30
        found = self._compiled[bucket](order, batch, batch + n, seed, self.step).numpy()
        if not np.isfinite(found).all():
            raise FloatingPointError(
                f"the loss is {found[0]} between steps {self.step} and {self.step + n} of epoch "
                f"{self.epoch + 1}. learning_rate is {self.learning_rate:g} and max_grad_norm "
                f"{self.max_grad_norm:g}: try smaller ones."
            )
        self._since.assign_add(found)
        self.guessed += round(found[1])
        return float(found[0])

    def _decay(self) -> None:
        nats, words = self._since.numpy()
        loss, last = nats / max(words, 1), self._last.numpy()
        if loss > last.max():
            self.learning_rate *= self.lr_decay
        self._last.assign([*last[1:], loss])
        self._since.assign([0.0, 0.0])

    def _planned(self) -> tuple[list, list]:
        """Return blocks (bucket, first batch, batches) of the epoch, and each bucket's order."""
        if self._plan is None or self._plan[0] != self.epoch:
            rng = np.random.default_rng([self.seed, self.epoch])
            orders = [tf.constant(rng.permutation(size).astype("int32")) for size in self._sizes]
            blocks = []
            for bucket, size in enumerate(self._sizes):
                n = -(-size // self.batch_size)
                firsts = range(0, n, TOGETHER)
                blocks += [(bucket, first, min(TOGETHER, n - first)) for first in firsts]
            rng.shuffle(blocks)
            self._plan = (self.epoch, blocks, orders)
        return self._plan[1:]

    def _compile(self, bucket: int):
        """Return the loop over the batches of one bucket: nats and words of all its steps."""
        encoder, decoder = self._data[bucket]
        dense = not isinstance(self.optimizer, SGD)  # others would walk through a table ten times

        def one(rows, seed):
            with tf.GradientTape() as tape:
                total, n = sequence_loss(
                    self.network, tf.gather(encoder, rows), tf.gather(decoder, rows),
                    num_sampled=self.num_sampled, seed=seed, training=True,
                )  # fmt: skip
                loss = tf.math.divide_no_nan(total, n)
            gradients = tape.gradient(loss, self.variables)
            gradients, _ = tf.clip_by_global_norm(gradients, self.max_grad_norm)
            if dense:
                pairs = zip(gradients, self.variables, strict=True)
                gradients = [_dense(g, v.shape[0]) for g, v in pairs]
            self.optimizer.apply(gradients, self.variables)
            return tf.cast(tf.stack([total, n]), tf.float64)

        one = tf.autograph.experimental.do_not_convert(one)
        size = self.batch_size
        order = tf.TensorSpec([self._sizes[bucket]], tf.int32)

        @tf.function(input_signature=[order] + 4 * [tf.TensorSpec([], tf.int32)])
        def run(order, first, last, seed, step):
            found = tf.zeros(2, tf.float64)
            for i in tf.range(first, last):
                found += one(order[i * size : (i + 1) * size], tf.stack([seed, step + i - first]))
            return found

        return run.get_concrete_function()


def check_pairs(
    name: str, network: Any, data: Sequence[Sequence[Pair]], buckets: Sequence[Bucket] | None
) -> tuple[list[Bucket], list[tuple[np.ndarray, np.ndarray]]]:
    """Return the buckets that hold pairs, and their arrays, or say what is wrong with them."""
    buckets = getattr(network, "buckets", None) if buckets is None else buckets
    if buckets is None:
        raise ValueError("buckets is missing, and the network has none; expected [(5, 10), ...].")
    buckets = check_buckets(buckets)
    if len(data) != len(buckets):
        raise ValueError(
            f"{name} has {len(data)} lists of pairs, and there are {len(buckets)} buckets; "
            "expected a list for each: what tl.nlp.read_data gives."
        )
    full = [(bucket, pairs) for bucket, pairs in zip(buckets, data, strict=True) if len(pairs)]
    if not full:
        raise ValueError(f"{name} holds no pair; expected one at least.")
    arrays = [lay_out_pairs(pairs, bucket) for bucket, pairs in full]
    sizes = (network.source_vocab_size, network.target_vocab_size)
    for which, size, found in zip(("source", "target"), sizes, zip(*arrays, strict=True),
                                  strict=True):  # fmt: skip
        low, high = min(a.min() for a in found), max(a.max() for a in found)
        if low < 0 or high >= size:
            raise ValueError(
                f"{name} has {which} ids from {low} to {high}; expected 0 to {size - 1}, since the "
                f"network has {which}_vocab_size {size}."
            )
    return [bucket for bucket, _ in full], arrays


def _dense(gradient: tf.Tensor | tf.IndexedSlices, n_rows: int) -> tf.Tensor:
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    return tf.math.unsorted_segment_sum(gradient.values, gradient.indices, n_rows)


def _find(blocks: list, step: int) -> tuple[int, int, int]:
    """Return bucket, batch and batches left of the block in which a step of the epoch lies."""
    for bucket, first, n in blocks:
        if step < n:
            return bucket, first + step, n - step
        step -= n
    raise AssertionError("no such step")
