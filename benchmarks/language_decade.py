"""``python -m benchmarks.language_decade [STEP ...]``: what a decade brought, at 200 units.

The tutorial's small language model on the Penn Treebank, its weights averaged, and one idea more in
each step. Each step is a training of its own with the same seed, but for the last, which goes on
from the averages of the one before. Its record goes to ``data/runs/ptb_<step>.json``. A run that is
stopped carries on from its checkpoint in ``data/checkpoints``. All steps together take some hours
of one core.

The run that they begin from, ``ptb_small``, is made by the chapter itself.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import tlbook
import tlcore as tl

UNITS = 200
SMALL = {
    "what": "a constant rate, and a softmax over 512 drawn words in training",
    "n_epoch": 13,
    "learning_rate": 1.0,
    "max_epoch": 99,
    "lr_decay": 0.5,
    "num_steps": 20,
    "num_sampled": 512,
    "keep": 1.0,
    "tied": False,
    "one_mask": False,
    "average_from": 4,
}
#: Each step: what changes from the one before.
CHANGES = {
    "sampled": {},
    "dropout": {"what": "dropout that keeps 65%", "keep": 0.65},
    "tied": {"what": "tied weights", "tied": True},
    "longer": {
        "what": "windows of 35 words, one mask for each; 40 epochs, averaged from the 16th on",
        "one_mask": True,
        "num_steps": 35,
        "n_epoch": 40,
        "average_from": 15,
    },
    "polished": {
        "what": "four epochs more with the whole softmax, at a tenth of the rate",
        "n_epoch": 4,
        "learning_rate": 0.1,
        "max_epoch": 1,
        "num_sampled": None,
        "average_from": None,
    },
}


def settings_of(step: str) -> dict:
    """Return the settings of a step: those of all steps up to it."""
    settings = dict(SMALL)
    for name, change in CHANGES.items():
        settings |= change
        if name == step:
            return settings
    raise ValueError(f"there is no step {step!r}; expected one of {', '.join(CHANGES)}.")


def network(s: dict, n_words: int, units: int = UNITS) -> tl.layers.Layer:
    """Return the network of a step."""
    keras.utils.set_random_seed(0)
    L = tl.layers
    forget = {"forget_bias": 0.0}

    def dropped(net, name, **flat):
        if s["keep"] == 1.0:
            return net
        kind = L.VariationalDropoutLayer if s["one_mask"] else L.DropoutLayer
        return kind(net, s["keep"], name=name, **flat)

    words = L.InputLayer((None,), dtype="int32", name="words")
    table = L.EmbeddingInputlayer(words, n_words, units, E_init=_uniform(), name="embedding")
    net = L.RNNLayer(dropped(table, "drop1"), "lstm", forget, units, _uniform(), name="lstm1")
    net = dropped(net, "drop2")
    # One mask for all steps has to act before the steps become rows.
    late, flat = s["one_mask"], {"return_seq_2d": True}
    net = L.RNNLayer(net, "lstm", forget, units, _uniform(), name="lstm2", **({} if late else flat))
    net = dropped(net, "drop3", **(flat if late else {}))
    if s["tied"]:
        return L.WordLogitsLayer(net, tied_to=table, name="output")
    start = {"W_init": _uniform(), "b_init": _uniform()}
    return L.WordLogitsLayer(net, n_words, name="output", **start)


def _uniform() -> keras.initializers.Initializer:
    return keras.initializers.RandomUniform(-0.1, 0.1)


def trainer_of(net: tl.layers.Layer, data: np.ndarray, s: dict) -> tl.train.LanguageTrainer:
    """Return the trainer of a step."""
    return tl.train.LanguageTrainer(
        net, data, 20, s["num_steps"], s["learning_rate"], s["lr_decay"], s["max_epoch"],
        max_grad_norm=5.0, num_sampled=s["num_sampled"], average_from=s["average_from"],
    )  # fmt: skip


def run(step: str, texts: list[np.ndarray], n_words: int, checkpoints: Path, runs: Path) -> dict:
    """Train a step to its end, record it, and return its perplexities."""
    s = settings_of(step)
    train, valid, test = texts
    net = network(s, n_words)
    if step == "polished":
        before = trainer_of(net, train, settings_of("longer"))
        n_before = settings_of("longer")["n_epoch"]
        tl.train.train_language_model(before, n_before, valid, checkpoints / "ptb_longer.npz")
        with before.averaged():
            means = [np.array(p.numpy()) for p in net.all_params]
        for parameter, mean in zip(net.all_params, means, strict=True):
            parameter.assign(mean)
    trainer = trainer_of(net, train, s)
    history = tl.train.train_language_model(
        trainer, s["n_epoch"], valid, checkpoints / f"ptb_{step}.npz", progress=False
    )
    with trainer.averaged():
        result = {
            "valid_perplexity": tl.train.perplexity(net, valid),
            "test_perplexity": tl.train.perplexity(net, test),
            "seconds": sum(history["seconds"]),
            "n_params": net.count_params(),
            "epochs": len(history["epoch"]) + (n_before if step == "polished" else 0),
        }
        if step == "polished":
            show(net, Path("data/weights/ptb_decade.npz"))
    settings = s | {"corpus": "ptb", "hidden_size": UNITS, "batch_size": 20, "seed": 0}
    tlbook.runs.save_run(f"ptb_{step}", runs, history, settings, result)
    return result


def show(net: tl.layers.Layer, path: Path) -> None:
    """Write the network that the book's live figures show."""
    words = tl.nlp.build_vocab(tl.files.load_ptb_words()[0])
    E, W1, R1, b1, W2, R2, b2, b = [p.numpy() for p in net.all_params]
    layers = [(W1, R1, b1), (W2, R2, b2)]
    tlbook.figures.save_language_model(path, E, layers, (None, b), list(words), dtype="int8")


def main() -> None:
    """Run the steps that are named."""
    parser = argparse.ArgumentParser(prog="language_decade", description=__doc__.splitlines()[0])
    parser.add_argument("step", nargs="*", help=f"{', '.join(CHANGES)} (default: all)")
    parser.add_argument("--checkpoints", type=Path, default=Path("data/checkpoints"))
    options = parser.parse_args()
    for step in options.step:
        if step not in CHANGES:
            parser.error(f"no step {step}; expected some of {', '.join(CHANGES)}")
    for kind in ("intra", "inter"):
        getattr(tf.config.threading, f"set_{kind}_op_parallelism_threads")(1)
    *texts, n_words = tl.files.load_ptb_dataset()
    for step in options.step or CHANGES:
        found = run(step, texts, n_words, options.checkpoints, Path("data/runs"))
        print(f"{step}: valid {found['valid_perplexity']:.2f}, test {found['test_perplexity']:.2f}")


if __name__ == "__main__":
    main()
