"""The translator's network against a loop by hand."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import softmax

from tlcore.layers import EmbeddingAttentionSeq2seq

RNG = np.random.default_rng(0)
# The seeds' way: the source reversed with the padding in front, _GO, and _EOS.
SOURCE = np.array([[0, 0, 7, 9, 4], [8, 4, 6, 5, 5], [0, 0, 0, 0, 11]])
TARGET = np.array([[1, 5, 6, 2, 0, 0], [1, 9, 8, 7, 6, 2], [1, 4, 2, 0, 0, 0]])


def network(**options):
    made = EmbeddingAttentionSeq2seq(12, 13, **({"size": 6, "num_layers": 2} | options))
    for param in made.all_params:
        param.assign(np.asarray(param) + RNG.normal(size=param.shape) * 0.2)
    return made


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru(x, h, W, R, b):
    (xz, xr, xg), (hz, hr, hg) = (np.split(a, 3) for a in (x @ W + b[0], h @ R + b[1]))
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    return z * h + (1 - z) * np.tanh(xg + r * hg)


def by_hand(params, sentence, words):
    """One sentence, its own words only, one step at a time."""
    E, e1, e2 = params[0], params[1:4], params[4:7]
    D, d1, d2 = params[7], params[8:11], params[11:14]
    W_a, W_c, table, b = params[14:]
    h1 = h2 = np.zeros(6)
    memory = []
    for word in sentence:
        h1 = gru(E[word], h1, *e1)
        h2 = gru(h1, h2, *e2)
        memory.append(h2)
    logits, weights = [], []
    for word in words:
        h1 = gru(D[word], h1, *d1)
        h2 = gru(h1, h2, *d2)
        weights.append(softmax([h2 @ (m @ W_a) for m in memory]))
        vector = np.tanh(np.concatenate([weights[-1] @ memory, h2]) @ W_c)
        logits.append(table @ vector + b)
    return np.array(logits), np.array(weights)


def test_logits_and_attention_are_those_of_the_loop_by_hand():
    made = network()
    params = [np.asarray(param) for param in made.all_params]
    paths = [param.path for param in made.all_params]
    assert "source_vectors" in paths[0] and "target_vectors" in paths[7]
    model = keras.Model(made.inputs, [made.outputs, made.weights])
    logits, weights = model([SOURCE, TARGET])
    logits = logits.numpy().reshape(3, 6, 13)
    for i, (sentence, words) in enumerate(zip(SOURCE, TARGET, strict=True)):
        alone = sentence[sentence > 0]
        expected = by_hand(params, alone, words)
        np.testing.assert_allclose(logits[i], expected[0], atol=1e-5)
        np.testing.assert_allclose(weights[i, :, -len(alone) :], expected[1], atol=1e-5)
        assert not weights[i, :, : -len(alone)].numpy().any()


@pytest.mark.parametrize(
    "options",
    [{}, {"bidirectional": True, "use_lstm": True}, {"attention": "additive", "tied": True}],
    ids=str,
)
def test_padding_changes_no_logit(options):
    made = network(**options)
    whole = made.model([SOURCE, TARGET]).numpy().reshape(3, 6, 13)
    wider = [np.pad(SOURCE, [(0, 0), (4, 0)]), np.pad(TARGET, [(0, 0), (0, 3)])]
    padded = made.model(wider).numpy().reshape(3, 9, 13)
    np.testing.assert_allclose(padded[:, :6], whole, atol=1e-5)
    for i in range(3):
        alone = made.model([SOURCE[i : i + 1, SOURCE[i] > 0], TARGET[i : i + 1]])
        np.testing.assert_allclose(alone, whole[i], atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"bidirectional": True, "use_lstm": True}], ids=str)
def test_advance_takes_the_steps_of_the_whole(options):
    made = network(**options)
    logits, weights = keras.Model(made.inputs, [made.outputs, made.weights])([SOURCE, TARGET])
    source = made.encode(tf.constant(SOURCE))
    states = [[tf.repeat(part, 2, axis=0) for part in layer] for layer in source.states]
    for t in range(6):  # two beginnings of each, the same ones
        ids = tf.repeat(tf.constant(TARGET[:, t : t + 1]), 2, axis=1)
        step, states, looked = made.advance(ids, states, source)
        for k in range(2):
            expected = logits.numpy().reshape(3, 6, 13)[:, t]
            np.testing.assert_allclose(step[:, k], expected, atol=1e-5)
            np.testing.assert_allclose(looked[:, k], weights[:, t], atol=1e-5)


def test_an_empty_sentence_is_no_error():
    made = network()
    assert np.isfinite(made.model([np.zeros((1, 4), int), TARGET[:1]])).all()


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"size": 0}, ["size is 0"]),
        ({"keep": 0}, ["keep is 0"]),
        ({"size": 5, "bidirectional": True}, ["size is 5", "even"]),
        ({"attention": "loud"}, ["'loud'"]),
    ],
)
def test_bad_input(options, parts):
    with pytest.raises(ValueError) as error:
        network(**options)
    assert all(part in str(error.value) for part in parts), error.value
