"""Choosing an action from the probabilities that a policy gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


def choice_action_by_probs(
    probs: Sequence[float] | np.ndarray,
    action_list: Sequence[Any] | None = None,
    rng: np.random.Generator | int | None = None,
) -> Any:
    """Draw an action: each comes up as often as its probability says.

    The draw is from the categorical distribution that `probs` describes. (The original tutorial
    calls it uniform; it isn't.)

    Parameters
    ----------
    probs : sequence of float
        A probability for each action, shape (actions,). They sum to 1.
    action_list : sequence, optional
        What to return for each: names, or numbers of the game. Without it, the index.
    rng : numpy.random.Generator or int, optional
        Where the random number comes from, or a seed. Without it, a fresh generator.

    Returns
    -------
    int, or an entry of `action_list`

    Raises
    ------
    ValueError
        If `probs` isn't such a list, or `action_list` has another length.

    Examples
    --------
    >>> choice_action_by_probs([0.0, 1.0], ["up", "down"])
    'down'
    >>> rng = np.random.default_rng(0)
    >>> draws = [choice_action_by_probs([0.2, 0.8], rng=rng) for _ in range(1000)]
    >>> draws.count(1)
    807
    """
    values = np.asarray(probs)
    if values.ndim != 1 or values.size == 0 or values.dtype.kind not in "fiub":
        raise ValueError(
            f"probs has shape {values.shape} and dtype {values.dtype}; expected (actions,), one "
            "probability for each action."
        )
    values = values.astype(np.float64)
    # The sum of a float32 softmax is off by about 1e-7 for each action.
    if not (values >= 0).all() or abs(values.sum() - 1) > 1e-4:
        raise ValueError(
            f"probs is {probs!r} with sum {values.sum():g}; expected numbers from 0 to 1 with sum "
            "1. Apply tf.nn.softmax to the logits of the network first."
        )
    if action_list is not None and len(action_list) != len(values):
        raise ValueError(
            f"action_list has {len(action_list)} entries and probs has {len(values)}; expected "
            "one action for each probability."
        )
    action = sample_action(values, np.random.default_rng(rng).random())
    return action if action_list is None else action_list[action]


def sample_action(probs: np.ndarray, uniform: float) -> int:
    """Return the action in whose part of the line from 0 to 1 the number `uniform` falls.

    Parameters
    ----------
    probs : ndarray
        Probabilities, shape (actions,). Their sum may be off by rounding.
    uniform : float
        A random number, 0 <= uniform < 1.

    Examples
    --------
    >>> [sample_action(np.array([0.25, 0.0, 0.75]), u) for u in (0.0, 0.24, 0.25, 0.99)]
    [0, 0, 2, 2]
    """
    ends = np.cumsum(probs, dtype=np.float64)
    return int(np.searchsorted(ends, uniform * ends[-1], side="right"))
