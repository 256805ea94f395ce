"""Word vectors: a table with one row for each word, looked up by the word's id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_array, check_count, require
from tlcore.fast.lookup import Lookup, check_in_table
from tlcore.layers.core import Initializer, InputLayer, Layer, check_below


class EmbeddingInputlayer(Layer):
    """Look up a vector for each word id: row i of the table for id i.

    `inputs` are ids of any shape, (batch, ...), such as ``InputLayer((20,), dtype="int32")`` for
    texts of 20 words; without them there is one id for each example, (batch,). On an id outside 0
    to ``vocabulary_size - 1`` the network raises ValueError, or ``tf.errors.InvalidArgumentError``
    where it is compiled. The table, (vocabulary_size, embedding_size), begins with `E_init`,
    uniform between -0.1 and 0.1 unless told.

    >>> network = EmbeddingInputlayer(vocabulary_size=50000, embedding_size=128)
    >>> network.outputs.shape, network.count_params()
    ((None, 128), 6400000)
    """

    def __init__(
        self, inputs: Layer | keras.KerasTensor | None = None, vocabulary_size: int = 80000,
        embedding_size: int = 200, E_init: Initializer | None = None, name: str | None = None,
    ):  # fmt: skip
        who = type(self).__name__
        self.vocabulary_size = check_count(f"{who}: vocabulary_size", vocabulary_size)
        self.embedding_size = check_count(f"{who}: embedding_size", embedding_size)
        E_init = E_init or keras.initializers.RandomUniform(-0.1, 0.1)
        operation = Lookup(vocabulary_size, embedding_size, E_init, name=name)
        super().__init__(_ids_layer(who, inputs), operation)

    @property
    def normalized_embeddings(self) -> tf.Tensor:
        """The table as it is now, each row scaled to length 1, so that products are cosines."""
        return tf.math.l2_normalize(self.operation.embeddings, axis=1)


class Word2vecEmbeddingInputlayer(EmbeddingInputlayer):
    """A table of word vectors, and the cost that trains it: guess a neighbour of each word.

    The cost is noise-contrastive estimation (Gutmann and Hyvärinen, 2010). For each pair of a
    centre and a word near it, the right word is told apart from `num_sampled` words drawn at
    random: anew in each step, for the whole batch, none twice, and frequent words more often, if
    the ids are in the order of frequency. Only the rows of those words are computed, not the whole
    table, which begins uniform between -1 and 1 unless `E_init` says otherwise.

    `inputs` are the ids of the centres, as in :class:`EmbeddingInputlayer`. `train_labels`, those
    of the words near them, may be left out: `nce_cost` is given the ids themselves. `nce_loss_args`
    are those of ``tf.nn.nce_loss``: ``remove_accidental_hits``, and ``sampled_values``, which may
    be a function of the labels (pairs, 1), called in each step. `nce_W_init` and `nce_b_init` begin
    the words as neighbours, a second table (truncated normal, standard deviation 0.03) and a bias
    for each. The two only train the vectors, and come behind them in `all_params`.
    """

    def __init__(
        self, inputs: Layer | keras.KerasTensor | None = None,
        train_labels: Layer | keras.KerasTensor | None = None, vocabulary_size: int = 80000,
        embedding_size: int = 200, num_sampled: int = 64,
        nce_loss_args: Mapping[str, Any] | None = None, E_init: Initializer | None = None,
        nce_W_init: Initializer | None = None, nce_b_init: Initializer | np.ndarray = "zeros",
        name: str | None = None,
    ):  # fmt: skip
        who = type(self).__name__
        if train_labels is not None:
            _ids_layer(who, train_labels, "train_labels")
        self.nce_loss_args = dict(nce_loss_args or {})
        options = ["remove_accidental_hits", "sampled_values"]
        unknown = sorted(self.nce_loss_args.keys() - set(options))
        require(not unknown, f"{who}: nce_loss_args has {unknown}; expected some of {options}.")
        E_init = E_init or keras.initializers.RandomUniform(-1.0, 1.0)
        super().__init__(inputs, vocabulary_size, embedding_size, E_init, name)
        self.num_sampled = check_count(f"{who}: num_sampled", num_sampled, most=vocabulary_size)
        W_init = nce_W_init or keras.initializers.TruncatedNormal(stddev=0.03)
        if not isinstance(nce_b_init, str) and not callable(nce_b_init):
            nce_b_init = check_array(f"{who}: nce_b_init", nce_b_init, [self.vocabulary_size])
            nce_b_init = nce_b_init.astype("float32")
        shape = (vocabulary_size, embedding_size)
        # Not in the Keras model: its outputs don't need them.
        self.nce_weights = keras.Variable(W_init, shape, name=f"{self.name}_nce_weights")
        self.nce_biases = keras.Variable(nce_b_init, shape[:1], name=f"{self.name}_nce_biases")
        self.all_params += [self.nce_weights, self.nce_biases]

    def nce_cost(self, centres: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Return the mean cost of the pairs: -log s(right) - sum of log s(-wrong).

        s is the sigmoid of w @ vector + bias - log(expected draws), with the word's row w of
        `nce_weights`: the cost of ``tf.nn.nce_loss``. Labels (batch, k) are k pairs for each centre
        of (batch,), which is compared with the wrong words only once.
        """
        who = f"{type(self).__name__}.nce_cost"
        centres = tf.reshape(tf.convert_to_tensor(centres), [-1])
        labels = check_in_table(f"{who}: labels", tf.cast(labels, tf.int64), self.vocabulary_size)
        require(
            labels.shape[:1].is_compatible_with(centres.shape),
            f"{who}: labels have shape {labels.shape} for {centres.shape[0]} centres; expected "
            "(batch,) or (batch, k) with as many rows as there are centres.",
        )
        labels = tf.reshape(labels, (tf.size(centres), -1))  # (batch, k)
        wrong, draws_of_labels, draws_of_wrong = self._draw(labels)
        vectors = self.operation(centres)  # (batch, embedding_size)

        def rows(ids):
            return tf.gather(self.nce_weights.value, ids)

        def bias(ids, draws):
            # A word that is drawn often is often wrong: -log(draws) takes that out of the vectors.
            return tf.gather(self.nce_biases.value, ids) - tf.math.log(draws)

        right = tf.reduce_sum(rows(labels) * vectors[:, None], axis=2)
        right += bias(labels, draws_of_labels)  # (batch, k)
        others = tf.matmul(vectors, rows(wrong), transpose_b=True)
        others += bias(wrong, draws_of_wrong)  # (batch, num_sampled)

        # -log s(x) is softplus(-x), and -log s(-x) is softplus(x).
        cost_of_others = tf.nn.softplus(others)
        if self.nce_loss_args.get("remove_accidental_hits"):
            hit = labels[:, :, None] == wrong  # (batch, k, num_sampled)
            cost_of_others *= tf.reduce_mean(tf.cast(~hit, tf.float32), axis=1)
        cost_of_others = tf.reduce_mean(tf.reduce_sum(cost_of_others, axis=1))
        return tf.reduce_mean(tf.nn.softplus(-right)) + cost_of_others

    def _draw(self, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Return wrong words (num_sampled,), and the expected draws of labels and of them."""
        given = self.nce_loss_args.get("sampled_values")
        pairs = tf.reshape(labels, (-1, 1))
        if given is None:
            given = tf.random.log_uniform_candidate_sampler(
                pairs, 1, self.num_sampled, unique=True, range_max=self.vocabulary_size
            )
        wrong, of_labels, of_wrong = given(pairs) if callable(given) else given
        return tf.cast(wrong, tf.int64), tf.reshape(of_labels, tf.shape(labels)), of_wrong


def _ids_layer(who: str, inputs: Layer | keras.KerasTensor | None, name: str = "inputs") -> Layer:
    """Return `inputs` as a layer whose outputs are ids."""
    if inputs is None:
        return InputLayer((), dtype="int32")
    if isinstance(inputs, keras.KerasTensor):
        inputs = InputLayer(inputs)
    check_below(who, inputs, name=name)
    require(
        "int" in inputs.outputs.dtype,
        f"{who}: {name} are {inputs.outputs.dtype}; expected whole numbers, the ids of words. Use "
        "InputLayer(shape, dtype='int32').",
        TypeError,
    )
    return inputs
