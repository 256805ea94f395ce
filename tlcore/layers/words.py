"""The output of a language model: a score for each word of the vocabulary."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, require
from tlcore.layers.core import Initializer, Layer, check_below
from tlcore.layers.embedding import EmbeddingInputlayer


class WordLogitsLayer(Layer):
    """Score each word: ``outputs = inputs @ table.T + b``, with a row of the table for each word.

    It computes what a DenseLayer does. With a row for each word, instead of a column, training can
    take the rows of some words only (the sampled softmax of
    :class:`~tlcore.train.LanguageTrainer`), and the table can be the one that the words come in by
    (weight tying: Press and Wolf, 2017; Inan, Khosravi and Socher, 2017).

    The layer below gives (batch, n_in). With `tied_to`, whose vectors must have n_in numbers, the
    layer has no weights but b; without it, it needs `vocabulary_size`. `W_init` begins a table of
    its own, (words, n_in), uniform between -0.1 and 0.1 unless told.

    >>> from tlcore.layers import EmbeddingInputlayer, FlattenLayer, InputLayer
    >>> vectors = EmbeddingInputlayer(InputLayer((1,), dtype="int32"), 10000, 200)
    >>> WordLogitsLayer(FlattenLayer(vectors), tied_to=vectors).count_params() - 10000 * 200
    10000
    """

    def __init__(
        self, layer: Layer, vocabulary_size: int | None = None,
        tied_to: EmbeddingInputlayer | None = None, W_init: Initializer | None = None,
        b_init: Initializer = "zeros", name: str | None = None,
    ):  # fmt: skip
        check_below("WordLogitsLayer", layer, rank=2)
        n_in, table = layer.outputs.shape[-1], None
        if tied_to is not None:
            require(
                isinstance(tied_to, EmbeddingInputlayer),
                f"WordLogitsLayer: tied_to is a {type(tied_to).__name__}; expected the "
                "EmbeddingInputlayer whose table is to be shared.",
                TypeError,
            )
            there, table = tied_to.vocabulary_size, tied_to.operation
            vocabulary_size = there if vocabulary_size is None else vocabulary_size
            require(
                (vocabulary_size, n_in) == (there, tied_to.embedding_size),
                f"WordLogitsLayer: tied_to has {there} vectors of {tied_to.embedding_size} numbers;"
                f" expected {vocabulary_size} of {n_in}, what the layer below gives. Use n_hidden ="
                " embedding_size, and the same vocabulary.",
            )
        if vocabulary_size is None:
            raise ValueError("WordLogitsLayer: expected vocabulary_size, or a layer in tied_to.")
        n_words = check_count("WordLogitsLayer: vocabulary_size", vocabulary_size)
        W_init = W_init or keras.initializers.RandomUniform(-0.1, 0.1)
        super().__init__(layer, _WordLogits(n_words, table, W_init, b_init, name=name))


class _WordLogits(keras.layers.Layer):
    """Not for ``keras.saving``: a tied table belongs to another layer. Save the parameters."""

    def __init__(self, units: int, tied=None, W_init=None, b_init="zeros", **options):
        super().__init__(**options)
        self.units, self.W_init, self.b_init = units, W_init, b_init
        # A function, so that Keras doesn't count the other layer's table as this one's.
        self._tied = None if tied is None else lambda: tied.embeddings

    def build(self, shape):
        if self._tied is None:
            self._own = self.add_weight((self.units, shape[-1]), self.W_init, name="table")
        self.b = self.add_weight((self.units,), self.b_init, name="bias")

    @property
    def table(self) -> keras.Variable:
        """The rows, (words, n_in)."""
        return self._own if self._tied is None else self._tied()

    def call(self, x):
        return tf.matmul(x, tf.convert_to_tensor(self.table), transpose_b=True) + self.b.value

    def sampled_loss(
        self, x: tf.Tensor, targets: tf.Tensor, num_sampled: int, seed: tf.Tensor
    ) -> tf.Tensor:
        """Return the cost of each row of x (rows, n_in) with the softmax over some words, (rows,).

        The right word, `targets` (rows,), is told apart from `num_sampled` words, drawn for all
        rows with the probabilities log(1 + 1 / (id + 1)) / log(1 + words): ids in the order of
        frequency. Each word's score is lowered by the logarithm of how often it is expected to be
        drawn, so that in the mean the gradient leads to where the full softmax's does (Jean et al.,
        2015, section 3). The same `seed`, two integers, draws the same words.
        """
        words = float(np.log1p(self.units))
        drawn = tf.exp(tf.random.stateless_uniform([num_sampled], seed) * words) - 1.0
        drawn = tf.minimum(tf.cast(drawn, tf.int64), self.units - 1)
        targets = tf.cast(targets, tf.int64)[:, None]  # (rows, 1)

        def expected(ids):
            return num_sampled * tf.math.log1p(1.0 / (tf.cast(ids, tf.float32) + 1.0)) / words

        return tf.nn.sampled_softmax_loss(
            self.table.value, self.b.value, targets, x, num_sampled, self.units,
            sampled_values=(drawn, expected(targets), expected(drawn)),
        )  # fmt: skip
