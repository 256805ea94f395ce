"""The agent of the small Pong that readers play against, at three ages."""

from __future__ import annotations

import keras
import numpy as np

import tlbook
import tlcore as tl
from tlbook.record.common import Folders, finished
from tlbook.record.pong import policy_of

N_GAMES = 60  # fresh ones, for each age, way to choose the action, and strength
STRENGTHS = (60, 80, 100)  # in how many of 100 steps the scripted player follows the ball


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``small_pong`` with the settings `s`: the figure shows its weights and its record."""
    ages = s.pop("ages")
    keras.utils.set_random_seed(s["seed"])
    n_in, n_units, n_actions = s["layers"]  # six numbers in, a logit for each action out
    network = tl.layers.DenseLayer(tl.layers.InputLayer((n_in,)), n_units, "relu")
    network = tl.layers.DenseLayer(network, n_actions)
    trainer = tl.train.PolicyGradient(
        network, lambda: tlbook.SmallPong(opponent=s["opponent"]), s["learning_rate"], s["gamma"],
        s["batch_size"], s["mode"], s["normalize"], n_copies=s["batch_size"], seed=s["seed"],
    )  # fmt: skip
    kept = []
    for age, n_episodes in ages.items():
        trainer.run(n_episodes, to.checkpoint(f"{name}_{age}"), print_freq=20)
        finished(trainer.n_episodes, n_episodes, "episodes")
        kept.append([param.numpy().astype("float16") for param in network.all_params])
    history, n = trainer.history, s["batch_size"]
    means, steps = tl.rein.running_mean(history["reward"]), np.cumsum(history["steps"])
    curve = {"episodes": [i + 1 for i in range(len(steps))], "steps": steps}
    curve["mean_reward"] = np.round(means, 3)
    curve |= {clock: np.round(history[clock], 2) for clock in ("seconds", "cpu_seconds")}
    curve = {key: np.asarray(v)[n - 1 :: n] for key, v in curve.items()}  # at the ends of updates
    described = []
    for (age, n_episodes), arrays in zip(ages.items(), kept, strict=True):
        tl.files.assign_params([array.astype("float32") for array in arrays], network)
        seconds = round(history["cpu_seconds"][n_episodes - 1], 1)
        about = {"name": age, "episodes": n_episodes, "n_arrays": len(arrays)}
        about |= {"steps": steps[n_episodes - 1], "cpu_seconds": seconds}
        described.append(about | margins(network))
    result = {"ages": described, "games": N_GAMES} | {key: v[-1] for key, v in curve.items()}
    to.save(name, curve, s, result)
    flat = [array for arrays in kept for array in arrays]
    tl.files.save_npz(flat, name=to.weights(name), dtype="float16")


def margins(network: tl.layers.Layer) -> dict[str, dict[str, float]]:
    """Return the mean margins against each strength, with drawn and with the likeliest actions."""
    policy, found = policy_of(network), {"drawn": {}, "greedy": {}}
    for strength in STRENGTHS:
        games = tl.rein.make_environments(lambda s=strength: tlbook.SmallPong(opponent=s), 20)
        for way, scores_against in found.items():
            scores = tl.rein.evaluate(games, policy, N_GAMES, greedy=way == "greedy")
            scores_against[str(strength)] = round(float(scores.mean()), 2)
    return found
