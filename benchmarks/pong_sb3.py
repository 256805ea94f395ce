"""ale-py's vector environment as Stable-Baselines3 takes it. Needs that library."""

from __future__ import annotations

import numpy as np
from ale_py.vector_env import AtariVectorEnv
from gymnasium.spaces import Box, Discrete
from stable_baselines3.common.vec_env import VecEnv


class AtariGames(VecEnv):
    """Copies of a game in the usual form: 4 grey frames of 84 x 84, rewards cut to -1, 0 and 1.

    Attributes
    ----------
    scores : list of float
        Sum of the rewards of each episode that is over.
    """

    def __init__(self, game: str, n_copies: int, seed: int):
        self.games = AtariVectorEnv(game, n_copies, autoreset_mode="SameStep")
        shape, n_actions = (4, 84, 84), int(self.games.single_action_space.n)
        super().__init__(n_copies, Box(0, 255, shape, np.uint8), Discrete(n_actions))
        self.first_seed, self.totals, self.scores = seed, np.zeros(n_copies), []

    def reset(self) -> np.ndarray:
        """Begin an episode in all copies."""
        self.totals[:] = 0
        return self.games.reset(seed=self.first_seed)[0]

    def step_async(self, actions: np.ndarray) -> None:
        """Send an action to each copy."""
        self.games.send(actions.astype(np.int64))

    def step_wait(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[dict]]:
        """Return what came of it. A copy whose episode is over has begun the next."""
        frames, rewards, ended, cut, _ = self.games.recv()
        over = ended | cut
        self.totals += rewards
        self.scores += self.totals[over].tolist()
        self.totals[over] = 0
        # Asked for only where an episode was cut off, which doesn't happen in Pong.
        infos = [{"terminal_observation": frames[i]} if o else {} for i, o in enumerate(over)]
        return frames.copy(), rewards.astype(np.float32), over, infos

    def close(self) -> None:
        """Free the copies."""
        self.games.close()

    def get_attr(self, attr_name: str, indices=None) -> list:
        """Return an attribute of the games, for each copy."""
        return [getattr(self.games, attr_name, None)] * self.num_envs

    def set_attr(self, attr_name: str, value, indices=None) -> None:
        """Copies have no attributes of their own."""
        raise AttributeError(attr_name)

    def env_method(self, method_name: str, *args, indices=None, **options) -> list:
        """Copies have no methods of their own."""
        raise AttributeError(method_name)

    def env_is_wrapped(self, wrapper_class, indices=None) -> list[bool]:
        """No copy is wrapped."""
        return [False] * self.num_envs
