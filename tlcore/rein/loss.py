"""The loss of the policy gradient: reward times the logarithm of a probability."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf


def cross_entropy_reward_loss(
    logits: tf.Tensor, actions: Any, rewards: Any, name: str | None = None
) -> tf.Tensor:
    """Return the sum over steps of ``-log p(action) * reward``.

    Its gradient makes an action likelier in proportion to the return that followed it, and less
    likely where that return is negative (Williams, 1992). It is a sum, not a mean, as in the
    original tutorial: a longer batch takes a longer step, if the optimizer doesn't rescale it.

    Parameters
    ----------
    logits : tensor
        Outputs of the policy, no softmax applied, shape (steps, actions).
    actions : int tensor or ndarray
        The action that was taken in each step, shape (steps,).
    rewards : float tensor or ndarray
        The discounted, usually normalised, return of each step, shape (steps,).
    name : str, optional
        Name of the operation.

    Returns
    -------
    tensor
        Scalar, in nats times reward.

    Raises
    ------
    TypeError
        If `actions` aren't whole numbers.
    ValueError
        If the shapes don't fit, or (outside of a graph) an action is outside 0 to actions - 1.

    Examples
    --------
    >>> logits = tf.constant([[0.0, 0.0], [0.0, 0.0]])
    >>> round(float(cross_entropy_reward_loss(logits, [0, 1], [1.0, 2.0])), 4)
    2.0794
    """
    logits = tf.convert_to_tensor(logits)
    actions = tf.convert_to_tensor(actions)
    rewards = tf.cast(tf.convert_to_tensor(rewards), logits.dtype)
    if not actions.dtype.is_integer:
        raise TypeError(
            f"actions has dtype {actions.dtype.name}; expected integers, the index of the action "
            "of each step."
        )
    _check_shapes(logits, actions, rewards)
    if tf.executing_eagerly() and actions.shape[0]:
        least, most = int(tf.reduce_min(actions)), int(tf.reduce_max(actions))
        if least < 0 or most >= logits.shape[1]:
            raise ValueError(
                f"actions has values from {least} to {most}; expected 0 to {logits.shape[1] - 1}, "
                f"since logits has {logits.shape[1]} columns. If the game counts its actions "
                "from 1, subtract 1."
            )
    with tf.name_scope(name or "cross_entropy_reward_loss"):
        surprise = tf.nn.sparse_softmax_cross_entropy_with_logits(actions, logits)  # (steps,)
        return tf.reduce_sum(surprise * rewards)


def log_weight(
    probs: Any, weights: Any, name: str | None = None
) -> tf.Tensor:
    """Return the mean over steps of ``log(prob) * weight``.

    A building block for losses: with the probabilities of the actions that were taken and their
    returns it is the objective of the policy gradient, which is to be made large.

    Parameters
    ----------
    probs : tensor or ndarray
        Probabilities, any shape.
    weights : tensor or ndarray
        A weight for each of them, of the same shape.
    name : str, optional
        Name of the operation.

    Returns
    -------
    tensor
        Scalar. A probability of 0 counts as the smallest positive number, so it is finite.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> round(float(log_weight([0.5, 1.0], [2.0, 3.0])), 4)
    -0.6931
    """
    probs = tf.convert_to_tensor(probs)
    weights = tf.cast(tf.convert_to_tensor(weights), probs.dtype)
    if not probs.shape.is_compatible_with(weights.shape):
        raise ValueError(
            f"weights has shape {weights.shape}; expected {probs.shape}, one weight for each "
            "probability."
        )
    tiny = np.finfo(probs.dtype.as_numpy_dtype).tiny
    with tf.name_scope(name or "log_weight"):
        return tf.reduce_mean(tf.math.log(tf.maximum(probs, tiny)) * weights)


def _check_shapes(logits: tf.Tensor, actions: tf.Tensor, rewards: tf.Tensor) -> None:
    if logits.shape.rank != 2:
        raise ValueError(
            f"logits has shape {logits.shape}; expected (steps, actions), the outputs of the "
            "network for each step."
        )
    for label, value in (("actions", actions), ("rewards", rewards)):
        if not value.shape.is_compatible_with(logits.shape[:1]):
            raise ValueError(
                f"{label} has shape {value.shape}; expected {tuple(logits.shape[:1])}, one value "
                "for each row of logits. A column of shape (steps, 1) needs .reshape(-1)."
            )
