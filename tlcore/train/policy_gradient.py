"""REINFORCE: play some episodes, then make likelier what was followed by success."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_choice, check_count, check_number, check_positive, require
from tlcore.fast.optimizers import get_optimizer
from tlcore.files.checkpoints import resume, save_checkpoint
from tlcore.layers.core import merge
from tlcore.progress import progress_bar
from tlcore.rein.games import Environments, make_environments
from tlcore.rein.loss import cross_entropy_reward_loss
from tlcore.rein.returns import batch_returns
from tlcore.rein.rollout import MAX_STEPS, Episode, play_episodes
from tlcore.train.loop import Checked, History, Loop, Trainable, check_finite

if TYPE_CHECKING:
    from tlcore.layers import Layer

#: Steps whose gradient is computed at once: bounds the memory, whatever an episode's length.
CHUNK = 512


class PolicyGradient(Trainable):
    """Train a policy by the policy gradient (Williams, 1992), on any game with discrete actions.

    An update plays `batch_size` new episodes with the policy as it is, discounts the rewards of
    each, normalises them, and follows the gradient of the sum over all steps of
    log p(action) * return. The episodes of an update are fixed by `seed` and their number, so a run
    can stop between two updates, be saved, and carry on exactly as if it had never stopped.

    The `network` takes what the environment shows and gives one logit for each action, no softmax.
    The `environment` is "Pong", "CartPole-v1", or what else :func:`tlcore.rein.make_environments`
    takes, of which `n_copies` are played at once; that changes rounding only. An episode is cut off
    after `max_steps`. The `optimizer` is RMSProp with decay 0.99 and a rate of 1e-3 unless told;
    one that is given brings its own. `learning_rate`, `gamma` (what a reward is worth one step
    earlier) and `batch_size` may be assigned while training runs. `mode` and `normalize` are as in
    :func:`tlcore.rein.batch_returns`: mode 0 is for Pong, and a "batch" is an update.

    The `history` has an entry for each episode: ``episode``, ``reward`` (its sum), ``steps``,
    ``update``, and ``seconds`` and ``cpu_seconds`` (of all cores) from the beginning to the end of
    that update.

    >>> from tlcore.layers import DenseLayer, InputLayer
    >>> network = DenseLayer(DenseLayer(InputLayer((4,)), 32, tf.nn.relu), 2)
    >>> trainer = PolicyGradient(network, "CartPole-v1", learning_rate=0.01, mode=1)
    >>> trainer.update()["episodes"], len(trainer.history["reward"])
    (10, 10)
    """

    gamma = Checked(partial(check_number, low=0, high=1, such_as="0.99"))
    batch_size = Checked(check_count)  #: Episodes in one update.
    position = ("n_updates", "n_episodes", "gamma", "batch_size")  # no game outlasts its update
    settings: tuple[str, ...] = ("environment", "mode", "normalize", "max_steps", "seed")

    def __init__(
        self, network: Layer, environment: str | Callable[[], Any] | Environments,
        learning_rate: float | None = None, gamma: float = 0.99, batch_size: int = 10,
        mode: int = 0, normalize: str | None = "episode",
        optimizer: keras.optimizers.Optimizer | None = None, max_steps: int = MAX_STEPS,
        n_copies: int = 10, seed: int = 0,
    ):  # fmt: skip
        self.mode = check_choice("mode", mode, (0, 1), "(0 starts again at each reward)")
        self.normalize = check_choice("normalize", normalize, ("episode", "batch", None))
        self.gamma, self.batch_size = gamma, batch_size
        self.max_steps = check_count("max_steps", max_steps)
        self.seed = check_count("seed", seed, least=0)
        self.environments = make_environments(environment, n_copies)
        self.environment = self.environments.name
        shape, outputs = network.model.input_shape[1:], network.model.output_shape[1:]
        shown, n_actions = self.environments.input_shape, self.environments.n_actions
        require(
            shape == shown,
            f"network takes inputs of shape {shape} and the environment shows {shown}. Begin with "
            f"InputLayer({shown}).",
        )
        require(
            outputs == (n_actions,),
            f"network has outputs of shape {outputs} and the environment has {n_actions} actions. "
            f"End with DenseLayer(network, n_units={n_actions}).",
        )
        self.network, self.variables = network, self._trained(network)
        self.state = merge(self.variables, network.model.variables, network.all_drop.values())
        if optimizer is None:
            rate = 1e-3 if learning_rate is None else learning_rate
            rate = check_positive("learning_rate", rate, "0.001")
            self.optimizer = self._default_optimizer(rate)
        else:
            self.optimizer = get_optimizer(optimizer, learning_rate)
        self.optimizer.build(self.variables)
        self.n_updates = 0
        names = "episode reward steps update seconds cpu_seconds"
        self.history: History = {name: [] for name in names.split()}
        self._inputs = tf.TensorSpec([None, *self.environments.input_shape], tf.float32)
        self._policy = tf.function(  # (n, actions)
            lambda x: tf.nn.softmax(network.model(x)), [self._inputs], autograph=False
        )
        self._prepare()

    # What another way of learning replaces: these two, _prepare and _learn.

    def _trained(self, network: Layer) -> list[keras.Variable]:
        return list(network.all_params)

    def _default_optimizer(self, rate: float) -> keras.optimizers.Optimizer:
        return keras.optimizers.RMSprop(rate, rho=0.99)

    def _prepare(self) -> None:
        """Compile the gradient of the loss of one piece, of any length."""
        model, variables = self.network.model, self.variables
        actions, weights = tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.float32)

        @tf.function(input_signature=[self._inputs, actions, weights])
        def gradient(x, actions, weights):
            with tf.GradientTape() as tape:
                loss = cross_entropy_reward_loss(model(x, training=True), actions, weights)
            return tape.gradient(loss, variables)

        self._gradient = gradient
        self._sums = [tf.Variable(tf.zeros(v.shape), trainable=False) for v in variables]

    @property
    def n_episodes(self) -> int:
        """Episodes played so far. Fewer may be assigned, to forget the others."""
        return len(self.history["episode"])

    @n_episodes.setter
    def n_episodes(self, n: int) -> None:
        self.history = {name: values[:n] for name, values in self.history.items()}

    def policy(self, inputs: np.ndarray) -> np.ndarray:
        """Return the probabilities of the actions, (n, actions), for network inputs (n, ...)."""
        return self._policy(tf.constant(inputs, tf.float32)).numpy()

    def update(self, on_step: Callable[[list[int]], None] | None = None) -> dict[str, float]:
        """Play a batch of episodes, change the weights once, and return numbers about it.

        ``episodes`` are those played so far, ``reward`` is the mean of this batch, ``mean_reward``
        that of the last 100 episodes, ``seconds`` and ``cpu_seconds`` are those of this update.

        After each step `on_step` is called with the numbers of the copies that still play, for a
        picture or to stop. Until the last moment nothing is changed: whatever is raised on the way,
        the next call plays the same episodes.
        """
        started, cpu = time.perf_counter(), time.process_time()
        seeds = [self._seed(self.n_episodes + i) for i in range(self.batch_size)]
        episodes = play_episodes(
            self.environments, self.policy, seeds, max_steps=self.max_steps, on_step=on_step
        )
        self._learn(episodes)
        self.n_updates += 1
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        passed = {"seconds": seconds, "cpu_seconds": cpu}
        ends = {name: sum(self.history[name][-1:]) + value for name, value in passed.items()}
        for episode in episodes:
            of_run = {"episode": self.n_episodes + 1, "update": self.n_updates, **ends}
            of_game = {"reward": episode.score, "steps": len(episode)}
            for name, value in (of_run | of_game).items():
                self.history[name].append(value)
        return {
            "update": self.n_updates,
            "episodes": self.n_episodes,
            "steps": sum(map(len, episodes)),
            "reward": float(np.mean([episode.score for episode in episodes])),
            "mean_reward": float(np.mean(self.history["reward"][-100:])),
            "learning_rate": self.learning_rate,
            "gamma": self.gamma,
            "batch_size": self.batch_size,
            **passed,
        }

    def run(
        self, n_episodes: int, checkpoint: str | os.PathLike | None = None,
        on_update: Callable[[dict[str, float]], bool | None] | None = None, print_freq: int = 10,
        progress: bool = True,
    ) -> History:  # fmt: skip
        """Train until `n_episodes` episodes are played, and return the `history`.

        This is :func:`train_epochs` with an update for an epoch; `on_update` gets what
        :meth:`update` returns. Ctrl-C drops the update under way, to be played again.
        """
        check_count("n_episodes", n_episodes)
        self.history, _ = resume(checkpoint, self, self.history)
        loop, stopped = Loop(self), False

        def advance() -> None:
            nonlocal stopped
            result = self.update(on_step=lambda copies: loop.interrupt.hear())
            bar.update(self.n_episodes - bar.n)
            if print_freq > 0 and self.n_updates % print_freq == 0:
                print(
                    f"Episode {result['episodes']}: reward {result['reward']:.1f}, "
                    f"mean of the last 100 {result['mean_reward']:.2f}"
                )
            # Before the save: a learning rate that on_update sets is part of the checkpoint.
            stopped = on_update is not None and bool(on_update(result))
            if checkpoint is not None:
                save_checkpoint(checkpoint, self, self.history)

        with progress_bar(n_episodes, self.n_episodes, progress) as bar:
            interrupted = loop.run(lambda: stopped or self.n_episodes >= n_episodes, advance)
        if interrupted:  # weights, history and checkpoint are those of the last whole update
            print(
                f"Interrupted in update {self.n_updates + 1}, after {self.n_episodes} of "
                f"{n_episodes} episodes. The network has the weights of the last whole update."
            )
        return self.history

    def _seed(self, episode: int) -> int:
        return int(np.random.SeedSequence([self.seed, episode]).generate_state(1)[0]) >> 1

    def _learn(self, episodes: list[Episode]) -> None:
        # What the log-probability of each step is multiplied with: its normalised return.
        rewards = [episode.rewards for episode in episodes]
        weights = batch_returns(rewards, self.gamma, self.mode, self.normalize)
        for total in self._sums:
            total.assign(tf.zeros_like(total))
        for episode, weight in zip(episodes, weights, strict=True):
            actions = np.array(episode.actions, np.int32)
            for first in range(0, len(episode), CHUNK):
                last = min(first + CHUNK, len(episode))
                inputs = episode.inputs(self.environments, first, last)
                gradients = self._gradient(inputs, actions[first:last], weight[first:last])
                for total, gradient in zip(self._sums, gradients, strict=True):
                    total.assign_add(gradient)
        length = float(tf.linalg.global_norm(self._sums))
        check_finite(f"the length of the gradient of update {self.n_updates + 1}", length, self)
        self.optimizer.apply(self._sums, self.variables)
