"""Word vectors: pairs a second and quality beside gensim, and beside the plain way in Keras.

The same corpus, window, number of wrong words, dimension and passes for all. Pairs are counted as
pairs that were trained on. gensim cuts each window to a random part of it, which halves its pairs;
``shrink_windows=False`` turns that off, so that both train on all pairs of a window.

Ours hands over each centre with its contexts, so that a batch fetches and moves its row once. The
plain way takes pair by pair, gensim sentence by sentence.
"""

from __future__ import annotations

import statistics
import time
from collections import deque

import keras
import numpy as np
import tensorflow as tf

import tlbook
import tlcore as tl
from benchmarks.interleaved import ratios, take_turns

SIZE = 128  # numbers in a vector
SAMPLED = 64  # wrong words
WINDOW = 2
RATE = 1.0 / 128  # Adagrad's rate for one pair; a batch of 128 takes 1.0, the tutorial's
BATCH = 1024  # pairs in a batch, where quality is compared
N_PAIRS = 256_000  # in a round
PASSES = 5
VOCABULARY = {"speed": 50_000, "quality": 10_000}


def network(n_words: int, counts: np.ndarray | None = None) -> tl.layers.Layer:
    """Return the layer of the chapter; `counts` of the words set the first biases."""
    keras.utils.set_random_seed(1)
    return tl.layers.Word2vecEmbeddingInputlayer(
        vocabulary_size=n_words,
        embedding_size=SIZE,
        num_sampled=SAMPLED,
        E_init=keras.initializers.RandomUniform(-0.05, 0.05),
        nce_b_init="zeros" if counts is None else np.log(np.maximum(counts, 1) / counts.sum()),
    )


def trainer(layer: tl.layers.Layer, windows: list[np.ndarray], batch: int) -> tl.train.Trainer:
    """Return a trainer for `layer`, its rate in proportion to the pairs in a batch."""
    optimizer = tl.train.Adagrad(RATE * batch)
    n_centres = batch // windows[1].shape[1]
    return tl.train.Trainer(layer.nce_cost, layer.all_params, optimizer, windows, n_centres)


def windows_of(pairs: list[np.ndarray]) -> list[np.ndarray]:
    """Return centres (n,) and their contexts (n, 2 * WINDOW), of pairs in the text's order."""
    return [pairs[0][:: 2 * WINDOW], pairs[1].reshape(-1, 2 * WINDOW)]


def ours(n_words: int, windows: list[np.ndarray], batch: int, n_pairs: int):
    """Return a function that trains `n_pairs` more pairs."""
    made = trainer(network(n_words), windows, batch)
    return lambda: made.run(n_pairs // batch) and None


def plain(n_words: int, pairs: list[np.ndarray], batch: int, n_pairs: int):
    """Return a function that does so the plain way: one compiled step a call, Keras's Adagrad."""
    layer, optimizer = network(n_words), keras.optimizers.Adagrad(RATE * batch)
    optimizer.build(layer.all_params)

    @tf.function
    def step(centres, labels):
        with tf.GradientTape() as tape:
            cost = layer.nce_cost(centres, labels)
        optimizer.apply(tape.gradient(cost, layer.all_params), layer.all_params)

    def work() -> None:
        for first in range(0, n_pairs // batch * batch, batch):
            step(*(tf.constant(array[first : first + batch]) for array in pairs))

    return work


def in_gensim(words: list[str], sampled: int, passes: int = 1, seed: int = 1):
    """Return a function that trains gensim's skip-gram and returns (model, seconds of training)."""
    from gensim.models import Word2Vec

    texts = [words[i : i + 1000] for i in range(0, len(words), 1000)]

    def work():
        model = Word2Vec(
            sg=1, vector_size=SIZE, window=WINDOW, negative=sampled, sample=0, min_count=1,
            shrink_windows=False, workers=2, seed=seed,
        )  # fmt: skip
        model.build_vocab(texts)
        started = time.perf_counter()
        model.train(texts, total_examples=model.corpus_count, epochs=passes)
        return model, time.perf_counter() - started

    return work


def compare_speed(words: list[str], n_pairs: int, rounds: int) -> dict:
    """Time all ways of training in turns. Returns thousand pairs a second, and ratios."""
    data, _, dictionary, names = tl.nlp.build_words_dataset(
        words, VOCABULARY["speed"], printable=False
    )
    pairs = list(tl.nlp.skip_gram_pairs(data, 2 * WINDOW, WINDOW))
    windows = windows_of(pairs)
    order = np.random.default_rng(0).permutation(len(pairs[0]))
    pairs = [array[order] for array in pairs]
    part = tl.nlp.word_ids_to_words(data[: n_pairs // (2 * WINDOW)], names)
    work = {
        "tlcore, batch 128": (n_pairs, ours(len(dictionary), windows, 128, n_pairs)),
        "tlcore, batch 1024": (n_pairs, ours(len(dictionary), windows, 1024, n_pairs)),
    }
    few = n_pairs // 50
    work["plain Keras, batch 128"] = (few, plain(len(dictionary), pairs, 128, few))
    for sampled in (64, 5):
        model = in_gensim(part, sampled)
        work[f"gensim, {sampled} negatives"] = (n_pairs, lambda model=model: model()[1])
    times = take_turns({name: contender for name, (_, contender) in work.items()}, rounds)
    for turn in times:  # seconds for a million pairs
        for name, clocks in turn.items():
            for clock in clocks:
                clocks[clock] *= 1e6 / work[name][0]
    result = {"rounds": rounds, "vocabulary_size": len(dictionary), "pairs_per_second": {}}
    for name in work:
        result["pairs_per_second"][name] = {
            clock: 1e6 / statistics.median(turn[name][clock] for turn in times)
            for clock in ("wall", "cpu")
        }
    result["ratios"] = {
        f"{name} against {peer}, {clock}": ratios(times, name, peer, clock)
        for name in list(work)[:2]
        for peer in list(work)[2:]
        for clock in ("wall", "cpu")
    }
    return result


def compare_quality(words: list[str], passes: int) -> dict:
    """Train both for as many passes over the same pairs. Returns analogies and neighbours."""
    data, count, dictionary, names = tl.nlp.build_words_dataset(
        words, VOCABULARY["quality"], printable=False
    )
    questions = tl.nlp.read_analogies_file(tl.files.load_questions_words(), dictionary)
    pairs = list(tl.nlp.skip_gram_pairs(data, 2 * WINDOW, WINDOW))
    layer = network(len(dictionary), np.array([n for _, n in count]))
    made = trainer(layer, windows_of(pairs), BATCH)
    started = time.perf_counter()
    for left in range(passes, 0, -1):
        made.optimizer.learning_rate = RATE * BATCH * left / passes  # gensim's rate falls, too
        made.run()
    found = {"tlcore": (layer.all_params[0].numpy(), time.perf_counter() - started)}
    text = tl.nlp.word_ids_to_words(data, names)
    model, seconds = in_gensim(text, SAMPLED, passes)()
    known = [model.wv[word] if word in model.wv else np.zeros(SIZE) for word in dictionary]
    found["gensim, 64 negatives"] = (np.array(known, "float32"), seconds)
    result = {"passes": passes, "pairs": passes * len(pairs[0]), "vocabulary_size": len(dictionary)}
    for name, (vectors, seconds) in found.items():
        total = tl.nlp.analogy_accuracy(vectors, questions)["total"]
        rank, n = wordsim(vectors, dictionary)
        result[name] = {**total, "wordsim": rank, "wordsim_pairs": n, "seconds": seconds}
    return result


def wordsim(vectors: np.ndarray, dictionary: dict[str, int]) -> tuple[float, int]:
    """Rank correlation of cosines with people's judgement of 353 pairs of words (WordSim-353)."""
    from gensim.test.utils import datapath
    from scipy.stats import spearmanr

    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    cosines, judged = [], []
    with open(datapath("wordsim353.tsv"), encoding="utf-8") as file:
        for line in file:
            first, second, score, *_ = (*line.lower().split("\t"), "", "")
            if not line.startswith("#") and first in dictionary and second in dictionary:
                cosines.append(unit[dictionary[first]] @ unit[dictionary[second]])
                judged.append(float(score))
    return float(spearmanr(cosines, judged).statistic), len(judged)


def deque_pairs(data: np.ndarray, n_pairs: int) -> tuple[list[int], list[int]]:
    """The window as a queue, a word at a time, as the original made its pairs (num_skips 2)."""
    centres, contexts, window = [], [], deque(maxlen=3)
    for word in data:
        window.append(word)
        if len(window) == 3:
            for place in np.random.permutation([0, 2]):
                centres.append(window[1])
                contexts.append(window[place])
        if len(centres) >= n_pairs:
            break
    return centres, contexts


def compare_generators(words: list[str], rounds: int) -> dict:
    """Time the making of pairs: a whole corpus at once, a batch of 128, and with a queue."""
    data = tl.nlp.build_words_dataset(words, VOCABULARY["speed"], printable=False)[0]
    short = data[:20_000]
    work = {
        "whole corpus": (2 * len(data), lambda: tl.nlp.skip_gram_pairs(data, 2, 1) and None),
        "batches of 128": (128 * 2000, lambda: _batches(data, 2000)),
        "queue": (2 * len(short), lambda: deque_pairs(short, 2 * len(short)) and None),
    }
    times = take_turns({name: contender for name, (_, contender) in work.items()}, rounds)
    speed = {
        name: n / statistics.median(turn[name]["cpu"] for turn in times)
        for name, (n, _) in work.items()
    }
    names = ("whole corpus", "batches of 128")
    ratio = {f"{name} against queue": speed[name] / speed["queue"] for name in names}
    return {"pairs_per_cpu_second": speed, "ratios": ratio}


def _batches(data: np.ndarray, n: int) -> None:
    index, rng = 0, np.random.default_rng(0)
    for _ in range(n):
        index = tl.nlp.generate_skip_gram_batch(data, 128, 2, 1, index, rng)[2]


def main(options) -> None:
    """Run the comparisons, print them, and record them in benchmarks/word2vec.json."""
    words = tl.files.load_wikipedia_words()
    result = {"generators": compare_generators(words, options.rounds)}
    for name, speed in result["generators"]["pairs_per_cpu_second"].items():
        print(f"  pairs made, {name:16} {speed / 1e6:8.2f} million a CPU second")
    result["speed"] = compare_speed(words, round(N_PAIRS * options.scale), options.rounds)
    for name, speed in result["speed"]["pairs_per_second"].items():
        print(f"  {name:24} {speed['wall'] / 1e3:8.1f} thousand pairs a second")
    for pair, ratio in result["speed"]["ratios"].items():
        print(f"  {pair:60} {ratio['median']:.2f}x  ({ratio['least']:.2f} to {ratio['most']:.2f})")
    result["quality"] = compare_quality(words, max(1, round(PASSES * options.scale)))
    for name in ("tlcore", "gensim, 64 negatives"):
        found = result["quality"][name]
        print(
            f"  {name:24} analogies {found['top1']:.4f}, among the first four {found['top4']:.4f}, "
            f"WordSim {found['wordsim']:.3f}, {found['seconds']:.0f} s"
        )
    vectors = np.random.default_rng(0).normal(size=(5000, SIZE)).astype("float32")
    started = time.perf_counter(), time.process_time()
    tl.visualize.tsne(vectors)
    result["tsne_5000"] = {
        "wall": time.perf_counter() - started[0], "cpu": time.process_time() - started[1],
    }  # fmt: skip
    settings = {
        "corpus": "wikipedia", "embedding_size": SIZE, "skip_window": WINDOW,
        "num_sampled": SAMPLED, "learning_rate a pair": RATE, "optimizer": "Adagrad",
    }  # fmt: skip
    tlbook.runs.save_run("word2vec", "benchmarks/word2vec.json", {}, settings, result)
