"""The layer as a handle: each layer object stands for the whole network below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import keras
import numpy as np
import tensorflow as tf

from tlcore import activation
from tlcore.check import check_keep

Activation = Callable[[tf.Tensor], tf.Tensor] | str | None

# So that a saved model that uses one of them finds it again.
for function in (activation.identity, activation.ramp, activation.leaky_relu):
    keras.saving.register_keras_serializable("tlcore")(function)


class Layer:
    """A layer, and with it the network that ends in this layer.

    A subclass says which Keras operation it applies to the outputs of the layers below. The rest is
    bookkeeping: the lists that the original tutorial works with are put together here.

    Parameters
    ----------
    below : Layer or list of Layer
        What the operation is applied to.
    operation : keras.layers.Layer
        The computation, with its weights.

    Attributes
    ----------
    outputs : keras.KerasTensor
        Symbolic output, shape (batch, ...).
    operations : list of keras.layers.Layer
        The layers so far as Keras knows them, the input first.
    all_layers : list of keras.KerasTensor
        Outputs of the layers so far, without the input.
    all_params : list of keras.Variable
        Weights so far, in order: W and b of the first layer, W and b of the second, ...
    all_drop : dict of str to Keep
        The keeping probability of each dropout layer, by the name of the layer.
    """

    def __init__(self, below: Layer | Sequence[Layer], operation: keras.layers.Layer):
        self.below = [below] if isinstance(below, Layer) else list(below)
        self.operations = _merge([*(b.operations for b in self.below), [operation]])
        _check_names(self.operations)
        self.operation = operation
        self.name = operation.name
        inputs = [b.outputs for b in self.below]
        self.outputs = operation(inputs[0] if len(inputs) == 1 else inputs)
        self.inputs = _merge(b.inputs for b in self.below)
        self.all_layers = [*_merge(b.all_layers for b in self.below), self.outputs]
        self.all_params = _merge([*(b.all_params for b in self.below), operation.weights])
        self.all_drop = {name: keep for b in self.below for name, keep in b.all_drop.items()}

    @cached_property
    def model(self) -> keras.Model:
        """The network as an ordinary ``keras.Model``: call it, export it, print its summary."""
        return keras.Model(self.inputs[0] if len(self.inputs) == 1 else self.inputs, self.outputs)

    def set_keep(self, keep: Mapping[str, float]) -> None:
        """Set keeping probabilities by the names of their layers. Takes effect at the next step.

        Raises
        ------
        KeyError
            If a name isn't in `all_drop`; no probability is changed then.
        ValueError
            If a probability is outside (0, 1].
        """
        unknown = sorted(keep.keys() - self.all_drop.keys())
        if unknown:
            raise KeyError(f"set_keep: no dropout layer {unknown}; expected {list(self.all_drop)}.")
        for value in keep.values():
            check_keep(value)
        for name, value in keep.items():
            self.all_drop[name].assign(value)

    def count_params(self) -> int:
        """Return the number of single weights in the network."""
        return sum(int(np.prod(param.shape)) for param in self.all_params)

    def print_params(self, details: bool = True) -> None:
        """Print the shape of each parameter, with mean, median and standard deviation."""
        for i, param in enumerate(self.all_params):
            line = f"param {i}: {str(tuple(param.shape)):12}"
            if details:
                value = keras.ops.convert_to_numpy(param)
                line += f" (mean: {value.mean():.6f}, median: {np.median(value):.6f}, "
                line += f"std: {value.std():.6f})"
            print(f"{line} {param.path}")
        print(f"num of params: {self.count_params()}")

    def print_layers(self) -> None:
        """Print name, output shape and dtype of each layer."""
        for i, output in enumerate(self.all_layers):
            shape = "(" + ", ".join("batch" if n is None else str(n) for n in output.shape) + ")"
            print(f"layer {i}: {output._keras_history.operation.name:16} {shape:20} {output.dtype}")

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.name}: outputs {tuple(self.outputs.shape)}, "
            f"{self.count_params()} parameters below and in it>"
        )


class InputLayer(Layer):
    """Where the data comes in. Every network begins with one.

    Parameters
    ----------
    shape : tuple of int or keras.KerasTensor
        Shape of one example, without the batch: (784,). Or a ``keras.Input``.
    dtype : str
        "float32" for measurements, "int32" for word ids.
    name : str, optional
        Name of the input.

    Raises
    ------
    TypeError
        If `shape` is an array of data: the InputLayer is not tied to any data.
    ValueError
        If an axis is not a positive number or None.

    Examples
    --------
    >>> network = InputLayer(shape=(784,))
    >>> network.outputs.shape
    (None, 784)
    """

    def __init__(
        self,
        shape: tuple[int | None, ...] | keras.KerasTensor,
        dtype: str = "float32",
        name: str | None = None,
    ):
        allow_memory_growth()
        if not isinstance(shape, keras.KerasTensor):
            if isinstance(shape, (np.ndarray, tf.Tensor)):
                raise TypeError(
                    f"InputLayer: shape is an array of shape {tuple(shape.shape)}; expected the "
                    f"shape of one example. Use shape={tuple(shape.shape[1:])}, and give the data "
                    "to fit."
                )
            shape = (shape,) if isinstance(shape, int) else tuple(shape)
            if not all(n is None or (isinstance(n, (int, np.integer)) and n > 0) for n in shape):
                raise ValueError(
                    f"InputLayer: shape is {shape}; expected positive numbers, or None for an axis "
                    "of any length, without the batch. Use shape=(784,)."
                )
            shape = keras.Input(shape=shape, dtype=dtype, name=name)
        self.below: list[Layer] = []
        self.outputs = shape
        self.operation = shape._keras_history.operation
        self.name = self.operation.name
        self.operations = [self.operation]
        self.inputs = [self.outputs]
        self.all_layers: list[keras.KerasTensor] = []
        self.all_params: list[keras.Variable] = []
        self.all_drop = {}


def check_below(name: str, layer: Layer, rank: int | None = None) -> None:
    """Raise where `layer` can't carry another layer, at the line that stacks it.

    Raises
    ------
    TypeError
        If `layer` is not a layer of this package.
    ValueError
        If its outputs have another number of axes than `rank`, the batch included.
    """
    if not isinstance(layer, Layer):
        raise TypeError(
            f"{name}: layer is a {type(layer).__name__}; expected a layer such as InputLayer. "
            "Begin with network = InputLayer(shape=(784,))."
        )
    if rank is not None and len(layer.outputs.shape) != rank:
        axes = {2: "(batch, units)", 4: "(batch, height, width, channels)"}[rank]
        fix = {
            2: "Put a FlattenLayer between.",
            4: "Begin with InputLayer(shape=(28, 28, 1)), or put a ReshapeLayer between.",
        }[rank]
        raise ValueError(
            f"{name}: the layer below has outputs of shape {tuple(layer.outputs.shape)}; "
            f"expected {axes}. {fix}"
        )


def allow_memory_growth() -> None:
    """Let TensorFlow take GPU memory as it needs it, not all of it at once.

    A notebook that holds all the memory keeps every other notebook off the GPU. Once a GPU is in
    use the setting can't change, and stays as it was.
    """
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:
            return


def _check_names(operations: Sequence[keras.layers.Layer]) -> None:
    names = [operation.name for operation in operations]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(
                f"name is {name!r}, and two layers of this network have it; expected a name for "
                "each. Names tell the parameters apart: use name='relu2', say."
            )


def _merge(lists) -> list:
    """Join lists in order; what two branches share comes once."""
    return list({id(item): item for items in lists for item in items}.values())
