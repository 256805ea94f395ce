"""Several copies of one game, stepped together so that the network sees a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

#: What one step gives: observation, reward, whether the episode is over.
Step = tuple[np.ndarray, float, bool]

INSTALL = "pip install gymnasium ale-py"


class Environments:
    """Copies of an environment with discrete actions. A copy that has finished isn't stepped.

    Attributes
    ----------
    n_copies : int
    n_actions : int
        Number of outputs that the policy needs.
    input_shape : tuple of int
        Shape of what the network sees of one step.
    name : str
        The environment and what was set in it; a checkpoint of another one is refused.
    frames_a_step : int
        Pictures of the game in one step of the agent.
    """

    n_copies: int
    n_actions: int
    input_shape: tuple[int, ...]
    name: str
    frames_a_step = 1

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


class GymEnvironments(Environments):
    """Copies of any Gymnasium environment with a discrete action space.

    Parameters
    ----------
    environment : str or callable
        An id such as "CartPole-v1", or a function without arguments that makes an environment.
    n_copies : int
        How many.
    render : bool
        Make the pictures that `screen` returns. For an id only.
    **options
        Handed to ``gym.make`` with an id.

    Attributes
    ----------
    copies : list of gymnasium.Env

    Raises
    ------
    ImportError
        If Gymnasium, or what the environment needs, isn't installed.
    TypeError
        If the actions are continuous, or the observations aren't numbers of a fixed shape.
    ValueError
        If there is no environment of that id.

    Examples
    --------
    >>> environments = GymEnvironments("CartPole-v1", 2)
    >>> environments.n_actions, environments.input_shape
    (2, (4,))
    >>> environments.reset(0, seed=1).shape
    (4,)
    """

    def __init__(
        self,
        environment: str | Callable[[], Any],
        n_copies: int = 1,
        render: bool = False,
        **options: Any,
    ):
        if render:
            options = {"render_mode": "rgb_array", **options}
        self.copies = [_make(environment, options) for _ in range(n_copies)]
        first = self.copies[0]
        self.n_copies = n_copies
        self.n_actions, self._start = _discrete(first)
        shape = getattr(first.observation_space, "shape", None)
        if shape is None or first.observation_space.dtype is None:
            raise TypeError(
                f"environment has observations in {first.observation_space}; expected a Box of "
                "numbers. Wrap it, for example in gymnasium.wrappers.FlattenObservation."
            )
        self.input_shape = tuple(shape)
        self.name = environment if isinstance(environment, str) else _name(first)
        settings = {k: v for k, v in options.items() if k != "render_mode"}
        self.name += f" {settings}" if settings else ""

    def reset(self, copy: int, seed: int) -> np.ndarray:
        """Begin an episode in one copy and return its first observation."""
        observation, _ = self.copies[copy].reset(seed=int(seed))
        return np.array(observation)  # an environment may write into its own array

    def step(self, copies: Sequence[int], actions: Sequence[int]) -> list[Step]:
        """Do an action in each of the copies named; return what each of them gives."""
        steps = []
        for copy, action in zip(copies, actions, strict=True):
            now, reward, ended, cut, _ = self.copies[copy].step(int(action) + self._start)
            steps.append((np.array(now), float(reward), bool(ended or cut)))
        return steps

    def screen(self, copy: int) -> np.ndarray | None:
        """Return the last picture of a copy, or None if it was made without pictures."""
        env = self.copies[copy]
        if env.render_mode != "rgb_array":
            return None
        try:
            return env.render()
        except Exception as error:  # gymnasium's own classes may not be here to name
            if type(error).__name__ != "DependencyNotInstalled":
                raise
            raise ImportError(f"pictures of {self.name} need a package: {error}") from error

    def close(self) -> None:
        """Close the windows and free the memory of the copies."""
        for env in self.copies:
            env.close()


def make_environments(
    environment: str | Callable[[], Any] | Environments, n_copies: int = 1, **options: Any
) -> Environments:
    """Return copies of an environment: Pong the fast way, any other through Gymnasium.

    Parameters
    ----------
    environment : str, callable or Environments
        "Pong" or "ALE/Pong-v5" for :class:`tlcore.rein.PongEnvironments`; the id of another
        Gymnasium environment, or a function that makes one, for
        :class:`tlcore.rein.GymEnvironments`.
    n_copies : int
        How many.
    **options
        What those classes take.

    Raises
    ------
    TypeError, ValueError, ImportError
        If there is no such environment, its actions aren't discrete, or it isn't installed.

    Examples
    --------
    >>> make_environments("CartPole-v1", 3).n_copies
    3
    """
    if isinstance(environment, Environments):
        return environment
    if isinstance(n_copies, bool) or not isinstance(n_copies, (int, np.integer)) or n_copies < 1:
        raise ValueError(f"n_copies is {n_copies!r}; expected a whole number of at least 1.")
    if environment in ("Pong", "ALE/Pong-v5"):
        from tlcore.rein.pong_environments import PongEnvironments  # it builds on this file

        return PongEnvironments(n_copies, **options)
    return GymEnvironments(environment, n_copies, **options)


def _make(environment: str | Callable[[], Any], options: dict) -> Any:
    if not isinstance(environment, str):
        if not callable(environment):
            raise TypeError(
                f"environment is {environment!r}; expected an id such as 'CartPole-v1', or a "
                "function that makes an environment: lambda: gym.make('CartPole-v1')."
            )
        return environment()
    try:
        import gymnasium as gym
    except ImportError as error:
        raise ImportError(
            f"{environment!r} needs Gymnasium, which isn't installed: {INSTALL}"
        ) from error
    if environment.startswith("ALE/"):
        try:
            import ale_py
        except ImportError as error:
            raise ImportError(
                f"{environment!r} needs ale-py, which isn't installed: {INSTALL}"
            ) from error
        gym.register_envs(ale_py)
    try:
        return gym.make(environment, **options)
    except gym.error.DependencyNotInstalled as error:
        raise ImportError(
            f"{environment!r} needs a package that isn't installed: {error}"
        ) from error
    except gym.error.UnregisteredEnv as error:
        raise ValueError(
            f"environment is {environment!r}, which Gymnasium doesn't know ({error}). Expected an "
            "id such as 'CartPole-v1' or 'ALE/Pong-v5'; gymnasium.pprint_registry() lists them."
        ) from error


def _discrete(env: Any) -> tuple[int, int]:
    """Number of actions, and the number of the first."""
    space = env.action_space
    if type(space).__name__ != "Discrete":
        raise TypeError(
            f"environment has actions in {space}; expected a Discrete space, a number of actions "
            "to choose from. For a Box, let a few values stand for the range: "
            "gymnasium.wrappers.TransformAction."
        )
    return int(space.n), int(space.start)


def _name(env: Any) -> str:
    spec = getattr(env, "spec", None)
    return spec.id if spec is not None else type(getattr(env, "unwrapped", env)).__name__
