"""The translator's network against a loop by hand; its step against TensorFlow's own pieces."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax, softmax

from tlcore.layers import EmbeddingAttentionSeq2seq, EmbeddingAttentionSeq2seqWrapper

RNG = np.random.default_rng(0)
# The seeds' way: the source reversed with the padding in front, _GO, and _EOS.
SOURCE = np.array([[0, 0, 7, 9, 4], [8, 4, 6, 5, 5], [0, 0, 0, 0, 11]])
TARGET = np.array([[1, 5, 6, 2, 0, 0], [1, 9, 8, 7, 6, 2], [1, 4, 2, 0, 0, 0]])
WEIGHTS = np.pad(TARGET[:, 1:] != 0, [(0, 0), (0, 1)]).astype("float32")


def network(kind=EmbeddingAttentionSeq2seq, *args, **options):
    made = kind(12, 13, *args, **({"size": 6, "num_layers": 2} | options))
    for param in made.all_params:
        param.assign(np.asarray(param) + RNG.normal(size=param.shape) * 0.2)
    return made


def wrapper(**options):
    buckets = [(3, 4), (5, 6)]
    return network(EmbeddingAttentionSeq2seqWrapper, buckets, **({"num_samples": 0} | options))


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
    [{}, {"use_lstm": True}, {"bidirectional": True}, {"bidirectional": True, "use_lstm": True},
     {"attention": "additive"}, {"attention": "dot"}, {"tied": True}],
    ids=str,
)  # fmt: skip
def test_padding_changes_no_logit(options):
    made = network(**options)
    whole = made.model([SOURCE, TARGET]).numpy().reshape(3, 6, 13)
    wider = [np.pad(SOURCE, [(0, 0), (4, 0)]), np.pad(TARGET, [(0, 0), (0, 3)])]
    padded = made.model(wider).numpy().reshape(3, 9, 13)
    np.testing.assert_allclose(padded[:, :6], whole, atol=1e-5)
    for i in range(3):
        alone = made.model([SOURCE[i : i + 1, SOURCE[i] > 0], TARGET[i : i + 1]])
        np.testing.assert_allclose(alone, whole[i], atol=1e-5)


@pytest.mark.parametrize("options", [{}, {"use_lstm": True}, {"bidirectional": True}])
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


def test_a_step_is_gradient_descent_with_the_gradient_clipped():
    made = wrapper(learning_rate=0.7, max_gradient_norm=0.05)
    begin = [param.numpy() for param in made.all_params]
    norm, loss, nothing = made.step(SOURCE.T, TARGET.T, WEIGHTS.T, 1)
    end = [param.numpy() for param in made.all_params]
    for param, value in zip(made.all_params, begin, strict=True):
        param.assign(value)
    values = [param.value for param in made.all_params]
    with tf.GradientTape() as tape:
        logits = tf.reshape(made.model([SOURCE, TARGET]), (3, 6, 13))[:, :-1]
        each = tf.nn.sparse_softmax_cross_entropy_with_logits(TARGET[:, 1:], logits)
        cost = tf.reduce_sum(each * WEIGHTS[:, :-1]) / WEIGHTS.sum()
    gradients = tape.gradient(cost, values)
    gradients, length = tf.clip_by_global_norm(gradients, 0.05)
    assert nothing is None and float(length) > 0.05
    np.testing.assert_allclose([norm, loss], [length, cost], rtol=1e-5)
    for before, g, after in zip(begin, gradients, end, strict=True):
        np.testing.assert_allclose(after, before - 0.7 * tf.convert_to_tensor(g), atol=1e-5)


def test_forward_only_measures_and_changes_nothing():
    made = wrapper(keep=0.5)
    before = [param.numpy() for param in made.all_params]
    norm, loss, outputs = made.step(SOURCE.T, TARGET.T, WEIGHTS.T, 1, forward_only=True)
    log_p = log_softmax(outputs.transpose(1, 0, 2).astype("float64"), axis=-1)
    words = [(i, t) for i in range(3) for t in range(5) if TARGET[i, t + 1]]
    by_words = -np.mean([log_p[i, t, TARGET[i, t + 1]] for i, t in words])
    assert norm is None and loss == pytest.approx(by_words, rel=1e-5)
    for a, b in zip(made.all_params, before, strict=True):
        np.testing.assert_array_equal(a, b)
    other = made.step(SOURCE.T, np.where(TARGET.T == 0, 7, TARGET.T), WEIGHTS.T, 1, True)[1]
    assert other == pytest.approx(loss, rel=1e-6)  # what has no weight doesn't count


@pytest.mark.parametrize("num_samples", [0, 8])
def test_steps_lower_the_loss(num_samples):
    made = wrapper(num_samples=num_samples, keep=0.9, tied=True)
    first = made.step(SOURCE.T, TARGET.T, WEIGHTS.T, 1, True)[1]
    for _ in range(60):
        made.step(SOURCE.T, TARGET.T, WEIGHTS.T, 1)
    assert made.step(SOURCE.T, TARGET.T, WEIGHTS.T, 1, True)[1] < 0.7 * first
    assert made.global_step == 60 and made.num_samples == (num_samples or None)


def test_the_rate_is_a_setting():
    made = wrapper(learning_rate=0.5, learning_rate_decay_factor=0.99)
    assert made.decay_learning_rate() == pytest.approx(0.495)
    made.learning_rate = 1e-8
    before = made.all_params[0].numpy()
    made.step(SOURCE.T, TARGET.T, WEIGHTS.T, 1)
    np.testing.assert_allclose(made.all_params[0], before, atol=1e-7)


def test_its_sizes_are_those_of_the_batch_of_nlp():
    made = wrapper(batch_size=7)
    data = [[([4, 5], [6, 2])] * 3, [([4, 5, 6, 7], [8, 9, 10, 2])]]
    batch = made.get_batch(data, 1, rng=np.random.default_rng(0))
    assert [np.asarray(part).shape for part in batch] == [(5, 7), (6, 7), (6, 7)]
    assert np.asarray(batch[0])[:, 0].tolist() == [0, 7, 6, 5, 4]
    assert np.isfinite(made.step(*batch, 1)[1])


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: wrapper(forward_only=True).step(SOURCE.T, TARGET.T, WEIGHTS.T, 1),
         ["forward_only=True"]),
        (lambda: wrapper().step(SOURCE.T, TARGET.T, WEIGHTS.T, 2), ["bucket_id is 2", "0 to 1"]),
        (lambda: wrapper().step(SOURCE.T, TARGET.T, WEIGHTS.T, 0),
         ["encoder_inputs has shape (5, 3)", "(3, batch)"]),
        (lambda: wrapper().step(SOURCE.T, TARGET, WEIGHTS.T, 1), ["decoder_inputs", "(6, batch)"]),
        (lambda: wrapper().step(SOURCE.T + 2, TARGET.T, WEIGHTS.T, 1), ["from 2 to 13", "0 to 11"]),
        (lambda: wrapper().step(SOURCE.T, TARGET.T - 1, WEIGHTS.T, 1), ["decoder_inputs", "-1"]),
        (lambda: wrapper(learning_rate=0), ["learning_rate is 0"]),
        (lambda: wrapper(size=0), ["size is 0"]),
        (lambda: wrapper(keep=0), ["keep is 0"]),
        (lambda: network(size=5, bidirectional=True), ["size is 5", "even"]),
        (lambda: network(attention="loud"), ["'loud'"]),
        (lambda: network(EmbeddingAttentionSeq2seqWrapper, [(5, 6), (3, 4)]), ["(3, 4)", "(5, 6)"]),
        (lambda: network(EmbeddingAttentionSeq2seqWrapper, []), ["buckets"]),
        (lambda: network(EmbeddingAttentionSeq2seqWrapper, [(5,)]), ["buckets"]),
    ],
)  # fmt: skip
def test_bad_input(call, parts):
    with pytest.raises((ValueError, TypeError)) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value
