"""Reinforcement learning: returns, the policy gradient's loss, games, and playing them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "actions": ["choice_action_by_probs"],
        "advantages": ["advantage_estimates"],
        "curve": ["learning_curve", "reached"],
        "environments": [
            "Environments",
            "GymEnvironments",
            "make_environments",
        ],
        "loss": ["cross_entropy_reward_loss", "log_weight"],
        "numeric": ["numeric_gradient"],
        "pictures": ["PongPictures", "court_pictures"],
        "pong": [
            "PONG_ACTIONS",
            "PONG_ACTION_NAMES",
            "court_difference",
            "grey_court",
            "pong_frame",
        ],
        "pong_environments": ["PongEnvironments"],
        "returns": [
            "batch_returns",
            "discount_episode_rewards",
            "normalize_returns",
            "running_mean",
        ],
        "rollout": ["Episode", "evaluate", "play_episodes"],
        "small_pong": ["SmallPong"],
    },
)
