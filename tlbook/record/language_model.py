"""The language model as in the tutorial, what a decade brought, and what its settings do."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from time import process_time

import keras
import numpy as np
import tensorflow as tf

import tlbook
import tlcore as tl
from tlbook.record.common import Folders, finished

LOADERS = {"ptb": "load_ptb_words", "wikipedia": "load_wikipedia_ptb_words"}
SHOWN = "ptb_polished"  # the run whose network the live figures show


def record(name: str, s: dict, to: Folders) -> None:
    """Record one of the runs with the settings `s`: a training or a sweep."""
    parts = getattr(tl.files, LOADERS[s["corpus"]])()
    word_to_id = tl.nlp.build_vocab(parts[0])
    texts = [
        np.array(tl.nlp.words_to_word_ids(part, word_to_id, "<unk>"), np.int32) for part in parts
    ]
    kind = sweep if name == "language_sweep" else published
    kind(name, s, to, texts, list(word_to_id))


def network_of(s: dict, n_words: int) -> tl.layers.Layer:
    """Return a network of LSTM layers, with dropout on the way up if it keeps less than all.

    All weights begin at random but for the last biases, which are zero without an ``init_scale``.
    """
    keras.utils.set_random_seed(s["seed"])
    n, scale, one_mask = s["hidden_size"], s.get("init_scale", 0.1), s.get("one_mask", False)

    def start():
        return keras.initializers.RandomUniform(-scale, scale)

    def dropped(network, name, **flat):
        if s["keep"] == 1.0:
            return network
        kind = tl.layers.VariationalDropoutLayer if one_mask else tl.layers.DropoutLayer
        return kind(network, s["keep"], name=name, **flat)

    words = tl.layers.InputLayer((None,), dtype="int32", name="words")
    table = network = tl.layers.EmbeddingInputlayer(
        words, n_words, s.get("embedding_size", n), E_init=start(), name="embedding"
    )
    n_layer = s.get("n_layer", 2)
    for i in range(1, n_layer + 1):
        # One mask for all steps has to act before the steps become rows.
        rows = i == n_layer and not one_mask
        network = tl.layers.RNNLayer(
            dropped(network, f"drop{i}"), "lstm", {"forget_bias": 0.0}, n, start(),
            return_seq_2d=rows, name=f"lstm{i}",
        )  # fmt: skip
    late = {"return_seq_2d": True} if one_mask else {}
    network = dropped(network, f"drop{n_layer + 1}", **late)
    if s.get("tied"):
        return tl.layers.WordLogitsLayer(network, tied_to=table, name="output")
    top = tl.layers.WordLogitsLayer if s["num_sampled"] else tl.layers.DenseLayer
    begin = {"W_init": start()}
    if "init_scale" in s:
        begin["b_init"] = start()
    return top(network, n_words, **begin, name="output")


def trainer_of(network, text: np.ndarray, s: dict, optimizer=None) -> tl.train.LanguageTrainer:
    """Return the trainer of a run."""
    return tl.train.LanguageTrainer(
        network, text, s["batch_size"], s["num_steps"], s["learning_rate"], s["lr_decay"],
        s["max_epoch"], s["max_grad_norm"], optimizer, s["num_sampled"], s.get("average_from"),
        s["seed"],
    )  # fmt: skip


def store(path: Path, network: tl.layers.Layer, words: list[str]) -> None:
    """Write a network for the live figures; two arrays behind the LSTM layers aren't tied."""
    E, *lstms, bias = (param.numpy() for param in network.all_params)
    table = lstms.pop().T if len(lstms) % 3 else None
    layers = list(zip(lstms[::3], lstms[1::3], lstms[2::3], strict=True))
    tlbook.figures.save_language_model(path, E, layers, (table, bias), words, dtype="int8")


def published(name: str, s: dict, to: Folders, texts: list, words: list) -> None:
    """Train a network to its end, or go on from the averages of another run (``after``)."""
    train, valid, test = texts
    network, epochs = network_of(s, len(words)), 0
    if "after" in s:
        before = to.parameters("language_model")[s["after"]]
        trainer, epochs = trainer_of(network, train, before), before["n_epoch"]
        past = tl.train.train_language_model(trainer, epochs, valid, to.checkpoint(s["after"]))
        finished(len(past["epoch"]), epochs)
        with trainer.averaged():
            means = [param.numpy() for param in network.all_params]
        for param, mean in zip(network.all_params, means, strict=True):
            param.assign(mean)
    trainer = trainer_of(network, train, s)
    history = tl.train.train_language_model(trainer, s["n_epoch"], valid, to.checkpoint(name))
    finished(len(history["epoch"]), s["n_epoch"])
    result = {
        "last_valid_perplexity": tl.train.perplexity(network, valid),
        "last_test_perplexity": tl.train.perplexity(network, test, 1, 1),
        "seconds": sum(history["seconds"]),
        "n_params": network.count_params(),
        "epochs": epochs + s["n_epoch"],
    }
    with trainer.averaged():
        result["valid_perplexity"] = tl.train.perplexity(network, valid)
        result["test_perplexity"] = tl.train.perplexity(network, test)
        if name == SHOWN:
            store(to.weights("ptb_decade"), network, words)
    to.save(name, history, s, result)


class Measured(keras.optimizers.SGD):
    """Gradient descent that clips by itself, and notes how long the gradient of each step was."""

    def __init__(self, max_grad_norm: float, n_steps: int):
        super().__init__()
        self.limit, self.norms = max_grad_norm, tf.Variable(tf.zeros(n_steps))
        self.place = tf.Variable(0)

    def apply(self, gradients, variables):
        """Clip, note, and take a step."""
        gradients, norm = tf.clip_by_global_norm(gradients, self.limit)
        self.norms.scatter_nd_update([[self.place]], [norm])
        self.place.assign((self.place + 1) % self.norms.shape[0])
        return super().apply(gradients, variables)


def sweep(name: str, s: dict, to: Folders, texts: list, words: list) -> None:
    """Train on a part of the text with all rates, limits of the gradient and decays of a grid."""
    grid, runs, begin = s.pop("grid"), [], process_time()
    train, valid = texts[0][: s["n_words"]], texts[1][: s["n_valid_words"]]
    n_steps = -(-(len(train) // s["batch_size"] - 1) // s["num_steps"])
    for values in product(*grid.values()):
        own = dict(zip(grid, values, strict=True))  # learning_rate, max_grad_norm, lr_decay
        steps = Measured(own["max_grad_norm"], n_steps)
        of = {**s, **own, "max_grad_norm": 1e30, "average_from": None}  # what clips is Measured
        network, lengths = network_of(of, len(words)), []
        history = tl.train.train_language_model(
            trainer_of(network, train, of, steps), s["n_epoch"], valid, print_freq=0,
            on_epoch=lambda history, n=steps.norms, lengths=lengths: lengths.append(n.numpy()),
        )  # fmt: skip
        finished(len(history["epoch"]), s["n_epoch"])
        curves = {key: history[key] for key in ("epoch", "learning_rate", "val_perplexity")}
        for key, q in (("grad_norm", 50), ("grad_norm_low", 5), ("grad_norm_high", 95)):
            curves[key] = np.percentile(lengths, q, axis=1)
        curves["clipped"] = np.mean(np.array(lengths) > own["max_grad_norm"], axis=1)
        curves |= {k: [float(f"{x:.6g}") for x in curves[k]] for k in curves if k != "epoch"}
        diverged = not history["val_perplexity"][-1] < len(words)
        runs.append(own | {"diverged": diverged, "history": curves})
    to.save(name, {}, s, {"cpu_seconds": process_time() - begin, "runs": runs})
