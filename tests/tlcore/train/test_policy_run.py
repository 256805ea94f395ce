import keras
import numpy as np
import pytest
import tensorflow as tf
from gymnasium.envs.classic_control import CartPoleEnv

import tlcore as tl


class OtherPole(CartPoleEnv):
    """A game with the same observations and actions, by another name."""


def make(n_units=8, environment="CartPole-v1", **options):
    network = tl.layers.DenseLayer(tl.layers.InputLayer((4,)), n_units, tf.nn.relu)
    network = tl.layers.DenseLayer(network, 2)
    options = {"mode": 1, "batch_size": 2, "n_copies": 2} | options
    return tl.train.PolicyGradient(network, environment, **options)


def run(trainer, n, path):
    return trainer.run(n, checkpoint=path, print_freq=0, progress=False)


@pytest.fixture
def path(tmp_path):
    run(make(), 4, tmp_path / "run.npz")
    return tmp_path / "run.npz"


def test_a_resumed_run_is_the_unbroken_one(tmp_path, path):
    trainer, whole = make(), make()
    with np.load(path) as file:
        assert run(trainer, 4, path)["episode"] == [1, 2, 3, 4]  # nothing left to do
        for i, variable in enumerate(trainer.variables):
            np.testing.assert_array_equal(variable.numpy(), file[f"state/{i}"])
    start = make()
    for mine, theirs in zip(whole.variables, start.variables, strict=True):
        mine.assign(theirs)
    run(start, 2, tmp_path / "two.npz")
    resumed = make()
    history = run(resumed, 8, tmp_path / "two.npz")
    assert history["reward"] == run(whole, 8, tmp_path / "whole.npz")["reward"]
    for mine, theirs in zip(resumed.variables, whole.variables, strict=True):
        np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=1e-6)
    assert history["cpu_seconds"] == sorted(history["cpu_seconds"])


def test_what_was_set_while_it_ran_comes_back(tmp_path):
    trainer = make()

    def slide(result):
        trainer.learning_rate, trainer.gamma, trainer.batch_size = 0.25, 0.5, 3

    trainer.run(4, checkpoint=tmp_path / "run.npz", on_update=slide, print_freq=0)
    resumed = make()
    run(resumed, 1, tmp_path / "run.npz")
    assert (resumed.learning_rate, resumed.gamma, resumed.batch_size) == (0.25, 0.5, 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_units": 9}, "saved with parameters"),
        ({"environment": lambda: OtherPole()}, "saved with environment 'CartPole-v1'"),
        ({"seed": 1}, "saved with seed 0, this run has 1"),
        ({"mode": 0}, "saved with mode 1"),
        ({"normalize": "batch"}, "saved with normalize 'episode'"),
        ({"max_steps": 100}, "saved with max_steps"),
        ({"optimizer": keras.optimizers.SGD(0.1)}, "saved with optimizer 'RMSprop'"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused_and_changes_nothing(path, options, words):
    trainer = make(**options)
    before = [v.numpy() for v in trainer.variables]
    with pytest.raises(ValueError, match=words):
        run(trainer, 8, path)
    for old, variable in zip(before, trainer.variables, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())
    assert trainer.n_episodes == 0


@pytest.mark.parametrize("content", [b"", b"not an npz", None])
def test_a_damaged_checkpoint_is_refused(path, content):
    path.write_bytes(path.read_bytes()[:500] if content is None else content)
    with pytest.raises(ValueError, match="can't be read as a checkpoint"):
        run(make(), 8, path)


def test_a_checkpoint_of_fit_is_refused(tmp_path):
    network = tl.layers.DenseLayer(tl.layers.InputLayer((4,)), 2)
    X = np.zeros((8, 4), "f")
    path = tmp_path / "fit.npz"
    tl.utils.fit(network, X, np.zeros(8, int), n_epoch=1, print_freq=0, checkpoint=path)
    with pytest.raises(ValueError, match="checkpoint"):
        run(make(), 8, path)


def test_a_folder_that_is_not_there_is_noticed_before_the_first_episode(tmp_path):
    trainer = make()
    with pytest.raises(ValueError, match="there is no folder"):
        run(trainer, 8, tmp_path / "none" / "run.npz")
    assert trainer.n_episodes == 0
