"""Recurrent layers against cells written by hand in NumPy, with TensorFlow 1's conventions."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.layers import (
    DenseLayer,
    EmbeddingInputlayer,
    InputLayer,
    RecurrentModel,
    RNNLayer,
    initialize_rnn_state,
)

RNG = np.random.default_rng(0)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def numpy_lstm(x, W, R, b, h, c):
    """The equations one by one: input, forget, candidate, output, as Keras orders the gates."""
    n = R.shape[0]
    outputs = []
    for t in range(x.shape[1]):
        gates = [slice(k * n, (k + 1) * n) for k in range(4)]
        i, f, g, o = (x[:, t] @ W[:, k] + h @ R[:, k] + b[k] for k in gates)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        outputs.append(h)
    return np.stack(outputs, 1), h, c


def basic_lstm_cell(x, W, b, h, c, forget_bias):
    """TensorFlow 1's BasicLSTMCell: one matrix for [x, h], gates i, j, f, o, a constant in f."""
    i, j, f, o = np.split(np.concatenate([x, h], 1) @ W + b, 4, axis=1)
    c = sigmoid(f + forget_bias) * c + sigmoid(i) * np.tanh(j)
    return sigmoid(o) * np.tanh(c), c


def randomise(network):
    for param in network.all_params:
        param.assign(np.asarray(param) + RNG.normal(size=param.shape) * 0.3)


def lstm(n_steps=5, n_in=4, n_hidden=3, **options):
    return RNNLayer(InputLayer((n_steps, n_in)), "lstm", n_hidden=n_hidden, **options)


@pytest.mark.parametrize("n_steps", [1, 5, None])  # None: any number, in a loop
def test_lstm_equals_numpy(n_steps):
    network = lstm(n_steps)
    randomise(network)
    W, R, b = (np.asarray(param) for param in network.all_params)
    x = RNG.normal(size=(2, n_steps or 7, 4)).astype("float32")
    h, c = RNG.normal(size=(2, 2, 3)).astype("float32")
    outputs, [[h1, c1]] = RecurrentModel(network)(x, [[h, c]])
    for mine, theirs in zip((outputs, h1, c1), numpy_lstm(x, W, R, b, h, c), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)
    zeros = np.zeros((2, 3), "float32")
    np.testing.assert_allclose(
        network.model(x), numpy_lstm(x, W, R, b, zeros, zeros)[0], atol=1e-5
    )  # without a state it begins at zero


@pytest.mark.parametrize("forget_bias", [0.0, 0.5])
def test_forget_bias_and_gate_order_against_tensorflow_1(forget_bias):
    network = lstm(cell_init_args={"forget_bias": forget_bias})
    W, R, b = (np.asarray(param) for param in network.all_params)
    np.testing.assert_array_equal(b, [0] * 3 + [forget_bias] * 3 + [0] * 6)
    assert abs(W).max() <= 0.1 and W.std() > 0.04  # uniform between -0.1 and 0.1
    # The original's matrix: rows of x and h together, columns i, j (candidate), f, o.
    i, f, g, o = np.split(np.concatenate([W, R]), 4, axis=1)
    theirs = np.concatenate([i, g, f, o], axis=1)
    x = RNG.normal(size=(2, 5, 4)).astype("float32")
    h = c = np.zeros((2, 3))
    for t in range(5):
        h, c = basic_lstm_cell(x[:, t], theirs, np.zeros(12), h, c, forget_bias)
    outputs, [state] = RecurrentModel(network)(x)
    np.testing.assert_allclose(outputs[:, -1], h, atol=1e-6)
    np.testing.assert_allclose(state[1], c, atol=1e-6)


def test_forget_bias_is_one_unless_told_and_keras_word_for_it_is_taken():
    assert np.asarray(lstm().all_params[2])[3:6].tolist() == [1, 1, 1]
    by_keras = lstm(cell_init_args={"unit_forget_bias": False, "state_is_tuple": True})
    assert not np.asarray(by_keras.all_params[2]).any()


def test_a_model_with_the_quick_lstm_is_saved_and_loaded(tmp_path):
    network = lstm(return_seq_2d=True)
    network.model.save(tmp_path / "model.keras")
    x = RNG.normal(size=(2, 5, 4)).astype("float32")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(loaded(x), network.model(x), atol=1e-6)


def test_gru_and_any_keras_cell():
    x = RNG.normal(size=(2, 5, 4)).astype("float32")
    network = RNNLayer(InputLayer((5, 4)), "gru", {"reset_after": False}, n_hidden=3)
    randomise(network)
    W, R, b = (np.asarray(param) for param in network.all_params)
    h = np.zeros((2, 3))
    for t in range(5):
        z, r, g = (x[:, t] @ W + b)[:, :3], (x[:, t] @ W + b)[:, 3:6], (x[:, t] @ W + b)[:, 6:]
        z, r = sigmoid(z + h @ R[:, :3]), sigmoid(r + h @ R[:, 3:6])
        h = z * h + (1 - z) * np.tanh(g + (r * h) @ R[:, 6:])
    np.testing.assert_allclose(network.model(x)[:, -1], h, atol=1e-5)

    plain = RNNLayer(InputLayer((5, 4)), keras.layers.SimpleRNNCell, n_hidden=3, return_last=True)
    W, R, b = (np.asarray(param) for param in plain.all_params)
    h = np.zeros((2, 3))
    for t in range(5):
        h = np.tanh(x[:, t] @ W + h @ R + b)
    np.testing.assert_allclose(plain.model(x), h, atol=1e-5)
    assert len(plain.final_state) == 1


def test_what_comes_out():
    x = RNG.normal(size=(2, 5, 4)).astype("float32")
    below = InputLayer((5, 4))
    every = RNNLayer(below, "lstm", n_hidden=3)
    for options in ({"return_seq_2d": True}, {"return_last": True},
                    {"return_last": True, "return_seq_2d": True}):  # fmt: skip
        other = RNNLayer(below, "lstm", n_hidden=3, **options)
        for mine, theirs in zip(other.all_params, every.all_params, strict=True):
            mine.assign(theirs)
        whole = every.model(x).numpy()
        expected = whole[:, -1] if "return_last" in options else whole.reshape(10, 3)
        np.testing.assert_allclose(other.model(x), expected, atol=1e-6)
        assert len(other.outputs.shape) == 2
        assert other.all_layers == [other.outputs] and len(other.all_params) == 3


def two_layers():
    network = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 50, 8)
    lstm1 = RNNLayer(network, "lstm", n_hidden=8, name="lstm1")
    lstm2 = RNNLayer(lstm1, "gru", n_hidden=6, return_seq_2d=True, name="lstm2")
    return lstm1, lstm2, DenseLayer(lstm2, 50)


def test_the_state_is_carried_and_nothing_else_is():
    lstm1, lstm2, network = two_layers()
    randomise(network)
    model = RecurrentModel(network)
    words = tf.constant(RNG.integers(0, 50, (3, 12)), tf.int32)
    whole, end = model(words)
    assert [[tuple(p.shape) for p in layer] for layer in end] == [[(3, 8), (3, 8)], [(3, 6)]]
    state, parts = None, []
    for i in range(0, 12, 4):
        part, state = model(words[:, i : i + 4], state)
        parts.append(part.numpy().reshape(3, 4, 50))
    np.testing.assert_allclose(np.concatenate(parts, 1).reshape(36, 50), whole, atol=1e-5)
    np.testing.assert_allclose(state[0][1], end[0][1], atol=1e-5)
    np.testing.assert_array_equal(model(words)[0], whole)  # nothing is remembered
    np.testing.assert_allclose(network.model(words), whole, atol=1e-6)
    # The seeds' way: the parts of a state are fed by their names.
    by_hand = keras.Model(
        [network.inputs[0], lstm1.initial_state, lstm2.initial_state],
        [network.outputs, lstm1.final_state, lstm2.final_state],
    )
    state1 = initialize_rnn_state(lstm1.initial_state, batch_size=3)
    state2 = initialize_rnn_state(lstm2.initial_state, batch_size=3)
    np.testing.assert_allclose(by_hand([words, state1, state2])[0], whole, atol=1e-6)


def test_initialize_rnn_state():
    lstm1, _, network = two_layers()
    state = initialize_rnn_state(network, batch_size=2)
    assert [[tuple(p.shape) for p in layer] for layer in state] == [[(2, 8), (2, 8)], [(2, 6)]]
    assert not any(np.asarray(part).any() for layer in state for part in layer)
    again = initialize_rnn_state(state)  # arrays know how many rows they have
    assert again[0][0].shape == (2, 8)
    with pytest.raises(ValueError, match="batch_size is missing"):
        initialize_rnn_state(lstm1.initial_state)
    with pytest.raises(ValueError, match="batch_size is 0"):
        initialize_rnn_state(lstm1.initial_state, 0)


def test_an_initial_state_from_another_layer_and_from_inputs():
    """The original crashed here: it never set self.initial_state."""
    source = RNNLayer(InputLayer((7, 2), name="source"), "lstm", n_hidden=3, name="encoder")
    target = RNNLayer(InputLayer((5, 4), name="target"), "lstm", n_hidden=3,
                      initial_state=source, name="decoder")  # fmt: skip
    assert len(target.model.inputs) == 2 and len(target.all_params) == 6
    x, y = RNG.normal(size=(2, 7, 2)), RNG.normal(size=(2, 5, 4))
    inputs = [x if tensor.name == "source" else y for tensor in target.inputs]
    _, h, c = numpy_lstm(x, *map(np.asarray, source.all_params), np.zeros((2, 3)), np.zeros((2, 3)))
    expected = numpy_lstm(y, *map(np.asarray, target.all_params[-3:]), h, c)[0]
    np.testing.assert_allclose(target.model(inputs), expected, atol=1e-5)

    given = [keras.Input((3,)), keras.Input((3,))]
    fed = lstm(initial_state=given)
    out = fed.model([y, h, c])
    np.testing.assert_allclose(
        out, numpy_lstm(y, *map(np.asarray, fed.all_params), h, c)[0], atol=1e-5
    )


SEQUENCES, ROWS = InputLayer((5, 4)), InputLayer((3,))


@pytest.mark.parametrize(
    ("make", "kind", "parts"),
    [
        (lambda: RNNLayer(ROWS), ValueError, ["(None, 3)", "(batch, steps, n_in)", "Embedding"]),
        (lambda: RNNLayer("x"), TypeError, ["layer is a str"]),
        (lambda: RNNLayer(SEQUENCES, n_steps=6), ValueError, ["n_steps is 6", "has 5 steps"]),
        (lambda: RNNLayer(SEQUENCES, n_steps=0), ValueError, ["n_steps is 0"]),
        (lambda: RNNLayer(SEQUENCES, n_hidden=2.5), TypeError, ["n_hidden is 2.5"]),
        (lambda: RNNLayer(SEQUENCES, "LSTMs"), TypeError, ["cell_fn is 'LSTMs'", "'lstm'"]),
        (lambda: RNNLayer(SEQUENCES, "lstm", {"fogget": 0}), ValueError,
         ["{'fogget': 0}", "LSTM"]),
        (lambda: RNNLayer(SEQUENCES, initial_state=RNNLayer(SEQUENCES, "gru")), ValueError,
         ["initial_state has shapes [(None, 100)]", "(batch, 100), (batch, 100)"]),
        (lambda: RNNLayer(SEQUENCES, initial_state=ROWS), ValueError, ["shapes []"]),
        (lambda: RNNLayer(SEQUENCES, initial_state=RNNLayer(SEQUENCES).final_state), ValueError,
         ["keras.Input", "Stack on the layer"]),
        (lambda: RecurrentModel(ROWS), ValueError, ["no recurrent layer"]),
    ],
)  # fmt: skip
def test_bad_input(make, kind, parts):
    with pytest.raises(kind) as error:
        make()
    assert all(part in str(error.value) for part in parts), error.value


def test_a_state_of_another_shape_is_an_error():
    model = RecurrentModel(two_layers()[2])
    words = np.zeros((2, 3), "int32")
    good = model.zero_state(2)
    match = r"state has shapes .*\(2, 8\), \(2, 8\)\], \[\(2, 6"
    for state in (good[:1], [good[0][:1], good[1]], model.zero_state(3), [[1, 2], [3]], 5):
        with pytest.raises(ValueError, match=match):
            model(words, state)
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match="50"):
        model(words + 50)
