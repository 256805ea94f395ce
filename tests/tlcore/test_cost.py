import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.special import log_softmax

from tlcore import cost

rng = np.random.default_rng(0)
LOGITS = rng.normal(scale=3, size=(7, 5)).astype("float32")
LABELS = rng.integers(0, 5, 7)
P = rng.uniform(0.01, 0.99, (6, 4)).astype("float32")
T = rng.uniform(0, 1, (6, 4)).astype("float32")
W = rng.normal(size=(6, 4)).astype("float32")


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint8"])
def test_cross_entropy_is_the_mean_negative_log_likelihood(dtype):
    expected = -log_softmax(LOGITS.astype("float64"), axis=1)[np.arange(7), LABELS].mean()
    assert float(cost.cross_entropy(LOGITS, LABELS.astype(dtype))) == pytest.approx(expected, 1e-6)


def test_cross_entropy_survives_large_logits():
    assert float(cost.cross_entropy([[1e4, 0.0]], [1])) == pytest.approx(1e4)


def test_binary_cross_entropy_sums_over_units_and_averages_over_rows():
    p, t = P.astype("float64"), T.astype("float64")
    expected = -(t * np.log(p) + (1 - t) * np.log(1 - p)).sum(axis=1).mean()
    assert float(cost.binary_cross_entropy(P, T)) == pytest.approx(expected, 1e-5)
    by_keras = keras.losses.BinaryCrossentropy()(T, P)  # the mean over the units
    assert float(cost.binary_cross_entropy(P, T)) == pytest.approx(4 * float(by_keras), 1e-4)


def test_binary_cross_entropy_is_finite_at_the_ends():
    wrong = float(cost.binary_cross_entropy([[0.0, 1.0]], [[1.0, 0.0]]))
    assert wrong == pytest.approx(-2 * np.log(1e-8), 1e-3)
    right = float(cost.binary_cross_entropy([[0.0, 1.0]], [[0.0, 1.0]]))
    assert right == pytest.approx(0, abs=1e-6)


def test_mean_squared_error():
    squares = (P.astype("float64") - T) ** 2
    assert float(cost.mean_squared_error(P, T)) == pytest.approx(squares.sum(axis=1).mean(), 1e-6)
    assert float(cost.mean_squared_error(P, T, is_mean=True)) == pytest.approx(squares.mean(), 1e-6)


def test_costs_are_float32_and_count_in_float32():
    # 4,000 rows that cost 1 each: a bfloat16 sum would stop at 256.
    output = tf.zeros((4000, 1), tf.bfloat16)
    for value in (
        cost.mean_squared_error(output, tf.ones((4000, 1), tf.bfloat16)),
        cost.binary_cross_entropy(output + 1 / np.e, tf.ones((4000, 1))),
    ):
        assert value.dtype == tf.float32 and float(value) == pytest.approx(1, abs=0.01)
    logits = cost.cross_entropy(tf.zeros((2, 10), tf.bfloat16), [0, 1])
    assert logits.dtype == tf.float32 and float(logits) == pytest.approx(np.log(10), 1e-6)


@pytest.mark.parametrize(
    ("regularizer", "expected"),
    [
        (cost.maxnorm_regularizer, np.abs(W).max()),
        (cost.li_regularizer, np.linalg.norm(W, axis=1).sum()),
        (cost.lo_regularizer, np.linalg.norm(W, axis=0).sum()),
    ],
)
def test_regularizers(regularizer, expected):
    assert float(regularizer(0.5)(W)) == pytest.approx(0.5 * expected, 1e-6)
    assert float(regularizer(0.0)(W)) == 0.0  # lo_regularizer(0.0) was a NameError once
    assert float(regularizer()(keras.Variable(W))) == pytest.approx(expected, 1e-6)


def test_the_gradient_of_maxnorm_is_the_sign_of_the_largest_weight():
    w = tf.Variable(W)
    with tf.GradientTape() as tape:
        penalty = cost.maxnorm_regularizer(2.0)(w)
    expected = np.where(np.abs(W) == np.abs(W).max(), 2 * np.sign(W), 0)
    np.testing.assert_allclose(tape.gradient(penalty, w), expected)


@pytest.mark.parametrize(
    ("regularizer", "axis"), [(cost.li_regularizer, 1), (cost.lo_regularizer, 0)]
)
def test_group_penalties_have_a_gradient_where_a_group_is_zero(regularizer, axis):
    values = W.copy()
    values[0], values[:, 0] = 0, 0
    w = tf.Variable(values)
    with tf.GradientTape() as tape:
        penalty = regularizer(1.0)(w)
    lengths = np.linalg.norm(values, axis=axis, keepdims=True)
    expected = np.where(lengths > 0, values / np.maximum(lengths, 1e-9), 0)
    np.testing.assert_allclose(tape.gradient(penalty, w), expected, rtol=1e-5)


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (
            lambda: cost.cross_entropy(LOGITS, LABELS.astype("float32")),
            TypeError,
            ["target", "float32", "integer", "astype('int32')"],
        ),
        (
            lambda: cost.cross_entropy(LOGITS, np.eye(5, dtype=int)[LABELS]),
            ValueError,
            ["(7, 5)", "(batch,)", "np.argmax"],
        ),
        (lambda: cost.mean_squared_error(P, T[:, :3]), ValueError, ["(6, 4)", "(6, 3)", "n_units"]),
        (lambda: cost.mean_squared_error(P[:, :1], T[:, 0]), ValueError, ["(6, 1)", "(6,)"]),
        (lambda: cost.binary_cross_entropy(P, T[:5]), ValueError, ["binary_cross_", "(5, 4)"]),
        (lambda: cost.lo_regularizer(-1), ValueError, ["lo_regularizer: scale is -1", "0 or more"]),
    ],
)
def test_errors_name_what_came_and_the_fix(call, kind, parts):
    with pytest.raises(kind) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value


def test_cross_entropy_seq_sums_over_the_steps():
    logits, targets = np.random.normal(size=(6, 7)), np.random.randint(7, size=(2, 3))
    expected = -log_softmax(logits, axis=1)[np.arange(6), targets.ravel()].sum()
    assert np.isclose(float(cost.cross_entropy_seq(logits, targets)), expected)
    assert np.isclose(float(cost.cross_entropy_seq(logits, targets, batch_size=2)), expected / 2)


def test_the_costs_of_words_and_their_gradient_are_those_of_tensorflow():
    logits = tf.random.stateless_normal((6, 50), (1, 2)) * 3
    # The last row gives its right word a probability that is no float32.
    logits = tf.concat([logits[:5], tf.one_hot([7], 50) * 500], axis=0)
    ids = tf.constant([[3, 49], [0, 17], [8, 9]], tf.uint8)
    flat = tf.reshape(tf.cast(ids, tf.int32), [-1])
    weights = tf.range(1.0, 7.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(logits)
        mask = tf.reshape(weights, (3, 2))
        mean, ours, *_ = cost.cross_entropy_seq_with_mask(logits, ids, mask, return_details=True)
        theirs = tf.nn.sparse_softmax_cross_entropy_with_logits(flat, logits)
        their_mean = tf.reduce_sum(theirs * weights) / tf.reduce_sum(weights)
    assert float(ours[-1]) == 500
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)
    np.testing.assert_allclose(
        tape.gradient(mean, logits), tape.gradient(their_mean, logits), atol=1e-7
    )


def test_perplexity_by_hand():
    """The original divided its test cost by 20 and printed the 20th root: 1.27 for 116.7."""
    logits = tf.zeros((40, 116))  # a guess among 116 words, all alike
    targets = np.zeros((2, 20), "int32")
    per_word = float(cost.cross_entropy_seq(logits, targets, batch_size=2)) / 20
    assert np.isclose(np.exp(per_word), 116)
    assert np.isclose(np.exp(per_word / 20), 1.27, atol=0.005)


def test_cross_entropy_seq_with_mask_counts_what_counts():
    logits, targets = np.random.normal(size=(6, 7)), np.random.randint(7, size=(2, 3))
    mask = np.array([[1, 1, 0], [1, 0, 0]])
    each = -log_softmax(logits, axis=1)[np.arange(6), targets.ravel()]
    loss, losses, weights, flat = cost.cross_entropy_seq_with_mask(logits, targets, mask, True)
    assert np.isclose(float(loss), each[[0, 1, 3]].mean())
    np.testing.assert_allclose(losses, each, rtol=1e-5)
    assert weights.numpy().tolist() == mask.ravel().tolist()
    assert flat.numpy().tolist() == targets.ravel().tolist()
    assert float(cost.cross_entropy_seq_with_mask(logits, targets, mask)) == float(loss)
    assert float(cost.cross_entropy_seq_with_mask(logits, targets, mask * 0)) == 0  # and not NaN


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (lambda: cost.cross_entropy_seq(np.zeros((6, 7)), np.zeros((2, 3))), TypeError, ["ids"]),
        (
            lambda: cost.cross_entropy_seq(np.zeros((5, 7)), np.zeros((2, 3), int)),
            ValueError,
            ["(5, 7)", "(2, 3)", "return_seq_2d"],
        ),
        (
            lambda: cost.cross_entropy_seq(np.zeros((2, 3, 7)), np.zeros((2, 3), int)),
            ValueError,
            ["(2, 3, 7)", "(batch * steps, words)"],
        ),
        (
            lambda: cost.cross_entropy_seq_with_mask(
                np.zeros((6, 7)), np.zeros((2, 3), int), np.zeros((3, 2))
            ),
            ValueError,
            ["input_mask", "(3, 2)", "(2, 3)"],
        ),
    ],
)
def test_errors_of_sequences(call, kind, parts):
    with pytest.raises(kind) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value
