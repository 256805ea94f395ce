"""Sequences of unequal lengths, and both directions, against shorter ones and Keras's layers."""

import keras
import numpy as np
import pytest

from tlcore.classic import BiRNNLayer, DynamicRNNLayer, VariationalDropoutLayer
from tlcore.layers import InputLayer, RecurrentModel, RNNLayer

RNG = np.random.default_rng(0)


def randomise(network, *others):
    """Move all weights of a network, and give the others the same."""
    for params in zip(*(one.all_params for one in (network, *others)), strict=True):
        value = np.asarray(params[0]) + RNG.normal(size=params[0].shape) * 0.3
        for param in params:
            param.assign(value)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_lengths_are_respected(cell):
    below, lengths = InputLayer((6, 4)), InputLayer((), dtype="int32")
    network = DynamicRNNLayer(below, cell, n_hidden=3, sequence_length=lengths, n_layer=2)
    short = DynamicRNNLayer(InputLayer((4, 4)), cell, n_hidden=3, n_layer=2)
    randomise(network, short)
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
    randomise(every, last, flat)
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


def keras_lstm(x, weights, backwards=False):
    """Keras's own layer: outputs in the order of time, and the last state."""
    layer = keras.layers.LSTM(3, return_sequences=True, return_state=True, go_backwards=backwards)
    layer.build(x.shape)
    layer.set_weights(weights)
    outputs, *state = layer(x)
    return outputs.numpy()[:, :: -1 if backwards else 1], state


def test_both_directions():
    network = BiRNNLayer(InputLayer((5, 4)), "lstm", n_hidden=3, n_steps=5)
    last = BiRNNLayer(InputLayer((5, 4)), "lstm", n_hidden=3, return_last=True)
    randomise(network, last)
    params = [np.asarray(param) for param in network.all_params]
    x = RNG.normal(size=(2, 5, 4)).astype("float32")
    forward, (h_forward, _) = keras_lstm(x, params[:3])
    backward, state = keras_lstm(x, params[3:], backwards=True)
    expected = np.concatenate([forward, backward], 2)
    np.testing.assert_allclose(network.model(x), expected, atol=1e-5)
    np.testing.assert_allclose(last.model(x), np.concatenate([h_forward, state[0]], 1), atol=1e-5)
    ends = keras.Model(network.inputs[0], network.bw_final_state)(x)
    for mine, theirs in zip(ends, state, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_two_layers_in_both_directions():
    deep = BiRNNLayer(InputLayer((5, 4)), "gru", n_hidden=3, n_layer=2, return_seq_2d=True,
                      dropout=0.9, name="deep")  # fmt: skip
    assert deep.model(np.ones((2, 5, 4))).shape == (10, 6) and len(deep.all_params) == 12
    with pytest.raises(ValueError, match="no recurrent layer that begins at zero"):
        RecurrentModel(deep)  # backwards there is no past to carry


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
    with pytest.raises(ValueError, match="keep is 0"):
        VariationalDropoutLayer(InputLayer((3, 6)), keep=0)


SEQUENCES = InputLayer((5, 4))


@pytest.mark.parametrize(
    ("make", "kind", "part"),
    [
        (lambda: DynamicRNNLayer(InputLayer((4,))), ValueError, "(batch, steps, n_in)"),
        (lambda: DynamicRNNLayer(SEQUENCES, sequence_length=[3, 4]), TypeError,
         "sequence_length is a list"),
        (lambda: DynamicRNNLayer(SEQUENCES, sequence_length=SEQUENCES), ValueError,
         "InputLayer((), dtype='int32')"),
        (lambda: DynamicRNNLayer(SEQUENCES, dropout=(0.5, 0.5, 0.5)), ValueError, "a pair"),
        (lambda: DynamicRNNLayer(SEQUENCES, dropout=1.5), ValueError, "keep is 1.5"),
        (lambda: DynamicRNNLayer(SEQUENCES, n_layer=2, initial_state=RNNLayer(SEQUENCES)),
         ValueError, "n_layer is 2; expected one layer"),
        (lambda: BiRNNLayer(SEQUENCES, n_steps=4), ValueError, "n_steps is 4"),
        (lambda: BiRNNLayer(SEQUENCES, n_layer=2, fw_initial_state=RNNLayer(SEQUENCES)),
         ValueError, "n_layer is 2"),
    ],
)  # fmt: skip
def test_bad_input(make, kind, part):
    with pytest.raises(kind) as error:
        make()
    assert part in str(error.value)
