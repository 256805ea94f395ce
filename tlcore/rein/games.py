"""Several copies of one game, stepped together so that the network sees a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tlcore.check import check_choice, check_count, require
from tlcore.rein.pong import PONG_ACTIONS, SIDE, court_difference, court_pictures, grey_court

#: What one step gives: observation, reward, whether the episode is over.
Step = tuple[np.ndarray, float, bool]

INSTALL = "pip install gymnasium ale-py"


class Environments:
    """Copies of an environment with discrete actions. A copy that has finished isn't stepped."""

    n_copies: int
    n_actions: int  #: Number of outputs that the policy needs.
    input_shape: tuple[int, ...]  #: Shape of what the network sees of one step.
    name: str  #: The environment and what was set in it; a checkpoint of another one is refused.
    frames_a_step = 1  #: Pictures of the game in one step of the agent.

    def reset(self, copy: int, seed: int) -> np.ndarray:
        """Begin an episode in one copy and return its first observation."""
        raise NotImplementedError

    def step(self, copies: Sequence[int], actions: Sequence[int]) -> list[Step]:
        """Do an action in each of the copies named; return what each of them gives."""
        raise NotImplementedError

    def inputs(self, now: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Turn observations and those of the step before, (steps, ...), into network inputs."""
        return np.asarray(now, np.float32)

    def screen(self, copy: int) -> np.ndarray | None:
        """Return the last picture of a copy, (height, width) or (height, width, 3), or None."""
        return None

    def close(self) -> None:
        """Free what the copies hold."""


def make_environments(
    environment: str | Callable[[], Any] | Environments, n_copies: int = 1, **options: Any
) -> Environments:
    """Return copies of an environment: Pong the fast way, any other through Gymnasium.

    "Pong" or "ALE/Pong-v5" gives :class:`tlcore.rein.PongEnvironments`; the id of another
    environment, or a function that makes one, :class:`tlcore.rein.GymEnvironments`. `options` are
    what those classes take. Where Gymnasium or ale-py is missing, an ImportError says so.

    >>> make_environments("CartPole-v1", 3).n_copies
    3
    """
    if isinstance(environment, Environments):
        return environment
    if environment in ("Pong", "ALE/Pong-v5"):
        return PongEnvironments(n_copies, **options)
    return GymEnvironments(environment, n_copies, **options)


class GymEnvironments(Environments):
    """Copies of any Gymnasium environment with a discrete action space.

    `environment` is an id such as "CartPole-v1", or a function without arguments that makes one.
    With an id, `options` go to ``gym.make``, and `render` makes the pictures of `screen`.

    >>> environments = GymEnvironments("CartPole-v1", 2)
    >>> environments.n_actions, environments.input_shape
    (2, (4,))
    """

    def __init__(
        self, environment: str | Callable[[], Any], n_copies: int = 1, render: bool = False,
        **options: Any,
    ):  # fmt: skip
        if render:
            options = {"render_mode": "rgb_array", **options}
        self.n_copies = check_count("n_copies", n_copies)
        self.copies = [_make(environment, options) for _ in range(n_copies)]
        first = self.copies[0]
        actions, observations = first.action_space, first.observation_space
        require(
            type(actions).__name__ == "Discrete",
            f"environment has actions in {actions}; expected a Discrete space, a number of actions "
            "to choose from. For a Box, let a few values stand for the range: "
            "gymnasium.wrappers.TransformAction.",
            TypeError,
        )
        require(
            observations.shape,  # a Dict or a Tuple has none, a number is ()
            f"environment has observations in {observations}; expected a Box of numbers. Wrap it: "
            "lambda: gymnasium.wrappers.FlattenObservation(gymnasium.make(...)).",
            TypeError,
        )
        self.n_actions, self._start = int(actions.n), int(actions.start)
        self.input_shape = tuple(observations.shape)
        made = first.spec.id if first.spec else type(first.unwrapped).__name__
        self.name = environment if isinstance(environment, str) else made
        settings = {k: v for k, v in options.items() if k != "render_mode"}
        self.name += f" {settings}" if settings else ""

    def reset(self, copy: int, seed: int) -> np.ndarray:
        """Begin an episode in one copy and return its first observation."""
        observation, _ = self.copies[copy].reset(seed=int(seed))
        return self._finite(observation)

    def step(self, copies: Sequence[int], actions: Sequence[int]) -> list[Step]:
        """Do an action in each of the copies named; return what each of them gives."""
        steps = []
        for copy, action in zip(copies, actions, strict=True):
            now, reward, ended, cut, _ = self.copies[copy].step(int(action) + self._start)
            steps.append((self._finite(now, reward), float(reward), bool(ended or cut)))
        return steps

    def _finite(self, observation: Any, reward: float = 0.0) -> np.ndarray:
        observation = np.array(observation)  # an environment may write into its own array
        numbers = observation if observation.dtype.kind == "f" else 0
        require(
            np.isfinite(reward) and np.isfinite(numbers).all(),
            f"the environment {self.name} gave NaN or infinity: reward {reward}, observation "
            f"{observation}. Mend it, or wrap it so that it ends before.",
            FloatingPointError,
        )
        return observation

    def screen(self, copy: int) -> np.ndarray | None:
        """Return the last picture of a copy, or None if it was made without pictures."""
        env = self.copies[copy]
        return env.render() if env.render_mode == "rgb_array" else None

    def close(self) -> None:
        """Close the windows and free the memory of the copies."""
        for env in self.copies:
            env.close()


class PongEnvironments(Environments):
    """Copies of Atari Pong, run by ale-py's own vector environment.

    Each copy is a vector environment of one game with a thread of its own. All are sent their
    actions before the first answer is read, so they play at the same time on as many cores as there
    are; and one that has finished can rest, which it couldn't inside one large environment.

    An observation is the court in grey, 6,400 uint8. The network sees the difference of two
    (:func:`tlcore.rein.court_difference`). One step of the agent holds an action for four frames.

    `n_actions` is 2 for up and down, 3 for stop, up and down. `repeat_action_probability` makes
    actions sticky: it is how likely the game is to repeat the action of the frame before, instead
    of the one that it is given. Machado et al. (2018) propose 0.25.

    >>> environments = PongEnvironments(1)
    >>> environments.reset(0, seed=0).shape
    (6400,)
    """

    input_shape: tuple[int, ...] = (SIDE * SIDE,)
    frames_a_step = 4

    def __init__(
        self, n_copies: int = 1, n_actions: int = 2, repeat_action_probability: float = 0.0
    ):
        self.n_copies = check_count("n_copies", n_copies)
        self.n_actions = check_choice("n_actions", n_actions, PONG_ACTIONS, "(3 has stop too)")
        require(
            0 <= repeat_action_probability < 1,
            f"repeat_action_probability is {repeat_action_probability!r}; expected a number from 0 "
            "to below 1, such as 0.25.",
        )
        try:
            from ale_py.vector_env import AtariVectorEnv
        except ImportError as error:
            raise ImportError(f"Pong needs ale-py, which isn't installed: {INSTALL}") from error
        self._keys = np.array(PONG_ACTIONS[n_actions])
        self._copies = [
            AtariVectorEnv(
                "pong", num_envs=1, num_threads=1, img_height=210, img_width=160, stack_num=1,
                frameskip=4, maxpool=False,
                repeat_action_probability=float(repeat_action_probability),
            )
            for _ in range(n_copies)
        ]  # fmt: skip
        self._screens: list[np.ndarray | None] = [None] * n_copies
        self.name = f"Pong, {n_actions} actions, repeat {float(repeat_action_probability):g}"

    def reset(self, copy: int, seed: int) -> np.ndarray:
        """Begin an episode in one copy and return its first court."""
        screens, _ = self._copies[copy].reset(seed=np.array([seed]))
        self._screens[copy] = screens[0, 0]
        return grey_court(screens[0, 0])

    def step(self, copies: Sequence[int], actions: Sequence[int]) -> list[Step]:
        """Do an action in each of the copies named; return what each of them gives."""
        keys = self._keys[np.asarray(actions)]
        for copy, key in zip(copies, keys, strict=True):
            self._copies[copy].send(key.reshape(1))
        steps = []
        for copy in copies:
            screens, rewards, ended, cut, _ = self._copies[copy].recv()
            self._screens[copy] = screens[0, 0]
            over = bool(ended[0] or cut[0])
            steps.append((grey_court(screens[0, 0]), float(rewards[0]), over))
        return steps

    def inputs(self, now: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Return the differences of courts, (steps, 6400)."""
        return court_difference(now, before)

    def screen(self, copy: int) -> np.ndarray | None:
        """Return the last grey screen of a copy, (210, 160) uint8."""
        return self._screens[copy]


class PongPictures(PongEnvironments):
    """Atari Pong whose inputs are pictures, (40, 40, 2), for a network with convolutions.

    It takes what :class:`PongEnvironments` takes. There are three actions unless told.
    """

    input_shape = (SIDE // 2, SIDE // 2, 2)

    def __init__(
        self, n_copies: int = 1, n_actions: int = 3, repeat_action_probability: float = 0.0
    ):
        super().__init__(n_copies, n_actions, repeat_action_probability)
        self.name += ", pictures"

    def inputs(self, now: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Return the pictures, (steps, 40, 40, 2)."""
        return court_pictures(now, before)


def _make(environment: str | Callable[[], Any], options: dict[str, Any]) -> Any:
    if not isinstance(environment, str):
        wanted = "an id such as 'CartPole-v1', or a function such as lambda: gym.make(...)"
        message = f"environment is {environment!r}; expected {wanted}."
        require(callable(environment), message, TypeError)
        return environment()
    try:
        import gymnasium as gym

        if environment.startswith("ALE/"):
            import ale_py

            gym.register_envs(ale_py)
    except ImportError as error:
        raise ImportError(
            f"{environment!r} needs a package that isn't installed: {INSTALL}"
        ) from error
    try:
        return gym.make(environment, **options)
    except gym.error.UnregisteredEnv as error:
        raise ValueError(
            f"environment is {environment!r}, which Gymnasium doesn't know ({error}). Expected an "
            "id such as 'CartPole-v1' or 'ALE/Pong-v5'; gymnasium.pprint_registry() lists them."
        ) from error
