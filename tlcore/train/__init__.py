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
from tlcore.train.translation import TranslationTrainer
from tlcore.train.translation_run import perplexity_by_bucket, train_translator

__all__ = [
    "Adagrad",
    "Adam",
    "History",
    "LanguageTrainer",
    "PPO",
    "PolicyGradient",
    "SGD",
    "Trainer",
    "TranslationTrainer",
    "get_optimizer",
    "load_checkpoint",
    "perplexity",
    "perplexity_by_bucket",
    "save_checkpoint",
    "train_epochs",
    "train_language_model",
    "train_translator",
]
