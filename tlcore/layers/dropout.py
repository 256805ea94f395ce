"""Dropout and dropconnect: noise that keeps a network from leaning on any single weight."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_keep
from tlcore.layers.core import Activation, Initializer, Layer, check_below, weights


class Keep:
    """A keeping probability that may change while training runs: ``keep.assign(0.5)``.

    The compiled step reads a variable, so a new value needs no new compilation.
    """

    shape: tuple[int, ...] = ()  #: Of the value: a scalar.

    def __init__(self, keep: float):
        self.variable = tf.Variable(check_keep(keep), trainable=False, dtype=tf.float32)

    def assign(self, keep: float) -> None:
        """Set the probability, in (0, 1]."""
        self.variable.assign(check_keep(keep))

    def __float__(self) -> float:
        # float32 holds 0.8 as 0.800000011920929; readers want to see 0.8.
        return float(np.float32(self.variable.numpy()).astype(str))

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self.variable.numpy(), dtype)

    def __repr__(self) -> str:
        return f"Keep({float(self)})"


def drop(
    x: tf.Tensor, keep: tf.Tensor, seed: tf.Tensor, shape: Sequence[int] | None = None
) -> tf.Tensor:
    """Set each element to zero with probability ``1 - keep``, and divide the rest by `keep`.

    The division keeps the expected value where it was, so nothing has to be scaled when the
    network is used (inverted dropout: Srivastava et al., 2014, section 10). The same `seed`, two
    integers, gives the same mask. It has the shape of x, or `shape`: along an axis of length 1 all
    elements are dropped together.

    >>> set(drop(tf.ones(100), tf.constant(0.5), tf.constant([1, 2])).numpy().tolist())
    {0.0, 2.0}
    """
    kept = tf.random.stateless_uniform(tf.shape(x) if shape is None else shape, seed) < keep
    return tf.where(kept, x / tf.cast(keep, x.dtype), tf.zeros([], x.dtype))


class DropoutLayer(Layer):
    """Silence each input with probability ``1 - keep`` while training (Srivastava et al., 2014).

    With ``training=False`` the layer does nothing. There is no second switch. `keep` is the KEEPING
    probability, in (0, 1]; Keras counts the other way: ``Dropout(rate=1 - keep)``. With `is_fix` it
    isn't in `all_drop`, so that nothing changes it later. With ``is_train=False`` the layer is left
    out altogether.

    >>> from tlcore.layers import InputLayer
    >>> network = DropoutLayer(InputLayer(shape=(4,)), keep=0.5, seed=0, name="drop1")
    >>> network.all_drop, np.unique(network.model(np.ones((9, 4)), training=True)).tolist()
    ({'drop1': Keep(0.5)}, [0.0, 2.0])
    """

    def __init__(
        self, layer: Layer, keep: float = 0.5, is_fix: bool = False, is_train: bool = True,
        seed: int | None = None, name: str | None = None,
    ):  # fmt: skip
        check_below("DropoutLayer", layer)
        if not is_train:
            check_keep(keep)
            super().__init__(layer, keras.layers.Identity(name=name))
            return
        super().__init__(layer, _Dropout(keep=keep, seed=seed, name=name))
        if not is_fix:
            self.all_drop[self.name] = self.operation.keep


class DropconnectDenseLayer(Layer):
    """A :class:`DenseLayer` that drops single weights while training (Wan et al., 2013).

    `keep` is the KEEPING probability of a weight, in (0, 1]; the bias is always kept. One mask is
    drawn for each batch and shared by its examples. With ``training=False`` all weights are used.
    """

    def __init__(
        self, layer: Layer, keep: float = 0.5, n_units: int = 100, act: Activation = None,
        W_init: Initializer = "glorot_uniform", b_init: Initializer | None = "zeros",
        seed: int | None = None, name: str | None = None,
    ):  # fmt: skip
        check_below("DropconnectDenseLayer", layer, rank=2)
        n_units = check_count("DropconnectDenseLayer: n_units", n_units)
        options = weights(act, W_init, b_init, name)
        super().__init__(layer, _DropconnectDense(units=n_units, keep=keep, seed=seed, **options))
        self.all_drop[self.name] = self.operation.keep


class _Noise(keras.layers.Layer):
    """What these operations have in common: a keeping probability, and the seeds of the masks."""

    def __init__(self, keep: float, seed: int | None = None, **options):
        super().__init__(**options)
        self.keep, self.seed = Keep(keep), seed
        self.seeds = keras.random.SeedGenerator(seed)

    def get_config(self):
        return super().get_config() | {"keep": float(self.keep), "seed": self.seed}


@keras.saving.register_keras_serializable("tlcore")
class _Dropout(_Noise):
    def call(self, x, training=False):
        return drop(x, self.keep.variable, self.seeds.next()) if training else x


@keras.saving.register_keras_serializable("tlcore")
class _DropconnectDense(_Noise, keras.layers.Dense):
    def call(self, x, training=False):
        W = tf.convert_to_tensor(self.kernel)  # (n_in, n_units)
        if training:
            W = drop(W, self.keep.variable, self.seeds.next())
        outputs = x @ W
        if self.use_bias:
            outputs += self.bias
        return self.activation(outputs)
