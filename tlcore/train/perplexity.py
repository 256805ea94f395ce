"""How well a language model guesses: the perplexity, always with the whole softmax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tlcore.check import check_count
from tlcore.cost import cross_entropy_seq
from tlcore.iterate import segments
from tlcore.layers.recurrent import RecurrentModel


def perplexity(
    network: Any, data: Sequence[int] | np.ndarray, batch_size: int = 1, num_steps: int = 20
) -> float:
    """Return the perplexity of a text: exp of the mean of -log p(word), each word given all before.

    A model that guesses evenly among 100 words has a perplexity of 100. The state is carried over
    the whole text, so that the windows change nothing: with ``batch_size=1`` any `num_steps` gives
    the same up to rounding, 1 as well. With more segments each begins without a past, and the
    first word of each isn't guessed: a little worse, and quicker.

    Parameters
    ----------
    network : Layer
        Takes ids (batch, steps), gives logits (batch * steps, words). Dropout is off.
    data : array_like of int
        The text as ids, (words,).
    batch_size, num_steps : int
        Segments that are read at the same time, and words of each in a window.

    Raises
    ------
    TypeError, ValueError
        If the text is too short, an id outside the vocabulary, or the network no language model.

    Examples
    --------
    >>> from tlcore.layers import DenseLayer, EmbeddingInputlayer, InputLayer, RNNLayer
    >>> words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 10, 8)
    >>> network = RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True)
    >>> network = DenseLayer(network, 10, W_init="zeros")
    >>> round(perplexity(network, [3, 1, 4, 1, 5, 9, 2, 6]), 3)
    10.0
    """
    return perplexity_measure(network, data, batch_size, num_steps)()


def perplexity_measure(
    network: Any, data: Sequence[int] | np.ndarray, batch_size: int = 1, num_steps: int = 20
) -> Callable[[], float]:
    """Return a function that measures :func:`perplexity`, compiled once, for many measurements."""
    model = recurrent_model(network)
    text = segments(check_text("data", data, network), batch_size)
    num_steps = check_count("num_steps", num_steps)
    batch, n_words = len(text), text[:, 1:].size
    n_whole, n_left = divmod(text.shape[1] - 1, num_steps)
    text = tf.constant(text)
    zero = model.zero_state(batch)

    def window(i, n, state):
        x = tf.slice(text, [0, i * num_steps], [batch, n])
        y = tf.slice(text, [0, i * num_steps + 1], [batch, n])
        logits, state = model.model([x, state], training=False)
        state = [[tf.ensure_shape(p, (batch, p.shape[-1])) for p in layer] for layer in state]
        return tf.cast(cross_entropy_seq(logits, y), tf.float64), state

    window = tf.autograph.experimental.do_not_convert(window)

    @tf.function(input_signature=[])
    def total():
        cost, state = tf.constant(0.0, tf.float64), zero
        if n_whole:  # a short text has no whole window, and none can be compiled for it
            for i in tf.range(n_whole):
                more, state = window(i, num_steps, state)
                cost += more
        if n_left:
            more, state = window(n_whole, n_left, state)
            cost += more
        return cost

    compiled = total.get_concrete_function()
    return lambda: float(np.exp(compiled().numpy() / n_words))


def recurrent_model(network: Any, logits: bool = True) -> RecurrentModel:
    """Return the network with its state as an argument, or say why it is no language model."""
    model = RecurrentModel(network)
    inputs, outputs = network.inputs[0], network.outputs
    if len(network.inputs) > 1 or len(inputs.shape) != 2 or "int" not in inputs.dtype:
        raise ValueError(
            f"network takes {inputs.dtype} of shape {tuple(inputs.shape)}; expected ids of shape "
            "(batch, steps). Begin with InputLayer((None,), dtype='int32')."
        )
    if logits and len(outputs.shape) != 2:
        raise ValueError(
            f"network gives outputs of shape {tuple(outputs.shape)}; expected (batch * steps, "
            "words). Give the last recurrent layer return_seq_2d=True, and end with a DenseLayer "
            "of as many units as there are words."
        )
    return model


def check_text(name: str, data: Sequence[int] | np.ndarray, network: Any) -> np.ndarray:
    """Return a text as an array of ids, all of them words that the network scores.

    Raises
    ------
    ValueError
        If it is empty, or an id is outside the vocabulary.
    """
    data = np.asarray(data)
    if data.size == 0:
        raise ValueError(f"{name} is empty; expected a text as ids, (words,).")
    n_words = network.outputs.shape[-1]
    if data.dtype.kind in "iu" and not 0 <= data.min() <= data.max() < n_words:
        raise ValueError(
            f"{name} has ids from {data.min()} to {data.max()}; expected 0 to {n_words - 1}, since "
            f"the network scores {n_words} words. Make n_units the size of the vocabulary, or take "
            "network and text from the same vocabulary."
        )
    return data
