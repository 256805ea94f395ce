"""``python -m benchmarks.word2vec_published [wikipedia | text8]``: the published word vectors.

The same calls as the chapter's at its published sizes, and on the way a copy of some words' vectors
at chosen steps. It writes the record of the run; for the corpus whose vectors the book shows
(``--show``) also the vectors, their map and the maps over the steps. A run that is stopped carries
on from its checkpoint in ``data/checkpoints``.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import keras
import numpy as np
from sklearn.manifold import TSNE

import tlbook
import tlcore as tl
from tldata.atomic import write_bytes

SETTINGS = {
    "vocabulary_size": 10_000,
    "embedding_size": 128,
    "skip_window": 5,
    "num_skips": 10,
    "threshold": 1e-3,
    "num_sampled": 64,
    "learning_rate": 4.0,
    "batch_size": 512,
    "seed": 0,
}
EPOCHS = {"wikipedia": 10, "text8": 5}  # about as many pairs in all
LOADERS = {
    "wikipedia": tl.files.load_wikipedia_words,
    "text8": tl.files.load_matt_mahoney_text8_dataset,
}
STEPS = (0, 50, 100, 150, 200, 300, 400, 550, 700, 900, 1200, 1600, 2100, 2800, 3700, 5000, 7000,
         10_000, 14_000, 20_000, 28_000, 40_000, 56_000)  # fmt: skip
GROUPS = {
    "numbers": "two three four five six seven eight nine ten hundred thousand million",
    "months": "january february march april june july august september october november december",
    "languages": "english french german latin greek spanish italian russian arabic hebrew chinese "
    "dutch portuguese",
    "countries": "france germany england italy spain russia china india japan canada australia "
    "greece egypt israel austria britain",
    "family": "father mother son daughter brother sister wife husband king queen prince emperor",
    "compass": "north south east west northern southern eastern western",
    "science": "physics chemistry biology mathematics psychology philosophy astronomy economics "
    "sociology anthropology engineering science",
    "body and food": "blood brain heart skin bone food water milk meat fish rice sugar",
}
WATCHED = ("april", "two", "english", "city", "music", "water", "king", "physics", "germany", "red")
N_FRAME_WORDS, N_MAP = 300, 5000


def train(corpus: str, checkpoints: Path) -> dict:
    """Train to the last epoch. Returns the network, the record and the copies."""
    s = SETTINGS | {"n_epoch": EPOCHS[corpus]}
    words = LOADERS[corpus]()
    data, count, dictionary, names = tl.nlp.build_words_dataset(
        words, s["vocabulary_size"], printable=False
    )
    text = tl.nlp.subsample(data, s["threshold"], s["seed"])
    pairs = list(tl.nlp.skip_gram_pairs(text, s["num_skips"], s["skip_window"], s["seed"]))
    counts = np.array([n for _, n in count])
    keras.utils.set_random_seed(s["seed"])
    network = tl.layers.Word2vecEmbeddingInputlayer(
        vocabulary_size=len(dictionary),
        embedding_size=s["embedding_size"],
        num_sampled=s["num_sampled"],
        E_init=keras.initializers.RandomUniform(-0.05, 0.05),
        nce_b_init=np.log(np.maximum(counts, 1) / len(data)),
        name="word2vec",
    )
    optimizer = tl.train.Adagrad(s["learning_rate"])
    trainer = tl.train.Trainer(
        network.nce_cost, network.all_params, optimizer, pairs, s["batch_size"], seed=s["seed"]
    )
    chosen = frame_words(dictionary)
    copies = Copies(
        trainer, network, [dictionary[word] for word in chosen],
        checkpoints / f"word2vec_{corpus}_copies.npz", [array[:4096] for array in pairs],
    )  # fmt: skip

    def slow_down(history: dict) -> None:
        optimizer.learning_rate = s["learning_rate"] * (1 - len(history["epoch"]) / s["n_epoch"])

    history = tl.train.train_epochs(
        trainer, s["n_epoch"], print_freq=1, checkpoint=checkpoints / f"word2vec_{corpus}.npz",
        on_epoch=slow_down, progress=False,
    )  # fmt: skip
    vectors = network.all_params[0].numpy()
    questions = tl.nlp.read_analogies_file(tl.files.load_questions_words(), dictionary)
    result = {
        "loss": history["loss"][-1],
        "seconds": sum(history["seconds"]),
        "pairs": len(pairs[0]) * s["n_epoch"],
        "analogies": tl.nlp.analogy_accuracy(vectors, questions),
        "skipped_questions": questions.skipped,
        "neighbours": {
            word: [near for near, _ in tl.nlp.nearest_words(vectors, word, dictionary, names, 8)]
            for word in WATCHED
            if word in dictionary
        },
    }
    settings = {
        "corpus": corpus, "n_words": len(words), "n_pairs": len(pairs[0]), "optimizer": "Adagrad",
        "schedule": "linear, to 0", "E_init": "uniform, -0.05 to 0.05", "nce_W_init": "0.03",
        "nce_b_init": "log of the share of the word",
    }  # fmt: skip
    settings |= s | {"vocabulary_size": len(dictionary)}
    tlbook.runs.save_run(
        f"word2vec_{corpus}", "data/runs", history, settings | {"dtype": "float32"}, result
    )
    return {
        "vectors": vectors, "names": names, "counts": counts, "copies": copies, "words": chosen,
        "loss": history["loss"][-1],
    }  # fmt: skip


def frame_words(dictionary: dict[str, int]) -> list[str]:
    """Return the words of the groups and the most frequent others, in the order of frequency."""
    grouped = [word for group in GROUPS.values() for word in group.split() if word in dictionary]
    others = [w for w in dictionary if w not in grouped and len(w) > 3]
    return sorted(grouped + others[: N_FRAME_WORDS - len(grouped)], key=dictionary.get)


class Copies:
    """Copy some rows of the table after chosen steps, and the mean loss since the last copy.

    It stands in the way of ``trainer.run``, so that calls end at the chosen steps.
    """

    def __init__(self, trainer, network, rows: list[int], path: Path, some_pairs: list):
        self.trainer, self.network, self.rows, self.path = trainer, network, rows, path
        self.run, trainer.run = trainer.run, self
        self.steps, self.values, self.loss = [], [], []
        self.total, self.seen = 0.0, 0
        if self.path.exists():
            with np.load(self.path) as file:
                self.steps, self.loss = file["steps"].tolist(), file["loss"].tolist()
                self.values = list(file["values"])
        else:
            self.total, self.seen = float(network.nce_cost(*some_pairs)), 1
            self._copy(0)

    def __call__(self, n_steps: int) -> float:
        begun = self.trainer.epoch * self.trainer.n_steps + self.trainer.step
        ahead = [step - begun for step in STEPS if step > begun]
        first = self.trainer.step
        total = self.run(min([n_steps, *ahead]))
        done = (self.trainer.step or self.trainer.n_steps) - first
        self.total, self.seen = self.total + total, self.seen + done * self.trainer.batch_size
        if begun + done in STEPS and begun + done not in self.steps:
            self._copy(begun + done)
        return total

    def _copy(self, step: int) -> None:
        self.steps.append(step)
        self.loss.append(self.total / max(self.seen, 1))
        self.values.append(self.network.all_params[0].numpy()[self.rows])
        self.total, self.seen = 0.0, 0
        save(self.path, steps=self.steps, loss=self.loss, values=self.values)

    def finish(self, loss: float) -> None:
        """Copy the end of the run, too; `loss` is that of the last epoch, for a resumed run."""
        end = self.trainer.epoch * self.trainer.n_steps
        if end not in self.steps:
            if not self.seen:
                self.total, self.seen = loss, 1
            self._copy(end)


def aligned(copies: Copies) -> np.ndarray:
    """Return a map of each copy, (t, k, 2), in which words move little from one to the next.

    The last map is an ordinary t-SNE. Each earlier one begins with the map after it, at its full
    size and without the early exaggeration that would tear it apart. Where words aren't similar
    yet, t-SNE spreads them out again: the first map, of random vectors, has no groups left.
    """
    maps = [tl.visualize.tsne(copies.values[-1], perplexity=15)]
    for values in copies.values[-2::-1]:
        unit = values / np.linalg.norm(values, axis=1, keepdims=True)
        layout = TSNE(
            perplexity=15, init=maps[-1], early_exaggeration=1, max_iter=500, learning_rate=50,
            random_state=0,
        ).fit_transform(unit)  # fmt: skip
        layout -= layout.mean(axis=0)
        # The rotation or reflection that brings it nearest to the map after it: Procrustes.
        left, _, right = np.linalg.svd(layout.T @ maps[-1])
        maps.append(layout @ (left @ right))
    spread = [np.sqrt(((m - m.mean(axis=0)) ** 2).sum(axis=1).mean()) for m in maps]
    return np.array([m / size for m, size in zip(maps, spread, strict=True)][::-1])


def show(made: dict) -> None:
    """Write what the book's live figures show: vectors, map, and maps over the steps."""
    names, copies = made["names"], made["copies"]
    copies.finish(made["loss"])
    save_frames(made["words"], copies)
    n = min(N_MAP, len(names) - 1)
    vectors = made["vectors"][1 : n + 1]  # without UNK
    shown = [names[i] for i in range(1, n + 1)]
    tl.files.save_embedding("data/weights/word2vec.npz", vectors, shown, dtype="float16")
    layout = tl.visualize.tsne(vectors, perplexity=30)
    tlbook.figures.save_word_map("data/weights/word2vec_map.npz", layout, made["counts"][1 : n + 1])


def save_frames(words: list[str], copies: Copies) -> None:
    """Write the maps of the copies for the slider over the training steps."""
    positions = aligned(copies)
    groups = np.full(len(words), 255, np.uint8)
    for number, group in enumerate(GROUPS.values()):
        groups[np.isin(words, group.split())] = number
    save(
        Path("data/runs/word2vec_frames.npz"),
        words=as_bytes(words),
        positions=np.round(positions * (32000 / np.abs(positions).max())).astype(np.int16),
        steps=np.array(copies.steps, np.int32),
        loss=np.array(copies.loss, np.float32),
        groups=groups,
        group_names=as_bytes(GROUPS),
    )


def as_bytes(words) -> np.ndarray:
    """Return words as the bytes of one UTF-8 text, a word a line."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def save(path: Path, **arrays) -> None:
    """Write a compressed .npz, whole or not at all."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{name: np.asarray(array) for name, array in arrays.items()})
    write_bytes(path, buffer.getvalue())


def main() -> None:
    """Train on one corpus."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpus", choices=LOADERS, help="what to train on")
    parser.add_argument("--show", action="store_true", help="write vectors and maps for the book")
    options = parser.parse_args()
    checkpoints = Path("data/checkpoints")
    checkpoints.mkdir(parents=True, exist_ok=True)
    made = train(options.corpus, checkpoints)
    if options.show:
        show(made)


if __name__ == "__main__":
    main()
