import numpy as np
import pytest

from tlcore.rein.advantages import advantage_estimates
from tlcore.rein.returns import discount_episode_rewards

rng = np.random.default_rng(0)


def by_the_sum(rewards, values, gamma, lam, ends):
    """Generalised advantages as the sum that defines them (equation 16 of the paper)."""
    advantages = np.zeros(len(rewards))
    for t in range(len(rewards)):
        for k in range(t, len(rewards)):
            following = 0.0 if ends[k] else values[k + 1]
            surprise = rewards[k] + gamma * following - values[k]
            advantages[t] += (gamma * lam) ** (k - t) * surprise
            if ends[k]:
                break
    return advantages


@pytest.mark.parametrize("mode", [0, 1])
@pytest.mark.parametrize(("gamma", "lam"), [(0.99, 0.95), (0.9, 0.0), (1.0, 1.0), (0.0, 0.5)])
def test_advantages_are_the_sum_that_defines_them(mode, gamma, lam):
    rewards = rng.choice([-1.0, 0.0, 0.0, 0.0, 1.0], 40)
    guesses = rng.normal(size=40)
    ends = (rewards != 0) & (mode == 0)
    ends[-1] = True
    expected = by_the_sum(rewards, guesses, gamma, lam, ends)
    found = advantage_estimates(rewards, guesses, gamma, lam, mode)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("mode", [0, 1])
def test_with_lambda_1_an_advantage_is_the_return_less_the_value(mode):
    rewards = rng.choice([-1.0, 0.0, 0.0, 1.0], 30)
    guesses = rng.normal(size=30)
    returns = discount_episode_rewards(rewards, 0.97, mode)
    found = advantage_estimates(rewards, guesses, 0.97, 1.0, mode)
    np.testing.assert_allclose(found, returns - guesses, atol=1e-5)
