"""Write a text with a language model, a word at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_ids
from tlcore.layers import RecurrentModel
from tlcore.nlp import sample, sample_top

if TYPE_CHECKING:
    from tlcore.layers import Layer


def generate(
    network: Layer, start: Sequence[int] | np.ndarray, n_words: int = 50,
    temperature: float | None = 1.0, top_k: int | None = None,
    rng: np.random.Generator | None = None,
) -> list[int]:  # fmt: skip
    """Go on with a text: return the ids of the `n_words` that follow `start`.

    The network is a language model, as :class:`~tlcore.train.LanguageTrainer` trains it. Each word
    is drawn by :func:`~tlcore.nlp.sample`, or :func:`~tlcore.nlp.sample_top` with `top_k`, and then
    read in its turn. :func:`~tlcore.nlp.words_to_word_ids` leads to ids.

    >>> from tlcore.layers import EmbeddingInputlayer, InputLayer, RNNLayer, WordLogitsLayer
    >>> words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 20, 8)
    >>> network = WordLogitsLayer(RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True), 20)
    >>> len(generate(network, [3, 1, 4], n_words=5))
    5
    """
    model, n_ids = RecurrentModel(network), network.outputs.shape[-1]
    read, state = check_ids("start", start, n_ids).astype("int32"), None
    found: list[int] = []
    for _ in range(check_count("n_words", n_words)):
        logits, state = model(read[None], state)  # (steps, words)
        p = tf.nn.softmax(tf.cast(logits[-1], tf.float32)).numpy()
        if top_k is None:
            found.append(sample(p, temperature, rng))
        else:
            found.append(sample_top(p, top_k, rng, temperature))
        read = np.array(found[-1:], "int32")
    return found
