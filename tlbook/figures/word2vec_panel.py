"""A panel around a word2vec training that runs: tune it, and watch words find their neighbours."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from traitlets import List

from tlcore.check import check_count, check_ids, require
from tlcore.layers import Word2vecEmbeddingInputlayer
from tlcore.nlp import similar, skip_gram_pairs
from tlcore.train import Adagrad, Trainer
from tlcore.train.loop import Loop

from .base import compose, style
from .panel import Panel, Setting, rate_setting

MOST_WATCHED, N_NEIGHBOURS = 8, 6
UNKNOWN = "UNK"  # the word for those without an id; it is nobody's neighbour


def _check_window(panel: "Word2vecPanel", n: int) -> int:
    return check_count("skip_window", n, most=(len(panel._data) - 1) // 2)


def _check_negatives(panel: "Word2vecPanel", n: int) -> int:
    return check_count("num_sampled", n, most=len(panel._words))


def _rebuilt(panel: "Word2vecPanel", value: int) -> None:
    """Hand over nothing: the panel makes another trainer instead."""


class Word2vecPanel(Panel):
    """Train word vectors in the background, with sliders for window, negatives, dimension and rate.

    Another rate takes effect within a quarter of a second. Another window makes the pairs anew, and
    other negatives compile the steps anew: the training carries on with the vectors it has, in a
    new epoch. Another dimension needs other vectors: the training begins anew. All pairs of the
    window are used. The same seed and settings give the same run, without touching TensorFlow's
    global seed.

    Parameters
    ----------
    data : sequence of int
        The corpus as word ids, (words,), as ``tl.nlp.build_words_dataset`` returns it.
    reverse_dictionary : mapping of int to str
        Id to word. Ids count from 0, the most frequent words first.
    watch : sequence of str, optional
        Up to 8 words whose neighbours are shown. Unless given, the six most frequent.
    skip_window, num_sampled, embedding_size, learning_rate
        The settings to begin with: words on each side, wrong words for each batch, numbers in a
        vector, step size of Adagrad.
    batch_size, seed
        As for ``tl.train.Trainer``.
    report_steps : int
        As for `Panel`.

    Examples
    --------
    >>> data = np.tile(np.arange(1, 10), 30)
    >>> words = {i: f"w{i}" for i in range(10)}
    >>> panel = Word2vecPanel(data, words, num_sampled=4, embedding_size=4, report_steps=2)
    >>> panel.run(n_steps=4)["step"]  # in the foreground: for tests, and for a first picture
    [2, 4]
    """

    _esm = compose("word2vec_panel.js")
    _css = style("words")

    curves = ("step", "loss")
    shows = "the loss of a training that you steer, and neighbours of some words"

    learning_rate = rate_setting(0.01, 20, (1, 2, 5))
    skip_window = Setting("Window", [1, 2, 3, 4, 5, 10], _check_window, _rebuilt)
    num_sampled = Setting("Negatives", [2**k for k in range(8)], _check_negatives, _rebuilt)
    embedding_size = Setting(
        "Dimension",
        [2, 8, 16, 32, 64, 128, 200],
        lambda _, n: check_count("embedding_size", n),
        _rebuilt,
    )

    changes = List(help="[step, what changed] on the way").tag(sync=True)

    def __init__(
        self,
        data: Sequence[int] | np.ndarray,
        reverse_dictionary: Mapping[int, str],
        watch: Sequence[str] | None = None,
        skip_window: int = 2,
        num_sampled: int = 16,
        embedding_size: int = 64,
        learning_rate: float = 1.0,
        batch_size: int = 128,
        seed: int = 0,
        report_steps: int = 200,
    ):
        n = len(reverse_dictionary)
        require(
            n > 2 and sorted(reverse_dictionary) == list(range(n)),
            f"reverse_dictionary has {n} ids; expected at least 3, 0, 1, 2, ... without a gap",
        )
        data = check_ids("data", data, n)
        require(len(data) > 2, f"data has {len(data)} words; expected at least 3")
        self._data = data.astype(np.int32)
        self._words = [reverse_dictionary[i] for i in range(n)]
        ids = {word: i for i, word in enumerate(self._words)}
        watch = [word for word in ids if word != UNKNOWN][:6] if watch is None else watch
        missing = [word for word in watch if word not in ids]
        require(not missing, f"watch has {missing}, which aren't in the vocabulary of {n} words")
        found = f"watch has {len(watch)} words; expected 1 to {MOST_WATCHED}"
        require(1 <= len(watch) <= MOST_WATCHED, found)
        self._watch = {word: ids[word] for word in watch}
        self._unknown = [ids[UNKNOWN]] if UNKNOWN in ids else []
        self._n_neighbours = min(N_NEIGHBOURS, n - 2)
        self._batch_size, self._seed = batch_size, seed
        super().__init__(
            report_steps=report_steps,
            title="Word vectors to watch and to tune",
            learning_rate=learning_rate,
            skip_window=skip_window,
            num_sampled=num_sampled,
            embedding_size=embedding_size,
        )

    def _restart(self) -> None:
        """Begin with new vectors, and new steps: compiled ones go on drawing where they were."""
        self._used = {setting.name: getattr(self, setting.name) for setting in self._settings()}
        counts = np.maximum(np.bincount(self._data, minlength=len(self._words)), 1)
        # A small start, and biases as frequent as the words: what the text says soon shows.
        self.network = Word2vecEmbeddingInputlayer(
            vocabulary_size=len(self._words),
            embedding_size=self._used["embedding_size"],
            num_sampled=self._used["num_sampled"],
            nce_loss_args={"sampled_values": self._draw},
            E_init=keras.initializers.RandomUniform(-0.05, 0.05, seed=self._seed),
            nce_W_init=keras.initializers.TruncatedNormal(stddev=0.03, seed=self._seed + 1),
            nce_b_init=np.log(counts / len(self._data)),
        )
        self._loop = Loop(self._new_trainer(Adagrad(self._used["learning_rate"])))
        self._set(changes=[])

    def _draw(self, labels: tf.Tensor) -> tuple:
        """Draw the wrong words as ``tf.nn.nce_loss`` does, from a seed of our own."""
        size, n = self.network.vocabulary_size, self.network.num_sampled
        return tf.random.log_uniform_candidate_sampler(
            labels, 1, n, unique=True, range_max=size, seed=self._seed + 2
        )

    def _new_trainer(self, optimizer: keras.optimizers.Optimizer) -> Trainer:
        window = self._used["skip_window"]
        pairs = skip_gram_pairs(self._data, 2 * window, window)  # all of the window
        cost, params = self.network.nce_cost, self.network.all_params
        return Trainer(cost, params, optimizer, pairs, self._batch_size, seed=self._seed)

    def _hand_over(self) -> None:
        before = dict(self._used)
        if self.embedding_size != before["embedding_size"]:
            self._restart()
            self._begin()
            return
        super()._hand_over()
        changed = [s for s in self._settings() if self._used[s.name] != before[s.name]]
        if any(setting.hand_over is _rebuilt for setting in changed):
            # The vectors stay, and so does what the optimizer has gathered; an epoch begins.
            self.network.num_sampled = self._used["num_sampled"]
            self._loop.trainer = self._new_trainer(self.trainer.optimizer)
        if changed and self._steps:  # for the curve: other negatives give another loss
            new = self._used
            texts = [f"{s.label.lower()} {before[s.name]:g} → {new[s.name]:g}" for s in changed]
            self._set(changes=[*self.changes, [self._steps, ", ".join(texts)]])

    def _measure(self) -> dict[str, float]:
        return {"step": self._steps, "loss": self._loop.mean_loss()}

    def _look(self) -> tuple[dict[str, Any], bytes]:
        """Return the nearest neighbours of each watched word, with their cosines."""
        vectors, neighbours = self.network.all_params[0].value.numpy(), {}
        for word, i in self._watch.items():
            found = zip(*similar(vectors, i, self._n_neighbours, self._unknown), strict=True)
            neighbours[word] = [[self._words[j], round(float(cosine), 3)] for j, cosine in found]
        return {"at": self._steps, "neighbours": neighbours}, b""
