"""A hundred passes over Nietzsche: the best network, the last one, and how much each copies."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

import tlbook
import tlcore as tl
from tlbook.record import language_model
from tlbook.record.common import Folders, finished

N_TEXTS, N_WORDS = 30, 100  # what is written to measure a network


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``nietzsche`` with the settings `s`."""
    words = tl.nlp.ptb_words(getattr(tl.files, f"load_{s['corpus']}")())
    cuts = [len(words) * 90 // 100, len(words) * 95 // 100]
    parts = [words[: cuts[0]], words[cuts[0] : cuts[1]], words[cuts[1] :]]
    word_to_id = tl.nlp.build_vocab(tl.nlp.keep_frequent(parts[0], s["vocabulary_size"])[0])
    train, valid, test = (
        np.array(tl.nlp.words_to_word_ids(part, word_to_id, "<unk>"), np.int32) for part in parts
    )
    network = network_of(s, word_to_id)
    best_file = to.checkpoint(f"{name}-best")

    def keep_the_best(history):
        if history["val_perplexity"][-1] == min(history["val_perplexity"]):
            tl.files.save_npz(network.all_params, name=best_file)

    trainer = language_model.trainer_of(network, train, s)
    history = tl.train.train_language_model(
        trainer, s["n_epoch"], valid, to.checkpoint(name), on_epoch=keep_the_best
    )
    finished(len(history["epoch"]), s["n_epoch"])
    best_epoch = 1 + int(np.argmin(history["val_perplexity"]))
    result = {"best_epoch": best_epoch, "seconds": sum(history["seconds"])}
    result |= {f"last_{k}": v for k, v in measured(network, word_to_id, train, test, s).items()}
    tl.files.load_and_assign_npz(best_file, network)
    result |= {f"best_{k}": v for k, v in measured(network, word_to_id, train, test, s).items()}
    own = test[: len(test) // N_WORDS * N_WORDS].reshape(-1, N_WORDS)[:N_TEXTS]
    result["own_copied"] = copied(own, train, word_to_id["<unk>"])
    to.save(name, history, s, result)
    language_model.store(to.weights(name), network, list(word_to_id))


def network_of(s: dict, word_to_id: dict[str, int]) -> tl.layers.Layer:
    """Return the chapter's network, whose table begins with the stored vectors of its words."""
    vectors, words = tl.files.load_embedding(tlbook.weights(s["start"].removesuffix(".npz")))
    sizes = {"embedding_size": vectors.shape[1]}
    network = language_model.network_of(s | sizes, len(word_to_id))
    table = network.all_params[0].numpy()
    for word, vector in zip(words, vectors, strict=True):
        if word in word_to_id:
            table[word_to_id[word]] = vector
    network.all_params[0].assign(table)
    return network


def measured(network, word_to_id: dict[str, int], train, test, s: dict) -> dict:
    """Return the perplexity on the test text, the copied share of what is written, and a text."""
    eos, unk = word_to_id["<eos>"], word_to_id["<unk>"]
    starts = np.flatnonzero(test[:-3] == eos)[:N_TEXTS]
    begins = np.stack([test[i : i + 3] for i in starts])  # <eos> and two words
    rngs = [np.random.default_rng(s["seed"]) for _ in range(2)]
    drawn = write(network, begins, N_WORDS, unk, lambda p: tl.nlp.sample(p, 1.0, rngs[0]))
    shown = write(network, begins[:1], 60, unk, lambda p: tl.nlp.sample_top(p, 50, rngs[1]))
    text = tl.nlp.word_ids_to_words(shown[0], tl.nlp.build_reverse_dictionary(word_to_id))
    return {
        "test_perplexity": tl.train.perplexity(network, test),
        "copied": copied(drawn, train, unk),
        "text": " ".join(text).replace("<eos>", "/"),
    }


def write(network, ids: np.ndarray, n: int, unk: int, choose) -> np.ndarray:
    """Go on with each row of ids by n words: (rows, words) to (rows, n)."""
    model, written = tl.layers.RecurrentModel(network), []
    logits, state = model(ids)
    for _ in range(n):
        p = tf.nn.softmax(tf.reshape(logits, [len(ids), -1, logits.shape[-1]])[:, -1]).numpy()
        p[:, unk] = 0
        ids = np.array([[choose(row)] for row in p], np.int32)  # (rows, 1)
        written.append(ids)
        logits, state = model(ids, state)
    return np.hstack(written)


def copied(texts: np.ndarray, train: np.ndarray, unk: int) -> float:
    """Return the share of the runs of four words in `texts` that stand in the training text."""

    def runs(rows):
        four = np.lib.stride_tricks.sliding_window_view(rows, 4, axis=-1).reshape(-1, 4)
        return [run.tobytes() for run in four[(four != unk).all(axis=1)].astype(np.int32)]

    known = set(runs(train))
    return float(np.mean([run in known for run in runs(texts)]))
