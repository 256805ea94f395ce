"""Calls of TensorLayer 1.x, and wrong kinds of values, are answered with what to write."""

import re
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
import tensorflow as tf

import tlcore as tl
from tlcore.door import rows
from tlcore.layers import DenseLayer, DropoutLayer, InputLayer, ReconLayer

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book/coming-from-tensorlayer.md"


def cell(text):
    return text.replace("|", "\\|")


def test_the_page_has_the_table_of_the_messages():
    lines = ["| then | now |", "|---|---|"]
    for row in rows():
        now = f"`{cell(row['today'])}`:" if row["today"] else "Nothing:"
        lines.append(f"| `{cell(row['old'])}` | {now} {row['why']} |")
    assert "\n".join(lines) in PAGE.read_text("utf-8")


class Session:
    """What a session of TensorFlow 1 is to this library: a stranger."""


@pytest.fixture
def names(tmp_path, monkeypatch):
    """Everything that the calls of the table mention."""
    monkeypatch.chdir(tmp_path)
    X = np.random.default_rng(0).random((12, 784)).astype("float32")
    labels = np.arange(12) % 10
    x = InputLayer((784,))
    network = DropoutLayer(x, keep=0.8, name="denoising1")
    network = DenseLayer(network, 10, name="relu1")
    lstm1 = tl.layers.RNNLayer(InputLayer((5, 4)), "lstm", n_hidden=4)
    wrapper = tl.layers.EmbeddingAttentionSeq2seqWrapper(20, 20, [(3, 4)], 8, 1, batch_size=2)
    batch = wrapper.get_batch([[([5, 6], [7, 2])]], 0)
    words = [f"word{i}" for i in range(20)]
    vectors = np.random.default_rng(0).normal(size=(20, 8))
    tl.files.save_npz(network.all_params, "model.npz")
    tl.files.save_embedding("vectors.npz", vectors, words)
    yield {
        "tl": tl, "tf": tf, "keras": keras, "np": np, "plt": plt, "sess": Session(), "x": Session(),
        "y_": labels, "y": np.zeros((12, 10), "float32"), "X_train": X, "y_train": labels,
        "X_test": X, "y_test": labels, "X_val": X, "network": network, "lstm1": lstm1,
        "recon": ReconLayer(DenseLayer(InputLayer((784,)), 4, act=tf.nn.softplus)),
        "ids": InputLayer((5,), dtype="int32"), "sequence": InputLayer((5, 4)),
        "params": [p.numpy() for p in network.all_params], "vectors": vectors, "words": words,
        "W": np.eye(784)[:, :4], "CNN": np.ones((3, 3, 1, 2)), "image": np.eye(4),
        "wrapper": wrapper, "encoder_inputs": batch[0], "decoder_inputs": batch[1],
        "target_weights": batch[2], "save_dict": {}, "train_op": None, "cost": None, "acc": None,
        "y_op": None,
    }  # fmt: skip
    plt.close("all")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["old"])
def test_an_old_call_says_what_to_write_and_that_works(row, names, capsys):
    if "names" in row:
        with pytest.raises((TypeError, AttributeError)) as error:
            eval(row["old"].removeprefix("act="), names)
        assert row["today"] in str(error.value) and row["why"] in str(error.value)
        assert row["today"] or "nothing takes its place" in str(error.value)
    if row["today"]:
        eval(row["today"], names)


def test_an_import_of_an_old_name_says_it_too():
    with pytest.raises(ImportError, match=r"network.set_keep\(\{'denoising1': 0.5\}\)"):
        from tlcore.layers import set_keep  # noqa: F401
    with pytest.raises(ImportError, match="no attribute 'nothing_like_it'"):
        from tlcore.cost import nothing_like_it  # noqa: F401
    assert not hasattr(tl.layers, "set_keep") and not hasattr(tl, "ops")


def test_an_error_of_the_users_own_function_stays():
    with pytest.raises(ZeroDivisionError):
        tl.rein.numeric_gradient(lambda x: 1 / 0, np.ones(2))


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: tl.nlp.build_vocab(None), TypeError, "words is None; expected a list."),
        (lambda: tl.nlp.build_vocab("the cat"), TypeError, "Write words.split()"),
        (lambda: tl.nlp.basic_tokenizer(b"I go"), TypeError, "sentence.decode('utf-8')"),
        (lambda: tl.nlp.sample(None), TypeError, "a is None; expected a list or an array."),
        (lambda: tl.prepro.pad_sequences([["a"]]), ValueError, "sequences is a list"),
        (lambda: tl.prepro.pad_sequences({1: 2}), TypeError, "sequences is a dict, {1: 2}"),
        (lambda: tl.iterate.minibatches([1], [1]), TypeError, "missing a required argument"),
        (lambda: tl.files.load_npz(name=5), TypeError, "name is 5; expected text or a path."),
        (lambda: tl.utils.fit(None, [[1.0]], [0]), TypeError, "network is a NoneType; expected"),
        (lambda: tl.nlp.nothing_like_it, AttributeError, "no attribute 'nothing_like_it'."),
    ],
)
def test_what_does_not_fit_is_named(call, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        call()


def test_the_likeliest_is_taken_without_a_temperature():
    assert tl.nlp.sample([0.1, 0.9], None) == 1
