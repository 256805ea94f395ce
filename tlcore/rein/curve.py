"""A learning curve, and the moment at which it reached a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tlcore.rein.returns import running_mean


def learning_curve(
    history: Mapping[str, Sequence[float]], frames_a_step: int = 1, width: int = 100
) -> dict[str, list]:
    """Sum up a history of episodes by update, for a picture or a record.

    Parameters
    ----------
    history : mapping of str to list
        ``history`` of a :class:`tlcore.train.PolicyGradient`: one entry for each episode.
    frames_a_step : int
        Frames of the game in one step of the agent, 4 in Pong.
    width : int
        Episodes in the running mean.

    Returns
    -------
    dict of lists
        One entry for each update: ``episodes`` and ``frames`` so far, ``reward`` (mean of the
        batch), ``mean_reward`` (mean of the last `width` episodes), ``seconds`` and
        ``cpu_seconds`` so far.

    Examples
    --------
    >>> history = {"reward": [1, 3, 5, 7], "steps": [10, 10, 20, 20], "update": [1, 1, 2, 2],
    ...            "seconds": [3, 3, 6, 6], "cpu_seconds": [4, 4, 8, 8]}
    >>> curve = learning_curve(history, frames_a_step=4, width=2)
    >>> curve["frames"], curve["reward"], curve["mean_reward"]
    ([80, 240], [2.0, 6.0], [2.0, 6.0])
    """
    update = np.asarray(history["update"])
    reward = np.asarray(history["reward"], np.float64)
    starts = np.flatnonzero(np.diff(update, prepend=-1))
    ends = np.append(starts[1:], len(update)) - 1 if len(update) else starts
    frames = np.cumsum(history["steps"], dtype=np.int64) * frames_a_step
    return {
        "episodes": (ends + 1).tolist(),
        "frames": frames[ends].tolist(),
        "reward": [float(reward[a : b + 1].mean()) for a, b in zip(starts, ends, strict=True)],
        "mean_reward": running_mean(reward, width)[ends].tolist(),
        "seconds": np.asarray(history["seconds"])[ends].tolist(),
        "cpu_seconds": np.asarray(history["cpu_seconds"])[ends].tolist(),
    }


def reached(
    curve: Mapping[str, Sequence[float]], level: float, width: int = 100
) -> dict[str, float] | None:
    """Return the first point of a learning curve whose running mean is at least `level`.

    Parameters
    ----------
    curve : mapping of str to list
        From :func:`tlcore.rein.learning_curve`.
    level : float
        A score.
    width : int
        Episodes in the running mean: with fewer than these nothing is reached yet.

    Returns
    -------
    dict or None
        ``episodes``, ``frames``, ``mean_reward``, ``seconds``, ``cpu_seconds`` there, or None if
        it never got so far.

    Examples
    --------
    >>> curve = {"episodes": [100, 200], "mean_reward": [-20.0, 5.0], "cpu_seconds": [60, 130]}
    >>> reached(curve, 0)["cpu_seconds"]
    130
    >>> reached(curve, 10) is None
    True
    """
    for i, (episodes, mean) in enumerate(
        zip(curve["episodes"], curve["mean_reward"], strict=True)
    ):
        if episodes >= width and mean >= level:
            return {name: values[i] for name, values in curve.items() if name != "reward"}
    return None
