"""Dropout and dropconnect: noise that keeps a network from leaning on any single weight."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_keep
from tlcore.layers.core import Activation, Layer, check_below


class Keep:
    """A keeping probability that may change while training runs.

    The compiled step reads a variable, so a new value needs no new compilation.

    Examples
    --------
    >>> keep = Keep(0.8)
    >>> keep.assign(0.5)
    >>> float(keep)
    0.5
    """

    def __init__(self, keep: float):
        self.variable = tf.Variable(check_keep(keep), trainable=False, dtype=tf.float32)

    def assign(self, keep: float) -> None:
        """Set the probability, in (0, 1]."""
        self.variable.assign(check_keep(keep))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value: a scalar."""
        return ()

    def __float__(self) -> float:
        # float32 holds 0.8 as 0.800000011920929; readers want to see 0.8.
        return float(np.float32(self.variable.numpy()).astype(str))

    def __array__(self, dtype=None, copy=None) -> np.ndarray:
        return np.asarray(self.variable.numpy(), dtype)

    def __repr__(self) -> str:
        return f"Keep({float(self)})"


def drop(x: tf.Tensor, keep: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Set each element to zero with probability ``1 - keep``, and divide the rest by `keep`.

    The division keeps the expected value where it was, so nothing has to be scaled when the
    network is used (Srivastava et al., 2014, section 10). It is called inverted dropout.

    Parameters
    ----------
    x : tf.Tensor
        Any shape.
    keep : tf.Tensor
        Scalar, the keeping probability.
    seed : tf.Tensor
        Two integers. The same seed gives the same mask.

    Examples
    --------
    >>> set(drop(tf.ones(100), tf.constant(0.5), tf.constant([1, 2])).numpy().tolist())
    {0.0, 2.0}
    """
    kept = tf.random.stateless_uniform(tf.shape(x), seed) < keep
    return tf.where(kept, x / tf.cast(keep, x.dtype), tf.zeros([], x.dtype))


@keras.saving.register_keras_serializable("tlcore")
class _Dropout(keras.layers.Layer):
    def __init__(self, keep: float, seed: int | None = None, **options):
        super().__init__(**options)
        self.keep = Keep(keep)
        self.seed = seed
        self.seeds = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        return drop(x, self.keep.variable, self.seeds.next()) if training else x

    def compute_output_shape(self, shape):
        return shape

    def get_config(self):
        return super().get_config() | {"keep": float(self.keep), "seed": self.seed}


@keras.saving.register_keras_serializable("tlcore")
class _DropconnectDense(keras.layers.Dense):
    def __init__(self, units: int, keep: float, seed: int | None = None, **options):
        super().__init__(units, **options)
        self.keep = Keep(keep)
        self.seed = seed
        self.seeds = keras.random.SeedGenerator(seed)

    def call(self, x, training=False):
        W = tf.convert_to_tensor(self.kernel)  # (n_in, n_units)
        if training:
            W = drop(W, self.keep.variable, self.seeds.next())
        outputs = x @ W
        if self.use_bias:
            outputs += self.bias
        return self.activation(outputs)

    def get_config(self):
        return super().get_config() | {"keep": float(self.keep), "seed": self.seed}


class DropoutLayer(Layer):
    """Silence each input with probability ``1 - keep`` while training (Srivastava et al., 2014).

    With ``training=False`` the layer does nothing. There is no second switch.

    Parameters
    ----------
    layer : Layer
        Outputs of any shape.
    keep : float
        KEEPING probability, in (0, 1]. Keras counts the other way: ``Dropout(rate=1 - keep)``.
    is_fix : bool
        Leave this probability out of `all_drop`, so that nothing changes it later.
    is_train : bool
        False leaves the layer out altogether.
    seed : int, optional
        Makes the masks repeatable.
    name : str, optional
        Name of the layer, and of its entry in `all_drop`.

    Raises
    ------
    TypeError, ValueError
        If `layer` isn't a layer, or `keep` is outside (0, 1].

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> network = DropoutLayer(InputLayer(shape=(4,)), keep=0.5, seed=0, name="drop1")
    >>> network.all_drop
    {'drop1': Keep(0.5)}
    >>> sorted(set(network.model(np.ones((9, 4)), training=True).numpy().ravel().tolist()))
    [0.0, 2.0]
    >>> sorted(set(network.model(np.ones((9, 4)), training=False).numpy().ravel().tolist()))
    [1.0]
    """

    def __init__(
        self,
        layer: Layer,
        keep: float = 0.5,
        is_fix: bool = False,
        is_train: bool = True,
        seed: int | None = None,
        name: str | None = None,
    ):
        check_below("DropoutLayer", layer)
        check_keep(keep)
        if is_train:
            super().__init__(layer, _Dropout(keep, seed, name=name))
            if not is_fix:
                self.all_drop[self.name] = self.operation.keep
        else:
            super().__init__(layer, keras.layers.Identity(name=name))


class DropconnectDenseLayer(Layer):
    """A dense layer that drops single weights while training (Wan et al., 2013).

    One mask is drawn for each batch and shared by its examples. With ``training=False`` all
    weights are used.

    Parameters
    ----------
    layer : Layer
        Outputs of shape (batch, n_in).
    keep : float
        KEEPING probability of a weight, in (0, 1]. The bias is always kept.
    n_units, act, W_init, b_init, name
        As in :class:`~tlcore.layers.DenseLayer`.
    seed : int, optional
        Makes the masks repeatable.

    Raises
    ------
    TypeError, ValueError
        If `layer` doesn't have two axes, `n_units` isn't a positive whole number, or `keep` is
        outside (0, 1].

    Examples
    --------
    >>> from tlcore.layers import InputLayer
    >>> network = DropconnectDenseLayer(InputLayer(shape=(784,)), keep=0.8, n_units=800, name="d1")
    >>> network.count_params(), network.all_drop
    (628000, {'d1': Keep(0.8)})
    """

    def __init__(
        self,
        layer: Layer,
        keep: float = 0.5,
        n_units: int = 100,
        act: Activation = None,
        W_init: str | keras.initializers.Initializer = "glorot_uniform",
        b_init: str | keras.initializers.Initializer | None = "zeros",
        seed: int | None = None,
        name: str | None = None,
    ):
        check_below("DropconnectDenseLayer", layer, rank=2)
        operation = _DropconnectDense(
            check_count("DropconnectDenseLayer: n_units", n_units),
            keep,
            seed,
            activation=act,
            use_bias=b_init is not None,
            kernel_initializer=W_init,
            bias_initializer=b_init or "zeros",
            name=name,
        )
        super().__init__(layer, operation)
        self.all_drop[self.name] = operation.keep
