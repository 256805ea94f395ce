"""The training loop: an optimizer, compiled steps, and checkpoints to resume from."""

from tlcore.train.adagrad import Adagrad
from tlcore.train.checkpoint import load_checkpoint, save_checkpoint
from tlcore.train.epochs import History, train_epochs
from tlcore.train.language import LanguageTrainer
from tlcore.train.language_run import train_language_model
from tlcore.train.optimizer import Adam, get_optimizer
from tlcore.train.perplexity import perplexity
from tlcore.train.policy_gradient import PolicyGradient
from tlcore.train.ppo import PPO
from tlcore.train.sgd import SGD
from tlcore.train.trainer import Trainer

__all__ = [
    "Adagrad",
    "Adam",
    "History",
    "LanguageTrainer",
    "PPO",
    "PolicyGradient",
    "SGD",
    "Trainer",
    "get_optimizer",
    "load_checkpoint",
    "perplexity",
    "save_checkpoint",
    "train_epochs",
    "train_language_model",
]
