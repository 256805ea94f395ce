"""Costs of sequences: the right word among thousands, at each step."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from tlcore.cost.examples import check_pair


def cross_entropy_seq(
    logits: tf.Tensor, target_seqs: tf.Tensor, batch_size: int | None = None
) -> tf.Tensor:
    """Softmax cross-entropy of sequences, SUMMED over their steps: the cost of a language model.

    Parameters
    ----------
    logits : tf.Tensor
        Shape (batch * steps, words), as a network with ``return_seq_2d=True`` gives it.
    target_seqs : tf.Tensor
        Ids of the right words, shape (batch, steps).
    batch_size : int, optional
        Divide by it: the tutorial's cost for training, that of one sequence. ``exp(cost / steps)``
        is the perplexity.

    Raises
    ------
    TypeError, ValueError
        If `target_seqs` doesn't hold integers, or there isn't a row of logits for each of them.

    Examples
    --------
    >>> cost = cross_entropy_seq(tf.zeros((6, 10)), tf.zeros((2, 3), tf.int32), batch_size=2)
    >>> round(float(tf.exp(cost / 3)), 3)
    10.0
    """
    total = tf.reduce_sum(_each("cross_entropy_seq", logits, target_seqs))
    return total if batch_size is None else total / batch_size


def cross_entropy_seq_with_mask(
    logits: tf.Tensor,
    target_seqs: tf.Tensor,
    input_mask: tf.Tensor,
    return_details: bool = False,
) -> tf.Tensor | tuple[tf.Tensor, ...]:
    """Mean softmax cross-entropy over the steps that count, for sequences of unequal lengths.

    Parameters
    ----------
    logits, target_seqs : tf.Tensor
        As in :func:`cross_entropy_seq`.
    input_mask : tf.Tensor
        1 for a step that counts, 0 for one behind the end, shape (batch, steps).
    return_details : bool
        Return the cost of each step, the mask and the targets as well, each (batch * steps,).

    Raises
    ------
    TypeError, ValueError
        As :func:`cross_entropy_seq`; and if the mask has another shape than the targets.

    Examples
    --------
    >>> mask = tf.constant([[1, 1, 0]])
    >>> cost = cross_entropy_seq_with_mask(tf.zeros((3, 10)), tf.zeros((1, 3), tf.int32), mask)
    >>> round(float(cost), 3)
    2.303
    """
    losses = _each("cross_entropy_seq_with_mask", logits, target_seqs)
    targets, mask = tf.convert_to_tensor(target_seqs), tf.convert_to_tensor(input_mask)
    check_pair("cross_entropy_seq_with_mask (input_mask, target_seqs)", mask, targets)
    weights = tf.reshape(tf.cast(mask, tf.float32), [-1])
    # 0 and not NaN where nothing counts.
    loss = tf.math.divide_no_nan(tf.reduce_sum(losses * weights), tf.reduce_sum(weights))
    return (loss, losses, weights, tf.reshape(targets, [-1])) if return_details else loss


def _each(name: str, logits: tf.Tensor, target_seqs: tf.Tensor) -> tf.Tensor:
    logits = tf.cast(tf.convert_to_tensor(logits), tf.float32)
    targets = tf.convert_to_tensor(target_seqs)
    if not targets.dtype.is_integer:
        raise TypeError(f"{name}: target_seqs has dtype {targets.dtype.name}; expected ids.")
    rows, steps = logits.shape[0], targets.shape.num_elements()
    if logits.shape.rank != 2 or targets.shape.rank != 2 or (
        None not in (rows, steps) and rows != steps
    ):
        raise ValueError(
            f"{name}: logits has shape {tuple(logits.shape)} and target_seqs "
            f"{tuple(targets.shape)}; expected (batch * steps, words) and (batch, steps). Give the "
            "recurrent layer return_seq_2d=True."
        )
    return _log_losses(logits, tf.reshape(tf.cast(targets, tf.int32), [-1]))


@tf.custom_gradient
def _log_losses(logits: tf.Tensor, targets: tf.Tensor) -> tuple[tf.Tensor, Callable]:
    """Return ``-log softmax(logits)[target]`` of each row, and its gradient, softmax - one-hot.

    TensorFlow has an operation for it. For thousands of words it takes several times as long as
    its softmax, and three more lines make the one of the other.
    """
    p = tf.nn.softmax(logits)
    # log(sum(exp(logits))), by way of the likeliest word: its p can't be too small for a logarithm.
    log_sum = tf.reduce_max(logits, axis=1) - tf.math.log(tf.reduce_max(p, axis=1))

    def gradient(upstream):
        each = p * upstream[:, None]
        places = tf.stack([tf.range(tf.shape(p)[0]), targets], axis=1)
        return tf.tensor_scatter_nd_sub(each, places, upstream), None

    return log_sum - tf.gather(logits, targets, batch_dims=1), gradient
