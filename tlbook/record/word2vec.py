"""Word vectors of two corpora; those of text8 also as the book's map, and as they came about."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from sklearn.manifold import TSNE

import tlbook
import tlcore as tl
from tlbook.figures.store import quantise, save
from tlbook.record.common import Folders, finished
from tlcore.files.archive import read_archive, write_archive

LOADERS = {"wikipedia": "load_wikipedia_words", "text8": "load_matt_mahoney_text8_dataset"}
N_MAP, N_FRAME_WORDS = 5000, 300
WATCHED = ("april", "two", "english", "city", "music", "water", "king", "physics", "germany", "red")


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``word2vec_wikipedia``, or ``word2vec_text8``, whose vectors the figures show."""
    shown = s.pop("followed", None)
    words = getattr(tl.files, LOADERS[s["corpus"]])()
    data, count, word_to_id, id_to_word = tl.nlp.build_words_dataset(
        words, s["vocabulary_size"], printable=False
    )
    text = tl.nlp.subsample(data, s["threshold"], s["seed"])
    pairs = list(tl.nlp.skip_gram_pairs(text, s["num_skips"], s["skip_window"], s["seed"]))
    counts = np.array([max(n, 1) for _, n in count])
    keras.utils.set_random_seed(s["seed"])
    network = tl.layers.Word2vecEmbeddingInputlayer(
        vocabulary_size=len(word_to_id),
        embedding_size=s["embedding_size"],
        num_sampled=s["num_sampled"],
        E_init=keras.initializers.RandomUniform(-0.05, 0.05),
        nce_b_init=np.log(counts / len(data)),
        name="word2vec",
    )
    optimizer = tl.train.Adagrad(s["learning_rate"])
    trainer = tl.train.Trainer(
        network.nce_cost, network.all_params, optimizer, pairs, s["batch_size"], seed=s["seed"]
    )
    if shown:
        groups = {name: words.split() for name, words in shown["groups"].items()}
        grouped = [word for group in groups.values() for word in group if word in word_to_id]
        others = [word for word in word_to_id if word not in grouped and len(word) > 3]
        followed = sorted(grouped + others[: N_FRAME_WORDS - len(grouped)], key=word_to_id.get)
        copies = Copies(trainer, network, shown["steps"], to.checkpoint(f"{name}-copies"))
        copies.begin([word_to_id[word] for word in followed], [a[:4096] for a in pairs])

    def slow_down(history: dict) -> None:
        optimizer.learning_rate = s["learning_rate"] * (1 - len(history["epoch"]) / s["n_epoch"])

    history = tl.train.train_epochs(
        trainer, s["n_epoch"], print_freq=1, checkpoint=to.checkpoint(name),
        on_epoch=slow_down,
    )  # fmt: skip
    finished(len(history["epoch"]), s["n_epoch"])
    vectors = network.all_params[0].numpy()
    questions = tl.nlp.read_analogies_file(tl.files.load_questions_words(), word_to_id)
    near = {
        word: [other for other, _ in tl.nlp.nearest_words(vectors, word, word_to_id, id_to_word)]
        for word in WATCHED
        if word in word_to_id
    }
    result = {
        "loss": history["loss"][-1],
        "seconds": sum(history["seconds"]),
        "pairs": len(pairs[0]) * s["n_epoch"],
        "analogies": tl.nlp.analogy_accuracy(vectors, questions),
        "skipped_questions": questions.skipped,
        "neighbours": near,
    }
    sizes = {"n_words": len(words), "n_pairs": len(pairs[0]), "vocabulary_size": len(word_to_id)}
    to.save(name, history, s | sizes, result)
    if shown:
        copies.finish(history["loss"][-1])
        save_frames(to.arrays("word2vec_frames"), followed, groups, copies)
        most = slice(1, N_MAP + 1)  # without UNK
        vectors, names = vectors[most], [id_to_word[i] for i in range(len(id_to_word))][most]
        tl.files.save_embedding(to.weights("word2vec"), vectors, names, dtype="float16")
        layout = tl.visualize.tsne(vectors, perplexity=min(30, len(vectors) // 4))
        tlbook.figures.save_word_map(to.weights("word2vec_map"), layout)


class Copies:
    """Copy some rows of the table after chosen steps, and the mean loss since the last copy.

    It stands in the way of ``trainer.run``, so that calls end at the chosen steps.
    """

    def __init__(self, trainer, network, wanted: list[int], path: Path):
        self.trainer, self.network, self.wanted, self.path = trainer, network, wanted, path
        self.run, trainer.run = trainer.run, self
        self.steps, self.values, self.loss = [], [], []

    def begin(self, rows: list[int], some_pairs: list) -> None:
        """Read the copies of a run that is resumed, or copy the untrained rows."""
        self.rows, self.total, self.seen = rows, float(self.network.nce_cost(*some_pairs)), 1
        if self.path.exists():
            self.steps, self.loss, self.values = map(list, read_archive(self.path).values())
        self._copy(0)

    def __call__(self, n_steps: int) -> float:
        """Train as far as ``trainer.run(n_steps)`` would, or up to the next chosen step."""
        begun, first = self._done(), self.trainer.step
        total = self.run(min([n_steps, *(step - begun for step in self.wanted if step > begun)]))
        done = (self.trainer.step or self.trainer.n_steps) - first
        self.total, self.seen = self.total + total, self.seen + done * self.trainer.batch_size
        if self._done() in self.wanted:
            self._copy(self._done())
        return total

    def finish(self, loss: float) -> None:
        """Copy the end of the run, too; `loss` is that of the last epoch, for a resumed run."""
        if not self.seen:
            self.total, self.seen = loss, 1
        self._copy(self._done())

    def _done(self) -> int:
        return self.trainer.epoch * self.trainer.n_steps + self.trainer.step

    def _copy(self, step: int) -> None:
        if step in self.steps:  # a resumed run comes past it again
            return
        self.steps.append(step)
        self.loss.append(self.total / max(self.seen, 1))
        self.values.append(self.network.all_params[0].numpy()[self.rows])
        self.total, self.seen = 0.0, 0
        steps, loss = np.array(self.steps, np.int32), np.array(self.loss, np.float32)
        write_archive(self.path, {"steps": steps, "loss": loss, "values": np.array(self.values)})


def aligned(copies: Copies) -> np.ndarray:
    """Return a map of each copy, (t, k, 2), in which words move little from one to the next.

    The last map is an ordinary t-SNE. Each earlier one begins with the map after it, at its full
    size and without the early exaggeration that would tear it apart. Where words aren't similar
    yet, t-SNE spreads them out again: the first map, of random vectors, has no groups left.
    """
    perplexity = min(15, len(copies.rows) // 4)
    maps = [tl.visualize.tsne(copies.values[-1], perplexity=perplexity)]
    for values in copies.values[-2::-1]:
        unit = values / np.linalg.norm(values, axis=1, keepdims=True)
        layout = TSNE(
            perplexity=perplexity, init=maps[-1], early_exaggeration=1, max_iter=500,
            learning_rate=50, random_state=0,
        ).fit_transform(unit)  # fmt: skip
        layout -= layout.mean(axis=0)
        # The rotation or reflection that brings it nearest to the map after it: Procrustes.
        left, _, right = np.linalg.svd(layout.T @ maps[-1])
        maps.append(layout @ (left @ right))
    spread = [np.sqrt(((m - m.mean(axis=0)) ** 2).sum(axis=1).mean()) for m in maps]
    return np.array([m / size for m, size in zip(maps, spread, strict=True)][::-1])


def save_frames(path: Path, words: list[str], groups: dict, copies: Copies) -> None:
    """Write the maps of the copies for the slider over the training steps."""
    positions, _ = quantise(aligned(copies), largest=32000)
    group_of = np.full(len(words), 255, np.uint8)
    for number, group in enumerate(groups.values()):
        group_of[np.isin(words, group)] = number
    arrays = {"words": words, "positions": positions, **read_archive(copies.path)}
    del arrays["values"]
    save(path, arrays | {"groups": group_of, "group_names": list(groups)})
