"""From rewards and guesses to advantages: what an action is given credit for, with less noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tlcore.rein.returns import check_gamma


def advantage_estimates(
    rewards: Sequence[float] | np.ndarray,
    values: np.ndarray,
    gamma: float = 0.99,
    lam: float = 0.95,
    mode: int = 0,
) -> np.ndarray:
    """Return how much better each step of an episode went than its value had promised.

    A step is better than expected by ``d[t] = r[t] + gamma * V[t + 1] - V[t]``, and its action
    shares in what follows: ``A[t] = d[t] + gamma * lam * A[t + 1]`` (generalised advantage
    estimation; Schulman et al., 2016). Beyond the end V and A are 0.

    Parameters
    ----------
    rewards : sequence of float
        Shape (steps,): one whole episode.
    values : ndarray
        The return that the network expects at each step, shape (steps,).
    gamma : float
        What a reward is worth one step earlier.
    lam : float
        0 trusts the values alone; with 1 the sum is the return less the value.
    mode : int
        0: a reward that isn't zero is an end too. 1: only the last step is.

    Returns
    -------
    ndarray
        float32, shape (steps,).

    Examples
    --------
    >>> advantage_estimates([0, 1, 0, -1], np.zeros(4), gamma=0.5, lam=1.0).tolist()
    [0.5, 1.0, -0.5, -1.0]
    >>> advantage_estimates([0, 1], np.array([0.5, 0.5]), gamma=1.0, lam=0.0).tolist()
    [0.0, 0.5]
    """
    gamma, rewards = check_gamma(gamma), np.asarray(rewards, np.float64)
    advantages = np.empty(len(rewards), np.float32)
    following, advantage = 0.0, 0.0
    for t in range(len(rewards) - 1, -1, -1):
        if mode == 0 and rewards[t] != 0:
            following = advantage = 0.0
        surprise = rewards[t] + gamma * following - values[t]
        advantage = surprise + gamma * lam * advantage
        advantages[t], following = advantage, values[t]
    return advantages
