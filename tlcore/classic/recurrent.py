"""Recurrent layers for sequences of unequal lengths, and for both directions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tlcore.check import check_count, check_keep, require
from tlcore.layers.core import Initializer, InputLayer, Layer, check_below
from tlcore.layers.dropout import DropoutLayer
from tlcore.layers.recurrent import Cell, RNNLayer, Start
from tlcore.layers.shape import ConcatLayer, _Steps

Dropout = float | tuple[float, float] | None


class DynamicRNNLayer(Layer):
    """Run recurrent cells over sequences of unequal lengths, one or more layers deep.

    Behind the end of a sequence the outputs are zero, and the state stays as it is.

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, steps, n_in), padded at the end.
    cell_fn, cell_init_args, n_hidden, initializer, name : see :class:`~tlcore.layers.RNNLayer`
    sequence_length : Layer or keras.KerasTensor, optional
        The number of steps that count, (batch,): ``InputLayer((), dtype="int32")``. Without it, the
        steps whose inputs are not all zero are counted. (Word vectors are not zero for padding.)
    initial_state : Layer or list of keras.KerasTensor, optional
        Where the state begins, for a layer that is one deep.
    dropout : float or pair of float, optional
        KEEPING probabilities of inputs and of outputs of each layer, while training.
    n_layer : int
        How many layers deep.
    return_last, return_seq_2d : see :class:`~tlcore.layers.RNNLayer`
        The last step is the last that counts.

    Attributes
    ----------
    initial_state, final_state : list of keras.KerasTensor
        The states of all layers in one list, the lowest first.
    sequence_length : keras.KerasTensor
        The lengths, (batch,).

    Examples
    --------
    >>> network = DynamicRNNLayer(InputLayer((20, 8)), "gru", n_hidden=16, n_layer=2, dropout=0.8)
    >>> network.outputs.shape, len(network.final_state)
    ((None, 20, 16), 2)
    """

    def __init__(
        self, layer: Layer, cell_fn: Cell = "lstm", cell_init_args: Mapping[str, Any] | None = None,
        n_hidden: int = 64, initializer: Initializer | None = None,
        sequence_length: Layer | keras.KerasTensor | None = None, initial_state: Start = None,
        dropout: Dropout = None, n_layer: int = 1, return_last: bool = False,
        return_seq_2d: bool = False, name: str | None = None,
    ):  # fmt: skip
        check_below("DynamicRNNLayer", layer, rank=3)
        keep_in, keep_out = _keeps("DynamicRNNLayer", dropout)
        check_depth("DynamicRNNLayer", n_layer, initial_state)
        lengths = _lengths(layer, sequence_length)
        self.sequence_length = lengths.outputs
        mask = _Mask()([layer.outputs, self.sequence_length])
        top, self.initial_state, self.final_state = layer, [], []
        for i in range(n_layer):
            own = f"{name}_{i + 1}" if name and n_layer > 1 else name
            top = DropoutLayer(top, keep_in) if keep_in < 1 else top
            top = RNNLayer(
                top, cell_fn, cell_init_args, n_hidden, initializer, None, initial_state,
                name=own, mask=mask,
            )  # fmt: skip
            self.initial_state += top.initial_state
            self.final_state += top.final_state
            top = DropoutLayer(top, keep_out) if keep_out < 1 else top
        outputs = top.outputs
        if return_last:
            outputs = _Last()([outputs, self.sequence_length])
        elif return_seq_2d:
            outputs = _Steps(flat=True)(outputs)
        counted = [] if sequence_length is None else [lengths]
        self._record([top], top.operation, outputs, on=[layer, *counted, *_layers(initial_state)])
        self.carries = initial_state is None


class BiRNNLayer(Layer):
    """Run one cell forwards and another backwards, and put their outputs side by side.

    Parameters
    ----------
    layer, cell_fn, cell_init_args, n_hidden, initializer, n_steps, name : see `RNNLayer`
        Each direction has `n_hidden` units.
    fw_initial_state, bw_initial_state : Layer or list of keras.KerasTensor, optional
        Where the states begin, for one layer; zero unless given.
    dropout, n_layer
        As in :class:`DynamicRNNLayer`. Each layer sees both directions of the one below.
    return_last, return_seq_2d : see :class:`~tlcore.layers.RNNLayer`
        The last output is of both in the end: the backward cell's is that at the first step.

    Attributes
    ----------
    fw_initial_state, bw_initial_state, fw_final_state, bw_final_state : list of keras.KerasTensor
        The states of both directions, the lowest layer first.

    Examples
    --------
    >>> BiRNNLayer(InputLayer((20, 8)), "lstm", n_hidden=16).outputs.shape
    (None, 20, 32)
    """

    def __init__(
        self, layer: Layer, cell_fn: Cell = "lstm", cell_init_args: Mapping[str, Any] | None = None,
        n_hidden: int = 100, initializer: Initializer | None = None, n_steps: int | None = None,
        fw_initial_state: Start = None, bw_initial_state: Start = None, dropout: Dropout = None,
        n_layer: int = 1, return_last: bool = False, return_seq_2d: bool = False,
        name: str | None = None,
    ):  # fmt: skip
        check_below("BiRNNLayer", layer, rank=3)
        keep_in, keep_out = _keeps("BiRNNLayer", dropout)
        check_depth("BiRNNLayer", n_layer, fw_initial_state, bw_initial_state)
        self.fw_initial_state, self.fw_final_state = [], []
        self.bw_initial_state, self.bw_final_state = [], []
        top = layer
        for i in range(n_layer):
            own = f"{name}_{i + 1}" if name and n_layer > 1 else name
            last = return_last and i == n_layer - 1
            top = DropoutLayer(top, keep_in) if keep_in < 1 else top
            forward, backward = (
                RNNLayer(
                    top, cell_fn, cell_init_args, n_hidden, initializer, n_steps, start, last,
                    name=name and f"{own}_{way}", backwards=way == "bw",
                )
                for way, start in (("fw", fw_initial_state), ("bw", bw_initial_state))
            )  # fmt: skip
            self.fw_initial_state += forward.initial_state
            self.bw_initial_state += backward.initial_state
            self.fw_final_state += forward.final_state
            self.bw_final_state += backward.final_state
            top = ConcatLayer([forward, backward], concat_dim=1 if last else 2)
            top = DropoutLayer(top, keep_out) if keep_out < 1 else top
        flat = return_seq_2d and not return_last
        outputs = _Steps(flat=True)(top.outputs) if flat else top.outputs
        starts = [*_layers(fw_initial_state), *_layers(bw_initial_state)]
        self._record([top], top.operation, outputs, on=[layer, *starts])


def check_depth(who: str, n_layer: int, *starts: Start) -> None:
    """Raise where a beginning is given for several layers."""
    require(
        check_count(f"{who}: n_layer", n_layer) == 1 or all(start is None for start in starts),
        f"{who}: an initial state is given and n_layer is {n_layer}; expected one layer. Stack "
        "layers, each with its own.",
    )


def _layers(state: Start) -> list[Layer]:
    return [state] if isinstance(state, Layer) else []


def _keeps(who: str, dropout: Dropout) -> tuple[float, float]:
    keeps = 1.0 if dropout is None else dropout
    keeps = keeps if isinstance(keeps, (tuple, list)) else (keeps, keeps)
    message = f"{who}: dropout is {dropout}; expected a keeping probability, or a pair: inputs, "
    require(len(keeps) == 2, message + "outputs.")
    return check_keep(keeps[0]), check_keep(keeps[1])


def _lengths(layer: Layer, given: Layer | keras.KerasTensor | None) -> Layer:
    """Return the lengths as a layer; counted where none are given."""
    if given is None:
        return Layer(layer, _Count())
    lengths = InputLayer(given) if isinstance(given, keras.KerasTensor) else given
    message = (
        f"DynamicRNNLayer: sequence_length is {given!r}; expected whole numbers, (batch,). The "
        "network is given the lengths when it is called: InputLayer((), dtype='int32')."
    )
    require(isinstance(lengths, Layer), message, TypeError)
    require(len(lengths.outputs.shape) == 1 and "int" in lengths.outputs.dtype, message)
    return lengths


@keras.saving.register_keras_serializable("tlcore")
class _Count(keras.layers.Layer):
    """How many steps have inputs that are not all zero, (batch,)."""

    def call(self, x):
        return tf.math.count_nonzero(tf.reduce_any(x != 0, axis=2), axis=1, dtype=tf.int32)


@keras.saving.register_keras_serializable("tlcore")
class _Mask(keras.layers.Layer):
    """Which steps count, (batch, steps)."""

    def call(self, inputs):
        x, lengths = inputs
        return tf.sequence_mask(lengths, tf.shape(x)[1])


@keras.saving.register_keras_serializable("tlcore")
class _Last(keras.layers.Layer):
    """The output of the last step that counts, (batch, n)."""

    def call(self, inputs):
        x, lengths = inputs
        return tf.gather(x, tf.maximum(lengths - 1, 0), axis=1, batch_dims=1)
