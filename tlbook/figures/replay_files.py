"""Stretches of games: played once, and packed small for the page.

From one frame to the next only the ball and the paddles move, so a frame is kept as what has
changed: runs of pixels, four bytes each. A hundred moments of Pong take about 6 kB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tlcore.rein.games import Environments
from tlcore.rein.rollout import Policy, sample_action

from .store import load, save, text

#: The arrays of the file.
ARRAYS = (
    "ages", "moments", "shape", "names", "actions", "rewards", "probabilities", "counts", "runs",
)  # fmt: skip


@dataclass
class Replay:
    """A stretch of a game, moment by moment.

    The input of the agent's network is the difference of a frame to the one before; at the first
    moment that is zero.
    """

    age: int  # episodes that the agent had played; 0 is before training
    frames: np.ndarray  # uint8 (moments, height, width): what the agent sees
    probabilities: np.ndarray  # (moments, n_actions): what the policy made of the difference
    actions: np.ndarray  # uint8 (moments,): the index of the action that was drawn
    rewards: np.ndarray  # int8 (moments,): the reward that followed


def play_replay(
    environments: Environments,
    policy: Policy,
    age: int,
    n_points: int = 4,
    most: int = 800,
    seed: int = 0,
) -> Replay:
    """Play a stretch of a game with a policy, and keep all that a replay shows.

    It is the beginning of the episode that ``tl.rein.play_episodes`` plays from the same seed.

    Parameters
    ----------
    environments : Environments
        Whose observations are pixels, such as ``tl.rein.PongEnvironments(1)``.
    policy : callable
        Takes network inputs, (1, height * width); returns probabilities, (1, n_actions).
    n_points, most : int
        Stop when so many points have been played, or after so many moments at the latest. A point
        that was not finished is left out, unless it is the only one.

    Examples
    --------
    >>> from tlcore.rein import PongEnvironments
    >>> either_way = lambda inputs: np.full((1, 2), 0.5)
    >>> replay = play_replay(PongEnvironments(1), either_way, age=0, n_points=1)
    >>> replay.frames.shape[1:], replay.rewards[-1].item()
    ((80, 80), -1)
    """
    now = before = environments.reset(0, seed)
    side = round(now.size**0.5)
    rng = np.random.default_rng([seed, 1])
    seen, probabilities, actions, rewards = [], [], [], []
    over = False
    while not over and len(rewards) < most and np.count_nonzero(rewards) < n_points:
        p = np.asarray(policy(environments.inputs(now[None], before[None])))[0]
        seen.append(now)
        probabilities.append(p)
        actions.append(sample_action(p, rng.random()))
        before = now
        [(now, reward, over)] = environments.step([0], actions[-1:])
        rewards.append(reward)
    ends = np.flatnonzero(rewards)
    n = int(ends[-1]) + 1 if len(ends) else len(rewards)
    return Replay(
        age,
        np.stack(seen[:n]).reshape(n, side, side),
        np.stack(probabilities[:n]),
        np.array(actions[:n], np.uint8),
        np.array(rewards[:n], np.int8),
    )


def changes(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Describe frames by what changes from each to the next; the first one starts from zeros.

    Of frames, uint8 (moments, height, width), the number of runs that belong to each, uint16
    (moments,), and the runs of pixels, uint8 (runs, 4): row, column, length and new value.

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
    replays : sequence of Replay
        By age. Probabilities are stored as float16, all else exactly.
    actions : sequence of str
        Their names.

    Examples
    --------
    >>> import tempfile
    >>> one = Replay(0, np.ones((2, 3, 3), np.uint8), np.full((2, 2), 0.5), [0, 1], [0, -1])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     replays, actions = load_replays(save_replays(f"{folder}/r.npz", [one], ["up", "down"]))
    >>> replays[0].rewards, actions
    (array([ 0, -1], dtype=int8), ['up', 'down'])
    """
    coded = [changes(np.asarray(r.frames, np.uint8)) for r in replays]
    join = np.concatenate
    arrays = {
        "ages": np.array([r.age for r in replays], np.int32),
        "moments": np.array([len(r.frames) for r in replays], np.int32),
        "shape": np.array(np.shape(replays[0].frames)[1:], np.uint8),
        "names": list(actions),
        "actions": join([r.actions for r in replays]).astype(np.uint8),
        "rewards": join([r.rewards for r in replays]).astype(np.int8),
        "probabilities": join([r.probabilities for r in replays]).astype(np.float16),
        "counts": join([counts for counts, _ in coded]),
        "runs": join([runs for _, runs in coded]),
    }
    return save(path, arrays)


def load_replays(path: str | Path) -> tuple[list[Replay], list[str]]:
    """Read what `save_replays` wrote: the replays, and the names of the actions."""
    stored = load(path, *ARRAYS)
    ages, moments, shape, _, actions, rewards, probabilities, counts, runs = (
        stored[name] for name in ARRAYS
    )
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
    return replays, text(stored, "names")
