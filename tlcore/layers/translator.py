"""The translator: word vectors, an encoder, a decoder that looks at it, a score for each word."""

from __future__ import annotations

from typing import NamedTuple

import keras
import tensorflow as tf

from tlcore.check import check_count, require
from tlcore.layers.attention import AttentionLayer
from tlcore.layers.core import InputLayer, Layer
from tlcore.layers.dropout import DropoutLayer
from tlcore.layers.embedding import EmbeddingInputlayer
from tlcore.layers.recurrent import RNNLayer
from tlcore.layers.shape import ConcatLayer, _Steps
from tlcore.layers.words import WordLogitsLayer
from tlcore.nlp import PAD_ID

#: Word vectors begin uniform between minus and plus this number.
START = 0.5
#: Cells begin as Keras's do.
CELL = {"kernel_initializer": "glorot_uniform", "recurrent_initializer": "orthogonal"}


class Source(NamedTuple):
    """What the decoder needs of a batch of encoded sentences."""

    memory: tf.Tensor  # outputs of the encoder, (batch, source steps, size)
    keys: tf.Tensor  # what attention compares with, (batch, source steps, size)
    mask: tf.Tensor  # true for words, false for padding, (batch, source steps)
    states: list[list[tf.Tensor]]  # where the decoder begins, a list for each of its layers


class EmbeddingAttentionSeq2seq(Layer):
    """Encoder and decoder with attention, from ids to a score for each word of the target.

    Both are GRUs or LSTMs, `num_layers` deep; each layer of the decoder begins with the final state
    of the encoder's at the same height. The outputs are (batch * steps, words).

    The ids 0 to 3 are _PAD, _GO, _EOS and _UNK. Source sentences come as ``tl.nlp.get_batch`` makes
    them: reversed, the padding in front. Padding is masked: it moves no state and gets no
    attention, so that a sentence has the same translation whatever it is padded to.

    A layer has `size` units, and a word vector as many numbers. `attention` is the `kind` of
    :class:`AttentionLayer`. If `bidirectional`, half of the units in the lowest layer of the
    encoder read from the end to the beginning; `size` is even then. `keep` is the KEEPING
    probability of the word vectors, and of the outputs of each layer and of attention, while
    training. If `tied`, the decoder's word vectors are the table of the output as well.

    >>> network = EmbeddingAttentionSeq2seq(50, 60, size=16, num_layers=2)
    >>> source = tf.constant([[0, 0, 12, 7, 30]])  # 30 7 12, reversed
    >>> network.model([source, tf.constant([[1, 8, 9]])]).shape  # _GO 8 9
    TensorShape([3, 60])
    """

    weights: keras.KerasTensor  #: Attention, (batch, target steps, source steps).
    vectors: keras.Model  #: From [source ids, target ids] to what is scored, (batch * steps, size).

    def __init__(
        self, source_vocab_size: int, target_vocab_size: int, size: int, num_layers: int = 1,
        use_lstm: bool = False, attention: str = "general", bidirectional: bool = False,
        keep: float = 1.0, tied: bool = False, name: str = "seq2seq",
    ):  # fmt: skip
        who = type(self).__name__
        self.size = check_count(f"{who}: size", size)
        self.num_layers = check_count(f"{who}: num_layers", num_layers)
        self.source_vocab_size, self.target_vocab_size = source_vocab_size, target_vocab_size
        message = f"{who}: size is {size}; expected an even number for two directions."
        require(not (bidirectional and size % 2), message)

        def vectors(way: str, words: int) -> tuple[Layer, EmbeddingInputlayer]:
            ids = InputLayer((None,), dtype="int32", name=f"{name}_{way}_ids")
            start = keras.initializers.RandomUniform(-START, START)
            return ids, EmbeddingInputlayer(ids, words, size, start, name=f"{name}_{way}_vectors")

        def dropped(layer: Layer, what: str) -> Layer:
            return DropoutLayer(layer, keep, name=f"{name}_drop_{what}") if keep != 1 else layer

        cell = "lstm" if use_lstm else "gru"
        source, words = vectors("source", source_vocab_size)
        mask = keras.ops.not_equal(source.outputs, PAD_ID)

        def reader(below: Layer, units: int, own: str, backwards: bool = False) -> RNNLayer:
            # Without cuDNN, which wants padding at the end.
            args, own = CELL | {"use_cudnn": False}, f"{name}_{own}"
            return RNNLayer(below, cell, args, units, name=own, mask=mask, backwards=backwards)

        encoder, top = [], dropped(words, "source")
        for i in range(num_layers):
            if bidirectional and i == 0:
                forward = reader(top, size // 2, "encoder_1_fw")
                backward = reader(top, size // 2, "encoder_1_bw", backwards=True)
                top = ConcatLayer([forward, backward], concat_dim=2)
                pairs = zip(forward.final_state, backward.final_state, strict=True)
                top.final_state = [keras.layers.Concatenate()(list(pair)) for pair in pairs]
            else:
                top = reader(top, size, f"encoder_{i + 1}")
            encoder.append(top)
            top = dropped(top, f"encoder_{i + 1}")
        memory = top

        target, words = vectors("target", target_vocab_size)
        decoder, top = [], dropped(words, "target")
        for i, below in enumerate(encoder):
            own = f"{name}_decoder_{i + 1}"
            decoder.append(RNNLayer(top, cell, CELL, size, initial_state=below, name=own))
            top = dropped(decoder[-1], f"decoder_{i + 1}")
        looking = AttentionLayer(top, memory, mask, attention, size, name=f"{name}_attention")
        flat = Layer(dropped(looking, "attention"), _Steps(flat=True))
        table = words if tied else None
        logits = WordLogitsLayer(flat, target_vocab_size, table, name=f"{name}_logits")
        self._record([memory, logits], logits.operation, logits.outputs, on=[source, target])
        self.name, self.weights, self.mask = name, looking.weights, mask

        self.vectors = keras.Model(self.inputs, flat.outputs)
        self._table, self._cells = words.operation, [layer.operation for layer in decoder]
        self._attend = looking.operation
        states = [layer.final_state for layer in encoder]
        self._encoder = keras.Model(source.outputs, [memory.outputs, mask, states])

    def encode(self, ids: tf.Tensor) -> Source:
        """Read sentences: ids (batch, source steps), reversed, the padding in front."""
        memory, mask, states = self._encoder(ids)
        return Source(memory, self._attend.keys(memory), mask, states)

    def advance(
        self, ids: tf.Tensor, states: list[list[tf.Tensor]], source: Source
    ) -> tuple[tf.Tensor, list[list[tf.Tensor]], tf.Tensor]:
        """Take one step of the decoder, for one or more hypotheses of each translation.

        `ids` are the last words of the hypotheses, (batch, hypotheses), and `states` what the step
        begins with, a list for each layer, (batch * hypotheses, size) each. Gives a score for each
        word to come next, (batch, hypotheses, words); the states after the step; and attention,
        (batch, hypotheses, source steps).
        """
        n = ids.shape[1]
        x = tf.gather(tf.convert_to_tensor(self._table.embeddings), tf.reshape(ids, [-1]))
        new = []
        for operation, state in zip(self._cells, states, strict=True):
            x, after = operation.cell(x, state)
            new.append(list(keras.tree.flatten(after)))
        h = tf.reshape(x, (-1, n, self.size))
        vectors, weights = self._attend.look(h, source.memory, source.keys, source.mask)
        logits = self.operation(tf.reshape(vectors, (-1, self.size)))
        return tf.reshape(logits, (-1, n, self.target_vocab_size)), new, weights
