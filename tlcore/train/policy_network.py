"""What the policy gradient asks of a network: probabilities, and the gradient of the loss."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING, Any

import keras
import tensorflow as tf

from tlcore.rein.environments import Environments
from tlcore.rein.loss import cross_entropy_reward_loss

if TYPE_CHECKING:
    from tlcore.layers.core import Layer


def compile_policy(network: Layer, variables: list[keras.Variable]) -> tuple[Any, Any]:
    """Return the policy and the gradient of the loss of one piece, compiled for any length."""
    model = network.model
    inputs = tf.TensorSpec([None, *model.input_shape[1:]], tf.float32)

    @tf.function(input_signature=[inputs])
    def policy(x):
        return tf.nn.softmax(model(x))  # (n, actions)

    @tf.function(
        input_signature=[inputs, tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float32)]
    )
    def gradient(x, actions, weights):
        with tf.GradientTape() as tape:
            loss = cross_entropy_reward_loss(model(x, training=True), actions, weights)
        return tape.gradient(loss, variables)

    return policy, gradient


def check_network(network: Layer, environments: Environments) -> None:
    """Raise ValueError where a network doesn't fit what an environment shows and lets do."""
    model = network.model
    shape, outputs = tuple(model.input_shape[1:]), model.output_shape
    if shape != environments.input_shape:
        raise ValueError(
            f"network takes inputs of shape {shape} and the environment shows "
            f"{environments.input_shape}. Begin with InputLayer({environments.input_shape})."
        )
    if tuple(outputs[1:]) != (environments.n_actions,):
        raise ValueError(
            f"network has outputs of shape {tuple(outputs[1:])} and the environment has "
            f"{environments.n_actions} actions. End with "
            f"DenseLayer(network, n_units={environments.n_actions})."
        )


def check_rate(rate: float) -> float:
    """Return a learning rate if it is a positive number, or raise ValueError."""
    if not isinstance(rate, Real) or isinstance(rate, bool) or not 0 < rate < float("inf"):
        raise ValueError(f"learning_rate is {rate!r}; expected a positive number such as 0.001.")
    return float(rate)
