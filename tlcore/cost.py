"""Costs: one number that says how far the outputs are from the targets.

A cost takes `output`, then `target`, and returns a scalar, computed in float32: a mean over a batch
needs the digits that bfloat16 lacks. A regularizer takes a scale and returns a function of W.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from tlcore.check import check_array, check_labels, check_number, require
from tlcore.door import attributes, guard


def cross_entropy(output: tf.Tensor, target: tf.Tensor) -> tf.Tensor:
    """Mean softmax cross-entropy between logits and labels: ``-mean(log softmax(output)[target])``.

    The softmax is inside: `output` are the plain outputs of the last layer, (batch, classes), and
    `target` labels, integers, (batch,). In nats: a guess among 10 costs ``log(10) = 2.303``.

    >>> round(float(cross_entropy(tf.zeros((2, 10)), tf.constant([3, 7]))), 3)
    2.303
    """
    output, target = _float32("output", output), _tensor("target", target)
    require(
        target.dtype.is_integer,
        f"cross_entropy: target has dtype {target.dtype.name}; expected integer class labels. "
        "Use labels.astype('int32'), np.argmax(target, axis=1) of one-hot rows, or "
        "mean_squared_error for real-valued targets.",
        TypeError,
    )
    require(
        output.shape.rank == 2 and target.shape.rank == 1,
        f"cross_entropy: output has shape {output.shape} and target {target.shape}; expected "
        "(batch, classes) and (batch,). One-hot rows become labels with np.argmax(target, axis=1), "
        "and a column with target[:, 0].",
    )
    check_labels("cross_entropy: target", target, output.shape[1])
    target = tf.cast(target, tf.int32)  # labels of one byte are common, and not taken
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(target, output))


def binary_cross_entropy(output: tf.Tensor, target: tf.Tensor, epsilon: float = 1e-8) -> tf.Tensor:
    """Cross-entropy of yes/no probabilities, in nats: summed over units, mean over the batch.

    `output` comes after a sigmoid, `target` is in [0, 1], both are (batch, units). `epsilon` keeps
    the logarithm away from 0.

    >>> round(float(binary_cross_entropy(tf.constant([[0.5, 0.5]]), tf.constant([[1.0, 0.0]]))), 3)
    1.386
    """
    output, target = _same_shape("binary_cross_entropy", output, target)
    yes = target * tf.math.log(output + epsilon)
    no = (1.0 - target) * tf.math.log(1.0 - output + epsilon)
    return -tf.reduce_sum(yes + no) / _batch_size(output)


def mean_squared_error(output: tf.Tensor, target: tf.Tensor, is_mean: bool = False) -> tf.Tensor:
    """Squared error, summed over the units of an example and averaged over the batch.

    Both are (batch, ...). `is_mean` averages over the units as well: the error of one unit.

    >>> x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    >>> float(mean_squared_error(x, x + 1.0)), float(mean_squared_error(x, x + 1.0, is_mean=True))
    (2.0, 1.0)
    """
    output, target = _same_shape("mean_squared_error", output, target)
    squares = tf.math.squared_difference(output, target)
    return tf.reduce_mean(squares) if is_mean else tf.reduce_sum(squares) / _batch_size(output)


def cross_entropy_seq(
    logits: tf.Tensor, target_seqs: tf.Tensor, batch_size: int | None = None
) -> tf.Tensor:
    """Softmax cross-entropy of sequences, SUMMED over their steps: the cost of a language model.

    `logits` are (batch * steps, words), as a network with ``return_seq_2d=True`` gives them, and
    `target_seqs` the ids of the right words, (batch, steps). Divided by `batch_size` it is that of
    one sequence, and ``exp(cost / steps)`` the perplexity.

    >>> cost = cross_entropy_seq(tf.zeros((6, 10)), tf.zeros((2, 3), tf.int32), batch_size=2)
    >>> round(float(tf.exp(cost / 3)), 3)
    10.0
    """
    total = tf.reduce_sum(_each_word("cross_entropy_seq", logits, target_seqs))
    return total if batch_size is None else total / batch_size


def cross_entropy_seq_with_mask(
    logits: tf.Tensor, target_seqs: tf.Tensor, input_mask: tf.Tensor, return_details: bool = False
) -> tf.Tensor | tuple[tf.Tensor, ...]:
    """Mean of :func:`cross_entropy_seq` over the steps that count, for unequal lengths.

    `input_mask`, (batch, steps), is 1 for a step that counts; where none does, the mean is 0.
    With `return_details` the cost of each step, whether it counts or not, the mask and the targets
    come as well, each (batch * steps,).

    >>> mask = tf.constant([[1, 1, 0]])
    >>> cost = cross_entropy_seq_with_mask(tf.zeros((3, 10)), tf.zeros((1, 3), tf.int32), mask)
    >>> round(float(cost), 3)
    2.303
    """
    losses = _each_word("cross_entropy_seq_with_mask", logits, target_seqs)
    weights = _same_shape("cross_entropy_seq_with_mask", input_mask, target_seqs, "input_mask")
    weights = tf.reshape(weights[0], [-1])
    # 0 and not NaN where nothing counts.
    loss = tf.math.divide_no_nan(tf.reduce_sum(losses * weights), tf.reduce_sum(weights))
    return (loss, losses, weights, tf.reshape(target_seqs, [-1])) if return_details else loss


def maxnorm_regularizer(scale: float = 1.0) -> Callable[[tf.Tensor], tf.Tensor]:
    """Penalty on the single largest weight: ``scale * max|W|``.

    It is not the max-norm *constraint* of the dropout paper (Srivastava et al., 2014, section 5.1),
    which bounds the length of each unit's weight vector.

    >>> float(maxnorm_regularizer(0.5)(tf.constant([[1.0, -3.0]])))
    1.5
    """
    return _regularizer("maxnorm_regularizer", scale, lambda W: tf.reduce_max(tf.abs(W)))


def _regularizer(
    name: str, scale: float, penalty: Callable[[tf.Tensor], tf.Tensor]
) -> Callable[[tf.Tensor], tf.Tensor]:
    scale = check_number(f"{name}: scale", scale, low=0.0)
    return lambda W: scale * penalty(_float32("W", W))


def _tensor(name: str, x: Any) -> tf.Tensor:
    plain = isinstance(x, (np.ndarray, np.generic)) or not hasattr(x, "dtype")
    x = tf.convert_to_tensor(check_array(name, x) if plain else x)
    wrong = f"{name} has dtype {x.dtype.name}; expected numbers."
    require(x.dtype.is_floating or x.dtype.is_integer or x.dtype.is_bool, wrong, TypeError)
    return x


def _float32(name: str, x: Any) -> tf.Tensor:
    return tf.cast(_tensor(name, x), tf.float32)


def _batch_size(output: tf.Tensor) -> tf.Tensor:
    return tf.cast(tf.shape(output)[0], tf.float32)


def _same_shape(
    name: str, output: tf.Tensor, target: tf.Tensor, first: str = "output"
) -> tuple[tf.Tensor, tf.Tensor]:
    output, target = _float32(first, output), _float32("target", target)
    require(
        output.shape.is_compatible_with(target.shape),
        f"{name}: {first} has shape {output.shape} and target {target.shape}; "
        "expected the same shape. Check the n_units of the last layer; for one unit, targets are a "
        "column, y[:, None].",
    )
    return output, target


def _each_word(name: str, logits: tf.Tensor, target_seqs: tf.Tensor) -> tf.Tensor:
    """Return the cost of each step, (batch * steps,)."""
    logits, targets = _float32("logits", logits), _tensor("target_seqs", target_seqs)
    message = f"{name}: target_seqs has dtype {targets.dtype.name}; expected ids."
    require(targets.dtype.is_integer, message, TypeError)
    rows, steps = logits.shape[:1], targets.shape.num_elements()
    require(
        logits.shape.rank == targets.shape.rank == 2 and rows.is_compatible_with([steps]),
        f"{name}: logits has shape {logits.shape} and target_seqs {targets.shape}; expected "
        "(batch * steps, words) and (batch, steps). Give the recurrent layer return_seq_2d=True.",
    )
    check_labels(f"{name}: target_seqs", targets, logits.shape[1])
    return _log_losses(logits, tf.reshape(tf.cast(targets, tf.int32), [-1]))


@tf.custom_gradient
def _log_losses(logits: tf.Tensor, targets: tf.Tensor) -> tuple[tf.Tensor, Callable]:
    """Return ``-log softmax(logits)[target]`` of each row, and its gradient, softmax - one-hot."""
    # With thousands of words TensorFlow's operation for it takes several times as long as this one.
    p = tf.nn.softmax(logits)
    # log(sum(exp(logits))), by way of the likeliest word: its p can't be too small for a logarithm.
    log_sum = tf.reduce_max(logits, axis=1) - tf.math.log(tf.reduce_max(p, axis=1))

    def gradient(upstream):
        places = tf.stack([tf.range(tf.shape(p)[0]), targets], axis=1)
        return tf.tensor_scatter_nd_sub(p * upstream[:, None], places, upstream), None

    return log_sum - tf.gather(logits, targets, batch_dims=1), gradient


CLASSIC = "li_regularizer lo_regularizer maxnorm_i_regularizer maxnorm_o_regularizer".split()
CLASSIC += ["sigmoid_cross_entropy"]
__getattr__ = attributes(__name__, CLASSIC, classic="tlcore.classic.costs")
guard(globals())
