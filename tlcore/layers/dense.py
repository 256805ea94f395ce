"""The fully connected layer."""

from __future__ import annotations

import keras

from tlcore.check import check_count
from tlcore.layers.core import Activation, Layer, check_below


class DenseLayer(Layer):
    """Every unit sees every input: ``outputs = act(inputs @ W + b)``.

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, n_in).
    n_units : int
        Number of units.
    act : callable or str, optional
        Activation. None leaves the weighted sums as they are: logits.
    W_init : str or keras.initializers.Initializer
        Start of W, shape (n_in, n_units). "glorot_uniform" (Glorot and Bengio, 2010) is what the
        tutorial's printed logs were made with.
    b_init : str or keras.initializers.Initializer or None
        Start of b, shape (n_units,). None: a layer without bias.
    name : str, optional
        Name of the layer.

    Raises
    ------
    TypeError, ValueError
        If `layer` doesn't have two axes, or `n_units` isn't a positive whole number.

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> network = DenseLayer(InputLayer(shape=(784,)), n_units=800, act="relu", name="relu1")
    >>> network.outputs.shape, network.count_params()
    ((None, 800), 628000)
    """

    def __init__(
        self,
        layer: Layer,
        n_units: int = 100,
        act: Activation = None,
        W_init: str | keras.initializers.Initializer = "glorot_uniform",
        b_init: str | keras.initializers.Initializer | None = "zeros",
        name: str | None = None,
    ):
        check_below("DenseLayer", layer, rank=2)
        operation = keras.layers.Dense(
            check_count("DenseLayer: n_units", n_units),
            activation=act,
            use_bias=b_init is not None,
            kernel_initializer=W_init,
            bias_initializer=b_init or "zeros",
            name=name,
        )
        super().__init__(layer, operation)
