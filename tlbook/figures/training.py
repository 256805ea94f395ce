"""A training that can stop after any step, change its settings, carry on, and begin anew."""

import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_inputs, check_targets
from tlcore.layers import Layer
from tlcore.train import Trainer, get_optimizer
from tlcore.train.loop import SECONDS_A_CALL
from tlcore.utils import accuracy

from .filters import to_greys


class Pace:
    """Runs a trainer in calls of about a quarter of a second, and adds up the loss.

    Parameters
    ----------
    trainer : Trainer
        Does the steps. Another may be assigned between two calls.
    """

    def __init__(self, trainer: Trainer):
        self.trainer = trainer
        self._loss, self._rows = 0.0, 0  # summed since the last `mean_loss`
        self._n_steps = 1  # in one call; adapts to the speed of the machine

    def advance(self, most: int) -> int:
        """Train some steps, `most` at most and within the epoch; return how many."""
        trainer = self.trainer
        epoch, first = trainer.epoch, trainer.step
        started = time.perf_counter()
        self._loss += trainer.run(min(most, self._n_steps))
        seconds = time.perf_counter() - started
        done = (trainer.step if trainer.epoch == epoch else trainer.n_steps) - first
        self._rows += trainer.seen
        self._n_steps = max(1, min(2 * self._n_steps, round(SECONDS_A_CALL * done / seconds)))
        return done

    def mean_loss(self) -> float:
        """Return the mean training loss of the rows since the last call."""
        loss, self._loss = self._loss / max(self._rows, 1), 0.0
        self._rows = 0
        return loss


class Training(Pace):
    """What `TrainingPanel` drives: steps, measurements, the way back to the beginning.

    Parameters
    ----------
    network : Layer
        The last layer of a classifier.
    X_train, X_val : ndarray
        Inputs, (rows, ...).
    y_train, y_val : ndarray
        Labels, (rows,).
    cost : callable
        Takes (outputs, targets), returns a scalar.
    optimizer : str
        A name that ``tl.utils.fit`` knows.
    learning_rate, batch_size, seed : float, int, int
        As in ``tl.utils.fit``.

    Raises
    ------
    TypeError, ValueError
        If network, data and settings don't fit each other.
    """

    def __init__(
        self,
        network: Layer,
        X_train: np.ndarray,
        y_train: np.ndarray,
        X_val: np.ndarray,
        y_val: np.ndarray,
        cost: Callable[[tf.Tensor, tf.Tensor], tf.Tensor],
        optimizer: str = "adam",
        learning_rate: float = 1e-3,
        batch_size: int = 128,
        seed: int = 0,
    ):
        if not isinstance(network, Layer):
            raise TypeError(f"network is a {type(network).__name__}; expected the last layer")
        self.network, self.model = network, network.model
        X_train = check_inputs("X_train", X_train, self.model)
        y_train = check_targets("y_train", y_train, X_train, self.model)
        self.X_val = check_inputs("X_val", X_val, self.model)
        self.y_val = check_targets("y_val", y_val, self.X_val, self.model)
        trainer = Trainer(
            lambda x, t: cost(self.model(x, training=True), t),
            self.model.trainable_variables,
            get_optimizer(optimizer, learning_rate),
            (X_train, y_train),
            check_count("batch_size", batch_size),
            seed=seed,
        )
        super().__init__(trainer)

        @tf.function(reduce_retracing=True)
        def measure(x, t):
            y = self.model(x, training=False)
            return tf.stack([tf.cast(cost(y, t), tf.float32), accuracy(y, t)])

        self._measure = measure
        self._variables = [*self.model.variables, *self.trainer.optimizer.variables]
        self._start = [v.value.numpy().copy() for v in self._variables]

    @property
    def epoch(self) -> float:
        """Epochs so far, with the part of the one under way."""
        trainer = self.trainer
        rows = min(trainer.step * trainer.batch_size, trainer.n_examples)
        return trainer.epoch + rows / trainer.n_examples

    def set(self, learning_rate: float, keep: dict[str, float], batch_size: int) -> None:
        """Change the settings, here between two steps. Nothing is compiled again."""
        trainer = self.trainer
        trainer.optimizer.learning_rate = learning_rate
        self.network.set_keep(keep)
        if batch_size != trainer.batch_size:
            # The place in the epoch counts in batches: find the same row again.
            trainer.step = trainer.step * trainer.batch_size // batch_size
            trainer.batch_size = batch_size

    def measure(self) -> dict[str, float]:
        """Return epoch, the mean training loss since the last measurement, and how it validates."""
        loss = self.mean_loss()
        total = np.zeros(2)
        for i in range(0, len(self.X_val), 1000):
            x, t = self.X_val[i : i + 1000], self.y_val[i : i + 1000]
            total += self._measure(x, t).numpy() * len(x)
        val_loss, val_acc = (total / len(self.X_val)).tolist()
        return {"epoch": self.epoch, "train_loss": loss, "val_loss": val_loss, "val_acc": val_acc}

    def filters(self, n: int) -> np.ndarray | None:
        """Return the first `n` filters of the first layer as greys, uint8 (n, height, width).

        Grey is zero, black and white are plus and minus the filter's largest weight. None where a
        filter isn't a square picture.
        """
        W = self.network.all_params[0].value.numpy()
        if W.ndim == 4:  # (height, width, channels, n): the first channel
            W = W[:, :, 0]
        elif W.ndim == 2 and round(W.shape[0] ** 0.5) ** 2 == W.shape[0]:
            W = W.reshape(round(W.shape[0] ** 0.5), -1, W.shape[1])
        else:
            return None
        return to_greys(np.moveaxis(W, -1, 0)[:n])

    def reset(self) -> None:
        """Go back to the beginning: the weights, the optimizer, the random numbers of dropout."""
        for variable, value in zip(self._variables, self._start, strict=True):
            variable.assign(value)
        self.trainer.epoch = self.trainer.step = 0
        self.mean_loss()
