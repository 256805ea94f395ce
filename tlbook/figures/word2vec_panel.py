"""A panel around a word2vec training that runs: tune it, and watch words find their neighbours."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from traitlets import Float, Int, List, validate

from .base import compose, style
from .snapshots import Snapshots
from .steered import SteeredSteps
from .word2vec_training import Word2vecTraining

SETTINGS = ("learning_rate", "skip_window", "num_sampled", "embedding_size")
NAMES = dict(zip(SETTINGS, ("rate", "window", "negatives", "dimension"), strict=True))
MOST_SNAPSHOTS = 12
MOST_WATCHED = 8


class Word2vecPanel(SteeredSteps):
    """Train word vectors in the background, with sliders for window, negatives, dimension and rate.

    Another rate takes effect within a quarter of a second. Another window makes the pairs anew, and
    other negatives compile the steps anew: the training carries on with the vectors it has, in a
    new epoch. Another dimension needs other vectors: the training begins anew. All pairs of the
    window are used. On a page without a kernel the panel shows what it had recorded.

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
    batch_size, seed : int
        As for ``tl.train.Trainer``. The same seed and settings give the same run.
    report_steps : int
        Steps between two points of the curve, and what the Step button does.
    n_neighbours : int
        How many neighbours to show.
    unk_key : str
        The word that stands for those without an id; it is nobody's neighbour.
    title : str
        Heading.

    Raises
    ------
    TypeError, ValueError
        If corpus, vocabulary and settings don't fit each other.

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

    learning_rate = Float().tag(sync=True)
    skip_window = Int().tag(sync=True)
    num_sampled = Int().tag(sync=True)
    embedding_size = Int().tag(sync=True)
    changes = List(help="[step, what changed] on the way").tag(sync=True)
    snapshots = List(help="{step, neighbours: {word: [[word, cosine], ...]}}").tag(sync=True)
    n_words = Int(help="of the corpus").tag(sync=True)
    vocabulary_size = Int().tag(sync=True)

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
        n_neighbours: int = 6,
        unk_key: str = "UNK",
        title: str = "Word vectors to watch and to tune",
    ):
        self._data = _check_ids(data, reverse_dictionary)
        self._words = [reverse_dictionary[i] for i in range(len(reverse_dictionary))]
        ids = {word: i for i, word in enumerate(self._words)}
        self._watch = _check_watch(watch, ids, unk_key)
        self._unknown = [ids[unk_key]] if unk_key in ids else []
        self._rest = {"batch_size": batch_size, "seed": seed}
        self._n_neighbours = min(n_neighbours, len(ids) - 2)
        super().__init__(
            title=title,
            learning_rate=learning_rate,
            skip_window=skip_window,
            num_sampled=num_sampled,
            embedding_size=embedding_size,
            report_steps=report_steps,
            n_words=len(self._data),
            vocabulary_size=len(ids),
        )
        self._begin()

    # ---- the training ----------------------------------------------------------------------

    def _settings(self) -> dict[str, float]:
        return {name: getattr(self, name) for name in SETTINGS}

    def _begin(self) -> None:
        super()._begin()
        self._used = self._settings()  # what the training has; the reader may have moved on
        size = len(self._words)
        self._training = Word2vecTraining(
            self._data, vocabulary_size=size, **self._used, **self._rest
        )
        self._taken = Snapshots(MOST_SNAPSHOTS)
        self._take()
        with self._lock:
            self.history = {"step": [], "loss": []}
            self.changes = []
            self.snapshots = self._taken.kept

    def _count(self) -> int:
        return len(self.history["step"])

    def _advance(self) -> None:
        wanted = self._settings()
        if wanted["embedding_size"] != self._used["embedding_size"]:
            self._begin()
        elif wanted != self._used:
            self._note(wanted)
            self._training.set(*(wanted[name] for name in SETTINGS[:3]))
        done = self._training.advance(self._to_report)
        self._steps += done
        self._to_report -= done
        if self._to_report <= 0:
            self._report()

    def _note(self, wanted: dict[str, float]) -> None:
        """Write down what changes, for the curve: another number of negatives is another loss."""
        changed = [name for name in SETTINGS if wanted[name] != self._used[name]]
        texts = [f"{NAMES[name]} {self._used[name]:g} → {wanted[name]:g}" for name in changed]
        self._used = wanted
        if self._steps:
            self._set(changes=[*self.changes, [self._steps, ", ".join(texts)]])

    def _report(self) -> None:
        self._to_report = self.report_steps
        loss = round(self._training.mean_loss(), 4)
        self._take()
        with self._lock:
            self.snapshots = self._taken.kept
            self.history = {
                "step": [*self.history["step"], self._steps],
                "loss": [*self.history["loss"], loss],
            }

    def _take(self) -> None:
        neighbours = {}
        for word, i in self._watch.items():
            found = self._training.neighbours(i, self._n_neighbours, self._unknown)
            neighbours[word] = [[self._words[j], cosine] for j, cosine in found]
        self._taken.take({"step": self._steps, "neighbours": neighbours})

    # ---- the page --------------------------------------------------------------------------

    @validate("learning_rate")
    def _check_rate(self, proposal) -> float:
        rate = proposal["value"]
        if not (math.isfinite(rate) and rate > 0):
            raise ValueError(f"learning_rate is {rate}; expected a positive number such as 1.0")
        return rate

    @validate("skip_window", "num_sampled", "embedding_size", "report_steps")
    def _check_number(self, proposal) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        words = {"skip_window": (len(self._data) - 1) // 2, "num_sampled": len(self._words)}
        most = words.get(name, value)
        if not 1 <= value <= most:
            limit = f"1 to {most}" if name in words else "at least 1"
            raise ValueError(f"{name} is {value}; expected {limit}")
        return value

    def alternative(self) -> str:
        """Say what the panel does."""
        return f"{self.title}: the loss of a training that you steer, and neighbours of some words."


def _check_ids(data: Sequence[int], words: Mapping[int, str]) -> np.ndarray:
    data = np.asarray(data)
    if data.ndim != 1 or len(data) < 3 or data.dtype.kind not in "iu":
        raise ValueError(
            f"data is {data.dtype} of shape {data.shape}; expected one row of word ids, at least 3"
        )
    if sorted(words) != list(range(len(words))) or len(words) < 3:
        raise ValueError(
            f"reverse_dictionary has {len(words)} ids; expected at least 3, 0, 1, 2, ... without a "
            "gap"
        )
    if data.min() < 0 or data.max() >= len(words):
        raise ValueError(
            f"data holds ids from {data.min()} to {data.max()}; expected 0 to {len(words) - 1}, "
            "those of reverse_dictionary"
        )
    return data.astype(np.int32)


def _check_watch(watch: Sequence[str] | None, ids: Mapping[str, int], unk: str) -> dict[str, int]:
    if watch is None:
        watch = [word for word in ids if word != unk][:6]
    missing = [word for word in watch if word not in ids]
    if missing:
        raise ValueError(f"watch has {missing}, which aren't in the vocabulary of {len(ids)} words")
    if not 1 <= len(watch) <= MOST_WATCHED:
        raise ValueError(f"watch has {len(watch)} words; expected 1 to {MOST_WATCHED}")
    return {word: ids[word] for word in watch}
