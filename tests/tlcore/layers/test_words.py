"""The score of each word against NumPy, and the sampled softmax against the full one."""

import numpy as np
import pytest
import tensorflow as tf

from tlcore.layers import EmbeddingInputlayer, InputLayer, RNNLayer, WordLogitsLayer

RNG = np.random.default_rng(0)


def randomise(network):
    for param in network.all_params:
        param.assign(np.asarray(param) + RNG.normal(size=param.shape) * 0.3)


def test_a_table_of_its_own_and_a_tied_one():
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

    full = gradient(lambda: tf.nn.sparse_softmax_cross_entropy_with_logits(y, operation(x)))
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


ROWS = InputLayer((3,))
WORDS = EmbeddingInputlayer(InputLayer((5,), dtype="int32"), 50, 8)


@pytest.mark.parametrize(
    ("options", "kind", "parts"),
    [
        ({}, ValueError, ["expected vocabulary_size"]),
        ({"vocabulary_size": 0}, ValueError, ["vocabulary_size is 0"]),
        ({"tied_to": ROWS}, TypeError, ["tied_to is a InputLayer", "EmbeddingInputlayer"]),
        ({"tied_to": WORDS}, ValueError, ["50 vectors of 8 numbers", "50 of 3"]),
    ],
)
def test_bad_input(options, kind, parts):
    with pytest.raises(kind) as error:
        WordLogitsLayer(ROWS, **options)
    assert all(part in str(error.value) for part in parts), error.value
