"""Draw a word from the probabilities that a model gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tlcore.check import check_array, check_count, check_positive, require


def sample(
    a: Sequence[float] | np.ndarray, temperature: float | None = 1.0,
    rng: np.random.Generator | None = None,
) -> int:  # fmt: skip
    """Draw an index with the given probabilities, sharpened or flattened by a temperature.

    The probability of index i is in proportion to ``a[i] ** (1 / temperature)``. They need not sum
    to 1, so the rounding of a float32 softmax over thousands of words does no harm. Without `rng`
    the random number is one of ``np.random``.

    `a` are probabilities, or any numbers from 0 on, (words,); one that is 0 is never drawn. A
    temperature of 1 draws as `a` says. Below 1 likely words become likelier, towards the likeliest
    alone, which None takes; above 1 they all become alike.

    >>> rng = np.random.default_rng(0)
    >>> np.bincount([sample([0.0, 0.9, 0.1], rng=rng) for _ in range(1000)]).tolist()
    [0, 904, 96]
    """
    return _draw(_weights(a), temperature, rng)


def sample_top(
    a: Sequence[float] | np.ndarray, top_k: int = 10, rng: np.random.Generator | None = None,
    temperature: float | None = 1.0,
) -> int:  # fmt: skip
    """Draw one of the `top_k` likeliest indices (all, where there are fewer), as :func:`sample`.

    >>> sample_top([0.2, 0.5, 0.3], top_k=1)
    1
    """
    weights = _weights(a)
    top = np.argpartition(weights, -min(check_count("top_k", top_k), len(weights)))[-top_k:]
    return int(top[_draw(weights[top], temperature, rng)])


def _draw(weights: np.ndarray, temperature: float | None, rng: np.random.Generator | None) -> int:
    if temperature is None:
        return int(np.argmax(weights))
    check_positive("temperature", temperature, such_as="0.8, or None for the likeliest word alone")
    # Scaled by the largest first: then no power overflows, and one of them stays 1.
    powers = (weights / weights.max()) ** (1 / temperature)
    bounds = powers.cumsum()
    place = (np.random if rng is None else rng).random() * bounds[-1]
    # To the right of equal bounds: an entry of probability 0 adds nothing, so it is passed over.
    found = bounds.searchsorted(place, side="right")
    return int(min(found, bounds.searchsorted(bounds[-1])))  # rounding may take it past the last


def _weights(a: Sequence[float] | np.ndarray) -> np.ndarray:
    weights = check_array("a", a, ("words",), fix="Of a batch take one row: a[0].")
    low, high = weights.min(), weights.max()
    require(
        low >= 0 and high > 0,
        f"a has numbers from {low:g} to {high:g}; expected probabilities: 0 or more, one above 0 "
        "at least. Logits are no probabilities; take their softmax.",
    )
    return weights.astype(np.float64)
