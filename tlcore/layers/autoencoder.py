"""The reconstruction layer: train the layer below to keep what is needed to undo it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_inputs, require
from tlcore.cost import mean_squared_error
from tlcore.layers.core import Activation, Layer, check_below
from tlcore.layers.dense import DenseLayer

if TYPE_CHECKING:
    from tlcore.train import History

WEIGHT_DECAY = 0.004  # of both weight matrices
SPARSITY = 0.15  # the share of the time that a sigmoid unit should be on
SPARSITY_WEIGHT = 4.0
L1_WEIGHT = 0.001  # on the activations of a rectifier


class ReconLayer(DenseLayer):
    """A decoder on top of an encoder, with the cost that trains the two.

    The cost is that of the original's code (its texts say something else):

    ========= =================================================================================
    act       cost
    ========= =================================================================================
    sigmoid   squared error + weight decay + KL divergence of the units' mean activation from .15
    softplus  squared error + weight decay + mean activation of the encoder (L1)
    relu      as softplus
    ========= =================================================================================

    `layer` is the encoder. `act` is the activation of the decoder, and chooses the cost. What is
    rebuilt is the network's input, of `n_units` numbers, or else `x_recon`: the second layer of a
    stack rebuilds the outputs of the first.

    >>> from tlcore.layers import InputLayer
    >>> network = DenseLayer(InputLayer(shape=(784,)), n_units=196, act=tf.nn.sigmoid)
    >>> recon = ReconLayer(network, n_units=784, act=tf.nn.sigmoid)
    >>> recon.outputs.shape, len(recon.train_params)
    ((None, 784), 4)
    """

    def __init__(
        self, layer: Layer, x_recon: Layer | None = None, n_units: int = 784,
        act: Activation = tf.nn.softplus, name: str | None = None,
    ):  # fmt: skip
        require(
            isinstance(getattr(layer, "operation", None), keras.layers.Dense),  # or dropconnect's
            f"ReconLayer: the layer below is {layer!r}; expected the encoder, a DenseLayer or "
            "DropconnectDenseLayer.",
            TypeError,
        )
        kind = getattr(act, "__name__", act)
        require(
            kind in ("sigmoid", "softplus", "relu"),
            f"ReconLayer: act is {act!r}; expected tf.nn.sigmoid, tf.nn.softplus or tf.nn.relu: "
            "the activation chooses the cost. For a cost of your own use tlcore.utils.fit.",
        )
        if x_recon is not None:
            check_below("ReconLayer", x_recon, name="x_recon")
            require(
                {id(x) for x in x_recon.inputs} <= {id(x) for x in layer.inputs},
                "ReconLayer: x_recon is a layer of another network; expected one of the encoder's.",
            )
        target = layer.inputs[0] if x_recon is None else x_recon.outputs
        require(
            target.shape[-1] == n_units,
            f"ReconLayer: n_units is {n_units}; expected {target.shape[-1]}, the units of what is "
            "rebuilt.",
        )
        super().__init__(layer, n_units=n_units, act=act, name=name)
        self.encoder = layer
        self.is_sigmoid = kind == "sigmoid"
        #: Encoder W and b, decoder W and b: all that pretraining changes.
        self.train_params = [*layer.operation.weights, *self.operation.weights]
        # One pass gives the rebuilt picture and the code that it was rebuilt from.
        self._network = keras.Model(self.model.input, [self.outputs, layer.outputs])
        self._target = keras.Model(self.model.input, target)

    def cost(self, x: tf.Tensor, training: bool = True) -> tf.Tensor:
        """Return the cost of rebuilding the clean target from `x`, shape (batch, n_in).

        Noise goes into the network; the target is computed without it.
        """
        rebuilt, hidden = self._network(x, training=training)  # (batch, n_units), (batch, n_hidden)
        error = mean_squared_error(rebuilt, self._target(x, training=False))
        W_encode, W_decode = self.encoder.operation.kernel, self.operation.kernel
        decay = WEIGHT_DECAY * (tf.nn.l2_loss(W_encode) + tf.nn.l2_loss(W_decode))
        hidden = tf.cast(hidden, tf.float32)
        if self.is_sigmoid:
            return error + decay + SPARSITY_WEIGHT * kl_sparsity(hidden, SPARSITY)
        return error + decay + L1_WEIGHT * tf.reduce_mean(hidden)

    def pretrain(
        self, X_train: np.ndarray, X_val: np.ndarray | None = None, denoise_name: str | None = None,
        n_epoch: int = 100, batch_size: int = 128, print_freq: int = 10,
        learning_rate: float = 1e-4, save: bool = False, save_name: str = "w1pre_", seed: int = 0,
        checkpoint: str | None = None, progress: bool = True,
        on_epoch: Callable[[History], bool | None] | None = None,
    ) -> History:  # fmt: skip
        """Train the encoder below and this decoder with Adam; no other parameter moves.

        `X_train` and `X_val` are clean inputs, (rows, n_in). `denoise_name` is the dropout layer
        that corrupts the input; all others are off, and are as before after. `save` writes
        `train_params` to ``<save_name><epoch>.npz`` at each report. What isn't told here is as in
        :func:`tlcore.utils.fit`. The history has ``epoch``, ``seconds``, ``loss`` (the whole cost)
        and, at reports, ``train_loss`` and ``val_loss``: the cost without noise.
        """
        from tlcore.files import save_npz
        from tlcore.train import Trainer, get_optimizer, train_epochs

        n_epoch = check_count("n_epoch", n_epoch)
        X_train = check_inputs("X_train", X_train, self.model)
        X_val = None if X_val is None else check_inputs("X_val", X_val, self.model)
        if denoise_name is not None and denoise_name not in self.all_drop:
            raise KeyError(
                f"pretrain: denoise_name is {denoise_name!r}; expected one of "
                f"{list(self.all_drop)}, the dropout layers below."
            )
        trainer = Trainer(
            lambda x, kind=self.is_sigmoid: self.cost(x),  # part of what a checkpoint is of
            self.train_params,
            get_optimizer("adam", learning_rate),
            [X_train],
            batch_size,
            seed=seed,
            state=self._network.variables,
        )
        clean_cost = tf.function(lambda x: self.cost(x, training=False), reduce_retracing=True)

        def measure(report: bool) -> dict[str, float]:
            if not report:
                return {}
            if save:
                save_npz(self.train_params, name=f"{save_name}{trainer.epoch}.npz")
            sets = {"train_loss": X_train, "val_loss": X_val}
            return {name: _mean(clean_cost, X) for name, X in sets.items() if X is not None}

        keeps = {name: float(keep) for name, keep in self.all_drop.items()}
        off = {name: 1.0 for name in keeps if name != denoise_name}
        started = time.perf_counter()
        self.set_keep(off)
        try:
            history = train_epochs(
                trainer, n_epoch, measure, print_freq, checkpoint, progress, on_epoch
            )
        finally:
            self.set_keep({name: keeps[name] for name in off})
        if print_freq:
            print(f"Pretrained {self.encoder.name} in {time.perf_counter() - started:.1f}s")
        return history


def kl_sparsity(hidden: tf.Tensor, rho: float) -> tf.Tensor:
    """Kullback-Leibler divergence of the units' mean activation from `rho`, summed, in nats.

    Each unit, with activations in [0, 1], is read as a coin that should come up heads with
    probability `rho` (Ng, 2011).
    """
    p_hat = tf.clip_by_value(tf.reduce_mean(hidden, axis=0), 1e-6, 1 - 1e-6)  # (units,)
    divergence = rho * tf.math.log(rho / p_hat) + (1 - rho) * tf.math.log((1 - rho) / (1 - p_hat))
    return tf.reduce_sum(divergence)


def _mean(cost: Callable[[tf.Tensor], tf.Tensor], X: np.ndarray, batch_size: int = 2000) -> float:
    """Mean cost over the rows of X, each row weighing the same."""
    parts = [X[i : i + batch_size] for i in range(0, len(X), batch_size)]
    return float(sum(float(cost(part)) * len(part) for part in parts) / len(X))
