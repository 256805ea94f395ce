"""The written-out GRU and LSTM against Keras's, with and without a mask: outputs and gradients."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tlcore.fast.gru import GRU, gru_steps
from tlcore.fast.lstm import LSTM, lstm_step, lstm_steps

RNG = np.random.default_rng(0)
MASKS = {
    "none": None,
    "some": [[1, 0, 1, 0, 1], [0, 0, 1, 1, 1], [0, 0, 0, 0, 0]],
}


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("ours", [GRU, LSTM])
def test_outputs_and_gradients_are_those_of_keras(ours, backwards, mask, monkeypatch):
    theirs = {GRU: keras.layers.GRU, LSTM: keras.layers.LSTM}[ours]
    keep = None if MASKS[mask] is None else tf.constant(np.array(MASKS[mask], bool))
    x = tf.constant(RNG.normal(size=(3, 5, 4)), tf.float32)
    state = [tf.constant(RNG.normal(size=(3, 8)), tf.float32) for _ in range(1 + (ours is LSTM))]
    options = {"return_sequences": True, "return_state": True, "go_backwards": backwards}
    options["zero_output_for_mask"] = keep is not None
    layers = [kind(8, **options) for kind in (theirs, ours)]
    for layer in layers:
        layer.build(x.shape)
    given = [w + RNG.normal(size=w.shape) * 0.3 for w in layers[0].get_weights()]
    results = []
    for layer in layers:
        layer.set_weights(given)
        if layer is layers[1]:  # the quick way, or the test would compare Keras with itself
            monkeypatch.setattr(theirs, "inner_loop", None)
        with tf.GradientTape() as tape:
            tape.watch([x, *state])
            outputs = layer(x, initial_state=list(state), mask=keep)
            loss = tf.add_n([tf.reduce_sum(tf.sin((i + 1) * o)) for i, o in enumerate(outputs)])
        sources = [x, *state, *(v.value for v in layer.trainable_variables)]
        results.append([*outputs[1:], outputs[0], *tape.gradient(loss, sources)])
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, atol=2e-5)


def test_a_gru_step_is_kerass_cell():
    cell = keras.layers.GRUCell(6)
    cell.build((None, 4))
    W, R, b = (tf.constant(w + RNG.normal(size=w.shape) * 0.3, tf.float32)
               for w in cell.get_weights())  # fmt: skip
    cell.set_weights([W.numpy(), R.numpy(), b.numpy()])
    x, h = (tf.constant(RNG.normal(size=s), tf.float32) for s in [(3, 4), (3, 6)])
    mine = gru_steps((x @ W + b[0])[None], R, b[1], h)[1]
    np.testing.assert_allclose(mine, cell(x, [h])[0], atol=1e-6)


def test_another_kind_of_gru_goes_kerass_way():
    x = tf.constant(RNG.normal(size=(3, 5, 4)), tf.float32)
    for options in ({"reset_after": False}, {"activation": "relu"}, {"use_bias": False}):
        mine, theirs = GRU(6, **options), keras.layers.GRU(6, **options)
        mine.build(x.shape), theirs.build(x.shape)
        mine.set_weights(theirs.get_weights())
        np.testing.assert_allclose(mine(x), theirs(x), atol=1e-6)


def test_lstm_steps_are_many_times_one_step():
    inputs, R, h, c = (tf.constant(RNG.normal(size=s), tf.float32)
                       for s in [(4, 3, 20), (5, 20), (3, 5), (3, 5)])  # fmt: skip
    outputs, h_last, c_last = lstm_steps(inputs, R, h, c)
    for z, output in zip(inputs, outputs, strict=True):
        h, c = lstm_step(z + h @ R, c)
        np.testing.assert_allclose(output, h, atol=1e-6)
    np.testing.assert_allclose(h_last, h, atol=1e-6)
    np.testing.assert_allclose(c_last, c, atol=1e-6)
