"""The layer as a handle: each layer object stands for the whole network below it."""

from __future__ import annotations

from collections import UserDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import keras
import numpy as np
import tensorflow as tf

from tlcore import activation
from tlcore.check import check_keep, require
from tlcore.door import guarded

if TYPE_CHECKING:
    from tlcore.layers.dropout import Keep

Activation: TypeAlias = Callable[[tf.Tensor], tf.Tensor] | str | None
Initializer: TypeAlias = str | keras.initializers.Initializer
Shape = int | tuple[int | None, ...]

if keras.config.backend() != "tensorflow":
    raise ImportError(
        f"Keras runs on {keras.config.backend()}, and tlcore needs TensorFlow; set the environment "
        "variable KERAS_BACKEND=tensorflow before Keras is imported."
    )

#: What keras.json may say otherwise: pictures are (height, width, channels) here.
CHANNELS = "channels_last"

# So that a saved model that uses one of them finds it again.
for function in (activation.identity, activation.ramp, activation.leaky_relu):
    keras.saving.register_keras_serializable("tlcore")(function)


class Drops(UserDict):
    """Keeping probabilities by the names of layers: ``all_drop["drop1"] = 0.8`` sets one."""

    def __setitem__(self, name: str, keep: Keep | float) -> None:
        if hasattr(keep, "assign"):
            self.data[name] = keep
        else:
            require(name in self, f"no dropout layer {name!r}; expected {list(self)}.", KeyError)
            self.data[name].assign(keep)


class Layer:
    """A layer, and with it the network that ends in this layer.

    A subclass checks what it is given and says which Keras operation it applies to the outputs of
    the layers below. The rest is bookkeeping, and is done here. Any Keras layer will do:
    ``Layer(network, keras.layers.UnitNormalization())``.

    What many layers take, and their pages don't repeat. `act` is the activation: a function such as
    ``tf.nn.relu``, or its name; None leaves the weighted sums as they are. `W_init` and `b_init`
    say how weights and biases begin: Keras initializers, or their names. "glorot_uniform" (Glorot
    and Bengio, 2010) is what the tutorial's printed logs were made with, and ``b_init=None`` makes
    a layer without bias. `seed` makes what is drawn at random repeatable. `name` is that of the
    layer and of its parameters. A network can't hold a name twice.
    """

    name: str
    operation: keras.layers.Layer  #: The computation, with its weights.
    operations: list[keras.layers.Layer]  #: The layers so far as Keras knows them, the input first.
    inputs: list[keras.KerasTensor]
    outputs: keras.KerasTensor  #: Symbolic output, shape (batch, ...).
    all_layers: list[keras.KerasTensor]  #: Outputs of the layers so far, without the input.
    all_params: list[keras.Variable]  #: Weights so far: W and b of the first layer, then the next.
    all_drop: Drops  #: The keeping probability of each dropout layer, by its name.

    #: Of a recurrent layer: its state before the first step and after the last, each (batch,
    #: n_hidden), the h of a GRU, or h and c of an LSTM, in Keras's order (TensorFlow 1: c first);
    #: and whether that begins at zero, for a RecurrentModel to feed.
    initial_state: list[keras.KerasTensor]
    final_state: list[keras.KerasTensor]
    carries = False

    def __init_subclass__(cls, **options: Any):
        super().__init_subclass__(**options)
        for name in {"__init__", "pretrain", "step"} & vars(cls).keys():  # with calls as of 1.x
            setattr(cls, name, guarded(vars(cls)[name], kinds=False))

    def __init__(self, below: Layer | Sequence[Layer], operation: keras.layers.Layer):
        below = [below] if isinstance(below, Layer) else list(below)
        inputs = [layer.outputs for layer in below]
        self._record(below, operation, operation(inputs[0] if len(inputs) == 1 else inputs))

    def _record(
        self, below: Sequence[Layer], operation: keras.layers.Layer, outputs: keras.KerasTensor,
        on: Sequence[Layer] = (),
    ) -> None:  # fmt: skip
        """Note that `operation` gives `outputs`, on top of the networks below.

        A layer that is made of several passes the uppermost, and what it stands `on` itself.
        """
        self.below = list(on or below)
        self.operation, self.outputs, self.name = operation, outputs, operation.name
        self.operations = merge(*(b.operations for b in below), [operation])
        self.inputs = merge(*(b.inputs for b in [*on, *below]))
        self.all_layers = merge(*(b.all_layers for b in below), [outputs])
        self.all_params = merge(*(b.all_params for b in below), operation.weights)
        self.all_drop = Drops({name: keep for b in below for name, keep in b.all_drop.items()})
        names = [operation.name for operation in self.operations]
        twice = next((name for name in names if names.count(name) > 1), None)
        require(
            twice is None,
            f"name is {twice!r}, and two layers of this network have it; expected a name for each. "
            "Names tell the parameters apart: use name='relu2', say.",
        )

    @cached_property
    def model(self) -> keras.Model:
        """The network as an ordinary ``keras.Model``: call it, export it, print its summary."""
        return keras.Model(self.inputs[0] if len(self.inputs) == 1 else self.inputs, self.outputs)

    def set_keep(self, keep: Mapping[str, float]) -> None:
        """Set keeping probabilities by name, all or none; they count from the next step on."""
        unknown = sorted(keep.keys() - self.all_drop.keys())
        message = f"set_keep: no dropout layer {unknown}; expected {list(self.all_drop)}."
        require(not unknown, message, KeyError)
        checked = {name: check_keep(value) for name, value in keep.items()}
        for name, value in checked.items():
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

    `shape` is that of one example, without the batch: ``InputLayer(shape=(784,))``. Or give a
    ``keras.Input``. `dtype` is "float32" for measurements, "int32" for word ids.
    """

    def __init__(
        self, shape: Shape | keras.KerasTensor, dtype: str = "float32", name: str | None = None
    ):
        allow_memory_growth()
        if isinstance(shape, (np.ndarray, tf.Tensor)):
            raise TypeError(
                f"InputLayer: shape is an array of shape {tuple(shape.shape)}; expected the shape "
                f"of one example. Use shape={tuple(shape.shape[1:])}, and give the data to fit."
            )
        if not isinstance(shape, keras.KerasTensor):
            shape = (shape,) if isinstance(shape, int) else tuple(shape)
            require(
                all(n is None or (isinstance(n, (int, np.integer)) and n > 0) for n in shape),
                f"InputLayer: shape is {shape}; expected positive numbers, or None for an axis of "
                "any length, without the batch. Use shape=(784,).",
            )
            shape = keras.Input(shape=shape, dtype=dtype, name=name)
        operation = shape._keras_history.operation
        require(
            isinstance(operation, keras.layers.InputLayer),
            f"InputLayer: shape is what {operation.name} computes; expected a shape, or a "
            "keras.Input. Stack on the layer that computes it.",
        )
        self._record([], operation, shape)
        self.inputs, self.all_layers = [shape], []


#: What a layer may want to stand on, by the number of axes, and what to do about anything else.
WANTED = {
    1: "(batch,), as of InputLayer((), dtype='int32').",
    2: "(batch, units). Put a FlattenLayer between.",
    3: "(batch, steps, n_in). Make vectors of ids with an EmbeddingInputlayer; a recurrent layer "
    "below must not have return_last or return_seq_2d.",
    4: "(batch, height, width, channels). Begin with InputLayer(shape=(28, 28, 1)), or put a "
    "ReshapeLayer between.",
}


def check_below(who: str, layer: Layer, rank: int | None = None, name: str = "layer") -> None:
    """Raise unless `who` can stand on `layer`, whose outputs have `rank` axes with the batch."""
    require(
        isinstance(layer, Layer),
        f"{who}: {name} is a {type(layer).__name__}; expected a layer such as InputLayer. "
        "Begin with network = InputLayer(shape=(784,)).",
        TypeError,
    )
    shape = tuple(layer.outputs.shape)
    if rank not in (None, len(shape)):
        wanted = WANTED[rank]
        if isinstance(layer, InputLayer) and shape[:2] == (None, None) and len(shape) == rank + 1:
            wanted = f"{shape[1:]}. Leave the batch out: InputLayer({shape[2:]})."
        raise ValueError(f"{who}: {name} has outputs of shape {shape}; expected {wanted}")


def weights(
    act: Activation, W_init: Initializer, b_init: Initializer | None, name: str | None
) -> dict[str, Any]:
    """Return what Keras calls `act`, `W_init`, `b_init` and `name`."""
    return {
        "activation": act,
        "kernel_initializer": W_init,
        "use_bias": b_init is not None,
        "bias_initializer": b_init or "zeros",
        "name": name,
    }


def allow_memory_growth() -> None:
    """Let TensorFlow take GPU memory as it needs it, and leave the rest to other notebooks."""
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # in use already: the setting stays as it was
            return


def merge(*lists: Iterable[Any]) -> list[Any]:
    """Join lists in order; what two branches share comes once."""
    return list({id(item): item for items in lists for item in items}.values())
