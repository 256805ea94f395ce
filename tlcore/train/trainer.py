"""The compiled heart of training: draw a batch, compute the loss, follow its gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count

#: Arrays up to this many bytes live on the device that trains; larger ones stay in host memory.
ON_DEVICE_BYTES = 4 * 2**30


class Trainer:
    """Train variables on arrays, many steps in one call.

    The loop over the batches runs inside one ``tf.function``, over data that stays on the device.
    Called a step at a time from Python, the perceptron of the first chapter spends much of its
    time between the steps; see the benchmarks.

    The position is kept in `epoch` and `step`, so training can stop after any step, be saved, and
    carry on. The order of the rows in an epoch depends on `seed` and the number of the epoch alone.

    Parameters
    ----------
    loss : callable
        Takes a batch of each array in `data`, returns a scalar tensor.
    variables : list of keras.Variable
        What the optimizer may change.
    optimizer : keras.optimizers.Optimizer
        Its `learning_rate` may be assigned while training runs; nothing is compiled again.
    data : sequence of ndarray
        Arrays with the same number of rows: (rows, ...).
    batch_size : int
        Rows in a batch. The last batch of an epoch is short where the rows don't divide evenly.
    shuffle : bool
        Visit the rows in another random order in each epoch.
    seed : int
        Seed of that order, 0 or more.

    Raises
    ------
    TypeError, ValueError
        If `batch_size` or `seed` isn't such a number, or `loss` doesn't give a scalar.

    Examples
    --------
    >>> w = keras.Variable(0.0)
    >>> x = np.array([1.0, 2.0, 3.0], "float32")
    >>> trainer = Trainer(lambda x: tf.reduce_mean((x - w) ** 2), [w],
    ...                   keras.optimizers.SGD(0.1), [x], batch_size=3)
    >>> for _ in range(30):
    ...     _ = trainer.run()
    >>> round(float(w), 2)
    2.0
    """

    def __init__(
        self,
        loss: Callable[..., tf.Tensor],
        variables: Sequence[keras.Variable],
        optimizer: keras.optimizers.Optimizer,
        data: Sequence[np.ndarray],
        batch_size: int,
        shuffle: bool = True,
        seed: int = 0,
    ):
        self.variables = list(variables)
        self.optimizer = optimizer
        optimizer.build(self.variables)
        self.n_rows = len(data[0])
        self.batch_size = check_count("batch_size", batch_size)
        self.shuffle, self.seed = bool(shuffle), check_count("seed", seed, least=0)
        self.epoch = 0  # epochs that are complete
        self.step = 0  # steps that are complete in the epoch under way
        self._order: tuple[int, tf.Tensor] | None = None
        self._loss = loss  # the compiled steps don't keep alive what it uses
        self._steps = _compile(loss, self.variables, optimizer, [_on_device(a) for a in data])

    @property
    def n_steps(self) -> int:
        """Steps in an epoch, the short last one included."""
        return -(-self.n_rows // self.batch_size)

    def run(self, n_steps: int | None = None) -> float:
        """Run `n_steps` steps, or what is left of the epoch if that is fewer.

        Returns
        -------
        float
            Sum of the losses of the rows that were seen: the mean loss times their number.

        Raises
        ------
        FloatingPointError
            If the loss has become NaN or infinite.
        """
        first = self.step
        last = self.n_steps if n_steps is None else min(self.n_steps, first + n_steps)
        total = float(self._steps(self._rows(), self.batch_size, first, last))
        if not np.isfinite(total):
            raise FloatingPointError(
                f"the loss is {total} between steps {first} and {last} of epoch {self.epoch + 1}. "
                f"learning_rate is {float(self.optimizer.learning_rate):g}: try a smaller one, and "
                "check the inputs for very large values."
            )
        self.step = last
        if self.step == self.n_steps:
            self.epoch, self.step = self.epoch + 1, 0
        return total

    def _rows(self) -> tf.Tensor:
        if self._order is None or self._order[0] != self.epoch:
            rows = np.arange(self.n_rows, dtype=np.int32)
            if self.shuffle:
                np.random.default_rng([self.seed, self.epoch]).shuffle(rows)
            self._order = (self.epoch, tf.constant(rows))
        return self._order[1]


def _compile(loss, variables, optimizer, data):
    """Return the function that trains from step `first` up to step `last`."""
    # AutoGraph is for the loop below. On a user's one-line cost it would only print warnings.
    loss = tf.autograph.experimental.do_not_convert(loss)

    @tf.function(
        input_signature=[tf.TensorSpec([None], tf.int32)] + 3 * [tf.TensorSpec([], tf.int32)]
    )
    def steps(order, batch_size, first, last):
        total = 0.0
        for i in tf.range(first, last):
            rows = order[i * batch_size : (i + 1) * batch_size]  # (batch,); short at the end
            batch = [tf.gather(array, rows) for array in data]  # each (batch, ...)
            with tf.GradientTape() as tape:
                batch_loss = tf.convert_to_tensor(loss(*batch))
            if batch_loss.shape.rank != 0:
                raise ValueError(
                    f"cost gives a tensor of shape {batch_loss.shape}; expected a scalar. Take the "
                    "mean over the batch with tf.reduce_mean."
                )
            gradients = tape.gradient(batch_loss, variables)
            optimizer.apply(gradients, variables)
            total += tf.cast(batch_loss, tf.float32) * tf.cast(tf.size(rows), tf.float32)
        return total

    # Traced here, once: a cost that doesn't fit fails before anything is trained, and TensorFlow
    # doesn't warn of "retracing" when a notebook trains several small networks in a row.
    return steps.get_concrete_function()


def _on_device(array: np.ndarray) -> tf.Tensor:
    if array.nbytes <= ON_DEVICE_BYTES:
        return tf.constant(array)
    with tf.device("CPU"):
        return tf.constant(array)
