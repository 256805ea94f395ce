"""What the policy gradient asks of a network: probabilities, and the gradient of the loss."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import keras
import tensorflow as tf

from tlcore.rein.games import Environments
from tlcore.rein.loss import cross_entropy_reward_loss

if TYPE_CHECKING:
    from tlcore.layers.core import Layer


def compile_policy(network: Layer) -> Callable[[tf.Tensor], tf.Tensor]:
    """Return the probabilities of the actions as a compiled function of inputs (n, ...)."""
    model = network.model

    @tf.function(input_signature=[_inputs(network)])
    def policy(x):
        return tf.nn.softmax(model(x))  # (n, actions)

    return policy


def compile_gradient(network: Layer, variables: list[keras.Variable]) -> Callable[..., list]:
    """Return the gradient of the loss of one piece, compiled for any length."""
    model = network.model
    actions, weights = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float32)

    @tf.function(input_signature=[_inputs(network), actions, weights])
    def gradient(x, actions, weights):
        with tf.GradientTape() as tape:
            loss = cross_entropy_reward_loss(model(x, training=True), actions, weights)
        return tape.gradient(loss, variables)

    return gradient


def _inputs(network: Layer) -> tf.TensorSpec:
    return tf.TensorSpec([None, *network.model.input_shape[1:]], tf.float32)


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
