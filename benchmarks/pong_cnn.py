"""``python -m benchmarks.pong_cnn``: train a CNN on Pong by PPO and write its record.

About half an hour of CPU time. It may be stopped at any time, and carries on where it was.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import keras
import numpy as np

import tlbook
import tlcore as tl

SETTINGS = {
    "n_episodes": 800,
    "learning_rate": 1e-3,
    "last_learning_rate": 1e-4,
    "gamma": 0.99,
    "lam": 0.95,
    "clip": 0.2,
    "entropy": 0.01,
    "n_passes": 3,
    "rows": 512,
    "batch_size": 4,
    "n_copies": 4,
    "seed": 0,
}
FIXED = ("n_episodes", "learning_rate", "last_learning_rate")


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


def train(checkpoint: Path, settings: dict = SETTINGS) -> tl.train.PPO:
    """Train to the last episode, from the checkpoint if there is one."""
    policy, value = agent(settings["seed"])
    environments = tl.rein.PongPictures(settings["n_copies"])
    options = {k: v for k, v in settings.items() if k not in (*FIXED, "n_copies")}
    trainer = tl.train.PPO(policy, value, environments, settings["learning_rate"], **options)

    def slow_down(result: dict) -> None:
        left = max(0.0, 1 - result["episodes"] / settings["n_episodes"])
        first, last = settings["learning_rate"], settings["last_learning_rate"]
        trainer.learning_rate = last + (first - last) * left

    trainer.run(settings["n_episodes"], checkpoint, slow_down, print_freq=5)
    return trainer


def milestones(history: dict[str, list]) -> dict[str, dict[str, float]]:
    """Say when the mean of the last 100 episodes first reached -15, 0, 10, and so on."""
    means = tl.rein.running_mean(history["reward"])
    steps = np.cumsum(history["steps"])
    found = {}
    for goal in (-15, 0, 10, 12, 15, 18):
        (there,) = np.nonzero((means >= goal) & (np.arange(len(means)) >= 99))
        if len(there):
            i = int(there[0])
            found[str(goal)] = {
                "episodes": i + 1,
                "steps": int(steps[i]),
                "cpu_seconds": round(history["cpu_seconds"][i], 1),
                "seconds": round(history["seconds"][i], 1),
            }
    return found


def evaluate(policy: tl.layers.Layer, n_episodes: int = 20) -> dict[str, dict[str, float]]:
    """Score a policy in new games: sampled and greedy, without and with sticky actions."""
    result = {}
    for sticky in (0.0, 0.25):
        games = tl.rein.PongPictures(10, repeat_action_probability=sticky)
        for greedy in (False, True):
            name = ("greedy" if greedy else "sampled") + (", sticky actions" if sticky else "")
            scores = tl.rein.evaluate(games, probabilities(policy), n_episodes, greedy)
            result[name] = {
                "mean": float(scores.mean()),
                "least": float(scores.min()),
                "most": float(scores.max()),
                "games": n_episodes,
            }
    return result


def probabilities(policy: tl.layers.Layer):
    """Return a function that gives the probabilities of the actions."""

    def of(inputs: np.ndarray) -> np.ndarray:
        return keras.ops.convert_to_numpy(keras.ops.softmax(policy.model(inputs)))

    return of


def main() -> None:
    """Train, evaluate, write the weights and the record."""
    parser = argparse.ArgumentParser(prog="benchmarks.pong_cnn", description=__doc__)
    parser.add_argument("--checkpoint", default="data/checkpoints/pong_cnn.npz")
    parser.add_argument("--runs", default="data/runs", help="folder of the record")
    parser.add_argument("--weights", default="data/weights/pong_cnn.npz")
    options = parser.parse_args()
    Path(options.checkpoint).parent.mkdir(parents=True, exist_ok=True)
    trainer = train(Path(options.checkpoint))
    history = trainer.history
    both = [*trainer.network.all_params, *trainer.value.all_params[-2:]]
    tl.files.save_npz(both, options.weights, dtype="float16")
    # What is evaluated is what is published: the rounded weights.
    for variable, array in zip(both, tl.files.load_npz(name=options.weights), strict=True):
        variable.assign(array)
    means = tl.rein.running_mean(history["reward"])
    result = {
        "reached": milestones(history),
        "best_mean": float(means[99:].max()),
        "last_mean": float(means[-1]),
        "episodes": len(means),
        "steps": int(np.sum(history["steps"])),
        "cpu_seconds": history["cpu_seconds"][-1],
        "seconds": history["seconds"][-1],
        "parameters": trainer.network.count_params() + 129,
        "evaluation": evaluate(trainer.network),
    }
    settings = SETTINGS | {"agent": "PPO, two convolutions", "inputs": [40, 40, 2], "actions": 3}
    tlbook.runs.save_run("pong_cnn", options.runs, history, settings, result)
    print(result)


if __name__ == "__main__":
    main()
