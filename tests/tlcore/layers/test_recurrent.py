"""Recurrent layers against cells written by hand in NumPy, with TensorFlow 1's conventions."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.fast.lstm import LSTM
from tlcore.layers import (
    BiRNNLayer,
    DenseLayer,
    DynamicRNNLayer,
    EmbeddingInputlayer,
    InputLayer,
    RecurrentModel,
    RNNLayer,
    VariationalDropoutLayer,
    WordLogitsLayer,
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


@pytest.mark.parametrize("forget_bias", [0.0, 1.0, 0.5])
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


def test_quick_lstm_has_the_outputs_and_gradients_of_keras():
    x, h, c = (tf.constant(RNG.normal(size=s), tf.float32) for s in [(3, 5, 4), (3, 8), (3, 8)])
    for backwards in (False, True):
        keras_one, ours = (
            kind(8, return_sequences=True, return_state=True, go_backwards=backwards)
            for kind in (keras.layers.LSTM, LSTM)
        )
        keras_one.build(x.shape), ours.build(x.shape)
        ours.set_weights([w + RNG.normal(size=w.shape) * 0.2 for w in keras_one.get_weights()])
        keras_one.set_weights(ours.get_weights())
        results = []
        for layer in (keras_one, ours):
            with tf.GradientTape() as tape:
                tape.watch([x, h, c])
                outputs = layer(x, initial_state=[h, c])
                loss = tf.add_n([tf.reduce_sum(tf.sin((i + 1) * o)) for i, o in enumerate(outputs)])
            sources = [x, h, c, *(v.value for v in layer.trainable_variables)]
            results.append([*outputs, *tape.gradient(loss, sources)])
        for theirs, mine in zip(*results, strict=True):
            np.testing.assert_allclose(mine, theirs, atol=1e-5)


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


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_lengths_are_respected(cell):
    below, lengths = InputLayer((6, 4)), InputLayer((), dtype="int32")
    network = DynamicRNNLayer(below, cell, n_hidden=3, sequence_length=lengths, n_layer=2)
    randomise(network)
    short = DynamicRNNLayer(InputLayer((4, 4)), cell, n_hidden=3, n_layer=2)
    for mine, theirs in zip(short.all_params, network.all_params, strict=True):
        mine.assign(theirs)
    x = RNG.normal(size=(2, 6, 4)).astype("float32")
    outputs = network.model([x, np.array([6, 4], "int32")]).numpy()
    np.testing.assert_allclose(outputs[1, :4], short.model(x[1:, :4])[0], atol=1e-5)
    assert not outputs[1, 4:].any() and outputs[0].all()
    ends = keras.Model(network.inputs, network.final_state)([x, np.array([6, 4], "int32")])
    short_ends = keras.Model(short.inputs[0], short.final_state)(x[1:, :4])
    for end, expected in zip(ends, short_ends, strict=True):
        np.testing.assert_allclose(end[1:], expected, atol=1e-5)


def test_lengths_are_counted_where_none_are_given_and_the_last_step_that_counts_is_last():
    x = RNG.normal(size=(2, 6, 4)).astype("float32")
    x[1, 3:] = 0
    every = DynamicRNNLayer(InputLayer((6, 4)), "lstm", n_hidden=3)
    last = DynamicRNNLayer(InputLayer((6, 4)), "lstm", n_hidden=3, return_last=True)
    flat = DynamicRNNLayer(InputLayer((6, 4)), "lstm", n_hidden=3, return_seq_2d=True)
    for other in (last, flat):
        for mine, theirs in zip(other.all_params, every.all_params, strict=True):
            mine.assign(theirs)
    outputs = every.model(x).numpy()
    assert not outputs[1, 3:].any()
    np.testing.assert_allclose(last.model(x), [outputs[0, 5], outputs[1, 2]], atol=1e-6)
    np.testing.assert_allclose(flat.model(x), outputs.reshape(12, 3), atol=1e-6)
    assert last.outputs.shape == (None, 3)


def test_dropout_is_a_keeping_probability_and_off_in_test_mode():
    network = DynamicRNNLayer(
        InputLayer((6, 4)), "lstm", n_hidden=50, dropout=(1.0, 0.8), name="rnn"
    )
    assert [float(keep) for keep in network.all_drop.values()] == [0.8]
    x = RNG.normal(size=(20, 6, 4)).astype("float32")
    dropped = network.model(x, training=True).numpy() == 0
    assert 0.17 < dropped.mean() < 0.23
    assert network.model(x, training=False).numpy().all()
    both = DynamicRNNLayer(InputLayer((6, 4)), "lstm", n_hidden=5, dropout=0.7, n_layer=2)
    assert [float(keep) for keep in both.all_drop.values()] == [0.7] * 4


def test_variational_dropout_has_one_mask_for_all_steps():
    network = VariationalDropoutLayer(InputLayer((6, 40)), keep=0.7, name="drop1")
    outputs = network.model(np.ones((50, 6, 40)), training=True).numpy()
    assert (outputs == outputs[:, :1]).all() and np.allclose(np.unique(outputs), [0, 1 / 0.7])
    assert abs((outputs[:, 0] == 0).mean() - 0.3) < 0.04
    assert (network.model(np.ones((50, 6, 40)), training=False).numpy() == 1).all()
    network.set_keep({"drop1": 1.0})
    assert (network.model(np.ones((50, 6, 40)), training=True).numpy() == 1).all()
    flat = VariationalDropoutLayer(InputLayer((6, 40)), keep=0.7, return_seq_2d=True)
    rows = flat.model(np.ones((50, 6, 40)), training=True).numpy().reshape(50, 6, 40)
    assert flat.outputs.shape == (None, 40) and (rows == rows[:, :1]).all() and (rows == 0).any()
    with pytest.raises(ValueError, match="batch, steps, n_in"):
        VariationalDropoutLayer(InputLayer((4,)))


def test_both_directions():
    network = BiRNNLayer(InputLayer((5, 4)), "lstm", n_hidden=3, n_steps=5)
    randomise(network)
    params = [np.asarray(param) for param in network.all_params]
    fw, bw = params[:3], params[3:]
    x = RNG.normal(size=(2, 5, 4)).astype("float32")
    zeros = np.zeros((2, 3))
    forward, backward = numpy_lstm(x, *fw, zeros, zeros), numpy_lstm(x[:, ::-1], *bw, zeros, zeros)
    expected = np.concatenate([forward[0], backward[0][:, ::-1]], 2)
    np.testing.assert_allclose(network.model(x), expected, atol=1e-5)
    h, c = keras.Model(network.inputs[0], network.bw_final_state)(x)
    np.testing.assert_allclose(h, backward[1], atol=1e-5)
    np.testing.assert_allclose(c, backward[2], atol=1e-5)

    last = BiRNNLayer(InputLayer((5, 4)), "lstm", n_hidden=3, return_last=True)
    for mine, theirs in zip(last.all_params, network.all_params, strict=True):
        mine.assign(theirs)
    np.testing.assert_allclose(
        last.model(x), np.concatenate([forward[1], backward[1]], 1), atol=1e-5
    )
    deep = BiRNNLayer(InputLayer((5, 4)), "gru", n_hidden=3, n_layer=2, return_seq_2d=True,
                      dropout=0.9, name="deep")  # fmt: skip
    assert deep.model(x).shape == (10, 6) and len(deep.all_params) == 12
    with pytest.raises(ValueError, match="no recurrent layer that begins at zero"):
        RecurrentModel(deep)  # backwards there is no past to carry


def test_word_logits_and_tied_weights():
    words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 50, 8)
    rnn = RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True)
    own, tied = WordLogitsLayer(rnn, 50), WordLogitsLayer(rnn, tied_to=words)
    randomise(tied)
    x = RNG.integers(0, 50, (2, 5))
    h = rnn.model(x).numpy()
    table, bias = np.asarray(words.all_params[0]), np.asarray(tied.all_params[-1])
    np.testing.assert_allclose(tied.model(x), h @ table.T + bias, atol=1e-5)
    table, bias = map(np.asarray, own.all_params[-2:])
    assert table.shape == (50, 8)
    np.testing.assert_allclose(own.model(x), h @ table.T + bias, atol=1e-5)
    assert own.count_params() - tied.count_params() == 400
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tied.model(x) ** 2)
    assert tape.gradient(loss, words.operation._embeddings.value) is not None


def test_the_sampled_softmax_leads_where_the_whole_one_does():
    """Averaged over draws, its gradient is nearly that of the full softmax (an independent sum)."""
    words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 20, 4)
    network = WordLogitsLayer(RNNLayer(words, "lstm", n_hidden=4, return_seq_2d=True), 20)
    randomise(network)
    x, y = tf.constant(RNG.normal(size=(6, 4)), tf.float32), tf.constant(RNG.integers(0, 20, 6))
    operation = network.operation

    def gradient(cost):
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(cost())
        return tf.convert_to_tensor(tape.gradient(value, operation.table.value)).numpy()

    full = gradient(
        lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(y, operation(x))
    )
    sampled = np.mean(
        [
            gradient(lambda s=s: operation.sampled_loss(x, y, 500, tf.constant([0, s])))
            for s in range(12)
        ],
        axis=0,
    )
    assert np.abs(sampled - full).max() < 0.2 * np.abs(full).max()
    once, again, other = (
        operation.sampled_loss(x, y, 5, tf.constant([1, s])).numpy() for s in (7, 7, 8)
    )
    assert (once == again).all() and (once != other).any()


class TestErrors:
    def test_of_layers(self):
        flat = DenseLayer(InputLayer((4,)), 3)
        sequences = InputLayer((5, 4))
        words = EmbeddingInputlayer(InputLayer((5,), dtype="int32"), 50, 8)
        for make, kind, parts in [
            (lambda: RNNLayer(flat), ValueError, ["(None, 3)", "(batch, steps, n_in)", "Emb"]),
            (lambda: RNNLayer("x"), TypeError, ["layer is a str"]),
            (lambda: RNNLayer(sequences, n_steps=6), ValueError, ["n_steps is 6", "has 5 steps"]),
            (lambda: RNNLayer(sequences, n_steps=0), ValueError, ["n_steps is 0"]),
            (lambda: RNNLayer(sequences, n_hidden=2.5), TypeError, ["n_hidden is 2.5"]),
            (lambda: RNNLayer(sequences, "LSTMs"), TypeError, ["cell_fn is 'LSTMs'", "'lstm'"]),
            (lambda: RNNLayer(sequences, "lstm", {"fogget": 0}), ValueError,
             ["{'fogget': 0}", "LSTMCell", "forget_bias"]),
            (lambda: RNNLayer(sequences, initial_state=RNNLayer(sequences, "gru")), ValueError,
             ["initial_state has shapes [(None, 100)]", "(batch, 100), (batch, 100)"]),
            (lambda: RNNLayer(sequences, initial_state=flat), ValueError, ["shapes None"]),
            (lambda: DynamicRNNLayer(flat), ValueError, ["(batch, steps, n_in)"]),
            (lambda: DynamicRNNLayer(sequences, sequence_length=[3, 4]), TypeError,
             ["sequence_length is [3, 4]", "InputLayer((), dtype='int32')"]),
            (lambda: DynamicRNNLayer(sequences, sequence_length=flat), ValueError,
             ["outputs (None, 3)", "whole numbers"]),
            (lambda: DynamicRNNLayer(sequences, dropout=(0.5, 0.5, 0.5)), ValueError, ["a pair"]),
            (lambda: DynamicRNNLayer(sequences, dropout=1.5), ValueError, ["keep is 1.5"]),
            (lambda: DynamicRNNLayer(sequences, n_layer=2, initial_state=RNNLayer(sequences)),
             ValueError, ["n_layer is 2", "one layer"]),
            (lambda: BiRNNLayer(sequences, n_steps=4), ValueError, ["n_steps is 4"]),
            (lambda: BiRNNLayer(sequences, "x"), TypeError, ["cell_fn is 'x'"]),
            (lambda: BiRNNLayer(sequences, n_layer=2, fw_initial_state=RNNLayer(sequences)),
             ValueError, ["n_layer is 2"]),
            (lambda: WordLogitsLayer(flat), ValueError, ["expected vocabulary_size"]),
            (lambda: WordLogitsLayer(flat, tied_to=flat), TypeError, ["EmbeddingInputlayer"]),
            (lambda: WordLogitsLayer(flat, tied_to=words), ValueError,
             ["50 vectors of 8 numbers", "50 of 3"]),
            (lambda: RecurrentModel(flat), ValueError, ["no recurrent layer"]),
        ]:  # fmt: skip
            with pytest.raises(kind) as error:
                make()
            assert all(part in str(error.value) for part in parts), error.value

    def test_of_states(self):
        model = RecurrentModel(two_layers()[2])
        words = np.zeros((2, 3), "int32")
        good = model.zero_state(2)
        match = r"state has shapes .*\(2, 8\), \(2, 8\)\], \[\(2, 6"
        for state in (good[:1], [good[0][:1], good[1]], model.zero_state(3), [[1, 2], [3]], 5,
                      [[np.zeros((2, 9)), good[0][1]], good[1]]):  # fmt: skip
            with pytest.raises(ValueError, match=match):
                model(words, state)
        with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match="50"):
            model(words + 50)
