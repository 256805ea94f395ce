"""Train a translator: batches of one bucket at a time, many steps in one call."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_ids, check_positive, check_sampled, require
from tlcore.cost import cross_entropy_seq_with_mask
from tlcore.fast.optimizers import SGD
from tlcore.nlp.buckets import Bucket, Pair, check_buckets, lay_out_pairs
from tlcore.nlp.tokenizer import PAD_ID
from tlcore.train.language import train_to_perplexity
from tlcore.train.loop import ClippingTrainer, History, OnEpoch

if TYPE_CHECKING:
    from tlcore.layers import EmbeddingAttentionSeq2seq

    Pairs = Sequence[Sequence[Pair]]  # a list for each bucket

#: So many batches of a bucket follow one another, in one call of its compiled loop.
TOGETHER = 8


class TranslationTrainer(ClippingTrainer):
    """Train on pairs of sentences in buckets.

    A batch holds pairs of one bucket, all padded to its shape; a loop over batches is compiled for
    each bucket, and the pairs stay on the device. Batches of a bucket come eight together,
    otherwise in a random order. An example is a word of the target.

    `data` are pairs for each of the `buckets`, as ``tl.nlp.read_data`` or ``put_in_buckets`` gives
    them; the buckets are the network's own unless told. The `optimizer` is plain gradient descent
    unless given; ``tl.train.Adam(0.001)`` learns in fewer epochs. The `learning_rate` is 0.5, or
    the optimizer's own; the ``on_epoch`` of :func:`train_translator` is the place for a schedule.
    `max_grad_norm` and `num_sampled` are as in :class:`LanguageTrainer`.

    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> network = EmbeddingAttentionSeq2seq(20, 20, size=8)
    >>> data = [[([5, 6], [7, 8, 2])] * 30, [([5, 6, 9], [7, 8, 10, 11, 2])]]
    >>> trainer = TranslationTrainer(network, data, [(2, 4), (4, 6)], batch_size=2)
    >>> trainer.n_steps, trainer.n_examples
    (16, 95)
    >>> history = train_translator(trainer, 5, valid=data, print_freq=0)
    >>> history["val_perplexity"][-1] < history["val_perplexity"][0]
    True
    """

    settings = (*ClippingTrainer.settings, "num_sampled")

    def __init__(
        self, network: EmbeddingAttentionSeq2seq, data: Pairs,
        buckets: Sequence[Bucket] | None = None, batch_size: int = 64,
        learning_rate: float | None = None, max_grad_norm: float = 5.0,
        optimizer: keras.optimizers.Optimizer | None = None, num_sampled: int | None = None,
        seed: int = 0,
    ):  # fmt: skip
        self.network, self.given_buckets = network, buckets
        self.buckets, arrays = check_pairs("data", network, data, buckets)
        self.batch_size = check_count("batch_size", batch_size)
        self._norm = tf.Variable(check_positive("max_grad_norm", max_grad_norm), dtype=tf.float64)
        self.seed = check_count("seed", seed, least=0)
        self.num_sampled = check_sampled(num_sampled, network.target_vocab_size)
        self.n_examples = sum(int((decoder[:, 1:] != PAD_ID).sum()) for _, decoder in arrays)
        self.examples = [part for pair in arrays for part in pair]
        self._sizes = [len(encoder) for encoder, _ in arrays]
        self._data = [tuple(map(tf.constant, pair)) for pair in arrays]
        self.variables = [v for v in network.all_params if v.trainable]
        self.optimizer = SGD(0.5) if optimizer is None else optimizer
        self.optimizer.build(self.variables)
        if learning_rate is not None:
            self.learning_rate = learning_rate
        self.state = [*network.model.variables, *network.all_drop.values(), self._norm]
        self._compiled: dict[int, Callable[..., tf.Tensor]] = {}

    @property
    def n_steps(self) -> int:
        """Steps in an epoch, short last batches included."""
        return sum(-(-size // self.batch_size) for size in self._sizes)

    def _train(self, first: int, last: int) -> tuple[float, int]:
        blocks, orders = self._arranged()
        found, begin = np.zeros(2), 0  # nats and words; the step with which a block begins
        for bucket, batch, n in blocks:
            step, end = max(first, begin), min(last, begin + n)
            if step < end:  # some of the block's steps are to be done
                if bucket not in self._compiled:
                    self._compiled[bucket] = self._compile(bucket)
                batch += step - begin
                found += self._compiled[bucket](
                    orders[bucket], batch, batch + end - step, self._epoch_seed, step
                ).numpy()
            begin += n
        return float(found[0]), round(found[1])

    def _arrange(self, rng: np.random.Generator) -> tuple[list, list]:
        """Return blocks (bucket, first batch, batches) of an epoch, and each bucket's order."""
        orders = [tf.constant(rng.permutation(size).astype("int32")) for size in self._sizes]
        blocks = []
        for bucket, size in enumerate(self._sizes):
            n = -(-size // self.batch_size)
            blocks += [(bucket, i, min(TOGETHER, n - i)) for i in range(0, n, TOGETHER)]
        rng.shuffle(blocks)
        return blocks, orders

    def _compile(self, bucket: int) -> Callable[..., tf.Tensor]:
        """Return the loop over the batches of one bucket: nats and words of all its steps."""
        encoder, decoder = self._data[bucket]
        size, whole = self.batch_size, tf.TensorSpec([], tf.int32)
        order = tf.TensorSpec([self._sizes[bucket]], tf.int32)
        dense = not isinstance(self.optimizer, SGD)  # others would walk through a table ten times

        @tf.autograph.experimental.do_not_convert
        def one(rows, seed):
            batch = tf.gather(encoder, rows), tf.gather(decoder, rows)
            with tf.GradientTape() as tape:
                total, n = sequence_loss(
                    self.network, *batch, num_sampled=self.num_sampled, seed=seed, training=True
                )
                loss = tf.math.divide_no_nan(total, n)
            gradients = tape.gradient(loss, self.variables)
            gradients, _ = tf.clip_by_global_norm(gradients, tf.cast(self._norm, tf.float32))
            gradients = [tf.convert_to_tensor(g) for g in gradients] if dense else gradients
            self.optimizer.apply(gradients, self.variables)
            return tf.cast(tf.stack([total, n]), tf.float64)

        @tf.function(input_signature=[order, whole, whole, whole, whole])
        def run(order, first, last, seed, step):
            found = tf.zeros(2, tf.float64)
            for i in tf.range(first, last):
                found += one(order[i * size : (i + 1) * size], tf.stack([seed, step + i - first]))
            return found

        return run.get_concrete_function()


def sequence_loss(
    network: EmbeddingAttentionSeq2seq, encoder: tf.Tensor, decoder: tf.Tensor,
    weights: tf.Tensor | None = None, num_sampled: int | None = None,
    seed: tf.Tensor | None = None, training: bool = False,
) -> tuple[tf.Tensor, tf.Tensor]:  # fmt: skip
    """Return the loss of a batch in nats, summed over the words that count, and how many count.

    Each target word is guessed from the source and the right words before it. `encoder` and
    `decoder` are what ``tl.nlp.buckets.lay_out_pairs`` gives; `weights`, (batch, target steps), of
    the word that comes after each step are 1 for words and 0 for padding unless given. Scores are
    computed for the words that count alone. Two integers, `seed`, say which words are drawn.
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


def train_translator(
    trainer: TranslationTrainer, n_epoch: int, valid: Pairs | None = None,
    checkpoint: str | os.PathLike | None = None, print_freq: int = 1, progress: bool = True,
    on_epoch: OnEpoch | None = None,
) -> History:  # fmt: skip
    """Train as :func:`train_epochs` does, and report perplexities, the last epoch's too.

    Those of `valid`, pairs for each of the trainer's buckets, are measured after each epoch: the
    whole softmax, no dropout. The history also has ``learning_rate``, ``train_perplexity`` (as in
    :func:`train_language_model`), ``val_perplexity`` and ``val_perplexities``, one for each bucket.
    """
    network, buckets, size = trainer.network, trainer.given_buckets, trainer.batch_size
    valid_now = None if valid is None else perplexity_by_bucket(network, valid, buckets, size)

    def measure(report: bool) -> dict[str, Any]:
        record: dict[str, Any] = {"learning_rate": trainer.learning_rate}
        if valid_now is not None:
            record["val_perplexity"], record["val_perplexities"] = valid_now()
        return record

    def print_report(last: dict[str, Any]) -> None:
        line = f"global step {last['epoch'] * trainer.n_steps} "
        line += f"learning rate {last['learning_rate']:.4f} "
        line += f"step-time {last['seconds'] / trainer.n_steps:.3f}"
        if last["train_perplexity"] is not None:
            line += f" perplexity {last['train_perplexity']:.2f}"
        print(line)
        for bucket, value in enumerate(last.get("val_perplexities", [])):
            if value is not None:
                print(f"  eval: bucket {bucket} perplexity {value:.2f}")

    return train_to_perplexity(
        trainer, n_epoch, measure, print_report, checkpoint, print_freq, progress, on_epoch
    )


def perplexity_by_bucket(
    network: EmbeddingAttentionSeq2seq, data: Pairs, buckets: Sequence[Bucket] | None = None,
    batch_size: int = 64,
) -> Callable[[], tuple[float, list[float | None]]]:  # fmt: skip
    """Return a function that measures how well a translator guesses each target word.

    It gives the perplexity of all words, which doesn't depend on buckets and `batch_size`, and one
    for each bucket (None where it is empty), of the network as it is when called.

    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> network = EmbeddingAttentionSeq2seq(20, 20, size=8)
    >>> _ = network.all_params[-2].assign(np.zeros((20, 8)))  # all words get the same score
    >>> whole, each = perplexity_by_bucket(network, [[([5, 6], [7, 8, 2])]], [(4, 6)])()
    >>> round(whole, 3)
    20.0
    """
    _, arrays = check_pairs("data", network, data, buckets)
    size = check_count("batch_size", batch_size)

    def compiled(encoder: tf.Tensor, decoder: tf.Tensor) -> Callable[[], tf.Tensor]:
        @tf.autograph.experimental.do_not_convert
        def one(row):
            batch = encoder[row : row + size], decoder[row : row + size]
            return tf.cast(tf.stack(sequence_loss(network, *batch)), tf.float64)

        @tf.function(input_signature=[])
        def total():
            found = tf.zeros(2, tf.float64)
            for row in tf.range(0, encoder.shape[0], size):
                found += one(row)
            return found

        return total.get_concrete_function()  # without a warning of retracing

    totals = [compiled(*map(tf.constant, pair)) for pair in arrays]

    def measure() -> tuple[float, list[float | None]]:
        found = [total().numpy() for total in totals]
        each = iter([float(np.exp(nats / words)) for nats, words in found])
        nats, words = np.sum(found, axis=0)
        return float(np.exp(nats / words)), [next(each) if len(pairs) else None for pairs in data]

    return measure


def check_pairs(
    name: str, network: EmbeddingAttentionSeq2seq, data: Pairs, buckets: Sequence[Bucket] | None
) -> tuple[list[Bucket], list[tuple[np.ndarray, np.ndarray]]]:
    """Return the buckets that hold pairs, and their arrays, or say what is wrong with them."""
    sizes = check_buckets(getattr(network, "buckets", []) if buckets is None else buckets)
    require(
        len(data) == len(sizes),
        f"{name} has {len(data)} lists of pairs, and there are {len(sizes)} buckets; expected a "
        "list for each: what tl.nlp.read_data gives.",
    )
    full = [(bucket, pairs) for bucket, pairs in zip(sizes, data, strict=True) if len(pairs)]
    require(full, f"{name} holds no pair; expected one at least.")
    arrays = [lay_out_pairs(pairs, bucket) for bucket, pairs in full]
    for i, which in enumerate(("source", "target")):
        ids = np.concatenate([pair[i].ravel() for pair in arrays])
        check_ids(f"{name}: {which}", ids, getattr(network, f"{which}_vocab_size"))
    return [bucket for bucket, _ in full], arrays
