"""Why reward times log-probability: its expected gradient is that of the expected reward."""

import itertools

import keras
import numpy as np
import tensorflow as tf

from tlcore.rein import cross_entropy_reward_loss, discount_episode_rewards, numeric_gradient


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
        p = np.exp(theta) / np.exp(theta).sum(axis=1, keepdims=True)
        return sum(
            p[0, a] * p[1 + a, b] * (FIRST[a] + SECOND[a, b])
            for a, b in itertools.product(range(3), repeat=2)
        )

    total = np.zeros_like(theta)
    p = np.asarray(keras.activations.softmax(tf.constant(theta)))
    for a, b in itertools.product(range(3), repeat=2):
        variable = tf.Variable(theta)
        returns = discount_episode_rewards([FIRST[a], SECOND[a, b]], gamma=1.0, mode=1)
        with tf.GradientTape() as tape:
            logits = tf.gather(x, [0, 1 + a]) @ variable
            loss = cross_entropy_reward_loss(logits, [a, b], returns)
        total += p[0, a] * p[1 + a, b] * -tape.gradient(loss, variable).numpy()
    np.testing.assert_allclose(total, numeric_gradient(expected_reward, theta), atol=1e-6)
