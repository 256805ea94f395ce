"""The loss, and why it is one: its expected gradient is that of the expected reward."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tlcore.rein import (
    cross_entropy_reward_loss,
    discount_episode_rewards,
    log_weight,
    numeric_gradient,
)


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


def test_numeric_gradient_of_a_known_function():
    x = np.random.default_rng(0).normal(size=(2, 3))
    got = numeric_gradient(lambda x: np.sin(x).prod(), x)
    np.testing.assert_allclose(got, np.sin(x).prod() / np.tan(x), rtol=1e-6)


def test_gradient_of_the_loss_of_a_small_network_is_what_finite_differences_say():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(12, 4))
    actions, rewards = rng.integers(3, size=12), rng.normal(size=12)
    weights = [rng.normal(size=(4, 5)), rng.normal(size=5), rng.normal(size=(5, 3)), np.zeros(3)]

    def loss(weights):
        W1, b1, W2, b2 = weights
        return cross_entropy_reward_loss(tf.tanh(x @ W1 + b1) @ W2 + b2, actions, rewards)

    variables = [tf.Variable(w) for w in weights]  # float64
    with tf.GradientTape() as tape:
        value = loss(variables)
    for i, gradient in enumerate(tape.gradient(value, variables)):

        def moved(w, i=i):
            return float(loss([*weights[:i], w, *weights[i + 1 :]]))

        np.testing.assert_allclose(
            gradient, numeric_gradient(moved, weights[i]), rtol=1e-6, atol=1e-8
        )


#: A game of two steps: the rewards of (first action), and of (first action, second action).
FIRST = np.array([0.0, 0.0, 0.5])
SECOND = np.random.default_rng(2).normal(size=(3, 3))


def test_the_policy_gradient_is_the_gradient_of_the_expected_reward():
    """All nine episodes of the game, each weighted with how likely it is: no sampling noise."""
    x = np.eye(4)  # the start, and a state after each first action
    theta = np.random.default_rng(3).normal(size=(4, 3))

    def expected_reward(theta):
        p = softmax(theta)
        return sum(
            p[0, a] * p[1 + a, b] * (FIRST[a] + SECOND[a, b])
            for a, b in itertools.product(range(3), repeat=2)
        )

    total = np.zeros_like(theta)
    p = softmax(theta)
    for a, b in itertools.product(range(3), repeat=2):
        variable = tf.Variable(theta)
        returns = discount_episode_rewards([FIRST[a], SECOND[a, b]], gamma=1.0, mode=1)
        with tf.GradientTape() as tape:
            logits = tf.gather(x, [0, 1 + a]) @ variable
            loss = cross_entropy_reward_loss(logits, [a, b], returns)
        total += p[0, a] * p[1 + a, b] * -tape.gradient(loss, variable).numpy()
    np.testing.assert_allclose(total, numeric_gradient(expected_reward, theta), atol=1e-6)
