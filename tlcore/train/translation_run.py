"""From steps of a translator to a run: perplexities by bucket, reports, checkpoints."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tlcore.check import check_count
from tlcore.nlp.buckets import Bucket, Pair
from tlcore.train.epochs import History
from tlcore.train.language_run import train_to_perplexity
from tlcore.train.sequences import sequence_loss
from tlcore.train.translation import TranslationTrainer, check_pairs


def train_translator(
    trainer: TranslationTrainer,
    n_epoch: int,
    valid: Sequence[Sequence[Pair]] | None = None,
    checkpoint: str | os.PathLike | None = None,
    print_freq: int = 1,
    progress: bool = True,
    on_epoch: Callable[[History], bool | None] | None = None,
) -> History:
    """Train until `n_epoch` epochs are complete, and report perplexities as the original does.

    Parameters
    ----------
    trainer : TranslationTrainer
        Does the steps.
    n_epoch : int
        Epochs in all, those of a resumed checkpoint included.
    valid : list of list of (source ids, target ids), optional
        Pairs for each of the trainer's buckets, whose perplexity is measured after each epoch: the
        whole softmax, no dropout.
    checkpoint : path, optional
        File to save to after each epoch and at Ctrl-C, and to resume from if it is there. A run
        that was killed ends where an unbroken one does.
    print_freq : int
        Report after the first epoch and after each `print_freq` epochs. 0 reports nothing.
    progress : bool
        Show a progress bar, in a notebook or a terminal.
    on_epoch : callable, optional
        Called with the history after each epoch. If it returns True, training ends there.

    Returns
    -------
    dict of lists
        ``epoch``, ``seconds``, ``loss`` (nats a word), ``learning_rate``, ``train_perplexity``
        (None with sampled softmax, whose loss says little), ``val_perplexity`` and
        ``val_perplexities``: one for each bucket, None for an empty one.

    Raises
    ------
    FloatingPointError
        If the loss has become NaN or infinite.
    ValueError
        If the checkpoint belongs to another run, or `valid` doesn't fit the buckets.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> network = EmbeddingAttentionSeq2seq(20, 20, size=8)
    >>> trainer = TranslationTrainer(network, [[([5, 6], [7, 8, 2])] * 100], [(4, 6)], 10)
    >>> history = train_translator(trainer, 5, valid=[[([5, 6], [7, 8, 2])]], print_freq=0)
    >>> history["val_perplexity"][-1] < history["val_perplexity"][0]
    True
    """
    n_epoch = check_count("n_epoch", n_epoch)
    given = trainer.given_buckets
    measure_valid = None
    if valid is not None:
        measure_valid = perplexity_by_bucket(trainer.network, valid, given, trainer.batch_size)

    def measure(report: bool) -> dict[str, Any]:
        record: dict[str, Any] = {"learning_rate": trainer.learning_rate}
        if measure_valid is not None:
            record["val_perplexity"], record["val_perplexities"] = measure_valid()
        return record

    return train_to_perplexity(
        trainer, n_epoch, measure, _print_report, checkpoint, print_freq, progress, on_epoch
    )


def perplexity_by_bucket(
    network: Any,
    data: Sequence[Sequence[Pair]],
    buckets: Sequence[Bucket] | None = None,
    batch_size: int = 64,
) -> Callable[[], tuple[float, list[float | None]]]:
    """Return a function that measures how well a translator guesses each target word.

    Parameters
    ----------
    network : EmbeddingAttentionSeq2seq
        The translator. The function measures it as it is when called.
    data : list of list of (source ids, target ids)
        Pairs for each bucket; targets end in _EOS.
    buckets : list of (int, int), optional
        The network's own, if it has some.
    batch_size : int
        Pairs that are read at the same time. It changes nothing but the time.

    Returns
    -------
    callable
        Takes nothing; returns the perplexity of all words, and one for each bucket (None where a
        bucket is empty). The buckets change nothing in that of all words.

    Raises
    ------
    TypeError, ValueError
        As :class:`TranslationTrainer`.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> network = EmbeddingAttentionSeq2seq(20, 20, size=8)
    >>> _ = network.all_params[-2].assign(np.zeros((20, 8)))  # all words get the same score
    >>> whole, each = perplexity_by_bucket(network, [[([5, 6], [7, 8, 2])]], [(4, 6)])()
    >>> round(whole, 3)
    20.0
    """
    _, arrays = check_pairs("data", network, data, buckets)
    size = check_count("batch_size", batch_size)

    def compiled(encoder: np.ndarray, decoder: np.ndarray) -> Callable[[], np.ndarray]:
        encoder, decoder = tf.constant(encoder), tf.constant(decoder)
        n = len(encoder)

        def one(rows):
            batch = encoder[rows : rows + size], decoder[rows : rows + size]
            return tf.cast(tf.stack(sequence_loss(network, *batch)), tf.float64)

        one = tf.autograph.experimental.do_not_convert(one)

        @tf.function(input_signature=[])
        def total():
            found = tf.zeros(2, tf.float64)
            for rows in tf.range(0, n, size):
                found += one(rows)
            return found

        concrete = total.get_concrete_function()  # without a warning of retracing
        return lambda: concrete().numpy()

    measures = [compiled(*pair) for pair in arrays]

    def measure() -> tuple[float, list[float | None]]:
        found = [total() for total in measures]
        each = iter([float(np.exp(nats / words)) for nats, words in found])
        nats, words = np.sum(found, axis=0)
        return float(np.exp(nats / words)), [next(each) if len(pairs) else None for pairs in data]

    return measure


def _print_report(history: History, trainer: TranslationTrainer, n_epoch: int) -> None:
    """Print the last epoch the way the original tutorial's logs look."""
    last = {name: values[-1] for name, values in history.items()}
    steps = last["epoch"] * trainer.n_steps
    line = f"global step {steps} learning rate {last['learning_rate']:.4f} "
    line += f"step-time {last['seconds'] / trainer.n_steps:.3f}"
    if last["train_perplexity"] is not None:
        line += f" perplexity {last['train_perplexity']:.2f}"
    print(line)
    for bucket, value in enumerate(last.get("val_perplexities", [])):
        if value is not None:
            print(f"  eval: bucket {bucket} perplexity {value:.2f}")
