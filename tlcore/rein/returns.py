"""From rewards to returns and advantages, what an action is given credit for; and their curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tlcore.check import check_array, check_choice, check_number, require


def discount_episode_rewards(
    rewards: Sequence[float] | np.ndarray, gamma: float = 0.99, mode: int = 0
) -> np.ndarray:
    """Return the discounted sum of the rewards that follow each step, float32 (steps,).

    The return of step t is ``R[t] = r[t] + gamma * R[t + 1]``: the longer ago an action was, the
    less a reward counts for it (Sutton and Barto, Reinforcement Learning, 2nd ed., section 3.3).

    `rewards` are those of one episode, (steps,); `gamma`, 0 to 1, is what a reward is worth one
    step earlier. Mode 0 starts the sum again at every reward that isn't zero. That is right for
    Pong, where each point is a small game of its own. Mode 1 sums to the end of the episode. Where
    every step is rewarded, as in CartPole, mode 0 hands the rewards back unchanged: use 1.

    >>> discount_episode_rewards([0, 0, 1, 0, -1], gamma=0.5).tolist()
    [0.25, 0.5, 1.0, -0.5, -1.0]
    >>> discount_episode_rewards([0, 0, 1, 0, -1], gamma=0.5, mode=1).tolist()
    [0.1875, 0.375, 0.75, -0.5, -1.0]
    """
    rewards = check_array("rewards", rewards)
    require(
        rewards.ndim == 1,
        f"rewards has shape {rewards.shape}; expected (steps,), the rewards of one episode. "
        "Discount each episode by itself.",
    )
    check_array("rewards", rewards, dtype="float32")
    rewards = rewards.astype(np.float64)
    gamma = check_number("gamma", gamma, 0, 1, such_as="0.99")
    check_choice("mode", mode, [0, 1], meaning="(0 starts again at each reward)")
    returns = np.empty(len(rewards), np.float32)
    running = 0.0
    for t in reversed(range(len(rewards))):
        if mode == 0 and rewards[t] != 0:
            running = 0.0
        running = rewards[t] + gamma * running
        returns[t] = running
    return returns


def normalize_returns(returns: np.ndarray) -> np.ndarray:
    """Shift returns, (steps,), to mean 0 and scale them to standard deviation 1, in float32.

    About half the actions are then made likelier and half less likely, whatever the score. Where
    all returns are equal they become 0, not NaN: there is nothing to choose between.

    >>> normalize_returns(np.array([1.0, 3.0])).tolist()
    [-1.0, 1.0]
    """
    returns = check_array("returns", returns, dtype="float32").astype(np.float64)
    if returns.size == 0:
        return returns.astype(np.float32)
    centred = returns - returns.mean()
    spread = centred.std()
    # Rounding leaves a spread of about 1e-17 in returns that are equal.
    if spread <= 1e-8 * max(1.0, np.abs(returns).max()):
        return np.zeros(returns.shape, np.float32)
    return (centred / spread).astype(np.float32)


def batch_returns(
    rewards: Sequence[Sequence[float]], gamma: float = 0.99, mode: int = 0,
    normalize: str | None = "episode",
) -> list[np.ndarray]:  # fmt: skip
    """Return the discounted and normalised returns of several episodes, (steps,) for each.

    They get mean 0 and deviation 1 in each "episode", as Karpathy (2016) has it, in the whole
    "batch", or not at all (None). `gamma` and `mode` are as in :func:`discount_episode_rewards`.

    >>> [r.tolist() for r in batch_returns([[0, 1], [0, -1]], gamma=0.0, normalize=None)]
    [[0.0, 1.0], [0.0, -1.0]]
    """
    check_choice("normalize", normalize, ["episode", "batch", None])
    require(
        mode != 0 or all(len(r) < 2 for r in rewards) or not all(map(all, rewards)),
        "mode is 0, which starts the sum of rewards again at each reward, and here every step is "
        "rewarded: returns would look no further than one step. Use mode=1.",
    )
    returns = [discount_episode_rewards(r, gamma, mode) for r in rewards]
    if normalize == "episode":
        return [normalize_returns(r) for r in returns]
    if normalize == "batch":
        ends = np.cumsum([len(r) for r in returns])[:-1]
        return np.split(normalize_returns(np.concatenate(returns)), ends)
    return returns


def advantage_estimates(
    rewards: Sequence[float] | np.ndarray, values: np.ndarray, gamma: float = 0.99,
    lam: float = 0.95, mode: int = 0,
) -> np.ndarray:  # fmt: skip
    """Return how much better each step of an episode went than its value had promised.

    A step is better than expected by ``d[t] = r[t] + gamma * V[t + 1] - V[t]``, and its action
    shares in what follows: ``A[t] = d[t] + gamma * lam * A[t + 1]`` (generalised advantage
    estimation; Schulman et al., 2016). Beyond the end V and A are 0. All shapes are (steps,).

    `values` are V, the returns that the network expects. `lam` 0 trusts the values alone; with 1
    the sum is the return less the value. In mode 0 a reward that isn't zero is an end too.

    >>> advantage_estimates([0, 1], np.array([0.5, 0.5]), gamma=1.0, lam=0.0).tolist()
    [0.0, 0.5]
    """
    gamma = check_number("gamma", gamma, 0, 1, such_as="0.99")
    rewards = check_array("rewards", rewards, ("steps",)).astype(np.float64)
    values = check_array("values", values, rewards.shape)
    advantages = np.empty(len(rewards), np.float32)
    following, advantage = 0.0, 0.0
    for t in reversed(range(len(rewards))):
        if mode == 0 and rewards[t] != 0:
            following = advantage = 0.0
        surprise = rewards[t] + gamma * following - values[t]
        advantage = surprise + gamma * lam * advantage
        advantages[t], following = advantage, values[t]
    return advantages


def running_mean(rewards: Sequence[float] | np.ndarray, width: int = 100) -> np.ndarray:
    """Return the mean of the last `width` episodes at each episode, the curve that papers show.

    At the beginning there are fewer episodes, and all of them count. Shapes are (episodes,).

    >>> running_mean([1, 3, 5, 7], width=2).tolist()
    [1.0, 2.0, 4.0, 6.0]
    """
    sums = np.concatenate([[0.0], np.cumsum(check_array("rewards", rewards), dtype=float)])
    n = np.arange(1, len(sums))
    first = np.maximum(n - width, 0)
    return (sums[n] - sums[first]) / (n - first)


def learning_curve(
    history: Mapping[str, Sequence[float]], frames_a_step: int = 1, width: int = 100
) -> dict[str, list]:
    """Sum up a history of episodes by update, for a picture or a record.

    `history` is that of a :class:`tlcore.train.PolicyGradient`, an entry for each episode; one step
    of the agent is `frames_a_step` frames of the game, 4 in Pong. The curve has an entry for each
    update: ``episodes``, ``frames``, ``seconds`` and ``cpu_seconds`` so far, ``reward`` (mean of
    the batch) and ``mean_reward`` (mean of the last `width` episodes).

    >>> history = {"reward": [1, 3, 5, 7], "steps": [10, 10, 20, 20], "update": [1, 1, 2, 2],
    ...            "seconds": [3, 3, 6, 6], "cpu_seconds": [4, 4, 8, 8]}
    >>> curve = learning_curve(history, frames_a_step=4, width=2)
    >>> curve["frames"], curve["reward"], curve["mean_reward"]
    ([80, 240], [2.0, 6.0], [2.0, 6.0])
    """
    ends = np.flatnonzero(np.diff(history["update"], append=-1))  # the last episode of each update
    reward = np.asarray(history["reward"], np.float64)
    frames = np.cumsum(history["steps"], dtype=np.int64) * frames_a_step
    return {
        "episodes": (ends + 1).tolist(),
        "frames": frames[ends].tolist(),
        "reward": [float(batch.mean()) for batch in np.split(reward, ends + 1)[:-1]],
        "mean_reward": running_mean(reward, width)[ends].tolist(),
        "seconds": np.asarray(history["seconds"])[ends].tolist(),
        "cpu_seconds": np.asarray(history["cpu_seconds"])[ends].tolist(),
    }


def reached(
    curve: Mapping[str, Sequence[float]], level: float, width: int = 100
) -> dict[str, Any] | None:
    """Return the first point of a learning curve whose running mean is at least `level`, or None.

    With fewer than `width` episodes, those of its running mean, no level is reached yet.

    >>> curve = {"episodes": [100, 200], "mean_reward": [-20.0, 5.0], "cpu_seconds": [60, 130]}
    >>> reached(curve, 0)
    {'episodes': 200, 'mean_reward': 5.0, 'cpu_seconds': 130}
    """
    points = zip(curve["episodes"], curve["mean_reward"], strict=True)
    for i, (episodes, mean) in enumerate(points):
        if episodes >= width and mean >= level:
            return {name: values[i] for name, values in curve.items() if name != "reward"}
    return None
