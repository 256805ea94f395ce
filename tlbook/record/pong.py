"""Pong from pixels by the policy gradient: four seeds, a falling rate, and sticky actions."""

from __future__ import annotations

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf

import tlcore as tl
from tlbook.figures import replay_files, unit_files
from tlbook.record.common import Folders, finished

ACTIONS = ("up", "down")
AGES = (0, 200, 500, 1000)  # after these episodes the shown run's weights are kept for the figures
SHOWN = "pong_seed0"
WEIGHTS = {SHOWN: "pong", "pong_sticky": "pong_sticky"}
N_GAMES, MAX_STEPS, FIRST_SEED = 20, 6000, 1_000_000  # of an evaluation


def record(name: str, s: dict, to: Folders) -> None:
    """Record ``pong_seed0`` and so on, ``pong_falling0`` and so on, or ``pong_sticky``."""
    trainer = train(name, s, to)
    network, history = trainer.network, trainer.history
    # What is evaluated is what is published: the rounded weights.
    for param in network.all_params:
        param.assign(param.numpy().astype("float16").astype("float32"))
    curve = tl.rein.learning_curve(history, frames_a_step=s["frame_skip"])
    last = ("episodes", "frames", "mean_reward", "seconds", "cpu_seconds")
    result = {key: curve[key][-1] for key in last}
    full = min(100 // s["batch_size"], len(curve["mean_reward"]))  # the first mean of a hundred
    result["best_mean_reward"] = max(curve["mean_reward"][full - 1 :])
    result["reached"] = {str(k): tl.rein.reached(curve, k) for k in (-15, 0, 10, 12, 15)}
    if not name.startswith("pong_falling"):
        result["evaluation"] = evaluation(tl.rein.PongEnvironments, scores_of, network)
        result["evaluation_seeds"] = [FIRST_SEED, FIRST_SEED + N_GAMES - 1]
        result["evaluation_max_steps"] = MAX_STEPS
    result |= {"rewards": history["reward"], "steps": history["steps"]}
    to.save(name, curve, s | {"max_steps": trainer.max_steps}, result)
    if name in WEIGHTS:
        tl.files.save_npz(network.all_params, name=to.weights(WEIGHTS[name]), dtype="float16")
    if name == SHOWN:
        show(s, to, history["reward"])


def network_of(s: dict) -> tl.layers.Layer:
    """Return the chapter's network: the difference of two frames in, a logit an action out."""
    (n_in, n_units), (_, n_actions) = s["layers"]
    network = tl.layers.InputLayer((n_in,), name="difference")
    network = tl.layers.DenseLayer(network, n_units, "relu", name="relu1")
    return tl.layers.DenseLayer(network, n_actions, name="logits")


def train(name: str, s: dict, to: Folders) -> tl.train.PolicyGradient:
    """Train to the last episode; keep the weights at some ages."""
    keras.utils.set_random_seed(s["seed"])  # of the first weights
    sticky = s["repeat_action_probability"]
    games = tl.rein.PongEnvironments(s["n_copies"], repeat_action_probability=sticky)
    trainer = tl.train.PolicyGradient(
        network_of(s), games, learning_rate=s["learning_rate"], gamma=s["gamma"],
        batch_size=s["batch_size"], mode=s["mode"], normalize=s["normalize"], seed=s["seed"],
    )  # fmt: skip

    def after_update(update: dict | None = None) -> None:
        done = trainer.n_episodes
        if name == SHOWN and done in AGES and not to.checkpoint(f"{name}_{done}").exists():
            params = trainer.network.all_params
            tl.files.save_npz(params, name=to.checkpoint(f"{name}_{done}"))
        if s["n_fast"]:  # from then on the rate falls to a tenth, a little each time
            left = (s["n_episodes"] - done) / (s["n_episodes"] - s["n_fast"])
            trainer.learning_rate = s["learning_rate"] * (0.1 + 0.9 * min(1, left))

    after_update()
    trainer.run(s["n_episodes"], to.checkpoint(name), after_update, print_freq=1)
    games.close()
    finished(trainer.n_episodes, s["n_episodes"], "episodes")
    return trainer


def policy_of(network: tl.layers.Layer) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function that gives the probabilities of the actions for a batch of inputs."""
    policy = tf.function(lambda x: tf.nn.softmax(network.model(x)), reduce_retracing=True)
    return lambda inputs: policy(tf.constant(inputs)).numpy()


def evaluation(make: Callable, measure: Callable, network: tl.layers.Layer) -> dict[str, dict]:
    """Measure a policy in new games: sampled and greedy, without and with sticky actions."""
    found, policy = {}, policy_of(network)
    for sticky in (0.0, 0.25):
        games = make(10, repeat_action_probability=sticky)
        for greedy in (False, True):
            kind = ("greedy" if greedy else "sampled") + (", sticky actions" if sticky else "")
            found[kind] = measure(games, policy, greedy)
        games.close()
    return found


def scores_of(games: tl.rein.Environments, policy: Callable, greedy: bool) -> dict:
    """Play some games; tell each score, their mean and spread, and how many were cut short."""
    seeds = range(FIRST_SEED, FIRST_SEED + N_GAMES)
    played = tl.rein.play_episodes(games, policy, seeds, greedy, max_steps=MAX_STEPS, keep=False)
    scores = np.array([episode.score for episode in played])
    found = {"mean": scores.mean(), "std": scores.std(ddof=1), "won": np.sum(scores > 0)}
    return found | {"scores": scores, "cut": sum(episode.cut for episode in played)}


def show(s: dict, to: Folders, scores: list[float]) -> None:
    """Write what the live figures show of the run's ages: a stretch of a game, and the units.

    Of a few games the one is shown whose points all go to the side that is ahead at that age.
    """
    ages = {age: to.checkpoint(f"{SHOWN}_{age}") for age in AGES if age <= s["n_episodes"]}
    arrays = {age: tl.files.load_npz(name=path) for age, path in ages.items()}
    replays = []
    for age, params in arrays.items():
        agent = network_of(s)
        tl.files.assign_params(params, agent)
        game = tl.rein.PongEnvironments(1)
        ahead = np.sign(np.mean(scores[max(age - 100, 0) : age or 1]))
        for seed in range(FIRST_SEED, FIRST_SEED + 10):
            replay = replay_files.play_replay(game, policy_of(agent), age, 4, 1200, seed)
            if replay.rewards.sum() == 4 * ahead:
                break
        replays.append(replay)
        game.close()
    replay_files.save_replays(to.weights("pong_replays"), replays, ACTIONS)
    unit_files.save_units(to.weights("pong_units"), arrays, ACTIONS, min(24, s["layers"][0][1]))
