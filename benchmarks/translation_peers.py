"""Translators to compare with: plain Keras, and the tutorials of TensorFlow and PyTorch.

The Keras one is tlcore's own network, put together from Keras's layers, with its weights.

The two tutorials compute attention step by step: what the decoder looked at goes into its next
step. So no product can take all steps at once, neither attention's nor that of the scores. Theirs
is another network (additive attention, no mask, a wider decoder), the same one in both. Here it has
the sizes, the loss, the optimizer, the rate and the clipping of the others, and no dropout:

- https://www.tensorflow.org/text/tutorials/nmt_with_attention in its first form, with Keras's GRU.
  Its decoder began each step from a state of zeros (tensorflow/tensorflow, issue 38248). That is
  mended here.
- https://pytorch.org/tutorials/intermediate/seq2seq_translation_tutorial.html, many pairs at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

import tlcore as tl
from tlcore.nlp import EOS_ID, GO_ID, PAD_ID, lay_out_batch

RATE, CLIP = 0.5, 5.0


class InKeras(NamedTuple):
    """Models that share their layers: the whole, what reads, and a step of what writes."""

    whole: keras.Model
    encoder: keras.Model
    step: keras.Model


def keras_translator(net: tl.layers.Layer, n_source: int) -> InKeras:
    """Build the network of `net` with Keras's layers, and give it a copy of the weights."""
    E, W_1, R_1, b_1, F, W_2, R_2, b_2, W_a, W_c, table, b = [p.numpy() for p in net.all_params]
    (words, units), L = E.shape, keras.layers
    vectors_1, vectors_2 = L.Embedding(words, units, mask_zero=True), L.Embedding(len(F), units)
    reader, writer = (L.GRU(units, return_sequences=True, return_state=True) for _ in "12")
    score, look = L.Dense(units, use_bias=False), L.Attention()
    join, logits = L.Dense(units, "tanh", use_bias=False), L.Dense(len(table))
    source, target = keras.Input((n_source,), dtype="int32"), keras.Input((None,), dtype="int32")
    memory, state = reader(vectors_1(source))

    def write(ids, start, memory, keys, mask):
        h, after = writer(vectors_2(ids), initial_state=start)
        context = look([h, memory, keys], mask=[None, mask])
        return logits(join(L.Concatenate()([context, h]))), after

    keys, mask = score(memory), keras.ops.not_equal(source, PAD_ID)
    whole = keras.Model([source, target], write(target, state, memory, keys, mask)[0])
    for layer, given in (
        (vectors_1, [E]), (reader, [W_1, R_1, b_1]), (vectors_2, [F]), (writer, [W_2, R_2, b_2]),
        (score, [W_a]), (join, [W_c]), (logits, [table.T, b]),
    ):  # fmt: skip
        layer.set_weights(given)
    given = [keras.Input(x.shape[1:], dtype=x.dtype) for x in (state, memory, keys, mask)]
    step = keras.Model([target, *given], write(target, *given))
    return InKeras(whole, keras.Model(source, [state, memory, keys, mask]), step)


def in_keras(net: tl.layers.Layer, pairs: Sequence, bucket: tuple[int, int], batch: int):
    """Return a function that trains it on all pairs once with ``train_on_batch``."""
    model = keras_translator(net, bucket[0]).whole
    # The mean over the words that count.
    loss = keras.losses.SparseCategoricalCrossentropy(True, reduction="mean_with_sample_weight")
    model.compile(keras.optimizers.SGD(RATE, global_clipnorm=CLIP), loss)

    def step(encoder, decoder) -> float:
        targets = decoder[:, 1:]
        weights = (targets != PAD_ID).astype("float32")
        return float(model.train_on_batch([encoder, decoder[:, :-1]], targets, weights))

    return _passes(step, pairs, bucket, batch)


def greedy_in_keras(net: tl.layers.Layer, bucket: tuple[int, int], batch: int):
    """Return a function that translates sentences: a call of a compiled model for each step."""
    _, encoder, step = keras_translator(net, bucket[0])

    def translate(sentences: Sequence[Sequence[int]]) -> list[list[int]]:
        found = []
        for first in range(0, len(sentences), batch):
            pairs = [(sentence, []) for sentence in sentences[first : first + batch]]
            ids, last, _ = (part.T for part in lay_out_batch(pairs, bucket))
            state, *memory = encoder.predict_on_batch(ids)
            words = [last[:, :1]]
            for _ in range(bucket[1] - 1):
                scores, state = step.predict_on_batch([words[-1], state, *memory])
                scores[..., [PAD_ID, GO_ID]] = -np.inf
                words.append(scores.argmax(-1).astype("int32"))
            for row in np.concatenate(words[1:], axis=1).tolist():
                found.append(row[: row.index(EOS_ID)] if EOS_ID in row else row)
        return found

    return translate


def start(words: int, units: int, seed: int = 1) -> dict[str, list[np.ndarray]]:
    """Return weights for the network of both tutorials, in Keras's order and shapes."""
    rng = np.random.default_rng(seed)

    def draw(*shape):
        return rng.uniform(-1, 1, shape).astype("float32") * np.sqrt(6 / sum(shape[-2:]))

    def gru(n):
        return [draw(n, 3 * units), draw(units, 3 * units), np.zeros((2, 3 * units), "float32")]

    def dense(n, m):
        return [draw(n, m), np.zeros(m, "float32")]

    return {
        "source": [draw(words, units)], "encoder": gru(units),
        "target": [draw(words, units)], "decoder": gru(2 * units),  # word, then context
        "query": dense(units, units), "memory": dense(units, units), "score": dense(units, 1),
        "scores": dense(units, words),
    }  # fmt: skip


def in_tensorflow(weights: dict, pairs: Sequence, bucket: tuple[int, int], batch: int):
    """Return a function that trains TensorFlow's tutorial: a loop over words, compiled."""
    (words, units), L = weights["source"][0].shape, keras.layers
    parts = {
        "source": L.Embedding(words, units),
        "encoder": L.GRU(units, return_sequences=True, return_state=True),
        "target": L.Embedding(words, units),
        "decoder": L.GRU(units, return_sequences=True, return_state=True),
        "query": L.Dense(units), "memory": L.Dense(units), "score": L.Dense(1),
        "scores": L.Dense(words),
    }  # fmt: skip
    for name, part in parts.items():
        part.build((None, None, weights[name][0].shape[0]))
        part.set_weights(weights[name])
    variables = [v for part in parts.values() for v in part.trainable_variables]
    optimizer = keras.optimizers.SGD(RATE, global_clipnorm=CLIP)
    optimizer.build(variables)
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(True, reduction="none")

    @tf.function
    def step(encoder, decoder):
        with tf.GradientTape() as tape:
            memory, state = parts["encoder"](parts["source"](encoder))
            total = 0.0
            for t in range(decoder.shape[1] - 1):
                compared = parts["query"](state[:, None]) + parts["memory"](memory)
                attention = tf.nn.softmax(parts["score"](tf.tanh(compared)), axis=1)
                context = tf.reduce_sum(attention * memory, axis=1, keepdims=True)
                x = tf.concat([parts["target"](decoder[:, t : t + 1]), context], axis=-1)
                out, state = parts["decoder"](x, initial_state=state)
                right = decoder[:, t + 1]
                losses = cross_entropy(right, parts["scores"](out[:, 0]))
                total += tf.reduce_sum(losses * tf.cast(right != PAD_ID, tf.float32))
            n = tf.math.count_nonzero(decoder[:, 1:], dtype=tf.float32)
            loss = total / n
        optimizer.apply(tape.gradient(loss, variables), variables)
        return loss

    return _passes(lambda *ids: float(step(*map(tf.constant, ids))), pairs, bucket, batch)


def in_torch(weights: dict, pairs: Sequence, bucket: tuple[int, int], batch: int):
    """Return a function that trains PyTorch's tutorial: a loop over words, nothing compiled."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    words, units = weights["source"][0].shape
    parts = nn.ModuleDict({
        "source": nn.Embedding(words, units),
        "encoder": nn.GRU(units, units, batch_first=True),
        "target": nn.Embedding(words, units),
        "decoder": nn.GRU(2 * units, units, batch_first=True),
        "query": nn.Linear(units, units), "memory": nn.Linear(units, units),
        "score": nn.Linear(units, 1), "scores": nn.Linear(units, words),
    })  # fmt: skip
    with torch.no_grad():
        for name, part in parts.items():
            for mine, given in zip(part.parameters(), _for_torch(weights[name]), strict=True):
                mine.copy_(torch.from_numpy(given))
    optimizer = torch.optim.SGD(parts.parameters(), RATE)
    loss_of = nn.NLLLoss(ignore_index=PAD_ID)

    def step(encoder, decoder) -> float:
        encoder, decoder = (torch.from_numpy(ids.astype("int64")) for ids in (encoder, decoder))
        memory, state = parts["encoder"](parts["source"](encoder))
        scores = []
        for t in range(decoder.shape[1] - 1):
            query = state.permute(1, 0, 2)  # (batch, 1, units)
            compared = torch.tanh(parts["query"](query) + parts["memory"](memory))
            attention = parts["score"](compared).squeeze(2).unsqueeze(1).softmax(dim=-1)
            context = torch.bmm(attention, memory)
            x = torch.cat([parts["target"](decoder[:, t : t + 1]), context], dim=2)
            out, state = parts["decoder"](x, state)
            scores.append(parts["scores"](out))
        log_p = torch.cat(scores, dim=1).log_softmax(dim=-1)
        loss = loss_of(log_p.reshape(-1, words), decoder[:, 1:].reshape(-1))
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parts.parameters(), CLIP)
        optimizer.step()
        return loss.item()

    return _passes(step, pairs, bucket, batch)


def _for_torch(weights: list[np.ndarray]) -> list[np.ndarray]:
    """Return a layer's weights as PyTorch has them: transposed, and its GRU's gates r, z, n."""
    if len(weights) == 1:
        return weights  # a table of vectors
    if len(weights) == 2:
        return [np.ascontiguousarray(weights[0].T), weights[1]]
    W, R, biases = weights

    def gates(array):
        z, r, n = np.split(array.T, 3)
        return np.concatenate([r, z, n])

    return [gates(W), gates(R), gates(biases[0]), gates(biases[1])]


def _passes(
    step: Callable, pairs: Sequence, bucket: tuple[int, int], batch: int
) -> Callable[[], float]:
    """Return a function that goes through the pairs once and returns nats per word."""
    arrays = [np.ascontiguousarray(ids.T) for ids in lay_out_batch(pairs, bucket)[:2]]
    n_words = int((arrays[1][:, 1:] != PAD_ID).sum())

    def work() -> float:
        nats = 0.0
        for first in range(0, len(pairs), batch):
            encoder, decoder = (ids[first : first + batch] for ids in arrays)
            nats += step(encoder, decoder) * int((decoder[:, 1:] != PAD_ID).sum())
        return nats / n_words

    return work
