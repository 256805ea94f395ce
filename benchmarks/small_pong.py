"""``python -m benchmarks.small_pong``: train and record the agent that readers play against.

A few minutes of CPU time. The figure PlayPong shows the weights at three ages and the record.
"""

from __future__ import annotations

import argparse

import keras
import numpy as np
import tensorflow as tf

import tlbook
import tlcore as tl

SETTINGS = {
    "opponent": 80,  # in how many of 100 steps the scripted player follows the ball
    "n_units": 64,
    "learning_rate": 4e-3,
    "gamma": 0.99,
    "batch_size": 16,
    "normalize": "batch",
    "seed": 0,
}
#: Episodes after which the weights are kept.
AGES = {"beginner": 480, "trained": 960, "expert": 2240}
N_GAMES = 60  # fresh ones, for each age, way to choose the action, and strength
STRENGTHS = (60, 80, 100)


def network(n_units: int, seed: int = 0) -> tl.layers.Layer:
    """Return the agent: six numbers in, one logit for each of three actions out."""
    keras.utils.set_random_seed(seed)
    layer = tl.layers.DenseLayer(tl.layers.InputLayer((6,)), n_units, tf.nn.relu)
    return tl.layers.DenseLayer(layer, 3)


def train() -> tuple[dict[str, list], dict[str, list[np.ndarray]]]:
    """Train to the last age. Returns the history and the weights at each age."""
    layer = network(SETTINGS["n_units"], SETTINGS["seed"])
    trainer = tl.train.PolicyGradient(
        layer,
        lambda: tlbook.SmallPong(opponent=SETTINGS["opponent"]),
        n_copies=SETTINGS["batch_size"],
        **{k: v for k, v in SETTINGS.items() if k not in ("opponent", "n_units")},
    )
    kept = {}
    for name, n_episodes in AGES.items():
        trainer.run(n_episodes, print_freq=20)
        kept[name] = [param.numpy().astype("float16") for param in layer.all_params]
    return trainer.history, kept


def evaluate(arrays: list[np.ndarray]) -> dict[str, dict[str, float]]:
    """Return the mean margins against each strength, with drawn and with the likeliest actions."""
    W1, b1, W2, b2 = (array.astype("float32") for array in arrays)

    def policy(x: np.ndarray) -> np.ndarray:
        return tf.nn.softmax(np.maximum(x @ W1 + b1, 0) @ W2 + b2).numpy()

    result = {"drawn": {}, "greedy": {}}
    for strength in STRENGTHS:
        games = tl.rein.make_environments(lambda s=strength: tlbook.SmallPong(opponent=s), 20)
        for way, found in result.items():
            scores = tl.rein.evaluate(games, policy, N_GAMES, greedy=way == "greedy")
            found[str(strength)] = round(float(scores.mean()), 2)
    return result


def main() -> None:
    """Train, evaluate, write the weights and the record."""
    parser = argparse.ArgumentParser(prog="benchmarks.small_pong", description=__doc__)
    parser.add_argument("--runs", default="data/runs", help="folder of the record")
    parser.add_argument("--weights", default="data/weights/small_pong.npz")
    options = parser.parse_args()
    history, kept = train()
    steps = np.cumsum(history["steps"])
    means = tl.rein.running_mean(history["reward"])
    ends = [i for i in range(len(steps)) if (i + 1) % SETTINGS["batch_size"] == 0]  # of updates
    curve = {"episodes": [i + 1 for i in ends], "steps": [int(steps[i]) for i in ends]}
    curve["mean_reward"] = [round(float(means[i]), 3) for i in ends]
    for clock in ("seconds", "cpu_seconds"):
        curve[clock] = [round(history[clock][i], 2) for i in ends]
    ages = []
    for name, n in AGES.items():
        age = {"name": name, "episodes": n, "n_arrays": 4, "steps": int(steps[n - 1])}
        age["cpu_seconds"] = round(history["cpu_seconds"][n - 1], 1)
        ages.append(age | evaluate(kept[name]))
        print(ages[-1])
    result = {"ages": ages, "games": N_GAMES} | {name: curve[name][-1] for name in curve}
    settings = SETTINGS | {"environment": "SmallPong", "points": 5, "max_steps": 3000}
    settings |= {"optimizer": "rmsprop", "decay": 0.99, "mode": 0, "weights": "float16"}
    settings["layers"] = [6, SETTINGS["n_units"], 3]
    arrays = [array for age in kept.values() for array in age]
    tl.files.save_npz(arrays, options.weights, dtype="float16")
    tlbook.runs.save_run("small_pong", options.runs, curve, settings, result)


if __name__ == "__main__":
    main()
