"""Recurrent layers for sequences of unequal lengths, and for both directions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from tlcore.check import check_count, check_keep
from tlcore.layers.cells import Cell, Initializer
from tlcore.layers.core import InputLayer, Layer
from tlcore.layers.dropout import DropoutLayer
from tlcore.layers.recurrent import RNNLayer, _Steps, check_sequences
from tlcore.layers.shape import ConcatLayer

Start = Layer | Sequence[keras.KerasTensor] | None


class DynamicRNNLayer(Layer):
    """Run recurrent cells over sequences of unequal lengths, one or more layers deep.

    Behind the end of a sequence the outputs are zero, and the state stays as it is.

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, steps, n_in), padded at the end.
    cell_fn, cell_init_args, n_hidden, initializer, name
        As in :class:`RNNLayer`.
    sequence_length : Layer or keras.KerasTensor, optional
        The number of steps that count, (batch,): ``InputLayer((), dtype="int32")``. Without it, the
        steps whose inputs are not all zero are counted. (Word vectors are not zero for padding:
        give the lengths then.)
    initial_state : Layer or list of keras.KerasTensor, optional
        As in :class:`RNNLayer`, for a layer that is one deep.
    dropout : float or pair of float, optional
        KEEPING probabilities of inputs and of outputs of each layer, while training.
    n_layer : int
        How many layers deep.
    return_last, return_seq_2d : bool
        As in :class:`RNNLayer`; the last step is the last that counts.

    Attributes
    ----------
    outputs, initial_state, final_state
        As in :class:`RNNLayer`. The states of all layers in one list, the lowest first.
    sequence_length : keras.KerasTensor
        The lengths, (batch,).

    Raises
    ------
    TypeError, ValueError
        As :class:`RNNLayer`; and if a keeping probability is outside (0, 1], or an initial state
        is given to more than one layer.

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> network = DynamicRNNLayer(InputLayer((20, 8)), "gru", n_hidden=16, n_layer=2, dropout=0.8)
    >>> network.outputs.shape, len(network.final_state)
    ((None, 20, 16), 2)
    """

    def __init__(
        self,
        layer: Layer,
        cell_fn: Cell = "lstm",
        cell_init_args: Mapping[str, Any] | None = None,
        n_hidden: int = 64,
        initializer: Initializer | None = None,
        sequence_length: Layer | keras.KerasTensor | None = None,
        initial_state: Start = None,
        dropout: float | tuple[float, float] | None = None,
        n_layer: int = 1,
        return_last: bool = False,
        return_seq_2d: bool = False,
        name: str | None = None,
    ):
        who = type(self).__name__
        check_sequences(who, layer)
        keep_in, keep_out = _keeps(who, dropout)
        if check_count(f"{who}: n_layer", n_layer) > 1 and initial_state is not None:
            raise ValueError(
                f"{who}: initial_state is given and n_layer is {n_layer}; expected one layer. "
                "Stack RNNLayers, each with its own."
            )
        lengths = _lengths(who, layer, sequence_length)
        self.sequence_length = _Count()(layer.outputs) if lengths is None else lengths.outputs
        mask = _Mask()([layer.outputs, self.sequence_length])
        top, initial, final = layer, [], []
        for i in range(n_layer):
            own = f"{name}_{i + 1}" if name and n_layer > 1 else name
            top = DropoutLayer(top, keep_in) if keep_in < 1 else top
            top = _Directed(
                who, mask, False, top, cell_fn, cell_init_args, n_hidden, initializer,
                initial_state=initial_state, name=own,
            )  # fmt: skip
            initial, final = initial + top.initial_state, final + top.final_state
            top = DropoutLayer(top, keep_out) if keep_out < 1 else top
        below = [layer, *([lengths] if lengths else []), *_layers(initial_state)]
        _adopt(self, top, below)
        self.initial_state, self.final_state = initial, final
        self.carries = initial_state is None
        if return_last:
            self.outputs = _Last()([self.outputs, self.sequence_length])
        elif return_seq_2d:
            self.outputs = _Steps(flat=True)(self.outputs)
        self.all_layers[-1] = self.outputs


class BiRNNLayer(Layer):
    """Run one cell forwards and another backwards, and put their outputs side by side.

    Parameters
    ----------
    layer, cell_fn, cell_init_args, n_hidden, initializer, n_steps, name
        As in :class:`RNNLayer`. Each direction has `n_hidden` units.
    fw_initial_state, bw_initial_state : Layer or list of keras.KerasTensor, optional
        Where the states begin, for one layer; zero unless given.
    dropout : float or pair of float, optional
        KEEPING probabilities of inputs and of outputs of each layer, while training.
    n_layer : int
        How many layers deep; each sees both directions of the one below.
    return_last : bool
        Give what both have seen in the end: the last output of the forward cell, and the output of
        the backward cell at the first step, its last. (The original took the backward cell's
        output at the last step, where it has seen one input.)
    return_seq_2d : bool
        One row for each step, (batch * steps, 2 * n_hidden).

    Attributes
    ----------
    outputs : keras.KerasTensor
        (batch, steps, 2 * n_hidden), or as the two switches say.
    fw_initial_state, bw_initial_state, fw_final_state, bw_final_state : list of keras.KerasTensor
        The states of both directions, the lowest layer first.

    Raises
    ------
    TypeError, ValueError
        As :class:`DynamicRNNLayer`.

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> BiRNNLayer(InputLayer((20, 8)), "lstm", n_hidden=16).outputs.shape
    (None, 20, 32)
    """

    def __init__(
        self,
        layer: Layer,
        cell_fn: Cell = "lstm",
        cell_init_args: Mapping[str, Any] | None = None,
        n_hidden: int = 100,
        initializer: Initializer | None = None,
        n_steps: int | None = None,
        fw_initial_state: Start = None,
        bw_initial_state: Start = None,
        dropout: float | tuple[float, float] | None = None,
        n_layer: int = 1,
        return_last: bool = False,
        return_seq_2d: bool = False,
        name: str | None = None,
    ):
        who = type(self).__name__
        check_sequences(who, layer, n_steps)
        keep_in, keep_out = _keeps(who, dropout)
        if check_count(f"{who}: n_layer", n_layer) > 1 and (fw_initial_state or bw_initial_state):
            raise ValueError(
                f"{who}: an initial state is given and n_layer is {n_layer}; expected one layer. "
                "Stack BiRNNLayers, each with its own."
            )
        ways = {"fw": fw_initial_state, "bw": bw_initial_state}
        initial: dict[str, list] = {way: [] for way in ways}
        final: dict[str, list] = {way: [] for way in ways}
        top = layer
        for i in range(n_layer):
            own = f"{name}_{i + 1}" if name and n_layer > 1 else name
            last = return_last and i == n_layer - 1
            top = DropoutLayer(top, keep_in) if keep_in < 1 else top
            both = [
                _Directed(
                    who, None, way == "bw", top, cell_fn, cell_init_args, n_hidden, initializer,
                    initial_state=start, return_last=last, name=name and f"{own}_{way}",
                )
                for way, start in ways.items()
            ]  # fmt: skip
            for way, directed in zip(ways, both, strict=True):
                initial[way] += directed.initial_state
                final[way] += directed.final_state
            top = ConcatLayer(both, concat_dim=1 if last else 2)
            top = DropoutLayer(top, keep_out) if keep_out < 1 else top
        _adopt(self, top, [layer, *_layers(fw_initial_state), *_layers(bw_initial_state)])
        self.fw_initial_state, self.bw_initial_state = initial["fw"], initial["bw"]
        self.fw_final_state, self.bw_final_state = final["fw"], final["bw"]
        if return_seq_2d and not return_last:
            self.outputs = _Steps(flat=True)(self.outputs)
            self.all_layers[-1] = self.outputs


class _Directed(RNNLayer):
    """An RNNLayer that runs backwards, or over some of the steps."""

    def __init__(
        self, who: str, mask: keras.KerasTensor | None, backwards: bool, *args, **options
    ):
        self._who, self._mask, self._backwards = who, mask, backwards
        super().__init__(*args, **options)


def _adopt(layer: Layer, top: Layer, below: list[Layer]) -> None:
    """Let `layer` be the handle of what was stacked up to `top`."""
    layer.below = below
    layer.operation, layer.operations, layer.name = top.operation, top.operations, top.name
    layer.outputs, layer.all_layers = top.outputs, list(top.all_layers)
    layer.all_params, layer.all_drop = top.all_params, top.all_drop
    inputs = [*(x for one in below for x in one.inputs), *top.inputs]
    layer.inputs = list({id(x): x for x in inputs}.values())


def _layers(state: Start) -> list[Layer]:
    return [state] if isinstance(state, Layer) else []


def _keeps(who: str, dropout: float | tuple[float, float] | None) -> tuple[float, float]:
    keeps = (1.0, 1.0) if dropout is None else dropout
    keeps = keeps if isinstance(keeps, (tuple, list)) else (keeps, keeps)
    if len(keeps) != 2:
        raise ValueError(
            f"{who}: dropout is {dropout}; expected a keeping probability, or a pair: inputs, "
            "outputs."
        )
    return check_keep(keeps[0]), check_keep(keeps[1])


def _lengths(who: str, layer: Layer, given: Layer | keras.KerasTensor | None) -> Layer | None:
    if given is None:
        return None
    lengths = InputLayer(given) if isinstance(given, keras.KerasTensor) else given
    if not isinstance(lengths, Layer):
        raise TypeError(
            f"{who}: sequence_length is a {type(given).__name__}; expected a layer. The network is "
            "given the lengths when it is called: InputLayer((), dtype='int32')."
        )
    if len(lengths.outputs.shape) != 1 or "int" not in lengths.outputs.dtype:
        raise ValueError(
            f"{who}: sequence_length is {lengths.outputs.dtype} of shape "
            f"{tuple(lengths.outputs.shape)}; expected whole numbers, (batch,). Use "
            "InputLayer((), dtype='int32')."
        )
    return lengths


@keras.saving.register_keras_serializable("tlcore")
class _Count(keras.layers.Layer):
    """How many steps have inputs that are not all zero, (batch,)."""

    def call(self, x):
        return tf.math.count_nonzero(tf.reduce_any(x != 0, axis=2), axis=1, dtype=tf.int32)

    def compute_output_spec(self, x):
        return keras.KerasTensor(x.shape[:1], "int32")


@keras.saving.register_keras_serializable("tlcore")
class _Mask(keras.layers.Layer):
    """Which steps count, (batch, steps)."""

    def call(self, inputs):
        x, lengths = inputs
        return tf.sequence_mask(lengths, tf.shape(x)[1])

    def compute_output_spec(self, inputs):
        return keras.KerasTensor(inputs[0].shape[:2], "bool")


@keras.saving.register_keras_serializable("tlcore")
class _Last(keras.layers.Layer):
    """The output of the last step that counts, (batch, n)."""

    def call(self, inputs):
        x, lengths = inputs
        return tf.gather(x, tf.maximum(lengths - 1, 0), axis=1, batch_dims=1)

    def compute_output_shape(self, shapes):
        return (shapes[0][0], shapes[0][2])
