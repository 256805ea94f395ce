"""Local response normalisation, which batch normalisation has replaced."""

from __future__ import annotations

import keras
import tensorflow as tf

from tlcore.check import check_count, check_number
from tlcore.layers.core import Layer, check_below


class LocalResponseNormLayer(Layer):
    """Divide each number by what its neighbours among the channels add up to.

    ``outputs = x / (bias + alpha * sum(x ** 2)) ** beta``, the sum over the channel itself and
    `depth_radius` on each side, at the same place of the picture (Krizhevsky et al., 2012).
    """

    def __init__(
        self, layer: Layer, depth_radius: int = 5, bias: float = 1.0, alpha: float = 1.0,
        beta: float = 0.5, name: str | None = None,
    ):  # fmt: skip
        check_below("LocalResponseNormLayer", layer, rank=4)
        check_count("LocalResponseNormLayer: depth_radius", depth_radius)
        for which, value in {"bias": bias, "alpha": alpha, "beta": beta}.items():
            check_number(f"LocalResponseNormLayer: {which}", value)
        super().__init__(layer, _Lrn(depth_radius, bias, alpha, beta, name=name))


@keras.saving.register_keras_serializable("tlcore")
class _Lrn(keras.layers.Layer):
    def __init__(self, depth_radius, bias, alpha, beta, **options):
        super().__init__(**options)
        self.sizes = {"depth_radius": depth_radius, "bias": bias, "alpha": alpha, "beta": beta}

    def call(self, x):
        return tf.nn.lrn(x, **self.sizes)

    def get_config(self):
        return super().get_config() | self.sizes
