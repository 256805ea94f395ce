"""Sequence to sequence: one network reads, another writes and begins where the first one ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from tlcore.classic.recurrent import Dropout, DynamicRNNLayer, _Count, check_stack, states
from tlcore.layers.core import Initializer, Layer, check_below
from tlcore.layers.recurrent import Cell, Start
from tlcore.layers.shape import _Steps


class Seq2Seq(Layer):
    """A plain encoder and decoder: all that is known of the source is the encoder's last state.

    Each layer of the decoder begins with the final state of the encoder's layer at the same height
    (Sutskever, Vinyals and Le, 2014). Of the source only that is handed on: n_hidden numbers, or
    twice as many from an LSTM, whatever its length. Attention takes that limit away; see
    :class:`~tlcore.layers.EmbeddingAttentionSeq2seq`.

    The two inputs are source and target as vectors, (batch, steps, n_in) each, padded at the end.
    The decoder is given the right words, shifted by one: _GO W X Y for the targets W X Y _EOS. The
    other arguments are those of :class:`DynamicRNNLayer`, with a length and an initial state for
    each of the two. The attributes `initial_state_encode`, `final_state_encode` and the same of
    the decoder hold the states of all layers, the lowest first.

    >>> from tlcore.layers import InputLayer
    >>> source, target = InputLayer((7, 16)), InputLayer((5, 16))
    >>> Seq2Seq(source, target, "gru", n_hidden=32, n_layer=2, return_seq_2d=True).outputs.shape
    (None, 32)
    """

    def __init__(
        self, net_encode_in: Layer, net_decode_in: Layer, cell_fn: Cell = "lstm",
        cell_init_args: Mapping[str, Any] | None = None, n_hidden: int = 256,
        initializer: Initializer | None = None,
        encode_sequence_length: Layer | keras.KerasTensor | None = None,
        decode_sequence_length: Layer | keras.KerasTensor | None = None,
        initial_state_encode: Start = None, initial_state_decode: Start = None,
        dropout: Dropout = None, n_layer: int = 1, return_seq_2d: bool = False,
        name: str = "seq2seq",
    ):  # fmt: skip
        check_stack("Seq2Seq", n_layer, dropout, initial_state_encode, initial_state_decode)

        def stack(way, bottom, lengths, starts) -> list[DynamicRNNLayer]:
            check_below("Seq2Seq", bottom, 3, f"net_{way}_in")
            if lengths is None:  # counted once, where the input comes in
                lengths = Layer(bottom, _Count(name=f"{name}_{way}_length"))
            layers: list[DynamicRNNLayer] = []
            for i, start in enumerate(starts):
                below = layers[-1] if layers else bottom
                own = f"{name}_{way}" + (f"_{i + 1}" if n_layer > 1 else "")
                layers.append(
                    DynamicRNNLayer(
                        below, cell_fn, cell_init_args, n_hidden, initializer, lengths, start,
                        dropout, name=own,
                    )  # fmt: skip
                )
            return layers

        starts: Sequence[Start] = n_layer * [initial_state_encode]
        encoder = stack("encode", net_encode_in, encode_sequence_length, starts)
        starts = encoder if initial_state_decode is None else [initial_state_decode]
        decoder = stack("decode", net_decode_in, decode_sequence_length, starts)
        top = decoder[-1]
        outputs = _Steps(flat=True)(top.outputs) if return_seq_2d else top.outputs
        self._record([encoder[-1], top], top.operation, outputs)  # the encoder's weights first
        self.name = name
        self.initial_state_encode, self.final_state_encode = states(encoder)
        self.initial_state_decode, self.final_state_decode = states(decoder)
