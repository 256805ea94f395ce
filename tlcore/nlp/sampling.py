"""Draw a word from the probabilities that a model gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["sample", "sample_top"]


def sample(
    a: Sequence[float] | np.ndarray,
    temperature: float = 1.0,
    rng: np.random.Generator | None = None,
) -> int:
    """Draw an index with the given probabilities, sharpened or flattened by a temperature.

    The probability of index i is in proportion to ``a[i] ** (1 / temperature)``. They need not sum
    to 1, so the rounding of a float32 softmax over thousands of words does no harm; it stopped the
    original now and then.

    Parameters
    ----------
    a : sequence of float
        Probabilities, or any numbers from 0 on; shape (words,).
    temperature : float
        1 draws as `a` says. Below 1 likely words become likelier, towards the likeliest alone;
        above 1 they all become alike.
    rng : numpy.random.Generator, optional
        ``np.random`` unless given.

    Returns
    -------
    int
        An index into `a`. One whose probability is 0 is never drawn.

    Raises
    ------
    ValueError
        If `a` isn't one row of finite numbers from 0 on, with one above 0 at least, or
        ``temperature`` isn't above 0.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> np.bincount([sample([0.0, 0.9, 0.1], rng=rng) for _ in range(1000)]).tolist()
    [0, 904, 96]
    >>> sample([0.3, 0.4, 0.3], temperature=0.001)
    1
    """
    weights = _weights(a, "sample")
    _check_temperature(temperature, "sample")
    return _draw(weights, temperature, rng)


def sample_top(
    a: Sequence[float] | np.ndarray,
    top_k: int = 10,
    rng: np.random.Generator | None = None,
    temperature: float = 1.0,
) -> int:
    """Draw one of the `top_k` likeliest indices, each in proportion to its probability.

    Parameters
    ----------
    a : sequence of float
        Probabilities, or any numbers from 0 on; shape (words,).
    top_k : int
        How many to choose from. More than there are means all.
    rng : numpy.random.Generator, optional
        ``np.random`` unless given.
    temperature : float
        As in :func:`sample`, among those that are left.

    Returns
    -------
    int
        An index into `a`.

    Raises
    ------
    ValueError
        If `a` isn't one row of finite numbers from 0 on, with one above 0 at least, ``top_k``
        is below 1, or ``temperature`` isn't above 0.

    Examples
    --------
    >>> sample_top([0.2, 0.5, 0.3], top_k=1)
    1
    """
    weights = _weights(a, "sample_top")
    if top_k < 1:
        raise ValueError(f"sample_top: top_k is {top_k}; expected 1 or more.")
    _check_temperature(temperature, "sample_top")
    top_k = min(int(top_k), len(weights))
    top = np.argpartition(weights, len(weights) - top_k)[len(weights) - top_k :]
    return int(top[_draw(weights[top], temperature, rng)])


def _check_temperature(temperature: float, who: str) -> None:
    if not temperature > 0:
        raise ValueError(
            f"{who}: temperature is {temperature}; expected more than 0. For the likeliest word "
            "alone use np.argmax(a)."
        )


def _draw(weights: np.ndarray, temperature: float, rng: np.random.Generator | None) -> int:
    # Scaled by the largest first: then no power overflows, and one of them stays 1.
    powers = (weights / weights.max()) ** (1 / temperature)
    bounds = powers.cumsum()
    place = (np.random if rng is None else rng).random() * bounds[-1]
    # To the right of equal bounds: an entry of probability 0 adds nothing, so it is passed over.
    found = np.searchsorted(bounds, place, side="right")
    return int(min(found, np.flatnonzero(powers)[-1]))


def _weights(a: Sequence[float] | np.ndarray, who: str) -> np.ndarray:
    weights = np.asarray(a, dtype=np.float64)
    if weights.ndim != 1 or weights.size == 0:
        raise ValueError(
            f"{who}: a has shape {weights.shape}; expected one row, (words,). Of a batch take one "
            "row: a[0]."
        )
    if not np.isfinite(weights).all() or weights.min() < 0 or weights.max() == 0:
        raise ValueError(
            f"{who}: a must hold finite numbers from 0 on, one above 0 at least; its smallest is "
            f"{weights.min():g}, its largest {weights.max():g}. Give probabilities, not logits."
        )
    return weights
