"""Recurrent layers for unequal lengths and for both directions, and dropout between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from tlcore.check import check_count, check_keep, require
from tlcore.layers.core import Initializer, InputLayer, Layer, check_below
from tlcore.layers.dropout import DropoutLayer, _Dropout, drop
from tlcore.layers.recurrent import Cell, RNNLayer, Start
from tlcore.layers.shape import ConcatLayer, _Steps

Dropout = float | tuple[float, float] | None


class DynamicRNNLayer(Layer):
    """Run recurrent cells over sequences of unequal lengths, one or more layers deep.

    The sequences, (batch, steps, n_in), are padded at the end. Behind it the outputs are zero, and
    the state stays as it is. `initial_state` and `final_state` hold the states of all layers, the
    lowest first. What isn't told here is as in :class:`~tlcore.layers.RNNLayer`.

    `sequence_length` is how many steps count, (batch,): ``InputLayer((), dtype="int32")``.
    Without it, the steps whose inputs are not all zero are counted. (Word vectors are not zero for
    padding.) `dropout` is a KEEPING probability, or one for inputs and one for outputs of each
    layer. An `initial_state` can be given for a layer that is one deep.

    >>> network = DynamicRNNLayer(InputLayer((20, 8)), "gru", n_hidden=16, n_layer=2, dropout=0.8)
    >>> network.outputs.shape, len(network.final_state)
    ((None, 20, 16), 2)
    """

    sequence_length: keras.KerasTensor  #: The lengths, (batch,).

    def __init__(
        self, layer: Layer, cell_fn: Cell = "lstm", cell_init_args: Mapping[str, Any] | None = None,
        n_hidden: int = 64, initializer: Initializer | None = None,
        sequence_length: Layer | keras.KerasTensor | None = None, initial_state: Start = None,
        dropout: Dropout = None, n_layer: int = 1, return_last: bool = False,
        return_seq_2d: bool = False, name: str | None = None,
    ):  # fmt: skip
        check_below("DynamicRNNLayer", layer, rank=3)
        keep_in, keep_out = check_stack("DynamicRNNLayer", n_layer, dropout, initial_state)
        lengths = Layer(layer, _Count()) if sequence_length is None else sequence_length
        lengths = InputLayer(lengths) if isinstance(lengths, keras.KerasTensor) else lengths
        check_below("DynamicRNNLayer", lengths, rank=1, name="sequence_length")
        self.sequence_length = lengths.outputs
        steps = keras.ops.cumsum(keras.ops.ones_like(layer.outputs[:, :, 0], "int32"), axis=1)
        mask = steps <= lengths.outputs[:, None]
        top, layers = layer, []
        for i in range(n_layer):
            own = f"{name}_{i + 1}" if name and n_layer > 1 else name
            top = DropoutLayer(top, keep_in) if keep_in < 1 else top
            top = RNNLayer(
                top, cell_fn, cell_init_args, n_hidden, initializer, None, initial_state,
                name=own, mask=mask,
            )  # fmt: skip
            layers.append(top)
            top = DropoutLayer(top, keep_out) if keep_out < 1 else top
        outputs = top.outputs
        if return_last:
            last = keras.ops.equal(steps, keras.ops.maximum(lengths.outputs, 1)[:, None])
            outputs = keras.ops.sum(keras.ops.where(last[:, :, None], outputs, 0.0), axis=1)
        elif return_seq_2d:
            outputs = _Steps(flat=True)(outputs)
        counted = [] if sequence_length is None else [lengths]
        self._record([top], top.operation, outputs, on=[layer, *counted, *_layers(initial_state)])
        self.initial_state, self.final_state = states(layers)
        self.carries = initial_state is None


class BiRNNLayer(Layer):
    """Run one cell forwards and another backwards, and put their outputs side by side.

    Each direction has `n_hidden` units, and each of `n_layer` layers sees both directions of the
    one below. With `return_last` the output is of both in the end: the backward cell's is that at
    the first step. `fw_initial_state`, `bw_initial_state`, `fw_final_state` and `bw_final_state`
    hold the states, the lowest layer first. The first two may be given for one layer. All else is
    as in :class:`DynamicRNNLayer`.

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
        starts = {"fw": fw_initial_state, "bw": bw_initial_state}
        keep_in, keep_out = check_stack("BiRNNLayer", n_layer, dropout, *starts.values())
        top, layers = layer, []
        for i in range(n_layer):
            own = f"{name}_{i + 1}" if name and n_layer > 1 else name
            last = return_last and i == n_layer - 1
            top = DropoutLayer(top, keep_in) if keep_in < 1 else top
            both = [
                RNNLayer(
                    top, cell_fn, cell_init_args, n_hidden, initializer, n_steps, start, last,
                    name=name and f"{own}_{way}", backwards=way == "bw",
                )
                for way, start in starts.items()
            ]  # fmt: skip
            layers.append(both)
            top = ConcatLayer(both, concat_dim=1 if last else 2)
            top = DropoutLayer(top, keep_out) if keep_out < 1 else top
        flat = return_seq_2d and not return_last
        outputs = _Steps(flat=True)(top.outputs) if flat else top.outputs
        below = [layer, *_layers(fw_initial_state), *_layers(bw_initial_state)]
        self._record([top], top.operation, outputs, on=below)
        forward, backward = zip(*layers, strict=True)
        self.fw_initial_state, self.fw_final_state = states(forward)
        self.bw_initial_state, self.bw_final_state = states(backward)


class VariationalDropoutLayer(Layer):
    """Silence the same inputs at every step of a sequence while training.

    The layer below gives (batch, steps, n). One mask holds for all steps of a batch, so that the
    cell has to do without some inputs for a whole piece of text (Gal and Ghahramani, 2016). `keep`
    is as in :class:`~tlcore.layers.DropoutLayer`, `return_seq_2d` as in
    :class:`~tlcore.layers.RNNLayer`.

    >>> network = VariationalDropoutLayer(InputLayer((3, 4)), keep=0.5, seed=0, name="drop1")
    >>> outputs = network.model(tf.ones((1, 3, 4)), training=True)[0]
    >>> bool(tf.reduce_all(outputs == outputs[:1]))
    True
    """

    def __init__(
        self, layer: Layer, keep: float = 0.5, return_seq_2d: bool = False,
        seed: int | None = None, name: str | None = None,
    ):  # fmt: skip
        check_below("VariationalDropoutLayer", layer, rank=3)
        operation = _VariationalDropout(keep=keep, seed=seed, name=name)
        outputs = operation(layer.outputs)
        self._record([layer], operation, _Steps(flat=True)(outputs) if return_seq_2d else outputs)
        self.all_drop[self.name] = operation.keep


def check_stack(who: str, n_layer: int, dropout: Dropout, *starts: Start) -> tuple[float, float]:
    """Check layers `n_layer` deep; return how much of inputs and of outputs each one keeps."""
    require(
        check_count(f"{who}: n_layer", n_layer) == 1 or all(start is None for start in starts),
        f"{who}: an initial state is given and n_layer is {n_layer}; expected one layer. Stack "
        "layers, each with its own.",
    )
    dropout = 1.0 if dropout is None else dropout
    keeps = dropout if isinstance(dropout, (tuple, list)) else (dropout, dropout)
    message = f"{who}: dropout is {dropout}; expected a keeping probability, or a pair: inputs, "
    require(len(keeps) == 2, message + "outputs.")
    return check_keep(keeps[0]), check_keep(keeps[1])


def states(layers: Sequence[Layer]) -> tuple[list[keras.KerasTensor], list[keras.KerasTensor]]:
    """Return the states of all layers before the first step and after the last."""
    initial = [part for layer in layers for part in layer.initial_state]
    return initial, [part for layer in layers for part in layer.final_state]


def _layers(state: Start) -> list[Layer]:
    return [state] if isinstance(state, Layer) else []


@keras.saving.register_keras_serializable("tlcore")
class _Count(keras.layers.Layer):
    def call(self, x):  # the steps whose inputs are not all zero, (batch,)
        return tf.math.count_nonzero(tf.reduce_any(x != 0, axis=2), axis=1, dtype=tf.int32)


@keras.saving.register_keras_serializable("tlcore")
class _VariationalDropout(_Dropout):
    def call(self, x, training=False):
        if not training:
            return x
        shape = [tf.shape(x)[0], 1, x.shape[-1]]  # one mask for all steps
        return drop(x, self.keep.variable, self.seeds.next(), shape)
