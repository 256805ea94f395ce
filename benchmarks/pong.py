"""Pong: frames of learning a second, and how far each agent comes in a given time.

Four frames are one step of an agent everywhere, without sticky actions, and every agent is timed
with its whole work: playing, and learning from what was played.

- tlcore, REINFORCE and PPO: as they are published in the book.
- numpy: the way of the original (Karpathy, 2016), written anew: one game, one frame at a time.
- Stable-Baselines3, PPO and A2C, with the settings of its own collection for Atari (RL Zoo) and the
  usual four grey frames of 84 x 84. They come from ale-py's vector environment, which is quicker
  than the library's wrappers in Python. PyTorch has one thread.

``python -m benchmarks pong`` times them; ``python -m benchmarks.pong --learn MINUTES`` lets the
peers learn for so long, and records how far they come. Ours are recorded in data/runs.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import deque
from pathlib import Path

import keras
import numpy as np

import tlbook
import tlcore as tl
from benchmarks.interleaved import ratios, take_turns
from tlbook.record.pong_cnn import agent

STEPS = 10_000  # for these many steps of an agent the times are given
FRAMES = 4  # in a step
OURS = ("tlcore REINFORCE", "tlcore PPO")


class Ours:
    """A trainer of ours. `work` does an update; `scores` are those of the episodes so far."""

    def __init__(self, trainer: tl.train.PolicyGradient):
        self.trainer, self.steps = trainer, 0

    def work(self) -> None:
        """Play a batch of episodes and learn from it."""
        self.steps += self.trainer.update()["steps"]

    @property
    def scores(self) -> list[float]:
        return self.trainer.history["reward"]


def reinforce() -> Ours:
    """Return the published agent of the chapter, untrained."""
    keras.utils.set_random_seed(0)
    network = tl.layers.DenseLayer(tl.layers.InputLayer((6400,)), 200, "relu")
    network = tl.layers.DenseLayer(network, 2)
    return Ours(tl.train.PolicyGradient(network, "Pong", learning_rate=1e-3))


def ppo() -> Ours:
    """Return the published agent with convolutions, untrained."""
    games = tl.rein.PongPictures(4)
    return Ours(tl.train.PPO(*agent(), games, learning_rate=1e-3))


class Numpy:
    """One game, one frame at a time, forward and backward by hand. `work` plays an episode."""

    def __init__(self, units: int = 200, rate: float = 1e-4, gamma: float = 0.99, batch: int = 10):
        import ale_py
        import gymnasium as gym

        gym.register_envs(ale_py)
        self.env = gym.make("ALE/Pong-v5", frameskip=FRAMES, repeat_action_probability=0.0)
        self.rng = np.random.default_rng(0)
        self.weights = {
            "in": self.rng.normal(size=(units, 6400)) / np.sqrt(6400),
            "out": self.rng.normal(size=units) / np.sqrt(units),
        }
        self.gradient = {name: np.zeros_like(w) for name, w in self.weights.items()}
        self.squares = {name: np.zeros_like(w) for name, w in self.weights.items()}
        self.rate, self.gamma, self.batch = rate, gamma, batch
        self.scores, self.steps = [], 0

    def work(self) -> None:
        """Play an episode, add its gradient, and after ten take a step of RMSProp."""
        frame, _ = self.env.reset(seed=len(self.scores))
        before, over, taken = np.zeros(6400), False, []
        while not over:
            now = tl.rein.pong_frame(frame)
            x, before = now - before, now
            hidden = np.maximum(self.weights["in"] @ x, 0)
            up = 1 / (1 + np.exp(-self.weights["out"] @ hidden))
            action = self.rng.random() < up
            frame, reward, ended, cut, _ = self.env.step(2 if action else 3)
            taken.append((x, hidden, action - up, reward))
            over = ended or cut
        x, hidden, error, rewards = (np.array(column) for column in zip(*taken, strict=True))
        returns = tl.rein.discount_episode_rewards(rewards, self.gamma)
        error = error * (returns - returns.mean()) / (returns.std() + 1e-12)
        self.gradient["out"] += hidden.T @ error
        self.gradient["in"] += (np.outer(error, self.weights["out"]) * (hidden > 0)).T @ x
        self.scores.append(rewards.sum())
        self.steps += len(rewards)
        if len(self.scores) % self.batch == 0:
            for name, gradient in self.gradient.items():
                self.squares[name] = 0.99 * self.squares[name] + 0.01 * gradient**2
                self.weights[name] += self.rate * gradient / (np.sqrt(self.squares[name]) + 1e-5)
                gradient[:] = 0


class Baselines:
    """An agent of Stable-Baselines3. `work` takes some of its updates."""

    def __init__(self, name: str, seed: int = 0):
        import stable_baselines3 as sb3
        import torch
        from stable_baselines3.common.sb2_compat.rmsprop_tf_like import RMSpropTFLike

        from benchmarks.pong_sb3 import AtariGames

        torch.set_num_threads(1)
        if name == "PPO":
            options = dict(n_steps=128, n_epochs=4, batch_size=256, learning_rate=2.5e-4)
            options |= dict(clip_range=0.1, vf_coef=0.5, ent_coef=0.01)
            games, self.chunk = AtariGames("pong", 8, seed), 2 * 8 * 128
        else:
            optimizer = dict(optimizer_class=RMSpropTFLike, optimizer_kwargs=dict(eps=1e-5))
            options = dict(vf_coef=0.25, ent_coef=0.01, policy_kwargs=optimizer)
            games, self.chunk = AtariGames("pong", 16, seed), 30 * 16 * 5
        self.model = getattr(sb3, name)("CnnPolicy", games, device="cpu", seed=seed, **options)
        self.scores, self.steps = games.scores, 0

    def work(self) -> None:
        """Play and learn for some thousand steps."""
        before = self.model.num_timesteps
        self.model.learn(self.chunk, reset_num_timesteps=before == 0, log_interval=None)
        self.steps += self.model.num_timesteps - before


def contenders() -> dict[str, object]:
    """Return all that can be compared here; says what is left out."""
    found = {"tlcore REINFORCE": reinforce(), "tlcore PPO": ppo(), "numpy": Numpy()}
    try:
        for name in ("PPO", "A2C"):
            found[f"Stable-Baselines3 {name}"] = Baselines(name)
    except ImportError as error:
        print(f"  without Stable-Baselines3, which isn't installed: {error}")
    return found


def compare(rounds: int, scale: float = 1.0) -> dict:
    """Time all agents in turns. Returns frames a second, and ratios."""
    agents = contenders()
    least = 4000 * scale  # steps in a turn: a few episodes

    def turn(agent) -> float:
        """Learn for a turn; say what STEPS steps would have taken."""
        started, steps = time.perf_counter(), agent.steps
        while agent.steps < steps + least:
            agent.work()
        return (time.perf_counter() - started) * STEPS / (agent.steps - steps)

    turns = {name: lambda agent=agent: turn(agent) for name, agent in agents.items()}
    times = take_turns(turns, rounds)
    result = {"rounds": rounds, "frames_a_second": {}, "ratios": {}}
    for name in agents:
        result["frames_a_second"][name] = {
            clock: FRAMES * STEPS / statistics.median(each[name][clock] for each in times)
            for clock in ("wall", "cpu")
        }
    for name in OURS:
        for peer in [peer for peer in agents if peer not in OURS]:
            for clock in ("wall", "cpu"):
                found = ratios(times, name, peer, clock)
                result["ratios"][f"{name} against {peer}, {clock}"] = found
    return result


def learn(agent, minutes: float) -> dict:
    """Let an agent learn for so many minutes of CPU time, and say how far it came."""
    started, last = time.process_time(), deque(maxlen=100)
    seen, reached = 0, None
    while time.process_time() - started < 60 * minutes:
        agent.work()
        for score in agent.scores[seen:]:
            seen += 1
            last.append(score)
            if reached is None and len(last) == 100 and np.mean(last) >= 0:
                reached = {"episodes": seen, "cpu_seconds": time.process_time() - started}
    return {
        "cpu_minutes": (time.process_time() - started) / 60,
        "episodes": seen,
        "steps": agent.steps,
        "mean_of_last_100": float(np.mean(last)) if last else None,
        "reached_0": reached,  # None: not within these minutes
    }


def recorded(folder: str | Path = "data/runs") -> dict:
    """Say when our published runs reached a mean of 0."""
    runs = {path.stem: tlbook.runs.load_run(path) for path in Path(folder).glob("pong_*.json")}
    return {name: runs[name]["result"]["reached"].get("0") for name in sorted(runs)}


def main(options) -> None:
    """Time all agents, print it, and record it in benchmarks/pong.json."""
    found = compare(options.rounds, getattr(options, "scale", 1.0))
    found["ours_to_0"] = recorded()
    for name, rate in found["frames_a_second"].items():
        print(f"  {name:24} {rate['wall']:6.0f} frames a second, {rate['cpu']:6.0f} a CPU second")
    for pair, ratio in found["ratios"].items():
        print(f"  {pair:55} {ratio['median']:.2f}x  ({ratio['least']:.2f} to {ratio['most']:.2f})")
    for name, reached in found["ours_to_0"].items():
        print(f"  {name:24} to a mean of 0: {reached or 'not reached'}")
    for name, far in keep(found).get("learn", {}).items():
        print(f"  {name:24} recorded: {far}")


def main_learn() -> None:
    """Let the peers learn for a while, and record how far they came."""
    parser = argparse.ArgumentParser(prog="benchmarks.pong", description=main_learn.__doc__)
    parser.add_argument("--learn", type=float, default=10, help="CPU minutes for each (default 10)")
    parser.add_argument("--peer", default="", help="only this one, or those that begin so")
    options = parser.parse_args()
    for name, peer in contenders().items():
        if name not in OURS and name.startswith(options.peer):  # ours are in data/runs
            found = learn(peer, options.learn)
            print(f"  {name:24} {found}", flush=True)
            keep({"learn": {name: found}})


def keep(found: dict, path: str = "benchmarks/pong.json") -> dict:
    """Add to the record; what another part of this file has found stays. Returns all of it."""
    before = tlbook.runs.load_run(path)["result"] if Path(path).exists() else {}
    if "learn" in found:
        found["learn"] = before.get("learn", {}) | found["learn"]
    settings = {"steps": STEPS, "frames_a_step": FRAMES, "sticky_actions": 0.0}
    tlbook.runs.save_run("pong", path, {}, settings, before | found)
    return before | found


if __name__ == "__main__":
    main_learn()
