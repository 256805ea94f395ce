"""Gradients by measuring: slow, and hard to get wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def numeric_gradient(
    function: Callable[[np.ndarray], float], x: np.ndarray, step: float = 1e-4
) -> np.ndarray:
    """Return the gradient of a function by central differences.

    Each number in `x` is moved a little up and a little down, and the change of the function
    divided by the distance. That takes two calls for each number, so it is for checking a formula
    on a tiny case.

    Parameters
    ----------
    function : callable
        Takes an array like `x`, returns one number.
    x : ndarray
        Where the gradient is wanted, any shape. It isn't changed.
    step : float
        How far to move. The error shrinks with its square, until rounding takes over: with
        float32 inside `function`, 1e-2 is better.

    Returns
    -------
    ndarray
        float64, the shape of `x`.

    Examples
    --------
    >>> numeric_gradient(lambda x: (x ** 2).sum(), np.array([1.0, -3.0])).round(6).tolist()
    [2.0, -6.0]
    """
    x = np.array(x, np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + step
        up = float(function(x.copy()))
        x[i] = kept - step
        down = float(function(x.copy()))
        x[i] = kept
        gradient[i] = (up - down) / (2 * step)
    return gradient
