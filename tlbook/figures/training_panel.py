"""A panel around the training of a classifier: its curves, and the filters it learns."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_inputs, check_targets, require
from tlcore.cost import cross_entropy
from tlcore.layers import Layer
from tlcore.train import Trainer, get_optimizer
from tlcore.utils import accuracy
from tlcore.utils.fitting import evaluator

from .base import compose
from .filters import to_greys
from .panel import Panel, Setting, keep_setting, rate_setting


def _hand_over_batch_size(panel: Panel, batch_size: int) -> None:
    # The place in the epoch counts in batches: find the same row again.
    trainer = panel.trainer
    trainer.step = trainer.step * trainer.batch_size // batch_size
    trainer.batch_size = batch_size


class TrainingPanel(Panel):
    """Train a classifier in the background, with sliders for what may change meanwhile.

    Learning rate, keeping probabilities and batch size take effect within a quarter of a second,
    and nothing is compiled again.

    Parameters
    ----------
    network : Layer
        The last layer of the network. Its weights are those that `reset` returns to.
    X_train, y_train, X_val, y_val : ndarray
        Inputs (rows, ...) and labels (rows,). A few thousand rows to validate on are enough.
    cost : callable
        Takes (outputs, targets), returns a scalar.
    learning_rate, batch_size
        As in ``tl.utils.fit``, with Adam.
    n_filters : int
        Filters of the first layer to show.
    report_steps : int
        As for `Panel`.

    Examples
    --------
    >>> import numpy as np
    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> X = np.random.default_rng(0).random((64, 784), "float32")
    >>> y = np.arange(64) % 10
    >>> network = DenseLayer(InputLayer(shape=(784,)), n_units=10)
    >>> panel = TrainingPanel(network, X, y, X, y, batch_size=16)
    >>> panel.run(n_epoch=2)["epoch"]  # in the foreground: for tests, and for a first picture
    [1.0, 2.0]
    """

    _esm = compose("training_panel.js")

    curves = ("epoch", "train_loss", "val_loss", "val_acc")
    shows = "loss, accuracy and first filters of a training that you steer"

    learning_rate = rate_setting(1e-5, 1)
    keep = keep_setting()
    batch_size = Setting(
        "Batch size",
        [2**k for k in range(4, 11)],
        lambda _, size: check_count("batch_size", size),
        _hand_over_batch_size,
    )

    def __init__(
        self,
        network: Layer,
        X_train: np.ndarray,
        y_train: np.ndarray,
        X_val: np.ndarray,
        y_val: np.ndarray,
        cost: Callable[[tf.Tensor, tf.Tensor], tf.Tensor] = cross_entropy,
        learning_rate: float = 1e-3,
        batch_size: int = 128,
        report_steps: int = 100,
        n_filters: int = 16,
    ):
        found = f"network is a {type(network).__name__}; expected the last layer"
        require(isinstance(network, Layer), found, TypeError)
        model = network.model
        X_train = check_inputs("X_train", X_train, model)
        y_train = check_targets("y_train", y_train, X_train, model)
        self._X_val = check_inputs("X_val", X_val, model)
        self._y_val = check_targets("y_val", y_val, self._X_val, model)
        self._n_filters = n_filters
        self._evaluate = evaluator(model, cost, accuracy, self._y_val)
        trainer = Trainer(
            lambda x, t: cost(model(x, training=True), t),
            model.trainable_variables,
            get_optimizer("adam", learning_rate),
            (X_train, y_train),
            batch_size,
            state=[*model.variables, *network.all_drop.values()],
        )
        super().__init__(trainer, network, report_steps, title="A training to watch and to change")

    def run(self, n_epoch: int = 1) -> dict[str, list]:
        """Train in the foreground to the end of `n_epoch` more epochs; else as `Panel.run`."""
        last = self.trainer.epoch + n_epoch
        return self._foreground(lambda: self.trainer.epoch >= last)

    def _measure(self) -> dict[str, float]:
        val_loss, val_acc = self._evaluate(self._X_val, self._y_val)
        return {
            "epoch": self._epoch(),
            "train_loss": self._loop.mean_loss(),
            "val_loss": val_loss,
            "val_acc": val_acc,
        }

    def _epoch(self) -> float:
        """Return epochs so far, with the part of the one under way."""
        trainer = self.trainer
        return trainer.epoch + trainer.step * trainer.batch_size / trainer.n_examples

    def _look(self) -> tuple[dict[str, Any], bytes] | None:
        """Return the first filters of the first layer as greys, uint8 (n, height, width)."""
        W = self.network.all_params[0].value.numpy()
        if W.ndim == 4:  # (height, width, channels, n): the first channel
            W = W[:, :, 0]
        elif W.ndim == 2 and round(W.shape[0] ** 0.5) ** 2 == W.shape[0]:
            W = W.reshape(round(W.shape[0] ** 0.5), -1, W.shape[1])
        else:  # a filter is no square picture
            return None
        greys = to_greys(np.moveaxis(W, -1, 0)[: self._n_filters])
        return {"at": self._epoch(), "shape": list(greys.shape)}, greys.tobytes()
