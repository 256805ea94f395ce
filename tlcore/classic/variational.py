"""Dropout with one mask for a whole sequence."""

from __future__ import annotations

import keras
import tensorflow as tf

from tlcore.layers.core import Layer, check_below
from tlcore.layers.dropout import _Dropout, drop
from tlcore.layers.shape import _Steps


class VariationalDropoutLayer(Layer):
    """Silence the same inputs at every step of a sequence while training.

    The layer below gives (batch, steps, n). One mask holds for all steps of a batch, so that the
    cell has to do without some inputs for a whole piece of text (Gal and Ghahramani, 2016). `keep`
    is as in :class:`~tlcore.layers.DropoutLayer`, `return_seq_2d` as in
    :class:`~tlcore.layers.RNNLayer`.

    Examples
    --------
    >>> from tlcore.layers import InputLayer
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


@keras.saving.register_keras_serializable("tlcore")
class _VariationalDropout(_Dropout):
    def call(self, x, training=False):
        if not training:
            return x
        shape = [tf.shape(x)[0], 1, x.shape[-1]]  # one mask for all steps
        return drop(x, self.keep.variable, self.seeds.next(), shape)
