"""Layers without weights: change a shape, or bring two branches together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce

import keras
import tensorflow as tf

from tlcore.check import require
from tlcore.layers.core import CHANNELS, Activation, Layer, check_below


class FlattenLayer(Layer):
    """Turn each example into one row: (batch, 7, 7, 64) becomes (batch, 3136)."""

    def __init__(self, layer: Layer, name: str | None = None):
        check_below("FlattenLayer", layer)
        super().__init__(layer, keras.layers.Flatten(CHANNELS, name=name))


class ReshapeLayer(Layer):
    """Give each example another shape: [-1, 28, 28, 1] for pictures, -1 standing for the batch."""

    def __init__(self, layer: Layer, shape: Sequence[int], name: str | None = None):
        check_below("ReshapeLayer", layer)
        batch, *rest = shape
        require(
            batch == -1 and rest,
            f"ReshapeLayer: shape is {shape}; expected -1 for the batch in front: [-1, 28, 28, 1].",
        )
        super().__init__(layer, keras.layers.Reshape(rest, name=name))


class ConcatLayer(Layer):
    """Put the outputs of several layers side by side, along `concat_dim`; 0 is the batch."""

    def __init__(self, layer: Sequence[Layer], concat_dim: int = 1, name: str | None = None):
        shapes = _branches("ConcatLayer", layer)
        require(
            0 < concat_dim < len(shapes[0]),
            f"ConcatLayer: concat_dim is {concat_dim}; expected 1 to {len(shapes[0]) - 1}, an axis "
            f"of {shapes[0]} other than the batch.",
        )
        super().__init__(layer, keras.layers.Concatenate(axis=concat_dim, name=name))


class ElementwiseLayer(Layer):
    """Combine the outputs of several layers element by element.

    `combine_fn` makes one tensor of two: ``tf.multiply``, ``tf.maximum``, or ``tf.add`` for the sum
    of a residual block, ``ElementwiseLayer([below, network], tf.add)``.
    """

    def __init__(
        self, layer: Sequence[Layer], combine_fn: Callable[..., tf.Tensor] = tf.minimum,
        act: Activation = None, name: str | None = None,
    ):  # fmt: skip
        shapes = _branches("ElementwiseLayer", layer)
        require(
            len(set(shapes)) == 1,
            f"ElementwiseLayer: the layers have outputs of shapes {shapes}; expected the same "
            "shape. Give them the same n_units.",
        )
        super().__init__(layer, _Elementwise(combine_fn, act, name=name))


def _branches(who: str, layers: Sequence[Layer]) -> list[tuple]:
    """Return the shapes of two or more layers that are to be joined."""
    require(
        not isinstance(layers, Layer) and len(layers) > 1,
        f"{who}: layer is {layers!r}; expected a list of two or more layers.",
    )
    for layer in layers:
        check_below(who, layer)
    return [tuple(layer.outputs.shape) for layer in layers]


#: What a saved model may name; any other function can't be found again from a file.
COMBINE = {f.__name__: f for f in (tf.add, tf.subtract, tf.multiply, tf.minimum, tf.maximum)}


@keras.saving.register_keras_serializable("tlcore")
class _Elementwise(keras.layers.Layer):
    def __init__(self, combine_fn, act=None, **options):
        super().__init__(**options)
        self.combine_fn = COMBINE.get(combine_fn, combine_fn)  # a saved model gives the name
        self.act = keras.activations.get(act)

    def call(self, inputs):
        return self.act(reduce(self.combine_fn, inputs))

    def get_config(self):
        name = self.combine_fn.__name__
        require(
            COMBINE.get(name) is self.combine_fn,
            f"ElementwiseLayer: combine_fn is {self.combine_fn!r}; expected one of tf."
            f"{', tf.'.join(COMBINE)} in a model that is saved. model.export takes any.",
        )
        act = keras.activations.serialize(self.act)
        return super().get_config() | {"combine_fn": name, "act": act}


@keras.saving.register_keras_serializable("tlcore")
class _Steps(keras.layers.Layer):
    """Sequences (batch, steps, n) in the order of time, as one row for each step if `flat`."""

    def __init__(self, backwards: bool = False, flat: bool = False, **options):
        super().__init__(**options)
        self.backwards, self.flat = backwards, flat
        self.supports_masking = True

    def compute_mask(self, x, previous_mask=None):
        """Let the mask end here: the layers above have no use for it, and would warn."""

    def call(self, x):
        # The identity is a new tensor, without the mask that Keras hangs on the old one.
        x = tf.reverse(x, axis=[1]) if self.backwards else tf.identity(x)  # (batch, steps, n)
        return tf.reshape(x, [-1, x.shape[-1]]) if self.flat else x
