"""Pong with a convolutional network, by PPO."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np

import tlcore as tl
from tlbook.record.common import Folders, finished
from tlbook.record.pong import FIRST_SEED, N_GAMES, evaluation


def agent(seed: int = 0) -> tuple[tl.layers.Layer, tl.layers.Layer]:
    """Return the policy and the value: two heads on two convolutions and 128 units."""
    keras.utils.set_random_seed(seed)
    body = tl.layers.InputLayer((40, 40, 2))
    body = tl.layers.Conv2d(body, 16, (6, 6), (3, 3), act="relu", padding="VALID", name="conv1")
    body = tl.layers.Conv2d(body, 32, (4, 4), (2, 2), act="relu", padding="VALID", name="conv2")
    body = tl.layers.DenseLayer(tl.layers.FlattenLayer(body), 128, act="relu", name="relu")
    # Small weights in the policy: it begins by trying everything equally often.
    small = keras.initializers.Orthogonal(0.01)
    policy = tl.layers.DenseLayer(body, 3, W_init=small, name="policy")
    return policy, tl.layers.DenseLayer(body, 1, name="value")


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``pong_cnn`` with the settings `s`; its learning rate falls from first to last."""
    policy, value = agent(s["seed"])
    games = tl.rein.PongPictures(s["n_copies"])
    first, last = s["learning_rate"], s["last_learning_rate"]
    options = ("gamma", "lam", "clip", "entropy", "n_passes", "rows", "batch_size", "seed")
    trainer = tl.train.PPO(policy, value, games, first, **{key: s[key] for key in options})

    def slow_down(update: dict) -> None:
        left = max(0.0, 1 - update["episodes"] / s["n_episodes"])
        trainer.learning_rate = last + (first - last) * left

    history = trainer.run(s["n_episodes"], to.checkpoint(name), slow_down, print_freq=5)
    finished(trainer.n_episodes, s["n_episodes"], "episodes")
    both = [*policy.all_params, *value.all_params[-2:]]
    tl.files.save_npz(both, name=to.weights(name), dtype="float16")
    # What is evaluated is what is published: the rounded weights.
    for param, array in zip(both, tl.files.load_npz(name=to.weights(name)), strict=True):
        param.assign(array)
    means = tl.rein.running_mean(history["reward"])
    result = {
        "reached": milestones(history, means),
        "best_mean": means[min(99, len(means) - 1) :].max(),
        "last_mean": means[-1],
        "episodes": len(means),
        "steps": np.sum(history["steps"]),
        "cpu_seconds": history["cpu_seconds"][-1],
        "seconds": history["seconds"][-1],
        "parameters": sum(param.numpy().size for param in both),
        "evaluation": evaluation(tl.rein.PongPictures, scores_of, policy),
    }
    to.save(name, history, s, result)


def milestones(history: dict[str, list], means: np.ndarray) -> dict[str, dict[str, float]]:
    """Say when the mean of the last 100 episodes first reached -15, 0, 10, and so on."""
    steps, found = np.cumsum(history["steps"]), {}
    for goal in (-15, 0, 10, 12, 15, 18):
        there = np.flatnonzero((means >= goal) & (np.arange(len(means)) >= 99))
        if len(there):
            i = there[0]
            clocks = {k: round(history[k][i], 1) for k in ("cpu_seconds", "seconds")}
            found[str(goal)] = {"episodes": i + 1, "steps": steps[i]} | clocks
    return found


def scores_of(games: tl.rein.Environments, policy: Callable, greedy: bool) -> dict:
    """Play some games; tell the mean, the least and the most of the scores."""
    scores = tl.rein.evaluate(games, policy, N_GAMES, greedy, FIRST_SEED)
    least, most = scores.min(), scores.max()
    return {"mean": scores.mean(), "least": least, "most": most, "games": N_GAMES}
