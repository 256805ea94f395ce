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

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, n_in).
    vocabulary_size : int, optional
        Number of words. Needed without `tied_to`.
    tied_to : EmbeddingInputlayer, optional
        Use its table; its vectors must have n_in numbers. Then the layer has no weights but b.
    W_init : str or keras.initializers.Initializer, optional
        Start of a table of its own, shape (words, n_in). Uniform between -0.1 and 0.1 unless told.
    b_init, name : see :class:`~tlcore.layers.Layer`

    Examples
    --------
    >>> from tlcore.layers import EmbeddingInputlayer, InputLayer, RNNLayer
    >>> vectors = EmbeddingInputlayer(InputLayer((20,), dtype="int32"), 10000, 200)
    >>> network = RNNLayer(vectors, "lstm", n_hidden=200, return_seq_2d=True)
    >>> WordLogitsLayer(network, tied_to=vectors).count_params() - network.count_params()
    10000
    """

    def __init__(
        self, layer: Layer, vocabulary_size: int | None = None,
        tied_to: EmbeddingInputlayer | None = None, W_init: Initializer | None = None,
        b_init: Initializer = "zeros", name: str | None = None,
    ):  # fmt: skip
        who = type(self).__name__
        check_below(who, layer, rank=2)
        table = None
        if tied_to is not None:
            vocabulary_size = _check_tied(who, layer, vocabulary_size, tied_to)
            table = tied_to.operation
        elif vocabulary_size is None:
            raise ValueError(f"{who}: expected vocabulary_size, or a layer in tied_to.")
        vocabulary_size = check_count(f"{who}: vocabulary_size", vocabulary_size)
        W_init = W_init or keras.initializers.RandomUniform(-0.1, 0.1)
        super().__init__(layer, _WordLogits(vocabulary_size, table, W_init, b_init, name=name))


def _check_tied(
    who: str, layer: Layer, n_words: int | None, tied_to: EmbeddingInputlayer
) -> int:
    """Return the number of words in the table of `tied_to`."""
    require(
        isinstance(tied_to, EmbeddingInputlayer),
        f"{who}: tied_to is a {type(tied_to).__name__}; expected the EmbeddingInputlayer whose "
        "table is to be shared.",
        TypeError,
    )
    n_in, there = layer.outputs.shape[-1], tied_to.vocabulary_size
    require(
        tied_to.embedding_size == n_in and n_words in (None, there),
        f"{who}: tied_to has {there} vectors of {tied_to.embedding_size} numbers; expected "
        f"{n_words or there} of {n_in}, what the layer below gives. Use n_hidden = "
        "embedding_size, and the same vocabulary.",
    )
    return there


class _WordLogits(keras.layers.Layer):
    """Not for ``keras.saving``: a tied table belongs to another layer. Save the parameters."""

    def __init__(self, units: int, tied=None, W_init=None, b_init="zeros", **options):
        super().__init__(**options)
        self.units = units
        # In a tuple, so that Keras doesn't count the other layer's table as this one's.
        self._tied = (lambda: tied.embeddings,) if tied is not None else ()
        self.W_init, self.b_init = W_init, b_init

    def build(self, shape):
        if not self._tied:
            self._own = self.add_weight(
                shape=(self.units, shape[-1]), initializer=self.W_init, name="table"
            )
        self.b = self.add_weight(shape=(self.units,), initializer=self.b_init, name="bias")

    @property
    def table(self) -> keras.Variable:
        """The rows, (words, n_in)."""
        return self._tied[0]() if self._tied else self._own

    def call(self, x):
        return tf.matmul(x, tf.convert_to_tensor(self.table), transpose_b=True) + self.b.value

    def sampled_loss(
        self, x: tf.Tensor, targets: tf.Tensor, num_sampled: int, seed: tf.Tensor
    ) -> tf.Tensor:
        """Return the cost of each row of x with the softmax over some words only, (rows,).

        The right word is told apart from `num_sampled` words, drawn for all rows together, with the
        probabilities log(1 + 1 / (id + 1)) / log(1 + words): ids in order of frequency. Each word's
        score is lowered by the logarithm of how often it is expected to be drawn, so that in the
        mean the gradient leads to where the full softmax's does (Jean et al., 2015, section 3).

        x is (rows, n_in), `targets` are the ids (rows,), and the same `seed`, two integers, draws
        the same words.
        """
        words = float(np.log1p(self.units))
        drawn = tf.exp(tf.random.stateless_uniform([num_sampled], seed) * words) - 1.0
        drawn = tf.minimum(tf.cast(drawn, tf.int64), self.units - 1)
        targets = tf.cast(targets, tf.int64)[:, None]  # (rows, 1)

        def expected(ids):
            return num_sampled * tf.math.log1p(1.0 / (tf.cast(ids, tf.float32) + 1.0)) / words

        return tf.nn.sampled_softmax_loss(
            weights=self.table.value,
            biases=self.b.value,
            labels=targets,
            inputs=x,
            num_sampled=num_sampled,
            num_classes=self.units,
            sampled_values=(drawn, expected(targets), expected(drawn)),
        )
