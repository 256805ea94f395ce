"""Play whole episodes with a policy and keep what training needs of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from tlcore.check import check_array, require

if TYPE_CHECKING:
    from tlcore.rein.games import Environments

#: Network inputs (n, ...) -> probabilities of the actions (n, actions).
Policy = Callable[[np.ndarray], np.ndarray]

#: Steps after which an episode is cut off: bounds the time and the memory of an update.
MAX_STEPS = 10_000


def choice_action_by_probs(
    probs: Sequence[float] | np.ndarray, action_list: Sequence[Any] | None = None,
    rng: np.random.Generator | int | None = None,
) -> Any:  # fmt: skip
    """Draw an action from a categorical distribution: each as often as its probability says.

    `probs`, (actions,), sum to 1. `action_list` says what to return for each: names, or numbers of
    the game. Without it that is the index. `rng` is a generator or a seed.

    >>> choice_action_by_probs([0.0, 1.0], ["up", "down"])
    'down'
    """
    probs = check_array("probs", probs, ("actions",)).astype(np.float64)
    # The sum of a float32 softmax is off by about 1e-7 for each action.
    require(
        probs.min() >= 0 and abs(probs.sum() - 1) <= 1e-4,
        f"probs goes from {probs.min():g} to {probs.max():g} with sum {probs.sum():g}; expected "
        "numbers from 0 to 1 with sum 1. Apply tf.nn.softmax to the logits of the network first.",
    )
    actions = range(len(probs)) if action_list is None else action_list
    require(
        len(actions) == len(probs),
        f"action_list has {len(actions)} entries and probs has {len(probs)}; expected one action "
        "for each probability.",
    )
    return actions[sample_action(probs, np.random.default_rng(rng).random())]


def sample_action(probs: np.ndarray, uniform: float) -> int:
    """Return the action in whose part of the line from 0 to 1 the number `uniform` falls.

    >>> [sample_action(np.array([0.25, 0.0, 0.75]), u) for u in (0.0, 0.24, 0.25, 0.99)]
    [0, 0, 2, 2]
    """
    ends = np.cumsum(probs, dtype=np.float64)  # (actions,); the last is 1 but for rounding
    return int(np.searchsorted(ends, uniform * ends[-1], side="right"))


@dataclass
class Episode:
    """One episode: what was seen, done and won.

    Observations are kept as the environment gives them (a Pong court: 6,400 bytes), not as network
    inputs (four times that), and an episode has at most `max_steps` of them. So ten episodes of
    Pong, about 2,000 steps each, take 130 MB, and never more than 640 MB.
    """

    seed: int  #: The environment was reset with it.
    #: One for each step, before its action.
    observations: list[np.ndarray] = field(default_factory=list)
    actions: list[int] = field(default_factory=list)
    rewards: list[float] = field(default_factory=list)
    cut: bool = False  #: The episode was ended at `max_steps`.

    def __len__(self) -> int:
        return len(self.rewards)

    @property
    def score(self) -> float:
        """Sum of the rewards."""
        return float(sum(self.rewards))

    def inputs(self, environments: Environments, first: int, last: int) -> np.ndarray:
        """Return the network inputs of steps `first` to `last`, the latter not included."""
        now = np.stack(self.observations[first:last])
        before = np.stack([self.observations[max(t - 1, 0)] for t in range(first, last)])
        return environments.inputs(now, before)


def play_episodes(
    environments: Environments, policy: Policy, seeds: Sequence[int], greedy: bool = False,
    max_steps: int = MAX_STEPS, keep: bool = True,
    on_step: Callable[[list[int]], None] | None = None,
) -> list[Episode]:  # fmt: skip
    """Play one episode from each seed, as many at a time as there are copies.

    What happens in an episode depends on its seed and on the policy alone: the game is reset with
    the seed, and the actions are drawn from random numbers of that seed. So an episode can be
    played again, alone or beside others.

    `policy` takes network inputs, (n, ...), and returns probabilities, (n, actions); `greedy`
    always takes the likeliest action. An episode is cut off after `max_steps`. `keep` keeps the
    observations, which training needs; without them memory stays small. `on_step` is called after
    each step with the numbers of the copies that still play. What it raises ends the call.

    >>> from tlcore.rein import make_environments
    >>> push_right = lambda inputs: np.tile([0.0, 1.0], (len(inputs), 1))
    >>> [episode] = play_episodes(make_environments("CartPole-v1"), push_right, [1])
    >>> episode.score
    9.0
    """
    episodes = [Episode(int(seed)) for seed in seeds]
    waiting = deque(episodes)
    playing: dict[int, SimpleNamespace] = {}  # the episode under way in each copy

    def begin(copy: int) -> None:
        if waiting:
            episode = waiting.popleft()
            first = environments.reset(copy, episode.seed)
            rng = np.random.default_rng([episode.seed, 1])
            playing[copy] = SimpleNamespace(episode=episode, now=first, before=first, rng=rng)

    for copy in range(environments.n_copies):
        begin(copy)
    while playing:
        copies = list(playing)
        players = [playing[copy] for copy in copies]
        now = np.stack([player.now for player in players])  # (copies, ...)
        before = np.stack([player.before for player in players])
        probs = np.asarray(policy(environments.inputs(now, before)))  # (copies, actions)
        wanted = (len(copies), environments.n_actions)
        require(
            probs.shape == wanted,
            f"policy gave probabilities of shape {probs.shape}; expected {wanted}, since the "
            f"environment has {wanted[1]} actions. Give the last layer n_units={wanted[1]}.",
        )
        require(
            np.isfinite(probs).all(),
            "policy gave NaN: the weights of the network have grown out of bounds. Try a smaller "
            "learning rate.",
            FloatingPointError,
        )
        if greedy:
            actions = probs.argmax(axis=1).tolist()
        else:
            draws = [player.rng.random() for player in players]
            actions = [sample_action(p, u) for p, u in zip(probs, draws, strict=True)]
        results = environments.step(copies, actions)
        for copy, player, action, result in zip(copies, players, actions, results, strict=True):
            after, reward, over = result
            episode = player.episode
            if keep:
                episode.observations.append(player.now)
            episode.actions.append(action)
            episode.rewards.append(reward)
            player.before, player.now = player.now, after
            episode.cut = not over and len(episode) >= max_steps
            if over or episode.cut:
                del playing[copy]
                begin(copy)
        if on_step is not None:
            on_step(list(playing))
    return episodes


def evaluate(
    environments: Environments, policy: Policy, n_episodes: int = 20, greedy: bool = False,
    seed: int = 1_000_000, max_steps: int = MAX_STEPS,
) -> np.ndarray:  # fmt: skip
    """Return the scores of a policy in episodes that it hasn't been trained on, (n_episodes,).

    They have the seeds `seed`, `seed` + 1, ...; training draws its own at random. `environments`
    may differ from those of the training, and have sticky actions, for example. The rest is as in
    :func:`play_episodes`; an episode that is cut off has the score of its steps till then.
    """
    seeds = range(seed, seed + n_episodes)
    episodes = play_episodes(environments, policy, seeds, greedy, max_steps, keep=False)
    return np.array([episode.score for episode in episodes])
