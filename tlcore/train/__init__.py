"""The training loop: an optimizer, compiled steps, and checkpoints to resume from."""

from tlcore.train.adagrad import Adagrad
from tlcore.train.checkpoint import load_checkpoint, save_checkpoint
from tlcore.train.epochs import History, train_epochs
from tlcore.train.optimizer import Adam, get_optimizer
from tlcore.train.policy_gradient import PolicyGradient
from tlcore.train.ppo import PPO
from tlcore.train.trainer import Trainer

__all__ = [
    "Adagrad",
    "Adam",
    "History",
    "PPO",
    "PolicyGradient",
    "Trainer",
    "get_optimizer",
    "load_checkpoint",
    "save_checkpoint",
    "train_epochs",
]
