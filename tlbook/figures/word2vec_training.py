"""A word2vec training whose window, negatives and rate can change on the way."""

import keras
import numpy as np
import tensorflow as tf

from tlcore.layers import Word2vecEmbeddingInputlayer
from tlcore.nlp import similar, skip_gram_pairs
from tlcore.train import Adagrad, Trainer

from .training import Pace


class Word2vecTraining(Pace):
    """What `Word2vecPanel` drives: word vectors from random ones on, and changes of the settings.

    The same seed and settings give the same numbers, without touching TensorFlow's global seed.

    Parameters
    ----------
    data : ndarray of int
        The corpus as word ids, (words,).
    vocabulary_size, embedding_size : int
        Rows and columns of the table.
    skip_window, num_sampled : int
        Words on each side; wrong words for each batch.
    learning_rate : float
        Of Adagrad.
    batch_size, seed : int
        As for ``tl.train.Trainer``.
    """

    def __init__(
        self,
        data: np.ndarray,
        vocabulary_size: int,
        embedding_size: int,
        skip_window: int,
        num_sampled: int,
        learning_rate: float,
        batch_size: int,
        seed: int,
    ):
        self._data, self._batch_size, self._seed = data, batch_size, seed
        self.skip_window, self.num_sampled = skip_window, num_sampled
        # A small start, and biases as frequent as the words: what the text says soon shows.
        uniform = keras.initializers.RandomUniform(-0.05, 0.05, seed=seed)
        normal = keras.initializers.TruncatedNormal(stddev=0.03, seed=seed + 1)
        counts = np.maximum(np.bincount(data, minlength=vocabulary_size), 1)
        self.network = Word2vecEmbeddingInputlayer(
            vocabulary_size=vocabulary_size,
            embedding_size=embedding_size,
            num_sampled=num_sampled,
            nce_loss_args={"sampled_values": self._draw},
            E_init=uniform,
            nce_W_init=normal,
            nce_b_init=np.log(counts / len(data)),
        )
        self._optimizer = Adagrad(learning_rate)
        super().__init__(self._new_trainer())

    def _draw(self, labels: tf.Tensor) -> tuple:
        """Draw the wrong words as ``tf.nn.nce_loss`` does, from a seed of our own."""
        size = self.network.vocabulary_size
        return tf.random.log_uniform_candidate_sampler(
            labels, 1, self.num_sampled, unique=True, range_max=size, seed=self._seed + 2
        )

    def _new_trainer(self) -> Trainer:
        # All of the window. The optimizer goes on with what it has gathered.
        pairs = skip_gram_pairs(self._data, 2 * self.skip_window, self.skip_window)
        network = self.network
        return Trainer(
            network.nce_cost,
            network.all_params,
            self._optimizer,
            pairs,
            self._batch_size,
            seed=self._seed,
        )

    def set(self, learning_rate: float, skip_window: int, num_sampled: int) -> None:
        """Change the settings, here between two steps.

        Another rate is taken over as it is. For another window the pairs are made anew, and for
        other negatives the steps are compiled anew; the vectors stay, and an epoch begins.
        """
        self._optimizer.learning_rate = learning_rate
        if (skip_window, num_sampled) != (self.skip_window, self.num_sampled):
            self.skip_window, self.num_sampled = skip_window, num_sampled
            self.network.num_sampled = num_sampled
            self.trainer = self._new_trainer()

    def neighbours(self, word: int, k: int, exclude: list[int]) -> list[tuple[int, float]]:
        """Return the ids nearest to a word's, and their cosines."""
        vectors = self.network.all_params[0].value.numpy()
        ids, cosines = similar(vectors, word, k, exclude)
        return list(zip(ids.tolist(), np.round(cosines, 3).tolist(), strict=True))
