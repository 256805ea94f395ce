"""The loss of the policy gradient: reward times the logarithm of a probability."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from tlcore.check import check_labels, require
from tlcore.cost import _tensor


def cross_entropy_reward_loss(
    logits: tf.Tensor, actions: Any, rewards: Any, name: str | None = None
) -> tf.Tensor:
    """Return the sum over steps of ``-log p(action) * reward``.

    Its gradient makes an action likelier in proportion to the return that followed it, and less
    likely where that return is negative (Williams, 1992). It is a sum, not a mean: a longer batch
    takes a longer step, if the optimizer doesn't rescale it.

    `logits` are the outputs of the policy, no softmax applied, (steps, actions); `actions` what was
    done in each step, and `rewards` the discounted, usually normalised, returns: (steps,) both.

    >>> round(float(cross_entropy_reward_loss(tf.zeros((2, 2)), [0, 1], [1.0, 2.0])), 4)
    2.0794
    """
    logits, actions = _tensor("logits", logits), _tensor("actions", actions)
    rewards = tf.cast(_tensor("rewards", rewards), logits.dtype)
    require(
        logits.shape.rank == 2,
        f"logits has shape {logits.shape}; expected (steps, actions), the outputs of the network "
        "for each step.",
    )
    wrong = f"actions has dtype {actions.dtype.name}; expected integers, indices of actions."
    require(actions.dtype.is_integer, wrong, TypeError)
    for label, value in (("actions", actions), ("rewards", rewards)):
        require(
            value.shape.is_compatible_with(logits.shape[:1]),
            f"{label} has shape {value.shape}; expected {tuple(logits.shape[:1])}, one value for "
            "each row of logits. A column of shape (steps, 1) needs .reshape(-1).",
        )
    check_labels("actions", actions, logits.shape[1])
    with tf.name_scope(name or "cross_entropy_reward_loss"):
        surprise = tf.nn.sparse_softmax_cross_entropy_with_logits(actions, logits)  # (steps,)
        return tf.reduce_sum(surprise * rewards)


def log_weight(probs: Any, weights: Any, name: str | None = None) -> tf.Tensor:
    """Return the mean over steps of ``log(prob) * weight``.

    With the probabilities of the actions that were taken and their returns it is the objective of
    the policy gradient, which is to be made large. Both have the same shape, whichever. A
    probability of 0 counts as the smallest positive number.
    """
    probs = _tensor("probs", probs)
    weights = tf.cast(_tensor("weights", weights), probs.dtype)
    require(
        probs.shape.is_compatible_with(weights.shape),
        f"weights has shape {weights.shape}; expected {probs.shape}, one for each probability.",
    )
    tiny = np.finfo(probs.dtype.as_numpy_dtype).tiny
    with tf.name_scope(name or "log_weight"):
        return tf.reduce_mean(tf.math.log(tf.maximum(probs, tiny)) * weights)


def numeric_gradient(
    function: Callable[[np.ndarray], float], x: np.ndarray, step: float = 1e-4
) -> np.ndarray:
    """Return the gradient of a function at `x` by central differences, float64, shaped as `x`.

    Each number in `x` is moved up and down by `step`, and the change of the function divided by
    the distance. That takes two calls for each number, so it is for checking a formula on a tiny
    case. The error shrinks with the square of `step`, until rounding takes over: with float32
    inside `function`, 1e-2 is better.

    >>> numeric_gradient(lambda x: (x ** 2).sum(), np.array([1.0, -3.0])).round(6).tolist()
    [2.0, -6.0]
    """
    x = np.array(x, np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += step
        down[i] -= step
        gradient[i] = (float(function(up)) - float(function(down))) / (2 * step)
    return gradient
