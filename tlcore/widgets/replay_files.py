"""Stretches of games: played once, and packed small for the page.

From one frame to the next only the ball and the paddles move, so a frame is kept as what has
changed: runs of pixels, four bytes each. A hundred moments of Pong take about 6 kB.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tlcore.files.atomic import write_bytes

from .assets import WHOLE, load_arrays


@dataclass
class Replay:
    """A stretch of a game, moment by moment.

    Attributes
    ----------
    age : int
        Episodes that the agent had played when it was recorded; 0 is before training.
    frames : ndarray
        uint8, (moments, height, width): what the agent sees. The input of its network is the
        difference to the frame before; at the first moment that is zero.
    probabilities : ndarray
        (moments, n_actions): what the policy made of the difference.
    actions : ndarray
        uint8, (moments,): the index of the action that was drawn.
    rewards : ndarray
        int8, (moments,): the reward that followed.
    """

    age: int
    frames: np.ndarray
    probabilities: np.ndarray
    actions: np.ndarray
    rewards: np.ndarray


def play_replay(
    env,
    policy: Callable[[np.ndarray, np.ndarray], np.ndarray],
    age: int,
    frame: Callable[[np.ndarray], np.ndarray],
    actions: Sequence[int] = (2, 3),
    n_points: int = 4,
    most: int = 500,
    seed: int = 0,
) -> Replay:
    """Play a stretch of a game with a policy, and keep all that a replay shows.

    Parameters
    ----------
    env : gymnasium.Env
        The game, such as ``gym.make("ALE/Pong-v5")``.
    policy : callable
        Takes a frame and the one before, uint8 (height * width,) each, at the first moment the same
        one twice; returns the probabilities of the actions, (n_actions,).
    age : int
        Episodes that the policy has learned from.
    frame : callable
        Takes an observation, returns what the agent sees of it: height * width whole numbers.
    actions : sequence of int
        What the game calls the policy's actions. The default is Pong's up and down.
    n_points : int
        Stop when so many points have been played.
    most : int
        Stop after so many moments at the latest. A point that was not finished is left out, unless
        it is the only one.
    seed : int
        For the game and for drawing the actions.

    Raises
    ------
    ValueError
        If the policy gives another number of probabilities than there are actions.

    Examples
    --------
    >>> import gymnasium as gym
    >>> env = gym.make("CartPole-v1")
    >>> replay = play_replay(env, lambda *x: [0.5, 0.5], 0, lambda x: x > 0, (0, 1), 1)
    >>> replay.frames.shape[1:], replay.rewards
    ((2, 2), array([1], dtype=int8))
    """
    rng = np.random.default_rng(seed)
    seen, probabilities, chosen, rewards = [], [], [], []
    observation, _ = env.reset(seed=seed)
    done = False
    while not done and len(rewards) < most and np.count_nonzero(rewards) < n_points:
        seen.append(np.asarray(frame(observation)).astype(np.uint8).ravel())
        p = np.asarray(policy(seen[-1], seen[-2:][0]), np.float64).ravel()
        if len(p) != len(actions):
            raise ValueError(
                f"policy gives {len(p)} probabilities, actions are {tuple(actions)}; expected as "
                "many"
            )
        probabilities.append(p)
        chosen.append(int(rng.choice(len(p), p=p / p.sum())))
        observation, reward, terminated, truncated, _ = env.step(actions[chosen[-1]])
        rewards.append(reward)
        done = terminated or truncated
    ends = np.flatnonzero(rewards)
    n = int(ends[-1]) + 1 if len(ends) else len(rewards)
    side = round(len(seen[0]) ** 0.5)
    return Replay(
        age,
        np.stack(seen[:n]).reshape(n, side, -1),
        np.stack(probabilities[:n]),
        np.array(chosen[:n], np.uint8),
        np.array(rewards[:n], np.int8),
    )


def changes(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Describe frames by what changes from each to the next; the first one starts from zeros.

    Parameters
    ----------
    frames : ndarray
        uint8, (moments, height, width); height and width at most 255.

    Returns
    -------
    counts : ndarray
        uint16, (moments,): how many runs belong to each frame.
    runs : ndarray
        uint8, (runs, 4): row, column, length and new value of pixels side by side.

    Examples
    --------
    >>> counts, runs = changes(np.array([[[0, 7, 7]], [[0, 0, 7]]], np.uint8))
    >>> counts.tolist(), runs.tolist()
    ([1, 1], [[0, 1, 2, 7], [0, 1, 1, 0]])
    """
    width = frames.shape[2]
    counts, runs = [], []
    before = np.zeros_like(frames[0]).ravel()
    for after in frames.reshape(len(frames), -1):
        at = np.flatnonzero(after != before)
        values, rows = after[at], at // width
        # A run ends where the next changed pixel isn't its neighbour, or has another value.
        new = np.ones(len(at), bool)
        new[1:] = (np.diff(at) > 1) | (np.diff(rows) > 0) | (values[1:] != values[:-1])
        first = np.flatnonzero(new)
        lengths = np.diff(np.append(first, len(at)))
        runs.append(np.stack([rows[first], at[first] % width, lengths, values[first]], axis=1))
        counts.append(len(first))
        before = after
    return np.array(counts, np.uint16), np.concatenate(runs).astype(np.uint8)


def save_replays(path: str | Path, replays: Sequence[Replay], actions: Sequence[str]) -> Path:
    """Write the file that `Replays` shows.

    Parameters
    ----------
    path : str or Path
        The .npz file; it appears whole or not at all.
    replays : sequence of Replay
        By age. Probabilities are stored as float16, all else exactly.
    actions : sequence of str
        Names of the actions, such as ``["up", "down"]``.

    Raises
    ------
    ValueError
        If there are no replays, or they differ in frames or actions.

    Examples
    --------
    >>> import tempfile
    >>> one = Replay(0, np.ones((2, 3, 3), np.uint8), np.full((2, 2), 0.5), [0, 1], [0, -1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replays, actions = load_replays(save_replays(f"{folder}/r.npz", [one], ["up", "down"]))
    >>> replays[0].rewards, actions
    (array([ 0, -1], dtype=int8), ['up', 'down'])
    """
    shapes = {(np.shape(r.frames)[1:], np.shape(r.probabilities)[1:]) for r in replays}
    if shapes != {(np.shape(replays[0].frames)[1:], (len(actions),))} if replays else True:
        raise ValueError(
            f"replays have frames and probabilities of {sorted(shapes)} for {len(actions)} "
            "actions; expected one or more replays, all with the same"
        )
    coded = [changes(np.asarray(r.frames, np.uint8)) for r in replays]
    join = np.concatenate
    arrays = {
        "ages": np.array([r.age for r in replays], np.int32),
        "moments": np.array([len(r.frames) for r in replays], np.int32),
        "shape": np.array(np.shape(replays[0].frames)[1:], np.uint8),
        "names": np.frombuffer("\n".join(actions).encode(), np.uint8),
        "actions": join([r.actions for r in replays]).astype(np.uint8),
        "rewards": join([r.rewards for r in replays]).astype(np.int8),
        "probabilities": join([r.probabilities for r in replays]).astype(np.float16),
        "counts": join([counts for counts, _ in coded]),
        "runs": join([runs for _, runs in coded]),
    }
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return write_bytes(path, buffer.getvalue())


def load_replays(path: str | Path) -> tuple[list[Replay], list[str]]:
    """Read what `save_replays` wrote: the replays, and the names of the actions.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it holds something else.
    """
    arrays = load_arrays(path, WHOLE)
    if len(arrays) != 9 or arrays[8].ndim != 2 or arrays[8].shape[1] != 4:
        raise ValueError(
            f"{path} holds {len(arrays)} arrays, no replays; expected what save_replays writes"
        )
    ages, moments, shape, names, actions, rewards, probabilities, counts, runs = arrays
    frames = np.zeros((len(counts), *shape.tolist()), np.uint8)
    starts = set(np.cumsum(moments).tolist())
    last = 0
    for i, count in enumerate(counts.tolist()):
        if i and i not in starts:
            frames[i] = frames[i - 1]
        for row, column, length, value in runs[last : last + count].tolist():
            frames[i, row, column : column + length] = value
        last += count
    cuts = np.cumsum(moments)[:-1]
    parts = [np.split(a, cuts) for a in (frames, probabilities, actions, rewards)]
    replays = [Replay(int(age), *part) for age, *part in zip(ages, *parts, strict=True)]
    return replays, names.tobytes().decode().split("\n")
