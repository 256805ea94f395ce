import numpy as np
import pytest
import tensorflow as tf

from tlcore.rein import cross_entropy_reward_loss, log_weight


def softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_loss_is_the_sum_of_cross_entropy_times_reward():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(50, 3)).astype("float32")
    actions, rewards = rng.integers(3, size=50), rng.normal(size=50)
    p = softmax(logits)[np.arange(50), actions]
    loss = cross_entropy_reward_loss(logits, actions, rewards)
    assert loss.shape == ()
    np.testing.assert_allclose(loss, (-np.log(p) * rewards).sum(), rtol=1e-5)


def test_it_is_a_sum_not_a_mean():
    one = cross_entropy_reward_loss(tf.zeros((1, 2)), [0], [1.0])
    ten = cross_entropy_reward_loss(tf.zeros((10, 2)), [0] * 10, [1.0] * 10)
    np.testing.assert_allclose(ten, 10 * one, rtol=1e-6)


def test_gradient_is_probability_minus_choice_times_reward():
    logits = tf.Variable([[0.3, -1.0, 2.0]])
    with tf.GradientTape() as tape:
        loss = cross_entropy_reward_loss(logits, [1], [2.5])
    want = 2.5 * (softmax(logits.numpy()) - [[0, 1, 0]])
    np.testing.assert_allclose(tape.gradient(loss, logits), want, rtol=1e-5)


def test_rewards_of_zero_give_a_loss_and_a_gradient_of_zero():
    logits = tf.Variable([[100.0, -100.0]])  # p(action 1) is 0 in float32
    with tf.GradientTape() as tape:
        loss = cross_entropy_reward_loss(logits, [1], [0.0])
    assert float(loss) == 0
    np.testing.assert_array_equal(tape.gradient(loss, logits), [[0, 0]])


@pytest.mark.parametrize(
    ("logits", "actions", "rewards", "error", "words"),
    [
        (np.zeros(3, "f"), [0], [1.0], ValueError, "logits has shape"),
        (np.zeros((2, 3), "f"), [0], [1.0, 1.0], ValueError, "actions has shape"),
        (np.zeros((2, 3), "f"), [0, 1], [[1.0], [1.0]], ValueError, "rewards has shape"),
        (np.zeros((2, 3), "f"), [0, 3], [1.0, 1.0], ValueError, "subtract 1"),
        (np.zeros((2, 3), "f"), [0, -1], [1.0, 1.0], ValueError, "from -1"),
        (np.zeros((2, 3), "f"), [0.0, 1.0], [1.0, 1.0], TypeError, "expected integers"),
    ],
)
def test_what_does_not_fit_is_refused(logits, actions, rewards, error, words):
    with pytest.raises(error, match=words):
        cross_entropy_reward_loss(logits, actions, rewards)


def test_log_weight_is_the_mean_of_weighted_logarithms():
    p, w = np.array([[0.2, 0.5], [0.9, 0.1]]), np.array([[1.0, -2.0], [3.0, 0.5]])
    np.testing.assert_allclose(log_weight(p, w), (np.log(p) * w).mean())


def test_log_weight_of_an_impossible_action_is_finite():
    assert np.isfinite(log_weight(np.array([0.0, 1.0], "f"), np.array([1.0, 1.0])))


def test_log_weight_refuses_another_shape():
    with pytest.raises(ValueError, match="weights has shape"):
        log_weight(np.ones(3), np.ones(2))
