"""Train a language model: guess each word of a text from those before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_positive, check_rate, check_sampled
from tlcore.cost import cross_entropy_seq
from tlcore.iterate import segments
from tlcore.train.perplexity import check_text, recurrent_model
from tlcore.train.sgd import SGD


class LanguageTrainer:
    """Truncated backpropagation through time, many windows in one call.

    The text is cut into `batch_size` segments that are read at the same time, `num_steps` words a
    step. The state is carried from window to window, and is zero at the beginning of an epoch. The
    gradient stays inside its window.

    The settings are those of W. Zaremba, I. Sutskever and O. Vinyals (2014), Recurrent neural
    network regularization, as the original tutorial has them.

    Parameters
    ----------
    network : Layer
        Takes ids (batch, steps), gives logits (batch * steps, words): see
        :class:`~tlcore.layers.RNNLayer` with ``return_seq_2d=True``.
    data : array_like of int
        The text as ids, (words,).
    batch_size, num_steps : int
        Segments, and words of each in a step.
    learning_rate : float
        Step size in the first epochs. It may be assigned while training runs.
    lr_decay : float
        In epoch number i, counted from 0, the rate is
        ``learning_rate * lr_decay ** max(i - max_epoch, 0)``.
    max_epoch : int
        As the tutorial counts: the first ``max_epoch + 1`` epochs have the full rate.
    max_grad_norm : float
        A longer gradient is scaled down to this length: that of all parameters together. The
        gradient of a word that comes more than once is measured where it comes, not summed up. It
        may be assigned while training runs.
    optimizer : keras.optimizers.Optimizer, optional
        Plain gradient descent unless given. Its rate is set by `learning_rate` at every call.
    num_sampled : int, optional
        Train with a softmax over the right word and so many drawn ones, which is a few times as
        quick: the ids have to be in order of frequency. The network has to end in a
        :class:`~tlcore.layers.WordLogitsLayer`. The loss is no perplexity then.
    average_from : int, optional
        From this epoch on, counted from 0, average the parameters over all steps (Polyak and
        Juditsky, 1992). :meth:`averaged` puts the means in their place for a while.
    seed : int
        Seed of the words that are drawn. That of dropout is its layer's.

    Attributes
    ----------
    epoch, step : int
        Complete epochs, and complete steps in the one under way.

    Raises
    ------
    TypeError, ValueError
        If a parameter is wrong, the text too short, an id outside the vocabulary, or the network
        no language model.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingInputlayer, InputLayer, RNNLayer, WordLogitsLayer
    >>> words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 4, 8)
    >>> network = WordLogitsLayer(RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True), 4)
    >>> trainer = LanguageTrainer(network, [0, 1, 2, 3] * 25, batch_size=2, num_steps=7)
    >>> trainer.n_steps, trainer.n_rows
    (7, 98)
    >>> loss = trainer.run() / trainer.n_rows
    """

    def __init__(
        self,
        network: Any,
        data: Sequence[int] | np.ndarray,
        batch_size: int = 20,
        num_steps: int = 20,
        learning_rate: float = 1.0,
        lr_decay: float = 0.5,
        max_epoch: int = 4,
        max_grad_norm: float = 5.0,
        optimizer: keras.optimizers.Optimizer | None = None,
        num_sampled: int | None = None,
        average_from: int | None = None,
        seed: int = 0,
    ):
        self.network = network
        self._whole = recurrent_model(network)
        self._data = segments(check_text("data", data, network), batch_size)
        self.batch_size = len(self._data)
        self.num_steps = check_count("num_steps", num_steps)
        self.n_rows = self._data[:, 1:].size  # words that are guessed in an epoch
        self.seed, self.shuffle = check_count("seed", seed, least=0), False
        self.lr_decay = check_positive("lr_decay", lr_decay)
        self.max_epoch = check_count("max_epoch", max_epoch, least=0)
        self.num_sampled = _check_sampled(network, num_sampled)
        self.average_from = average_from
        self.variables = [v for v in network.all_params if v.trainable]
        self.optimizer = SGD() if optimizer is None else optimizer
        self.optimizer.build(self.variables)
        self.epoch = self.step = 0
        # In variables: the compiled steps read them, and a checkpoint has them.
        self._rate = tf.Variable(check_rate(learning_rate), dtype=tf.float64)
        self._norm = tf.Variable(check_positive("max_grad_norm", max_grad_norm), dtype=tf.float64)
        self._place = tf.Variable(0, dtype=tf.int64)  # words of each segment that are read
        self._carried = [tf.Variable(part) for part in self._flat(self._zero())]
        self._means, self._n_mean = [], tf.Variable(0, dtype=tf.int64)
        if average_from is not None:
            check_count("average_from", average_from, least=0)
            self._means = [tf.Variable(tf.convert_to_tensor(v)) for v in self.variables]
        self._steps = self._compile()

    @property
    def learning_rate(self) -> float:
        """Step size of the first epochs. The one of the epoch under way is `rate`."""
        return float(self._rate.numpy())

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        self._rate.assign(check_rate(rate))

    @property
    def max_grad_norm(self) -> float:
        """Length to which a longer gradient is scaled down."""
        return float(self._norm.numpy())

    @max_grad_norm.setter
    def max_grad_norm(self, norm: float) -> None:
        self._norm.assign(check_positive("max_grad_norm", norm))

    @property
    def rate(self) -> float:
        """Step size in the epoch under way: decayed."""
        return self.learning_rate * self.lr_decay ** max(self.epoch - self.max_epoch, 0)

    @property
    def n_steps(self) -> int:
        """Steps in an epoch, the short last one included."""
        return -(-(self._data.shape[1] - 1) // self.num_steps)

    @property
    def state(self) -> list:
        """What a checkpoint holds beside the optimizer: network, carried state, place, means."""
        network = [*self._whole.model.variables, *self.network.all_drop.values()]
        own = [self._rate, self._norm, self._place, *self._carried, *self._means, self._n_mean]
        return network + own

    def run(self, n_steps: int | None = None) -> float:
        """Run `n_steps` steps, or what is left of the epoch if that is fewer.

        Returns
        -------
        float
            Sum of the losses of the words that were guessed, in nats.

        Raises
        ------
        FloatingPointError
            If the loss has become NaN or infinite.
        ValueError
            If a checkpoint was loaded that was made with another `num_steps`.
        """
        first = self.step
        last = self.n_steps if n_steps is None else min(self.n_steps, first + n_steps)
        if first and int(self._place.numpy()) != first * self.num_steps:
            raise ValueError(
                f"num_steps is {self.num_steps}, and after {first} steps {int(self._place.numpy())}"
                " words of each segment are read: the checkpoint was made with another num_steps. "
                "Use that one, or delete the checkpoint to begin anew."
            )
        self.optimizer.learning_rate = self.rate
        total = float(self._steps(self.epoch, first, last))
        if not np.isfinite(total):
            raise FloatingPointError(
                f"the loss is {total} between steps {first} and {last} of epoch {self.epoch + 1}. "
                f"learning_rate is {self.rate:g} and max_grad_norm {self.max_grad_norm:g}: try "
                "smaller ones."
            )
        self.step = last
        if self.step == self.n_steps:
            self.epoch, self.step = self.epoch + 1, 0
        return total

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Put the averaged parameters in their place inside a ``with`` block, to measure or save.

        Without `average_from`, or before that epoch, nothing is changed.
        """
        if not self._means or not int(self._n_mean.numpy()):
            yield
            return
        before = [v.numpy() for v in self.variables]
        try:
            for variable, mean in zip(self.variables, self._means, strict=True):
                variable.assign(mean)
            yield
        finally:
            for variable, value in zip(self.variables, before, strict=True):
                variable.assign(value)

    def _zero(self) -> list:
        return self._whole.zero_state(self.batch_size)

    @staticmethod
    def _flat(state: list) -> list[tf.Tensor]:
        return [part for layer in state for part in layer]

    def _cost(self, x, y, state, seed):
        """Return the cost of a window for one segment, and the new state."""
        if self.num_sampled is None:
            logits, state = self._whole.model([x, state], training=True)
            return cross_entropy_seq(logits, y, self.batch_size), state
        inner, state = self._inner.model([x, state], training=True)
        each = self.network.operation.sampled_loss(
            inner, tf.reshape(y, [-1]), self.num_sampled, seed
        )
        return tf.reduce_sum(each) / self.batch_size, state

    def _compile(self):
        """Return the function that trains from step `first` up to step `last` of an epoch."""
        if self.num_sampled is not None:
            self._inner = recurrent_model(self.network.below[0], logits=False)
        data = tf.constant(self._data)
        batch, steps = self.batch_size, self.num_steps
        n_whole, n_left = divmod(self._data.shape[1] - 1, steps)
        lengths = [len(layer) for layer in self._zero()]

        def average():
            weight = 1.0 / tf.cast(self._n_mean.assign_add(1), tf.float32)
            for variable, mean in zip(self.variables, self._means, strict=True):
                mean.assign_add(weight * (variable.value - mean))
            return tf.constant(True)

        def window(i, n, flat, epoch):
            """Train on n words of each segment, those from i * steps on."""
            x = tf.slice(data, [0, i * steps], [batch, n])
            y = tf.slice(data, [0, i * steps + 1], [batch, n])
            parts = iter(flat)
            state = [[next(parts) for _ in range(length)] for length in lengths]
            seed = tf.stack([epoch + self.seed * 4099 % 2**30, i])
            with tf.GradientTape() as tape:
                cost, state = self._cost(x, y, state, seed)
            gradients = tape.gradient(cost, self.variables)
            norm = tf.cast(self._norm, tf.float32)
            gradients, _ = tf.clip_by_global_norm(gradients, norm)
            self.optimizer.apply(gradients, self.variables)
            if self._means:
                tf.cond(epoch >= self.average_from, average, lambda: tf.constant(False))
            flat = [tf.ensure_shape(part, (batch, part.shape[-1])) for part in self._flat(state)]
            return cost * batch, flat

        def keep(flat, last):
            for variable, part in zip(self._carried, flat, strict=True):
                variable.assign(part)
            self._place.assign(tf.cast(last, tf.int64) * steps)

        # AutoGraph is for the loop below.
        window, keep = map(tf.autograph.experimental.do_not_convert, (window, keep))

        @tf.function(input_signature=3 * [tf.TensorSpec([], tf.int32)])
        def run(epoch, first, last):
            total = 0.0
            flat = [tf.where(first == 0, tf.zeros_like(part), part) for part in self._carried]
            if n_whole:  # a short text has no whole window, and none can be compiled for it
                for i in tf.range(first, tf.minimum(last, n_whole)):
                    cost, flat = window(i, steps, flat, epoch)
                    total += cost
            if n_left:
                if last > n_whole:
                    cost, flat = window(tf.constant(n_whole), n_left, flat, epoch)
                    total += cost
            keep(flat, last)
            return total

        return run.get_concrete_function()


def _check_sampled(network: Any, num_sampled: int | None) -> int | None:
    if num_sampled is None:
        return None
    if not hasattr(network.operation, "sampled_loss"):
        raise ValueError(
            f"num_sampled is {num_sampled}, and the network ends in a {type(network).__name__}; "
            "expected a WordLogitsLayer, which can score some words only. Put it in the place of "
            "the DenseLayer."
        )
    return check_sampled(num_sampled, network.outputs.shape[-1])
