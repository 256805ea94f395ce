"""Dropout for recurrent networks: one mask for all the steps of a sequence."""

from __future__ import annotations

import keras
import tensorflow as tf

from tlcore.check import check_keep
from tlcore.layers.core import Layer
from tlcore.layers.dropout import Keep
from tlcore.layers.recurrent import check_sequences


class VariationalDropoutLayer(Layer):
    """Silence the same inputs at every step of a sequence while training.

    A :class:`~tlcore.layers.DropoutLayer` draws a new mask for each step: over a sequence every
    input gets through now and then. Here one mask holds for all steps of a batch, so that the cell
    has to do without some inputs for a whole piece of text (Gal and Ghahramani, 2016).

    With ``training=False`` the layer does nothing.

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, steps, n).
    keep : float
        KEEPING probability, in (0, 1].
    return_seq_2d : bool
        Give one row for each step, (batch * steps, n), as a DenseLayer takes them. The mask is the
        same: the recurrent layer below has to give sequences for it.
    seed : int, optional
        Makes the masks repeatable.
    name : str, optional
        Name of the layer, and of its entry in `all_drop`.

    Raises
    ------
    TypeError, ValueError
        If `layer` doesn't give sequences, or `keep` is outside (0, 1].

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> network = VariationalDropoutLayer(InputLayer((3, 4)), keep=0.5, seed=0, name="drop1")
    >>> outputs = network.model(tf.ones((1, 3, 4)), training=True)[0]
    >>> bool(tf.reduce_all(outputs == outputs[:1]))
    True
    """

    def __init__(
        self,
        layer: Layer,
        keep: float = 0.5,
        return_seq_2d: bool = False,
        seed: int | None = None,
        name: str | None = None,
    ):
        check_sequences("VariationalDropoutLayer", layer)
        operation = _VariationalDropout(check_keep(keep), return_seq_2d, seed, name=name)
        super().__init__(layer, operation)
        self.all_drop[self.name] = self.operation.keep


@keras.saving.register_keras_serializable("tlcore")
class _VariationalDropout(keras.layers.Layer):
    def __init__(self, keep: float, flat: bool = False, seed: int | None = None, **options):
        super().__init__(**options)
        self.keep, self.flat = Keep(keep), flat
        self.seed = seed
        self.seeds = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        batch, n = tf.shape(x)[0], x.shape[-1]
        if training:
            keep = self.keep.variable
            kept = tf.random.stateless_uniform([batch, 1, n], self.seeds.next()) < keep
            x = x * tf.cast(kept, x.dtype) / tf.cast(keep, x.dtype)
        return tf.reshape(x, [-1, n]) if self.flat else x

    def compute_output_shape(self, shape):
        return (None, shape[-1]) if self.flat else shape

    def get_config(self):
        own = {"keep": float(self.keep), "flat": self.flat, "seed": self.seed}
        return super().get_config() | own
