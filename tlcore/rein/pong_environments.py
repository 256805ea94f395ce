"""Atari Pong in several copies, the fast way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tlcore.rein.environments import INSTALL, Environments, Step
from tlcore.rein.pong import PONG_ACTIONS, court_difference, grey_court


class PongEnvironments(Environments):
    """Copies of Atari Pong, run by ale-py's own vector environment.

    Each copy is a native vector environment of one game with a thread of its own. All are sent
    their actions before the first answer is read, so they play at the same time on as many cores
    as there are; and one that has finished can rest, which a copy inside one large vector
    environment can't.

    An observation is the court in grey, 6,400 uint8. The network sees the difference of two
    (:func:`tlcore.rein.court_difference`). One step of the agent holds an action for four frames.

    Parameters
    ----------
    n_copies : int
        How many games.
    n_actions : int
        2 for up and down, 3 for stop, up and down as in the original tutorial.
    repeat_action_probability : float
        Sticky actions: with this probability the game repeats the action of the frame before,
        instead of the one that it is given. 0 never; 0.25 is what Machado et al. (2018) propose.

    Raises
    ------
    ImportError
        If ale-py isn't installed.
    ValueError
        If a parameter is out of range.

    Examples
    --------
    >>> environments = PongEnvironments(1)
    >>> environments.reset(0, seed=0).shape
    (6400,)
    >>> [(now, reward, over)] = environments.step([0], [1])
    >>> reward, over
    (0.0, False)
    """

    input_shape = (6400,)
    frames_a_step = 4

    def __init__(
        self, n_copies: int = 1, n_actions: int = 2, repeat_action_probability: float = 0.0
    ):
        if n_actions not in PONG_ACTIONS:
            raise ValueError(
                f"n_actions is {n_actions!r}; expected 2 (up, down) or 3 (stop, up, down)."
            )
        if not 0 <= repeat_action_probability < 1:
            raise ValueError(
                f"repeat_action_probability is {repeat_action_probability!r}; expected a number "
                "from 0 to below 1, such as 0.25."
            )
        try:
            from ale_py.vector_env import AtariVectorEnv
        except ImportError as error:
            raise ImportError(f"Pong needs ale-py, which isn't installed: {INSTALL}") from error
        self.n_copies, self.n_actions = n_copies, n_actions
        self._keys = np.array(PONG_ACTIONS[n_actions])
        self._copies = [
            AtariVectorEnv(
                "pong",
                num_envs=1,
                num_threads=1,
                img_height=210,
                img_width=160,
                stack_num=1,
                frameskip=4,
                maxpool=False,
                repeat_action_probability=float(repeat_action_probability),
            )
            for _ in range(n_copies)
        ]
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
