"""Attention: each step of one sequence looks at all steps of another, and takes what it needs."""

from __future__ import annotations

import keras
import tensorflow as tf

from tlcore.check import check_choice, check_count, require
from tlcore.layers.core import Layer, check_below


class AttentionLayer(Layer):
    """Let each step of a decoder look at all steps of an encoder.

    Step t of the decoder has the output h_t, step s of the encoder m_s. Attention gives each s a
    weight, a softmax over the scores, takes the weighted mean of the m_s, the context c_t, and
    gives the attentional vector::

        weights[t, s] = softmax over s of score(h_t, m_s)
        c_t           = sum over s of weights[t, s] * m_s
        outputs[t]    = tanh([c_t, h_t] @ W_c)

    The score is ``h_t . m_s`` ("dot"), ``h_t . (W_a m_s)`` ("general"; Luong, Pham and Manning,
    2015, section 3.1) or ``v . tanh(W_q h_t + W_m m_s)`` ("additive"; Bahdanau, Cho and Bengio,
    2015, section 3.1).

    The decoder runs over the whole target first, and attention is a few large products for all
    steps together. In Bahdanau's, c_t goes into the next step, which takes a few times as long.

    The decoder, `layer`, gives (batch, target steps, n), and the encoder, `memory`, (batch, source
    steps, n_memory). The `mask`, (batch, source steps), is true for the steps that count; the
    others get the weight 0. Of the kinds of score "dot" needs n = n_memory, and "additive" compares
    each pair of steps in n numbers, which takes several times as long. An attentional vector has
    `n_hidden` numbers, n unless told: (batch, target steps, n_hidden).

    >>> from tlcore.layers import InputLayer
    >>> network = AttentionLayer(InputLayer((5, 6)), InputLayer((7, 4)), kind="general")
    >>> network.outputs.shape, network.weights.shape
    ((None, 5, 6), (None, 5, 7))
    """

    weights: keras.KerasTensor  #: (batch, target steps, source steps); each row sums to 1.

    def __init__(
        self, layer: Layer, memory: Layer, mask: keras.KerasTensor | None = None,
        kind: str = "general", n_hidden: int | None = None, name: str | None = None,
    ):  # fmt: skip
        check_below("AttentionLayer", layer, rank=3)
        check_below("AttentionLayer", memory, rank=3, name="memory")
        n, n_memory = layer.outputs.shape[-1], memory.outputs.shape[-1]
        check_choice("AttentionLayer: kind", kind, ("dot", "general", "additive"))
        require(
            kind != "dot" or n == n_memory,
            f"AttentionLayer: kind is 'dot', and the steps have {n} and {n_memory} numbers; "
            "expected as many in both. Use kind='general', or the same n_hidden.",
        )
        n_hidden = check_count("AttentionLayer: n_hidden", n if n_hidden is None else n_hidden)
        operation = _Attend(kind, n_hidden, name=name)
        masks = [] if mask is None else [mask]
        outputs, self.weights = operation([layer.outputs, memory.outputs, *masks])
        self._record([layer, memory], operation, outputs)


@keras.saving.register_keras_serializable("tlcore")
class _Attend(keras.layers.Layer):
    """The computation of an :class:`AttentionLayer`: takes [h, m] or [h, m, mask]."""

    def __init__(self, kind: str, n_hidden: int, **options):
        super().__init__(**options)
        self.kind, self.n_hidden = kind, n_hidden

    def build(self, shapes):
        n, n_memory = shapes[0][-1], shapes[1][-1]

        def weight(name, *shape):
            return self.add_weight(shape=shape, initializer="glorot_uniform", name=name)

        if self.kind == "general":
            self.W_a = weight("W_a", n_memory, n)
        elif self.kind == "additive":
            self.W_q, self.W_m = weight("W_q", n, n), weight("W_m", n_memory, n)
            self.v = weight("v", n, 1)
        self.W_c = weight("W_c", n_memory + n, self.n_hidden)

    def call(self, inputs):
        h, memory, *mask = inputs
        return self.look(h, memory, self.keys(memory), mask[0] if mask else None)

    def keys(self, memory: tf.Tensor) -> tf.Tensor:
        """Return what of the memory goes into the scores, the same at all steps of a decoder."""
        if self.kind == "dot":
            return memory
        return tf.tensordot(memory, self.W_a if self.kind == "general" else self.W_m, 1)

    def look(
        self, h: tf.Tensor, memory: tf.Tensor, keys: tf.Tensor, mask: tf.Tensor | None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Return the attentional vectors and the weights of the steps h, (batch, steps, n)."""
        if self.kind == "additive":
            queries = tf.tensordot(h, self.W_q, 1)
            pairs = tf.tanh(queries[:, :, None] + keys[:, None])  # (batch, t, s, n)
            scores = tf.linalg.matvec(pairs, tf.convert_to_tensor(self.v)[:, 0])
        else:
            scores = tf.matmul(h, keys, transpose_b=True)  # (batch, t, s)
        weights = masked_softmax(scores, None if mask is None else mask[:, None])
        context = tf.matmul(weights, memory)  # (batch, t, n_memory)
        return tf.tanh(tf.tensordot(tf.concat([context, h], axis=2), self.W_c, 1)), weights


def masked_softmax(scores: tf.Tensor, mask: tf.Tensor | None = None) -> tf.Tensor:
    """Return the softmax over the last axis, among the places where the mask is true.

    The others get exactly 0, and where no place is left (an empty sentence) all do. The mask is
    broadcast to the shape of the scores.
    """
    if mask is None:
        return tf.nn.softmax(scores)
    mask = tf.cast(mask, scores.dtype)
    return tf.nn.softmax(scores - 1e9 * (1.0 - mask)) * mask
