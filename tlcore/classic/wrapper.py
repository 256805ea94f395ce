"""The original's translator: buckets, batches, and a training step to call from a loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tlcore import nlp
from tlcore.check import check_array, check_count, check_ids, check_positive, require
from tlcore.fast.optimizers import SGD
from tlcore.layers.translator import EmbeddingAttentionSeq2seq
from tlcore.nlp.buckets import Bucket, check_buckets
from tlcore.train.loop import Trainable
from tlcore.train.translation import sequence_loss


class EmbeddingAttentionSeq2seqWrapper(EmbeddingAttentionSeq2seq):
    """Translate sequences of ids, as the original tutorial does: buckets and a step at a time.

    One network takes any length, and a bucket, (steps of the encoder, steps of the decoder), is a
    shape that the step is compiled for. :class:`~tlcore.train.TranslationTrainer` is quicker. What
    isn't told here is as in :class:`~tlcore.layers.EmbeddingAttentionSeq2seq`.

    A gradient longer than `max_gradient_norm` is scaled down. `learning_rate`, of plain gradient
    descent, may be assigned; :meth:`decay_learning_rate` multiplies it by its factor. `num_samples`
    words are drawn for the sampled softmax in training; 0 is for the full one.

    >>> network = EmbeddingAttentionSeq2seqWrapper(50, 60, [(5, 10)], size=16, num_layers=1)
    >>> batch = network.get_batch([[([30, 7, 12], [8, 9, 2])]], bucket_id=0)
    >>> round(network.step(*batch, bucket_id=0)[1])  # an even guess costs log(60), 4.1
    4
    """

    def __init__(
        self, source_vocab_size: int, target_vocab_size: int, buckets: Sequence[Bucket], size: int,
        num_layers: int, max_gradient_norm: float = 5.0, batch_size: int = 64,
        learning_rate: float = 0.5, learning_rate_decay_factor: float = 0.99,
        use_lstm: bool = False, num_samples: int = 512, forward_only: bool = False,
        name: str = "wrapper", seed: int = 0, **options: Any,
    ):  # fmt: skip
        super().__init__(
            source_vocab_size, target_vocab_size, size, num_layers, use_lstm, name=name, **options
        )
        self.buckets = check_buckets(buckets)
        self.batch_size = check_count("batch_size", batch_size)
        self.num_samples = num_samples if 0 < num_samples < target_vocab_size else None
        factor = check_positive("learning_rate_decay_factor", learning_rate_decay_factor, "0.99")
        self.learning_rate_decay_factor = factor
        self.max_gradient_norm = check_positive("max_gradient_norm", max_gradient_norm, "5.0")
        self.seed, self.forward_only = check_count("seed", seed, least=0), forward_only
        self.global_step = 0
        self.optimizer = SGD(check_positive("learning_rate", learning_rate, "0.001"))
        self._compiled: dict[tuple, Any] = {}

    learning_rate: Any = Trainable.learning_rate

    def decay_learning_rate(self) -> float:
        """Multiply the rate by its factor, and return it."""
        self.learning_rate *= self.learning_rate_decay_factor
        return self.learning_rate

    def get_batch(
        self, data: Sequence, bucket_id: int, PAD_ID: int = 0, GO_ID: int = 1, EOS_ID: int = 2,
        rng: np.random.Generator | None = None,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
        """Draw a batch for :meth:`step`: ``tl.nlp.get_batch`` with this network's sizes."""
        return nlp.get_batch(
            data, bucket_id, self.batch_size, self.buckets, PAD_ID, GO_ID, EOS_ID, rng=rng
        )

    def step(
        self, encoder_inputs: Any, decoder_inputs: Any, target_weights: Any, bucket_id: int,
        forward_only: bool = False,
    ) -> tuple[float | None, float, np.ndarray | None]:  # fmt: skip
        """Train on a batch, or measure it, with the full softmax and without dropout.

        The arrays are (steps, batch), of the shape of the bucket, as :meth:`get_batch` gives them.
        Each target word is guessed from the right words before it, also with `forward_only`. For
        translating there is ``tl.utils.Translator``.

        Gives the length of the gradient before it is clipped, the loss in nats per word, and None;
        with `forward_only` None, the loss, and the scores (steps - 1, batch, words): t for decoder
        input t + 1.
        """
        require(
            forward_only or not self.forward_only,
            "step: the network was made with forward_only=True; expected forward_only=True here "
            "too. Make it with forward_only=False to train it.",
        )
        check_count("step: bucket_id", bucket_id, least=0, most=len(self.buckets) - 1)
        n_source, n_target = self.buckets[bucket_id]
        words, shape = self.source_vocab_size, (n_source, "batch")
        source = check_ids("step: encoder_inputs", encoder_inputs, words, shape)
        words, shape = self.target_vocab_size, (n_target, source.shape[1])
        target = check_ids("step: decoder_inputs", decoder_inputs, words, shape)
        weights = check_array("step: target_weights", target_weights, shape)
        batch = [source.T.astype("int32"), target.T.astype("int32"), weights.T.astype("float32")]
        key = (bucket_id, forward_only)
        if key not in self._compiled:
            spec = [tf.TensorSpec((None, array.shape[1]), array.dtype) for array in batch]
            spec += [] if forward_only else [tf.TensorSpec([2], tf.int32)]
            step = self._measure if forward_only else self._train
            self._compiled[key] = tf.function(step, spec, autograph=False)
        if forward_only:
            loss, logits = self._compiled[key](*batch)
            return None, float(loss), logits.numpy().transpose(1, 0, 2)
        norm, loss = self._compiled[key](*batch, [self.seed, self.global_step])
        self.global_step += 1
        return float(norm), float(loss), None

    def _train(self, encoder, decoder, weights, seed):
        variables = [v for v in self.all_params if v.trainable]
        with tf.GradientTape() as tape:
            total, n = sequence_loss(
                self, encoder, decoder, weights, self.num_samples, seed, training=True
            )
            loss = tf.math.divide_no_nan(total, n)
        gradients = tape.gradient(loss, variables)
        gradients, norm = tf.clip_by_global_norm(gradients, self.max_gradient_norm)
        self.optimizer.apply(gradients, variables)
        return norm, loss

    def _measure(self, encoder, decoder, weights):
        total, n = sequence_loss(self, encoder, decoder, weights)
        logits = self.model([encoder, decoder[:, :-1]], training=False)
        shape = (-1, decoder.shape[1] - 1, self.target_vocab_size)
        return tf.math.divide_no_nan(total, n), tf.reshape(logits, shape)
