"""The strongest hidden units of a policy, packed small for the page."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from .store import quantise, save

#: The arrays of the file.
ARRAYS = ("ages", "names", "units", "scale", "weights", "outgoing")


def push(W2: np.ndarray) -> np.ndarray:
    """Return how much each hidden unit speaks for the last action but one, against the last.

    `W2` is (units, n_actions). In Pong these actions are up and down, so a positive number pushes
    the paddle up.

    Examples
    --------
    >>> push(np.array([[0.5, -0.25], [0.0, 1.0]]))
    array([ 0.75, -1.  ])
    """
    return W2[:, -2] - W2[:, -1]


def strength(W1: np.ndarray, W2: np.ndarray) -> np.ndarray:
    """Return how much each hidden unit can move the decision.

    The length of its incoming weights times its push: a ReLU unit with incoming weights twice as
    large and outgoing ones half as large is the same unit, and has the same strength. The weights
    are (inputs, units) and (units, n_actions).

    Examples
    --------
    >>> strength(np.array([[3.0, 1.0], [4.0, 0.0]]), np.array([[0.5, -0.5], [2.0, 1.0]]))
    array([5., 1.])
    """
    return np.linalg.norm(W1, axis=0) * np.abs(push(W2))


def save_units(
    path: str | Path,
    weights: Mapping[int, Sequence[np.ndarray]],
    actions: Sequence[str],
    n: int = 40,
) -> Path:
    """Write the file that `HiddenUnits` shows: the `n` units that are strongest at the last age.

    A weight becomes one byte, from -127 to 127 times the 127th part of the unit's largest weight of
    all ages. 40 units of 6,400 weights at four ages are 1.0 MB; all 200 would be 5.1 MB.

    Parameters
    ----------
    weights : mapping of int to sequence of ndarray
        By age in episodes: W1 (side * side, units), b1 (units,), W2 (units, n_actions), b2.
    actions : sequence of str
        Names of the actions; the last two are opposites, such as ``["up", "down"]``.

    Examples
    --------
    >>> import tempfile
    >>> network = [np.eye(4), np.zeros(4), np.eye(4)[:, :2], np.zeros(2)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_units(f"{folder}/u.npz", {0: network}, ["up", "down"], n=2)
    ...     np.load(path)["units"]
    array([0, 1], dtype=int32)
    """
    ages = sorted(weights)
    W1, _, W2, _ = weights[ages[-1]]
    chosen = np.argsort(-strength(W1, W2), kind="stable")[:n]
    incoming = np.stack([np.asarray(weights[age][0])[:, chosen].T for age in ages])  # (ages, n, p)
    stored, scale = quantise(incoming, axis=(0, 2))
    arrays = {
        "ages": np.array(ages, np.int32),
        "names": list(actions),
        "units": chosen.astype(np.int32),
        "scale": scale.ravel().astype(np.float32),
        "weights": stored,
        "outgoing": np.stack([weights[age][2][chosen] for age in ages]).astype(np.float32),
    }
    return save(path, arrays)
