"""Train a language model: guess each word of a text from those before it."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_ids, check_positive, check_sampled, require
from tlcore.cost import cross_entropy_seq
from tlcore.fast.optimizers import SGD
from tlcore.iterate import segments
from tlcore.layers import RecurrentModel
from tlcore.train.loop import Checked, ClippingTrainer, History, OnEpoch, train_epochs

if TYPE_CHECKING:
    from tlcore.layers import Layer
    from tlcore.train.translation import TranslationTrainer

    Ids = Sequence[int] | np.ndarray


class LanguageTrainer(ClippingTrainer):
    """Truncated backpropagation through time, many windows in one call.

    The text is cut into `batch_size` segments that are read at the same time, `num_steps` words a
    step. The state is carried from window to window, and is zero at the beginning of an epoch. The
    gradient stays inside its window. An example is a word to guess. The settings are those of
    Zaremba, Sutskever and Vinyals (2014), Recurrent neural network regularization.

    The `network` takes ids (batch, steps) and gives logits (batch * steps, words). The `optimizer`
    is plain gradient descent unless given. In epoch number i, counted from 0, its rate is
    ``learning_rate * lr_decay ** max(i - max_epoch, 0)``.

    A gradient longer than `max_grad_norm`, that of all parameters together, is scaled down to it.
    The gradient of a word that comes more than once is measured where it comes, not summed up. Like
    `learning_rate`, it may be assigned while training runs.

    `num_sampled` trains with a softmax over the right word and so many drawn ones, a few times as
    quick. The ids have to be in order of frequency, and a :class:`~tlcore.layers.WordLogitsLayer`
    comes last. The loss is no perplexity then. From the epoch `average_from` on, counted from 0,
    the parameters are averaged over all steps (Polyak and Juditsky, 1992), and :meth:`averaged`
    puts the means in their place for a while.

    >>> from tlcore.layers import EmbeddingInputlayer, InputLayer, RNNLayer, WordLogitsLayer
    >>> words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 4, 8)
    >>> network = WordLogitsLayer(RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True), 4)
    >>> trainer = LanguageTrainer(network, [0, 1, 2, 3] * 100, batch_size=2, num_steps=10)
    >>> history = train_language_model(trainer, 5, valid=[0, 1, 2, 3] * 10, print_freq=0)
    >>> history["val_perplexity"][-1] < 2
    True
    """

    learning_rate: Any = Checked(check_positive)  #: Of the first epochs; `rate` is today's.
    position = ("epoch", "step", "learning_rate")
    settings = (
        *ClippingTrainer.settings, "num_steps", "lr_decay", "max_epoch", "num_sampled",
        "average_from",
    )  # fmt: skip

    def __init__(
        self, network: Layer, data: Ids, batch_size: int = 20, num_steps: int = 20,
        learning_rate: float = 1.0, lr_decay: float = 0.5, max_epoch: int = 4,
        max_grad_norm: float = 5.0, optimizer: keras.optimizers.Optimizer | None = None,
        num_sampled: int | None = None, average_from: int | None = None, seed: int = 0,
    ):  # fmt: skip
        self.network = network
        self._whole, self._text = _prepare(network, data, batch_size)
        self.batch_size, self.examples = len(self._text), [self._text]
        self.num_steps = check_count("num_steps", num_steps)
        self.n_examples = self._text[:, 1:].size
        self.seed = check_count("seed", seed, least=0)
        self.lr_decay = check_positive("lr_decay", lr_decay)
        self.max_epoch = check_count("max_epoch", max_epoch, least=0)
        require(
            num_sampled is None or hasattr(network.operation, "sampled_loss"),
            f"num_sampled is {num_sampled}, and the network ends in a {type(network).__name__}; "
            "expected a WordLogitsLayer, which can score some words only. Put it in the place of "
            "the DenseLayer.",
        )
        self.num_sampled = check_sampled(num_sampled, network.outputs.shape[-1])
        self.average_from = average_from
        self.variables = [v for v in network.all_params if v.trainable]
        self.optimizer = SGD() if optimizer is None else optimizer
        self.optimizer.build(self.variables)
        self.learning_rate = learning_rate
        # In variables: the compiled steps read them, and a checkpoint has them.
        self._norm = tf.Variable(check_positive("max_grad_norm", max_grad_norm), dtype=tf.float64)
        zero = self._whole.zero_state(self.batch_size)
        self._carried = [[tf.Variable(part) for part in layer] for layer in zero]
        self._means, self._n_mean = [], tf.Variable(0, dtype=tf.int64)
        if average_from is not None:
            check_count("average_from", average_from, least=0)
            self._means = [tf.Variable(tf.convert_to_tensor(v)) for v in self.variables]
        own = [self._norm, *sum(self._carried, []), *self._means, self._n_mean]
        self.state = [*self._whole.model.variables, *network.all_drop.values(), *own]
        self._steps = self._compile()

    @property
    def rate(self) -> float:
        """Step size in the epoch under way: decayed."""
        return self.learning_rate * self.lr_decay ** max(self.epoch - self.max_epoch, 0)

    @property
    def n_steps(self) -> int:
        """Steps in an epoch, a short last one included."""
        return -(-(self._text.shape[1] - 1) // self.num_steps)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Put the averages, if there are some yet, in their place inside a ``with`` block."""
        known = self._means and self._n_mean.numpy() > 0
        pairs = list(zip(self.variables, self._means, strict=True)) if known else []
        before = [variable.numpy() for variable, _ in pairs]
        try:
            for variable, mean in pairs:
                variable.assign(mean)
            yield
        finally:
            for (variable, _), value in zip(pairs, before, strict=True):
                variable.assign(value)

    def _train(self, first: int, last: int) -> tuple[float, int]:
        self.optimizer.learning_rate = self.rate
        total = float(self._steps(self.epoch, self._epoch_seed, first, last))
        words = min(last * self.num_steps, self._text.shape[1] - 1) - first * self.num_steps
        return total, words * self.batch_size

    def _compile(self) -> Callable[..., tf.Tensor]:
        """Return the function that trains from step `first` up to step `last` of an epoch."""
        sampled, whole = self.num_sampled is not None, self._whole.model
        inner = RecurrentModel(self.network.below[0]).model if sampled else None
        text = tf.constant(self._text)

        def average():
            weight = 1.0 / tf.cast(self._n_mean.assign_add(1), tf.float32)
            for variable, mean in zip(self.variables, self._means, strict=True):
                mean.assign_add(weight * (variable.value - mean))
            return tf.constant(True)

        def loss(x, y, state, seed):  # of a window in all segments, for one segment
            if not sampled:
                logits, state = whole([x, state], training=True)
                return cross_entropy_seq(logits, y, self.batch_size), state
            vectors, state = inner([x, state], training=True)
            right, sampled_loss = tf.reshape(y, [-1]), self.network.operation.sampled_loss
            each = sampled_loss(vectors, right, self.num_sampled, seed)
            return tf.reduce_sum(each) / self.batch_size, state

        def step(epoch, seed, i, x, y, state):
            with tf.GradientTape() as tape:
                cost, state = loss(x, y, state, tf.stack([seed, i]))
            gradients, norm = tape.gradient(cost, self.variables), tf.cast(self._norm, tf.float32)
            gradients, _ = tf.clip_by_global_norm(gradients, norm)
            self.optimizer.apply(gradients, self.variables)
            if self._means:
                tf.cond(epoch >= self.average_from, average, lambda: tf.constant(False))
            return cost * self.batch_size, state

        @tf.function(input_signature=4 * [tf.TensorSpec([], tf.int32)])
        def run(epoch, seed, first, last):
            state = tf.nest.map_structure(
                lambda kept: tf.where(first == 0, tf.zeros_like(kept), kept), self._carried
            )
            one = partial(step, epoch, seed)
            total, state = _read(text, self.num_steps, one, state, first, last, tf.float32)
            tf.nest.map_structure(lambda kept, part: kept.assign(part), self._carried, state)
            return total

        return run.get_concrete_function()


def _read(text, num_steps, one, state, first, last, dtype):
    """Return the sum of ``one(i, x, y, state)`` over windows `first` to `last`, and the state then.

    A ``tf.function`` calls it, and AutoGraph makes a loop of TensorFlow of it.
    """
    batch, (n_whole, n_left) = text.shape[0], divmod(text.shape[1] - 1, num_steps)

    @tf.autograph.experimental.do_not_convert
    def window(i, n, state):
        x = tf.slice(text, [0, i * num_steps], [batch, n])
        y = tf.slice(text, [0, i * num_steps + 1], [batch, n])
        cost, state = one(i, x, y, state)
        return cost, [[tf.ensure_shape(p, (batch, p.shape[-1])) for p in layer] for layer in state]

    total = tf.zeros([], dtype)
    if n_whole:  # a short text has no whole window, and none can be compiled for it
        for i in tf.range(first, tf.minimum(last, n_whole)):
            cost, state = window(i, num_steps, state)
            total += cost
    if n_left:
        if last > n_whole:
            cost, state = window(tf.constant(n_whole), n_left, state)
            total += cost
    return total, state


def perplexity(network: Layer, data: Ids, batch_size: int = 1, num_steps: int = 20) -> float:
    """Return the perplexity of a text: exp of the mean of -log p(word), each word given all before.

    A model that guesses evenly among 100 words has a perplexity of 100. The state is carried over
    the whole text, so any `num_steps` gives the same up to rounding. With more segments than one,
    each begins without a past, and its first word isn't guessed: a little worse, and quicker.

    >>> from tlcore.layers import DenseLayer, EmbeddingInputlayer, InputLayer, RNNLayer
    >>> words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 10, 8)
    >>> network = RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True)
    >>> network = DenseLayer(network, 10, W_init="zeros")
    >>> round(perplexity(network, [3, 1, 4, 1, 5, 9, 2, 6]), 3)
    10.0
    """
    return perplexity_measure(network, data, batch_size, num_steps)()


def perplexity_measure(
    network: Layer, data: Ids, batch_size: int, num_steps: int
) -> Callable[[], float]:
    """Return a function that measures :func:`perplexity`, compiled once, for many measurements."""
    model, text = _prepare(network, data, batch_size)
    num_steps = check_count("num_steps", num_steps)
    n_words, n_windows = text[:, 1:].size, -(-(text.shape[1] - 1) // num_steps)
    text, zero = tf.constant(text), model.zero_state(len(text))

    def one(i, x, y, state):
        logits, state = model.model([x, state], training=False)
        return tf.cast(cross_entropy_seq(logits, y), tf.float64), state

    @tf.function(input_signature=[])
    def total():
        return _read(text, num_steps, one, zero, 0, n_windows, tf.float64)[0]

    compiled = total.get_concrete_function()
    return lambda: float(np.exp(compiled().numpy() / n_words))


def train_language_model(
    trainer: LanguageTrainer, n_epoch: int, valid: Ids | None = None,
    checkpoint: str | os.PathLike | None = None, print_freq: int = 1, progress: bool = True,
    on_epoch: OnEpoch | None = None,
) -> History:  # fmt: skip
    """Train as :func:`train_epochs` does, and report perplexities, the last epoch's too.

    That of `valid`, a text, is measured after each epoch with the trainer's windows: the whole
    softmax, no dropout, the averaged parameters if the trainer averages. The history also has
    ``learning_rate``, ``train_perplexity`` (None with sampled softmax, whose loss says little),
    ``val_perplexity`` and, of the parameters without averaging, ``val_perplexity_last``.
    """
    network, num_steps = trainer.network, trainer.num_steps
    batch = 1 if valid is None else max(1, min(trainer.batch_size, len(valid) // 2))
    valid_now = None if valid is None else perplexity_measure(network, valid, batch, num_steps)

    def measure(report: bool) -> dict[str, Any]:
        record = {"learning_rate": float(trainer.optimizer.learning_rate)}
        if valid_now is not None:
            with trainer.averaged():
                record["val_perplexity"] = valid_now()
            if trainer.average_from is not None:
                record["val_perplexity_last"] = valid_now()
        return record

    def print_report(last: dict[str, Any]) -> None:
        epoch = f"Epoch: {last['epoch']}/{n_epoch}"
        print(f"{epoch} Learning rate: {last['learning_rate']:.3f} took {last['seconds']:.2f}s")
        if last["train_perplexity"] is not None:
            print(f"{epoch} Train Perplexity: {last['train_perplexity']:.3f}")
        if "val_perplexity" in last:
            print(f"{epoch} Valid Perplexity: {last['val_perplexity']:.3f}")

    return train_to_perplexity(
        trainer, n_epoch, measure, print_report, checkpoint, print_freq, progress, on_epoch
    )


def train_to_perplexity(
    trainer: LanguageTrainer | TranslationTrainer, n_epoch: int, measure: Callable[[bool],
    dict[str, Any]], print_report: Callable[[dict[str, Any]], None],
    checkpoint: str | os.PathLike | None, print_freq: int, progress: bool, on_epoch: OnEpoch | None,
) -> History:  # fmt: skip
    """Train as :func:`train_epochs` does, with perplexities of what is trained in the history."""
    check_count("n_epoch", n_epoch)

    def after(history: History) -> bool | None:
        sampled = trainer.num_sampled is not None
        perplexities = [None if sampled else math.exp(loss) for loss in history["loss"]]
        history["train_perplexity"] = perplexities
        epoch = history["epoch"][-1]
        if print_freq > 0 and (epoch in (1, n_epoch) or epoch % print_freq == 0):
            print_report({name: values[-1] for name, values in history.items()})
        return on_epoch is not None and on_epoch(history)

    return train_epochs(trainer, n_epoch, measure, 0, checkpoint, progress, after)


def _prepare(network: Layer, data: Ids, batch_size: int) -> tuple[RecurrentModel, np.ndarray]:
    """Return the network with its state as an argument, and the text in segments."""
    model, inputs, outputs = RecurrentModel(network), network.inputs[0], network.outputs
    require(
        len(network.inputs) == 1 and len(inputs.shape) == 2 and "int" in inputs.dtype,
        f"network takes {inputs.dtype} of shape {tuple(inputs.shape)}; expected ids of shape "
        "(batch, steps). Begin with InputLayer((None,), dtype='int32').",
    )
    require(
        len(outputs.shape) == 2,
        f"network gives outputs of shape {tuple(outputs.shape)}; expected (batch * steps, words). "
        "Give the last recurrent layer return_seq_2d=True, and end with a DenseLayer of as many "
        "units as there are words.",
    )
    return model, segments(check_ids("data", data, outputs.shape[-1]), batch_size)
