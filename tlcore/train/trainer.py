"""The compiled heart of training: draw a batch, compute the loss, follow its gradient."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, require
from tlcore.files.checkpoints import described
from tlcore.train.loop import StepTrainer

#: Arrays up to this many bytes live on the device that trains; larger ones stay in host memory.
ON_DEVICE_BYTES = 4 * 2**30


class Trainer(StepTrainer):
    """Train variables on arrays, many steps in one call.

    The loop over the batches runs inside one ``tf.function``, over data that stays on the device.
    Called a step at a time from Python, a small network spends much of its time between the steps.

    `loss` takes a batch of each array in `data`, all with the same number of rows, and returns a
    scalar tensor. The last batch of an epoch may be short, and `batch_size` may be assigned between
    two epochs. With `shuffle` the rows come in another random order in each epoch. `state` is what
    a checkpoint holds beside the optimizer, `variables` unless told. Of a network with dropout or
    averages it is ``[*network.model.variables, *network.all_drop.values()]``.

    >>> w, x = keras.Variable(0.0), np.array([1.0, 2.0, 3.0], "float32")
    >>> trainer = Trainer(lambda x: tf.reduce_mean((x - w) ** 2), [w],
    ...                   keras.optimizers.SGD(0.5), [x], batch_size=3)
    >>> trainer.run() / 3, float(w)  # the mean loss before the step, and the mean after it
    (4.666666666666667, 2.0)
    """

    settings = (*StepTrainer.settings, "shuffle", "cost")

    def __init__(
        self, loss: Callable[..., tf.Tensor], variables: Sequence[keras.Variable],
        optimizer: keras.optimizers.Optimizer, data: Sequence[np.ndarray], batch_size: int,
        shuffle: bool = True, seed: int = 0, state: Sequence[keras.Variable] | None = None,
    ):  # fmt: skip
        self.variables = list(variables)
        self.optimizer = optimizer
        optimizer.build(self.variables)
        self.examples, self.n_examples = data, len(data[0])
        self.batch_size = check_count("batch_size", batch_size)
        self.shuffle, self.seed = bool(shuffle), check_count("seed", seed, least=0)
        self.state = self.variables if state is None else list(state)
        self._loss = loss  # the compiled steps don't keep alive what it uses
        self._steps = _compile(loss, self.variables, optimizer, [_on_device(a) for a in data])

    @property
    def cost(self) -> str:
        """What tells the loss from another: a hash of its code and of the values in it."""
        return hashlib.blake2b(repr(described(self._loss)).encode(), digest_size=8).hexdigest()

    @property
    def n_steps(self) -> int:
        """Steps in an epoch, a short last one included."""
        return -(-self.n_examples // self.batch_size)

    def _train(self, first: int, last: int) -> tuple[float, int]:
        total = float(self._steps(self._arranged(), self.batch_size, first, last))
        return total, min(last * self.batch_size, self.n_examples) - first * self.batch_size

    def _arrange(self, rng: np.random.Generator) -> tf.Tensor:
        rows = np.arange(self.n_examples, dtype=np.int32)
        if self.shuffle:
            rng.shuffle(rows)
        return tf.constant(rows)


def _compile(
    loss: Callable[..., tf.Tensor], variables: list[keras.Variable],
    optimizer: keras.optimizers.Optimizer, data: list[tf.Tensor],
) -> Callable[..., tf.Tensor]:  # fmt: skip
    """Return the function that trains from step `first` up to step `last`."""
    # AutoGraph is for the loop below. On a user's one-line cost it would only print warnings.
    wrong: list[Exception] = []  # what the cost raised, before AutoGraph wraps it in a trace

    @tf.autograph.experimental.do_not_convert
    def scalar(*batch):
        try:
            cost = tf.convert_to_tensor(loss(*batch))
            require(
                cost.shape.rank == 0,
                f"cost gives a tensor of shape {cost.shape}; expected a scalar. Take the mean over "
                "the batch with tf.reduce_mean.",
            )
            return cost
        except Exception as error:
            wrong.append(error)
            raise

    whole = tf.TensorSpec([], tf.int32)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32), whole, whole, whole])
    def steps(order, batch_size, first, last):
        total = 0.0
        for i in tf.range(first, last):
            rows = order[i * batch_size : (i + 1) * batch_size]  # (batch,); short at the end
            batch = [tf.gather(array, rows) for array in data]  # each (batch, ...)
            with tf.GradientTape() as tape:
                batch_loss = scalar(*batch)
            gradients = tape.gradient(batch_loss, variables)
            optimizer.apply(gradients, variables)
            total += tf.cast(batch_loss, tf.float32) * tf.cast(tf.size(rows), tf.float32)
        return total

    # Traced here, once: a cost that doesn't fit fails before anything is trained, and TensorFlow
    # doesn't warn of "retracing" when a notebook trains several small networks in a row.
    try:
        return steps.get_concrete_function()
    except Exception as error:
        raise (wrong or [error])[0] from None


def _on_device(array: np.ndarray) -> tf.Tensor:
    if array.nbytes <= ON_DEVICE_BYTES:
        return tf.constant(array)
    with tf.device("CPU"):
        return tf.constant(array)
