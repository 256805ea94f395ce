"""From steps of a language model to a run: perplexities, reports, checkpoints, interrupts."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tlcore.check import check_count
from tlcore.train.epochs import History, train_epochs
from tlcore.train.language import LanguageTrainer
from tlcore.train.perplexity import perplexity_measure


def train_language_model(
    trainer: LanguageTrainer,
    n_epoch: int,
    valid: Sequence[int] | np.ndarray | None = None,
    checkpoint: str | os.PathLike | None = None,
    print_freq: int = 1,
    progress: bool = True,
    on_epoch: Callable[[History], bool | None] | None = None,
) -> History:
    """Train until `n_epoch` epochs are complete, and report perplexities as the original does.

    Parameters
    ----------
    trainer : LanguageTrainer
        Does the steps.
    n_epoch : int
        Epochs in all, those of a resumed checkpoint included.
    valid : array_like of int, optional
        A text whose perplexity is measured after each epoch, with the trainer's windows: the whole
        softmax, no dropout, the averaged parameters if the trainer averages.
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
        ``epoch``, ``seconds`` (of the epoch), ``loss`` (nats a word), ``learning_rate``,
        ``train_perplexity`` (None with sampled softmax, whose loss says little),
        ``val_perplexity``, and if the trainer averages ``val_perplexity_last``: that of the
        parameters as they are.

    Raises
    ------
    FloatingPointError
        If the loss has become NaN or infinite.
    ValueError
        If the checkpoint belongs to another run, or `valid` is no text for the network.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingInputlayer, InputLayer, RNNLayer, WordLogitsLayer
    >>> words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 4, 8)
    >>> network = WordLogitsLayer(RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True), 4)
    >>> trainer = LanguageTrainer(network, [0, 1, 2, 3] * 100, batch_size=2, num_steps=10)
    >>> history = train_language_model(trainer, 5, valid=[0, 1, 2, 3] * 10, print_freq=0)
    >>> history["val_perplexity"][-1] < 2
    True
    """
    n_epoch = check_count("n_epoch", n_epoch)
    batch = 1 if valid is None else max(1, min(trainer.batch_size, len(valid) // 2))
    measure_valid = None
    if valid is not None:
        measure_valid = perplexity_measure(trainer.network, valid, batch, trainer.num_steps)

    def measure(report: bool) -> dict[str, float]:
        record = {"learning_rate": float(trainer.optimizer.learning_rate)}
        if measure_valid is not None:
            with trainer.averaged():
                record["val_perplexity"] = measure_valid()
            if trainer.average_from is not None:
                record["val_perplexity_last"] = measure_valid()
        return record

    return train_to_perplexity(
        trainer, n_epoch, measure, _print_report, checkpoint, print_freq, progress, on_epoch
    )


def train_to_perplexity(
    trainer: Any,
    n_epoch: int,
    measure: Callable[[bool], dict[str, Any]],
    print_report: Callable[[History, Any, int], None],
    checkpoint: str | os.PathLike | None,
    print_freq: int,
    progress: bool,
    on_epoch: Callable[[History], bool | None] | None,
) -> History:
    """Train and add the perplexity of the training text to the history, for any trainer of words.

    `print_report` is called with the history, the trainer and `n_epoch` after the first epoch, each
    `print_freq` epochs and the last. All else is as for
    :func:`~tlcore.train.train_language_model`.
    """

    def after(history: History) -> bool | None:
        sampled = trainer.num_sampled is not None
        perplexities = [None if sampled else math.exp(loss) for loss in history["loss"]]
        history["train_perplexity"] = perplexities
        epoch = history["epoch"][-1]
        if print_freq > 0 and (epoch == 1 or epoch % print_freq == 0 or epoch == n_epoch):
            print_report(history, trainer, n_epoch)
        return on_epoch is not None and on_epoch(history)

    return train_epochs(
        trainer,
        n_epoch,
        measure,
        print_freq=0,
        checkpoint=checkpoint,
        state=trainer.state,
        progress=progress,
        on_epoch=after,
    )


def _print_report(history: History, trainer: LanguageTrainer, n_epoch: int) -> None:
    last = {name: values[-1] for name, values in history.items()}
    print(
        f"Epoch: {last['epoch']}/{n_epoch} Learning rate: {last['learning_rate']:.3f} "
        f"took {last['seconds']:.2f}s"
    )
    if last["train_perplexity"] is not None:
        print(f"Epoch: {last['epoch']}/{n_epoch} Train Perplexity: {last['train_perplexity']:.3f}")
    if "val_perplexity" in last:
        print(f"Epoch: {last['epoch']}/{n_epoch} Valid Perplexity: {last['val_perplexity']:.3f}")
