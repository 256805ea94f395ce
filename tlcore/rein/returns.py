"""From rewards to returns: what an action is given credit for."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

import numpy as np


def discount_episode_rewards(
    rewards: Sequence[float] | np.ndarray, gamma: float = 0.99, mode: int = 0
) -> np.ndarray:
    """Return the discounted sum of the rewards that follow each step of one episode.

    The return of step t is ``R[t] = r[t] + gamma * R[t + 1]``: a reward counts less for an action
    the longer ago that action was. (Sutton and Barto, Reinforcement Learning, 2nd ed., section 3.3)

    Parameters
    ----------
    rewards : sequence of float
        The reward of each step of one episode, shape (steps,).
    gamma : float
        What a reward is worth one step earlier, 0 to 1.
    mode : int
        0 starts the sum again at every reward that isn't zero. That is right for Pong, where each
        point is a small game of its own. 1 sums to the end of the episode. Where every step is
        rewarded, as in CartPole, mode 0 hands the rewards back unchanged: use 1.

    Returns
    -------
    ndarray
        float32, shape (steps,).

    Raises
    ------
    TypeError
        If `rewards` holds something else than numbers.
    ValueError
        If `rewards` has another number of axes than one, holds NaN or infinity, `gamma` is outside
        0 to 1, or `mode` is neither 0 nor 1.

    Examples
    --------
    >>> discount_episode_rewards([0, 0, 1, 0, -1], gamma=0.5).tolist()
    [0.25, 0.5, 1.0, -0.5, -1.0]
    >>> discount_episode_rewards([0, 0, 1, 0, -1], gamma=0.5, mode=1).tolist()
    [0.1875, 0.375, 0.75, -0.5, -1.0]
    """
    rewards = np.asarray(rewards)
    if rewards.dtype.kind not in "fiub" and rewards.size:
        raise TypeError(f"rewards has dtype {rewards.dtype}; expected numbers, one for each step.")
    if rewards.ndim != 1:
        raise ValueError(
            f"rewards has shape {rewards.shape}; expected (steps,), the rewards of one episode. "
            "Discount each episode by itself."
        )
    rewards = rewards.astype(np.float64)
    if not np.isfinite(rewards).all():
        raise ValueError("rewards holds NaN or infinity; expected finite numbers.")
    check_gamma(gamma)
    if mode not in (0, 1):
        raise ValueError(f"mode is {mode!r}; expected 0 (start again at each reward) or 1.")
    returns = np.empty(len(rewards), np.float32)
    running = 0.0
    for t in range(len(rewards) - 1, -1, -1):
        if mode == 0 and rewards[t] != 0:
            running = 0.0
        running = rewards[t] + gamma * running
        returns[t] = running
    return returns


def normalize_returns(returns: np.ndarray) -> np.ndarray:
    """Shift returns to mean 0 and scale them to standard deviation 1.

    About half the actions are then made likelier and half less likely, whatever the score.

    Parameters
    ----------
    returns : ndarray
        Shape (steps,).

    Returns
    -------
    ndarray
        float32, shape (steps,). Where all returns are equal they become 0, not NaN: there is
        nothing to choose between.

    Examples
    --------
    >>> normalize_returns(np.array([1.0, 3.0])).tolist()
    [-1.0, 1.0]
    >>> normalize_returns(np.zeros(2)).tolist()
    [0.0, 0.0]
    """
    returns = np.asarray(returns, np.float64)
    if returns.size == 0:
        return returns.astype(np.float32)
    centred = returns - returns.mean()
    spread = centred.std()
    # Rounding leaves a spread of about 1e-17 in returns that are equal.
    if spread <= 1e-8 * max(1.0, np.abs(returns).max()):
        return np.zeros(returns.shape, np.float32)
    return (centred / spread).astype(np.float32)


def batch_returns(
    rewards: Sequence[Sequence[float]],
    gamma: float = 0.99,
    mode: int = 0,
    normalize: str | None = "episode",
) -> list[np.ndarray]:
    """Return the discounted and normalised returns of several episodes.

    Parameters
    ----------
    rewards : sequence of sequences of float
        The rewards of each episode.
    gamma, mode
        As :func:`tlcore.rein.discount_episode_rewards` takes them.
    normalize : str or None
        Over what the returns are brought to mean 0 and deviation 1: each "episode", as Karpathy
        does; the whole "batch", as the original tutorial does; or None.

    Returns
    -------
    list of ndarray
        float32, (steps,) for each episode.

    Raises
    ------
    ValueError
        If `mode` is 0 and every step of every episode is rewarded.

    Examples
    --------
    >>> [r.tolist() for r in batch_returns([[0, 1], [0, -1]], gamma=0.0, normalize=None)]
    [[0.0, 1.0], [0.0, -1.0]]
    """
    if mode == 0 and any(len(r) > 1 for r in rewards) and all(map(all, rewards)):
        raise ValueError(
            "mode is 0, which starts the sum of rewards again at each reward, and here every "
            "step is rewarded: returns would look no further than one step. Use mode=1."
        )
    returns = [discount_episode_rewards(r, gamma, mode) for r in rewards]
    if normalize == "episode":
        return [normalize_returns(r) for r in returns]
    if normalize == "batch":
        ends = np.cumsum([len(r) for r in returns])[:-1]
        return np.split(normalize_returns(np.concatenate(returns)), ends)
    return returns


def running_mean(rewards: Sequence[float] | np.ndarray, width: int = 100) -> np.ndarray:
    """Return the mean of the last `width` episodes at each episode, the curve that papers show.

    Parameters
    ----------
    rewards : sequence of float
        The score of each episode, shape (episodes,).
    width : int
        Episodes in the window. At the beginning there are fewer, and all of them count.

    Returns
    -------
    ndarray
        Shape (episodes,).

    Examples
    --------
    >>> running_mean([1, 3, 5, 7], width=2).tolist()
    [1.0, 2.0, 4.0, 6.0]
    """
    sums = np.concatenate([[0.0], np.cumsum(np.asarray(rewards, np.float64))])
    n = np.arange(1, len(sums))
    first = np.maximum(n - width, 0)
    return (sums[n] - sums[first]) / (n - first)


def check_gamma(gamma: float) -> float:
    """Return `gamma` if it is a number from 0 to 1, or raise ValueError."""
    if not isinstance(gamma, Real) or isinstance(gamma, bool) or not 0 <= gamma <= 1:
        raise ValueError(f"gamma is {gamma!r}; expected a number from 0 to 1, such as 0.99.")
    return float(gamma)
