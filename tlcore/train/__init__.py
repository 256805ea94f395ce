"""The one loop, the trainers that it advances, and checkpoints to resume from."""

from tlcore.fast.optimizers import SGD, Adagrad, Adam, get_optimizer
from tlcore.files.checkpoints import load_checkpoint, save_checkpoint
from tlcore.train.language import LanguageTrainer, perplexity, train_language_model
from tlcore.train.loop import HeldInterrupt, History, Loop, StepTrainer, train_epochs
from tlcore.train.policy_gradient import PolicyGradient
from tlcore.train.ppo import PPO
from tlcore.train.trainer import Trainer
from tlcore.train.translation import TranslationTrainer, perplexity_by_bucket, train_translator

__all__ = [
    "Adagrad", "Adam", "HeldInterrupt", "History", "LanguageTrainer", "Loop", "PPO",
    "PolicyGradient", "SGD", "StepTrainer", "Trainer", "TranslationTrainer", "get_optimizer",
    "load_checkpoint", "perplexity", "perplexity_by_bucket", "save_checkpoint",
    "train_epochs", "train_language_model", "train_translator",
]  # fmt: skip
