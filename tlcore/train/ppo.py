"""PPO: learn from the same games several times, but never stray far from who played them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count, check_number, require
from tlcore.fast.optimizers import Adam
from tlcore.layers.core import merge
from tlcore.rein.returns import advantage_estimates, normalize_returns
from tlcore.rein.rollout import MAX_STEPS, Episode
from tlcore.train.loop import check_finite
from tlcore.train.policy_gradient import CHUNK, PolicyGradient

if TYPE_CHECKING:
    from tlcore.layers import Layer
    from tlcore.rein.games import Environments

#: Weight of the value's squared error in the loss (Schulman et al., 2017, equation 9).
VALUE_WEIGHT = 0.5


class PPO(PolicyGradient):
    """Train a policy by proximal policy optimisation (PPO; Schulman et al., 2017).

    It plays games as :class:`PolicyGradient` does, and learns more from each, by three changes:

    - A second head guesses the return of each step. An action is credited with what came out
      beyond that guess, its advantage, which is far less noisy than the return itself.
    - Each batch of games is used `n_passes` times, in small batches of `rows` steps.
    - Where the new policy already takes an action `clip` more or less often than the policy that
      played, its gradient is cut off: the games say nothing about a policy that is far from it.

    `policy` and `value` are two heads on one body: one logit for each action, and one number,
    (batch, 1). `lam` 0 credits an action with the next step only, 1 with all that follows up to the
    end. `entropy` is a reward for staying undecided, which keeps the policy from settling on one
    action too early. All inputs of the `batch_size` episodes of an update are in memory: four games
    of Pong in pictures take about 100 MB. The `optimizer` is Adam with a rate of 1e-3 unless told.

    What isn't said here is as in :class:`PolicyGradient`. All numbers may be assigned while
    training runs; a checkpoint holds `gamma`, `batch_size` and the learning rate.

    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> body = DenseLayer(InputLayer((4,)), 32, "tanh")
    >>> trainer = PPO(DenseLayer(body, 2), DenseLayer(body, 1), "CartPole-v1", mode=1)
    >>> trainer.update()["episodes"]
    4
    """

    settings = (*PolicyGradient.settings, "lam", "clip", "entropy", "n_passes", "rows")

    def __init__(
        self, policy: Layer, value: Layer, environment: str | Callable[[], Any] | Environments,
        learning_rate: float | None = None, gamma: float = 0.99, lam: float = 0.95,
        clip: float = 0.2, entropy: float = 0.01, n_passes: int = 3, rows: int = 512,
        batch_size: int = 4, mode: int = 0, optimizer: keras.optimizers.Optimizer | None = None,
        max_steps: int = MAX_STEPS, n_copies: int = 4, seed: int = 0,
    ):  # fmt: skip
        shape = value.model.output_shape[1:]
        require(
            shape == (1,),
            f"value has outputs of shape {shape}; expected (1,), one number for each step. End "
            "with DenseLayer(body, n_units=1).",
        )
        require(
            [id(x) for x in policy.inputs] == [id(x) for x in value.inputs],
            "value has another InputLayer than policy; expected two heads on one input. Use "
            "DenseLayer(body, n_units=1) with the body of the policy.",
        )
        self.value = value
        self.lam, self.clip = check_number("lam", lam, 0, 1), check_number("clip", clip, 0, 1)
        self.entropy = check_number("entropy", entropy, 0, 1)
        self.n_passes, self.rows = check_count("n_passes", n_passes), check_count("rows", rows)
        super().__init__(
            policy, environment, learning_rate, gamma, batch_size, mode, optimizer=optimizer,
            max_steps=max_steps, n_copies=n_copies, seed=seed,
        )  # fmt: skip

    def _trained(self, network: Layer) -> list[keras.Variable]:
        return merge(network.all_params, self.value.all_params)  # the body is in both

    def _default_optimizer(self, rate: float) -> keras.optimizers.Optimizer:
        # Most implementations cut long gradients to length 0.5, and so does this one.
        return Adam(rate, epsilon=1e-5, global_clipnorm=0.5)

    def _prepare(self) -> None:
        """Compile what judges steps, and what goes over them again and again."""
        policy, variables = self.network, self.variables
        model = keras.Model(policy.model.inputs, [policy.outputs, self.value.outputs])
        whole, real = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float32)
        count, number = tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float32)

        @tf.function(input_signature=[self._inputs])
        def judge(x):
            logits, guess = model(x)
            return tf.nn.log_softmax(logits), guess[:, 0]

        @tf.function(
            input_signature=[self._inputs, whole, real, real, real, whole, count, number, number]
        )
        def improve(x, actions, old, advantages, targets, order, rows, clip, entropy):
            loss = 0.0
            for first in tf.range(0, tf.size(order), rows):
                i = order[first : first + rows]  # (rows,); short at the end
                with tf.GradientTape() as tape:
                    logits, guess = model(tf.gather(x, i), training=True)
                    log_probs = tf.nn.log_softmax(logits)  # (rows, actions)
                    chosen = tf.gather(log_probs, tf.gather(actions, i), batch_dims=1)
                    gain = clipped_loss(chosen, tf.gather(old, i), tf.gather(advantages, i), clip)
                    error = tf.reduce_mean((guess[:, 0] - tf.gather(targets, i)) ** 2)
                    doubt = -tf.reduce_mean(tf.reduce_sum(tf.exp(log_probs) * log_probs, axis=1))
                    loss = gain + VALUE_WEIGHT * error - entropy * doubt
                self.optimizer.apply(tape.gradient(loss, variables), variables)
            return loss

        self._judge, self._improve = judge, improve

    def _learn(self, episodes: list[Episode]) -> None:
        inputs = [e.inputs(self.environments, 0, len(e)) for e in episodes]
        actions = np.concatenate([e.actions for e in episodes]).astype(np.int32)
        judged = [self._in_pieces(x) for x in inputs]
        advantages = [
            advantage_estimates(e.rewards, values, self.gamma, self.lam, self.mode)
            for e, (_, values) in zip(episodes, judged, strict=True)
        ]
        targets = [a + values for a, (_, values) in zip(advantages, judged, strict=True)]
        log_probs = np.concatenate([log_prob for log_prob, _ in judged])
        log_probs = log_probs[np.arange(len(actions)), actions]
        weights = normalize_returns(np.concatenate(advantages))
        rng = np.random.default_rng([self.seed, self.n_updates])
        order = np.concatenate([rng.permutation(len(actions)) for _ in range(self.n_passes)])
        data = [np.concatenate(inputs), actions, log_probs, weights, np.concatenate(targets)]
        loss = self._improve(*data, order.astype(np.int32), self.rows, self.clip, self.entropy)
        check_finite(f"the loss of update {self.n_updates + 1}", float(loss), self)

    def _in_pieces(self, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log-probabilities (steps, actions) and values (steps,) of one episode."""
        pieces = [self._judge(inputs[i : i + CHUNK]) for i in range(0, len(inputs), CHUNK)]
        log_probs, values = zip(*pieces, strict=True)
        return np.concatenate(log_probs), np.concatenate(values)


def clipped_loss(
    log_probs: tf.Tensor, old_log_probs: tf.Tensor, advantages: tf.Tensor, clip: float = 0.2
) -> tf.Tensor:
    """Return the loss of the policy: minus the mean of its clipped gain (equation 7).

    `log_probs`, (steps,), are those of the actions now, `old_log_probs` those of the policy that
    played; the ratio of the probabilities may go `clip` from 1.

    >>> float(clipped_loss(tf.math.log([0.9]), tf.math.log([0.5]), tf.constant([1.0])))
    -1.2000000476837158
    """
    ratio = tf.exp(log_probs - old_log_probs)
    held = tf.clip_by_value(ratio, 1 - clip, 1 + clip)
    return -tf.reduce_mean(tf.minimum(ratio * advantages, held * advantages))
