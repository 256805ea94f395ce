"""Attention against NumPy, one pair of steps at a time."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import softmax

from tlcore.layers import AttentionLayer, InputLayer, RNNLayer
from tlcore.layers.attention import masked_softmax

RNG = np.random.default_rng(0)
MASK = np.array([[False, False, True, True], [True, True, True, True]])


def network(kind, n=6, n_memory=5, masked=True, **options):
    decoder, encoder = InputLayer((3, n), name="decoder"), InputLayer((4, n_memory), name="encoder")
    mask = InputLayer((4,), dtype="bool", name="mask") if masked else None
    layer = AttentionLayer(decoder, encoder, mask and mask.outputs, kind, **options)
    inputs = [decoder.outputs, encoder.outputs, *([mask.outputs] if masked else [])]
    return layer, keras.Model(inputs, [layer.outputs, layer.weights])


def by_hand(kind, params, h, memory, mask):
    *params, W_c = (np.asarray(p) for p in params)
    outputs, weights = np.zeros((*h.shape[:2], W_c.shape[1])), np.zeros((2, 3, 4))
    for b in range(2):
        for t in range(3):
            if kind == "dot":
                scores = [h[b, t] @ m for m in memory[b]]
            elif kind == "general":
                scores = [h[b, t] @ (m @ params[0]) for m in memory[b]]
            else:
                W_q, W_m, v = params
                scores = [np.tanh(h[b, t] @ W_q + m @ W_m) @ v[:, 0] for m in memory[b]]
            seen = np.flatnonzero(mask[b])
            weights[b, t, seen] = softmax(np.array(scores)[seen])
            context = sum(weights[b, t, s] * memory[b, s] for s in seen)
            outputs[b, t] = np.tanh(np.concatenate([context, h[b, t]]) @ W_c)
    return outputs, weights


@pytest.mark.parametrize(("kind", "n_memory"), [("dot", 6), ("general", 5), ("additive", 5)])
def test_scores_weights_and_vectors_are_those_of_the_papers(kind, n_memory):
    layer, model = network(kind, n_memory=n_memory, n_hidden=7)
    h, memory = (RNG.normal(size=s).astype("float32") for s in [(2, 3, 6), (2, 4, n_memory)])
    mine = model([h, memory, MASK])
    for a, b in zip(mine, by_hand(kind, layer.all_params, h, memory, MASK), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)
    assert not mine[1].numpy()[0, :, :2].any()  # exactly nothing for what is masked
    whole, model = network(kind, n_memory=n_memory, n_hidden=7, masked=False)
    for one, other in zip(whole.all_params, layer.all_params, strict=True):
        one.assign(other)
    theirs = by_hand(kind, layer.all_params, h, memory, np.ones((2, 4), bool))
    np.testing.assert_allclose(model([h, memory])[0], theirs[0], atol=1e-5)


def test_additive_weights_are_those_of_keras():
    layer, model = network("additive", n=6, n_memory=6)
    params = [np.eye(6), np.eye(6), RNG.normal(size=(6, 1))]
    for param, value in zip(layer.all_params, params, strict=False):
        param.assign(value)
    theirs = keras.layers.AdditiveAttention()
    h, memory = (RNG.normal(size=s).astype("float32") for s in [(2, 3, 6), (2, 4, 6)])
    theirs.build([h.shape, memory.shape])
    theirs.set_weights([params[2][:, 0]])
    _, weights = theirs([h, memory], mask=[None, tf.constant(MASK)], return_attention_scores=True)
    np.testing.assert_allclose(model([h, memory, MASK])[1], weights, atol=1e-6)


def test_masked_softmax():
    scores = tf.constant([[1.0, 900.0, 2.0], [-5000.0, 0.0, -5001.0], [1.0, 2.0, 3.0]])
    mask = tf.constant([[True, False, True], [True, False, True], [False, False, False]])
    e = 1 / (1 + np.exp(1))
    np.testing.assert_allclose(
        masked_softmax(scores, mask), [[e, 0, 1 - e], [1 - e, 0, e], [0, 0, 0]], atol=1e-6
    )


def test_a_saved_model_is_the_same(tmp_path):
    _, model = network("general")
    model.save(tmp_path / "model.keras")
    inputs = [RNG.normal(size=(2, 3, 6)), RNG.normal(size=(2, 4, 5)), MASK]
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(inputs)[0], model(inputs)[0], atol=1e-6)


def test_any_number_of_steps():
    decoder, encoder = InputLayer((None, 4)), InputLayer((None, 4))
    layer = AttentionLayer(decoder, encoder, kind="dot", n_hidden=3)
    assert layer.outputs.shape == (None, None, 3) and layer.weights.shape == (None, None, None)
    outputs = layer.model([np.ones((2, 5, 4), "float32"), np.ones((2, 9, 4), "float32")])
    assert outputs.shape == (2, 5, 3)
    assert layer.all_layers == [layer.outputs] and len(layer.all_params) == 1


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (lambda x: AttentionLayer(x, x, kind="bahdanau"), ValueError, ["'bahdanau'", "additive"]),
        (lambda x: AttentionLayer(x, InputLayer((3, 5)), kind="dot"), ValueError, ["4 and 5"]),
        (lambda x: AttentionLayer(InputLayer((4,)), x), ValueError, ["(None, 4)", "steps"]),
        (lambda x: AttentionLayer(x, RNNLayer(x, n_hidden=4, return_last=True)), ValueError,
         ["return_last"]),
        (lambda x: AttentionLayer(x, np.ones((2, 3, 4))), TypeError, ["ndarray"]),
        (lambda x: AttentionLayer(x, x, n_hidden=0), ValueError, ["n_hidden is 0"]),
    ],
)  # fmt: skip
def test_bad_input(call, kind, parts):
    with pytest.raises(kind) as error:
        call(InputLayer((3, 4)))
    assert all(part in str(error.value) for part in parts), error.value
