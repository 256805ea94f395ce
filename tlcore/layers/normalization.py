"""Batch normalization."""

from __future__ import annotations

import keras

from tlcore.check import require
from tlcore.layers.core import Activation, Layer, check_below


class BatchNormLayer(Layer):
    """Give each channel mean 0 and variance 1 over the batch, then a learnt scale and shift.

    The method is Ioffe and Szegedy's (2015). While training the statistics are the batch's. With
    ``training=False`` they are the moving averages that training collected: `decay`, in [0, 1),
    is how much of an average stays at each step. `epsilon` is added to the variance, against
    division by zero. The activation comes after the normalization.

    Its entries in `all_params` are gamma, beta, the moving mean and the moving variance, each of
    shape (channels,); training by gradient changes the first two.
    """

    def __init__(
        self, layer: Layer, decay: float = 0.9, epsilon: float = 1e-5, act: Activation = None,
        name: str | None = None,
    ):  # fmt: skip
        check_below("BatchNormLayer", layer)
        message = f"BatchNormLayer: decay is {decay}; expected a number in [0, 1), such as 0.9."
        require(0.0 <= decay < 1.0, message)
        super().__init__(layer, _BatchNorm(act, momentum=decay, epsilon=epsilon, name=name))


@keras.saving.register_keras_serializable("tlcore")
class _BatchNorm(keras.layers.BatchNormalization):
    def __init__(self, act: Activation = None, **options):
        super().__init__(**options)
        self.act = keras.activations.get(act)

    def call(self, inputs, training=None):
        return self.act(super().call(inputs, training=training))

    def get_config(self):
        return super().get_config() | {"act": keras.activations.serialize(self.act)}
