"""One small training of each kind, to be interrupted or killed, and carried on.

As a script it serves a `Nursery` of ``killed.py``: of a KIND and a FOLDER it runs one slowly, to be
killed, which keeps its checkpoint in ``run.npz``, and adds a mark to ``steps`` before each call of
its compiled steps.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

import tlcore as tl
from tlcore.layers import DenseLayer, DropoutLayer, InputLayer
from tlcore.train import (
    Adagrad,
    LanguageTrainer,
    PolicyGradient,
    Trainer,
    TranslationTrainer,
    loop,
)

rng = np.random.default_rng(0)
X = rng.normal(size=(240, 6)).astype("float32")
TEXT = rng.integers(0, 20, 800)
PAIRS = [(s, [*s[::-1], 2]) for s in rng.integers(4, 14, (160, 4)).tolist()]
WORD_PAIRS = rng.integers(0, 30, (2, 240)).astype("int32")


@dataclass
class Training:
    """A training from its first weights on.

    Attributes
    ----------
    run : callable
        Takes a checkpoint or None, and trains to the end; returns the history.
    variables : list of keras.Variable
        All that must be as in an unbroken run in the end.
    reset : callable
        Goes back to the first weights.
    step : (type, str)
        The method in which the compiled steps are called.
    goes_on : bool
        Whether `run` without a checkpoint carries on from where it was interrupted.
    """

    run: Callable
    variables: Sequence[keras.Variable]
    reset: Callable
    step: tuple[type, str]
    goes_on: bool = True


def _dense(n_inputs=6):
    network = DropoutLayer(InputLayer((n_inputs,)), keep=0.8, name="drop1")
    return DenseLayer(network, 8, tf.nn.sigmoid, name="hidden")


def fit():
    network = DenseLayer(tl.layers.BatchNormLayer(_dense()), 2)

    def run(checkpoint):
        return tl.utils.fit(
            network, X, (X[:, 0] > 0).astype("int32"), learning_rate=0.01, batch_size=2, n_epoch=3,
            eval_train=False, print_freq=0, checkpoint=checkpoint,
        )  # fmt: skip

    return _alone(network, run)


def pretrain():
    layer = tl.layers.ReconLayer(_dense(), n_units=6, act=tf.nn.sigmoid)

    def run(checkpoint):
        return layer.pretrain(
            X, denoise_name="drop1", n_epoch=3, batch_size=2, print_freq=0, learning_rate=0.01,
            checkpoint=checkpoint,
        )  # fmt: skip

    return _alone(layer, run)


def word2vec():
    network = tl.layers.Word2vecEmbeddingInputlayer(
        vocabulary_size=30, embedding_size=5, num_sampled=8
    )
    # The draws are part of a run's chance; these don't change, so that two runs can be compared.
    negatives = tf.range(8, dtype=tf.int64)
    network.nce_loss_args["sampled_values"] = lambda labels: (
        negatives, tf.ones_like(labels, tf.float32), tf.ones(8)
    )  # fmt: skip
    trainer = Trainer(network.nce_cost, network.all_params, Adagrad(1.0), WORD_PAIRS, batch_size=2)

    def run(checkpoint):
        return tl.train.train_epochs(trainer, 3, print_freq=0, checkpoint=checkpoint)

    return _of(trainer, run, "_train")


def language():
    words = tl.layers.EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 20, 8)
    network = DropoutLayer(words, keep=0.8)
    network = tl.layers.RNNLayer(network, "lstm", n_hidden=8, return_seq_2d=True)
    network = tl.layers.WordLogitsLayer(network, tied_to=words)
    trainer = LanguageTrainer(
        network, TEXT, batch_size=2, num_steps=4, max_epoch=0, num_sampled=10, average_from=1
    )

    def run(checkpoint):
        return tl.train.train_language_model(trainer, 3, None, checkpoint, print_freq=0)

    return _of(trainer, run, "_train")


def translation():
    network = tl.layers.EmbeddingAttentionSeq2seq(14, 14, size=8, keep=0.8)
    trainer = TranslationTrainer(network, [PAIRS], [(5, 7)], batch_size=2, num_sampled=6)

    def run(checkpoint):
        return tl.train.train_translator(trainer, 3, None, checkpoint, print_freq=0)

    return _of(trainer, run, "_train")


def policy_gradient(step="_learn"):
    network = DenseLayer(DenseLayer(InputLayer((4,)), 8, tf.nn.relu), 2)
    trainer = PolicyGradient(network, "CartPole-v1", 0.01, batch_size=4, mode=1, seed=5)

    def run(checkpoint):
        return trainer.run(20, checkpoint, print_freq=0)

    return _of(trainer, run, step)


def ppo():
    body = DenseLayer(InputLayer((4,)), 8, "tanh")
    trainer = tl.train.PPO(
        DenseLayer(body, 2), DenseLayer(body, 1), "CartPole-v1", mode=1, rows=8, batch_size=4
    )

    def run(checkpoint):
        return trainer.run(40, checkpoint, print_freq=0)

    return _of(trainer, run, "_learn")


def _of(trainer, run, step):
    begin = loop.Loop(trainer)
    begin.snapshot()
    variables = [*trainer.state, *trainer.optimizer.variables]
    return Training(run, variables, begin.reset, (type(trainer), step))


def _alone(network, run):
    """Return a training whose trainer lives only as long as its run."""
    variables = network.model.variables
    first = [np.asarray(variable).copy() for variable in variables]

    def reset():
        for variable, value in zip(variables, first, strict=True):
            variable.assign(value)

    return Training(run, variables, reset, (Trainer, "_train"), goes_on=False)


KINDS = {
    "fit": fit,
    "pretrain": pretrain,
    "word2vec": word2vec,
    "language model": language,
    "translation": translation,
    "policy gradient": policy_gradient,
    "policy gradient at play": lambda: policy_gradient("policy"),
    "PPO": ppo,
}


def run_slowly(kind: str, folder: str) -> None:
    """Run a training of this kind; it begins in a process in which TensorFlow has done nothing."""
    keras.utils.set_random_seed(1)
    training = KINDS[kind]()
    cls, name = training.step
    step = getattr(cls, name)

    def slowly(self, *arguments):
        with open(Path(folder) / "steps", "a") as file:
            file.write(".")
        time.sleep(0.01)
        return step(self, *arguments)

    setattr(cls, name, slowly)
    loop.SECONDS_A_CALL = 0.0  # a step a call
    training.run(Path(folder) / "run.npz")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    from killed import serve

    serve(run_slowly)
