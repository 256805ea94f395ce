"""The fully connected layer."""

from __future__ import annotations

import keras

from tlcore.check import check_count
from tlcore.layers.core import Activation, Initializer, Layer, check_below, weights


class DenseLayer(Layer):
    """Every unit sees every input: ``outputs = act(inputs @ W + b)``.

    The layer below gives (batch, n_in); W has the shape (n_in, n_units), b (n_units,). `act`,
    `W_init`, `b_init` and `name` are explained in :class:`~tlcore.layers.Layer`.

    >>> from tlcore.layers import InputLayer
    >>> network = DenseLayer(InputLayer(shape=(784,)), n_units=800, act="relu", name="relu1")
    >>> network.outputs.shape, network.count_params()
    ((None, 800), 628000)
    """

    def __init__(
        self, layer: Layer, n_units: int = 100, act: Activation = None,
        W_init: Initializer = "glorot_uniform", b_init: Initializer | None = "zeros",
        name: str | None = None,
    ):  # fmt: skip
        check_below("DenseLayer", layer, rank=2)
        n_units = check_count("DenseLayer: n_units", n_units)
        super().__init__(layer, keras.layers.Dense(n_units, **weights(act, W_init, b_init, name)))
