"""A tiny panel of each kind, and real interrupts, for the panels' tests."""

import contextlib
import functools
import itertools
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import keras
import numpy as np

from tlbook.figures import (
    LanguagePanel,
    PolicyPanel,
    TrainingPanel,
    TranslationPanel,
    Word2vecPanel,
)
from tlbook.figures.panel import Panel
from tlcore.layers import (
    DenseLayer,
    DropoutLayer,
    EmbeddingAttentionSeq2seq,
    EmbeddingInputlayer,
    InputLayer,
    RNNLayer,
    WordLogitsLayer,
)
from tlcore.nlp import START_WORDS
from tlcore.train import Adam, LanguageTrainer, PolicyGradient, TranslationTrainer

RNG = np.random.default_rng(1)

# ---- digits: images of 6 x 6 whose label is the bright one of six stripes --------------------


def stripes(n):
    y = RNG.integers(0, 6, n).astype(np.int32)
    X = RNG.random((n, 6, 6), np.float32) / 2
    X[np.arange(n), y] += 0.4
    return X.reshape(n, 36), y


DATA = (*stripes(116), *stripes(40))  # 8 batches of 16, the last short


def classifier():
    keras.utils.set_random_seed(0)
    net = DropoutLayer(InputLayer(shape=(36,)), keep=0.8, seed=1, name="drop1")
    net = DenseLayer(net, n_units=9, act="relu", name="relu1")
    net = DropoutLayer(net, keep=0.5, seed=2, name="drop2")
    return DenseLayer(net, n_units=6, name="output")


def training(**settings):
    settings = {"learning_rate": 0.003, "batch_size": 16, "report_steps": 3} | settings
    return TrainingPanel(classifier(), *DATA, n_filters=4, **settings)


# ---- words: two topics, the words 1 to 14 and 15 to 29 -----------------------------------------

TOPICS = np.concatenate(
    [RNG.integers(1, 15, (100, 20)), RNG.integers(15, 30, (100, 20))], axis=1
).reshape(-1)
WORDS = {0: "UNK", **{i: f"w{i}" for i in range(1, 30)}}


def word2vec(**settings):
    settings = {"skip_window": 1, "num_sampled": 8, "embedding_size": 8} | settings
    settings = {"learning_rate": 0.5, "batch_size": 64, "report_steps": 25} | settings
    return Word2vecPanel(TOPICS, WORDS, ["w1", "w20"], **settings)


# ---- a text of six words, of which every second is from 0 to 2 ----------------------------------

TEXT = RNG.integers(0, 3, 1001) + np.arange(1001) % 2 * 3


def language_trainer(**settings):
    keras.utils.set_random_seed(0)
    words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 6, 5)
    network = DropoutLayer(words, keep=0.9, name="drop1")
    network = RNNLayer(network, "lstm", n_hidden=7, return_seq_2d=True)
    settings = {"batch_size": 4, "num_steps": 9} | settings  # 28 steps an epoch, the last short
    return LanguageTrainer(WordLogitsLayer(network, 6), TEXT, **settings)


def language(**settings):
    return LanguagePanel(language_trainer(**settings), TEXT[:120], report_steps=10)


# ---- sentences of 1 to 6 words, and the same backwards -----------------------------------------

LETTERS = [*START_WORDS, *"a b c d e f g h ' ?".split()]
IDS = {word: i for i, word in enumerate(LETTERS)}
BUCKETS = [(4, 6), (7, 9)]
SENTENCE = "a b h x"  # no x among the words


def in_buckets(n):
    sources = [RNG.integers(4, len(LETTERS), RNG.integers(1, 7)).tolist() for _ in range(n)]
    pairs = [(source, [*source[::-1], 2]) for source in sources]
    return [[pair for pair in pairs if len(pair[0]) < 4], [p for p in pairs if len(p[0]) >= 4]]


PAIRS, VALID = in_buckets(60), in_buckets(20)


def translation_trainer(keep=0.9, size=8, **settings):
    keras.utils.set_random_seed(0)
    network = EmbeddingAttentionSeq2seq(len(LETTERS), len(LETTERS), size=size, keep=keep)
    settings = {"batch_size": 8, "optimizer": Adam(0.01)} | settings
    return TranslationTrainer(network, PAIRS, BUCKETS, **settings)


def translation(trainer=None, sentence=SENTENCE, **settings):
    settings = {"report_steps": 5, "reference": "d b a"} | settings
    trainer = trainer or translation_trainer()
    return TranslationPanel(trainer, VALID, sentence, IDS, LETTERS, **settings)


# ---- a game ------------------------------------------------------------------------------------


def cart_pole(**settings):
    keras.utils.set_random_seed(0)
    network = DenseLayer(DenseLayer(InputLayer((4,)), 16, "relu"), 2)
    settings = {"learning_rate": 0.01, "batch_size": 2, "mode": 1, "n_copies": 2} | settings
    return PolicyGradient(network, "CartPole-v1", **settings)


def policy():
    return PolicyPanel(cart_pole())


# ---- what the tests ask of each ----------------------------------------------------------------


@dataclass
class Case:
    """A kind of panel, and how it is driven.

    Attributes
    ----------
    n : int
        What its tests run: epochs, steps or updates.
    sliders : dict
        Name of each slider, a key to press, and what the setting is then.
    compiled : tuple
        Methods of the trainer that call what is compiled, and the calls to interrupt.
    """

    make: Callable[..., Panel]
    n: int
    step: str
    sliders: dict[str, tuple[str, str, object]]
    told: str
    look: str
    settings: dict = field(default_factory=dict)
    compiled: tuple[tuple[str, tuple[int, ...]], ...] = (("_train", (1, 3)),)
    failing: float = 1e30

    def done(self, panel) -> int:
        """How much it has run of that."""
        if isinstance(panel, TrainingPanel):
            return panel.trainer.epoch
        return panel._steps


CASES = {
    "training": Case(
        training,
        n=2,
        step="Step (3 batches)",
        sliders={
            "Learning rate": ("ArrowRight", "learning_rate", 0.01),
            "Keep of drop2": ("ArrowLeft", "keep", {"drop1": 0.8, "drop2": 0.4}),
            "Batch size": ("ArrowRight", "batch_size", 32),
        },
        told="Epoch 2: training loss",
        look="Filters at epoch",
    ),
    "word2vec": Case(
        word2vec,
        n=100,
        step="Step (25 batches)",
        sliders={
            "Learning rate": ("ArrowRight", "learning_rate", 1.0),
            "Window": ("ArrowRight", "skip_window", 2),
            "Negatives": ("ArrowLeft", "num_sampled", 4),
            "Dimension": ("ArrowLeft", "embedding_size", 2),
        },
        told="Step 100: loss ",
        look="Neighbours at step",
    ),
    "language": Case(
        language,
        n=38,
        step="Step (10 steps)",
        sliders={
            "Learning rate": ("ArrowLeft", "learning_rate", 0.5),
            "Longest gradient": ("ArrowRight", "max_grad_norm", 10),
            "Keep of drop1": ("End", "keep", {"drop1": 1}),
        },
        told="Step 38, epoch 1.36: perplexity",
        look="",
        failing=1e300,
    ),
    "translation": Case(
        translation,
        n=16,
        step="Step (5 steps)",
        sliders={
            "Learning rate": ("ArrowRight", "learning_rate", 0.02),
            "Keep": ("End", "keep", 1),
        },
        told="Step 16, epoch 2.00: perplexity",
        look="Translation at step",
        failing=1e38,
    ),
    "policy": Case(
        policy,
        n=3,
        step="Step (one update)",
        sliders={
            "Learning rate": ("ArrowRight", "learning_rate", 0.03),
            "Discount γ": ("ArrowLeft", "gamma", 0.98),
            "Episodes an update": ("ArrowRight", "batch_size", 5),
        },
        told="After 6 episodes: mean reward",
        look="Look back: picture",
        # In the middle of a game, whose update is played again, and while the weights move.
        compiled=(("policy", (5, 25)), ("optimizer.apply", (1, 2))),
        failing=1e38,
    ),
}


def weights_of(panel) -> list[np.ndarray]:
    return [p.value.numpy().copy() for p in panel.network.all_params]


def place_of(panel) -> list:
    return [getattr(panel.trainer, name) for name in panel.trainer.position]


def assert_same(curves, expected) -> None:
    assert curves.keys() == expected.keys()
    for name, values in curves.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-4, err_msg=name)


@contextlib.contextmanager
def interrupts(trainer, method, calls):
    """Send SIGINT from another thread while these calls of a method are under way, from 1 on."""
    *path, method = method.split(".")
    owner = functools.reduce(getattr, path, trainer)
    original, numbers = getattr(owner, method), itertools.count(1)

    def watched(*args, **settings):
        if next(numbers) not in calls:
            return original(*args, **settings)
        begun = threading.Event()

        def send():
            begun.wait()  # the compiled call lets this thread run
            os.kill(os.getpid(), signal.SIGINT)

        sender = threading.Thread(target=send)
        sender.start()
        begun.set()
        result = original(*args, **settings)
        sender.join()
        return result

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    setattr(owner, method, watched)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        delattr(owner, method)
