"""Fit, test, predict, and the few helpers around them."""

from tlcore.door import guard
from tlcore.utils.fitting import fit, predict, test
from tlcore.utils.generate import generate
from tlcore.utils.labels import accuracy, class_balancing_oversample, dict_to_one, evaluation
from tlcore.utils.snapshots import Snapshots
from tlcore.utils.translate import Translation, Translator

__all__ = [
    "Snapshots", "Translation", "Translator", "accuracy", "class_balancing_oversample",
    "dict_to_one", "evaluation", "fit", "generate", "predict", "test",
]  # fmt: skip

guard(globals())
