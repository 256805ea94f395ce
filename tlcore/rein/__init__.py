"""Reinforcement learning: returns, the policy gradient's loss, games, and playing them.

Read in this order: `returns`, `loss`, `rollout`, `games`, `pong`.
"""

import lazy_loader

from tlcore.door import attributes

_get, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "games": [
            "Environments", "GymEnvironments", "PongEnvironments", "PongPictures",
            "make_environments",
        ],
        "loss": ["cross_entropy_reward_loss", "log_weight", "numeric_gradient"],
        "pong": [
            "PONG_ACTIONS", "PONG_ACTION_NAMES", "court_difference", "court_pictures",
            "grey_court", "pong_frame",
        ],
        "returns": [
            "advantage_estimates", "batch_returns", "discount_episode_rewards", "learning_curve",
            "normalize_returns", "reached", "running_mean",
        ],
        "rollout": ["Episode", "choice_action_by_probs", "evaluate", "play_episodes"],
    },
)  # fmt: skip
__getattr__ = attributes(__name__, __all__, _get)
