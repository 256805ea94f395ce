import keras
import numpy as np
import pytest
import tensorflow as tf
from gymnasium.envs.classic_control import CartPoleEnv

import tlcore as tl
from tlcore.rein import running_mean
from tlcore.rein.games import Environments
from tlcore.train import PolicyGradient


class Guess(Environments):
    """One step: the observation is 0 or 1, and saying which is rewarded."""

    n_actions, input_shape, name = 2, (1,), "guess"

    def __init__(self, n_copies=4, reward=1.0, length=3):
        self.n_copies, self.reward, self.length = n_copies, reward, length
        self.truth, self.steps = np.zeros(n_copies, int), np.zeros(n_copies, int)

    def reset(self, copy, seed):
        self.truth[copy], self.steps[copy] = seed % 2, 0
        return np.array([seed % 2])

    def step(self, copies, actions):
        results = []
        for copy, action in zip(copies, actions, strict=True):
            self.steps[copy] += 1
            over = bool(self.steps[copy] == self.length)
            reward = self.reward * (1 if action == self.truth[copy] else -1) * over
            results.append((np.array([self.truth[copy]]), float(reward), over))
        return results


def small(n_inputs=1, n_units=8, n_actions=2):
    network = tl.layers.InputLayer((n_inputs,))
    network = tl.layers.DenseLayer(network, n_units, tf.nn.relu)
    return tl.layers.DenseLayer(network, n_actions)


def weights(trainer):
    return [v.numpy() for v in trainer.variables]


def test_it_learns_which_answer_is_rewarded():
    trainer = PolicyGradient(small(), Guess(), 0.05, normalize="batch", batch_size=20)
    first = trainer.update()
    while trainer.n_updates < 20:
        last = trainer.update()
    assert first["reward"] < 0.8 < 0.9 < last["reward"]
    probs = trainer.policy(np.array([[0.0], [1.0]]))
    assert probs[0, 0] > 0.9 and probs[1, 1] > 0.9


@pytest.mark.slow
def test_cartpole_reaches_195_within_200_episodes():
    trainer = PolicyGradient(
        small(4, 32), "CartPole-v1", learning_rate=0.01, mode=1, normalize="batch"
    )
    history = trainer.run(
        200, on_update=lambda result: result["mean_reward"] >= 195, print_freq=0, progress=False
    )
    assert running_mean(history["reward"])[-1] >= 195
    assert history["cpu_seconds"][-1] < 60


def test_one_update_is_the_step_that_numpy_computes_by_hand():
    """The same episodes, the gradient of the whole batch in float64, and plain SGD."""
    trainer = PolicyGradient(
        small(), Guess(), optimizer=tf.keras.optimizers.SGD(0.1), batch_size=5, gamma=0.9
    )
    before = [w.astype("float64") for w in weights(trainer)]
    seeds = [trainer._seed(i) for i in range(5)]
    episodes = tl.rein.play_episodes(Guess(), trainer.policy, seeds)
    W1, b1, W2, b2 = before
    gradients = [np.zeros_like(w) for w in before]
    for episode in episodes:
        x = np.array(episode.observations, "float64")
        returns = episode.rewards[-1] * 0.9 ** np.arange(2, -1, -1)
        returns = (returns - returns.mean()) / returns.std()
        hidden = np.maximum(x @ W1 + b1, 0)
        e = np.exp(hidden @ W2 + b2)
        d = e / e.sum(axis=1, keepdims=True)
        d[np.arange(3), episode.actions] -= 1
        d *= returns[:, None]
        back = (d @ W2.T) * (hidden > 0)
        for total, one in zip(
            gradients, [x.T @ back, back.sum(0), hidden.T @ d, d.sum(0)], strict=True
        ):
            total += one
    trainer.update()
    for got, old, gradient in zip(weights(trainer), before, gradients, strict=True):
        np.testing.assert_allclose(got, old - 0.1 * gradient, rtol=1e-4, atol=1e-5)


def test_pieces_of_an_episode_add_up_to_the_whole(monkeypatch):
    results = []
    for chunk in (512, 2):
        monkeypatch.setattr("tlcore.train.policy_gradient.CHUNK", chunk)
        tf.keras.utils.set_random_seed(3)
        trainer = PolicyGradient(small(), Guess(length=7), 0.01)
        trainer.update()
        results.append(weights(trainer))
    for whole, pieces in zip(*results, strict=True):
        np.testing.assert_allclose(whole, pieces, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("normalize", ["episode", "batch", None])
def test_rewards_that_are_all_zero_change_nothing_and_give_no_nan(normalize):
    trainer = PolicyGradient(small(), Guess(reward=0.0), 0.1, normalize=normalize)
    before = weights(trainer)
    result = trainer.update()
    assert result["reward"] == 0
    for old, new in zip(before, weights(trainer), strict=True):
        np.testing.assert_array_equal(old, new)


def test_history_has_an_entry_for_each_episode():
    trainer = PolicyGradient(small(), Guess(), batch_size=3)
    trainer.update()
    trainer.batch_size = 2
    result = trainer.update()
    history = trainer.history
    assert history["episode"] == [1, 2, 3, 4, 5] and history["update"] == [1, 1, 1, 2, 2]
    assert history["steps"] == [3] * 5 and set(history["reward"]) <= {1.0, -1.0}
    assert 0 < history["seconds"][0] < history["seconds"][-1]
    assert result["mean_reward"] == pytest.approx(np.mean(history["reward"]))
    assert (result["update"], result["episodes"], result["batch_size"]) == (2, 5, 2)


def test_rate_and_gamma_change_while_it_runs():
    trainer = PolicyGradient(small(), Guess(), 0.01)
    trainer.update()
    trainer.learning_rate, trainer.gamma = 1e-30, 0.5
    before = weights(trainer)
    result = trainer.update()
    assert result["learning_rate"] == pytest.approx(1e-30) and result["gamma"] == 0.5
    for old, new in zip(before, weights(trainer), strict=True):
        np.testing.assert_allclose(old, new, atol=1e-12)


def test_what_on_step_raises_leaves_everything_as_it_was():
    trainer, other = PolicyGradient(small(), Guess()), PolicyGradient(small(), Guess())
    for mine, theirs in zip(trainer.variables, other.variables, strict=True):
        mine.assign(theirs)
    calls = []

    def stop(copies):
        calls.append(copies)
        if len(calls) == 2:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        trainer.update(on_step=stop)
    assert trainer.n_episodes == trainer.n_updates == 0
    trainer.update()
    other.update()
    for mine, theirs in zip(weights(trainer), weights(other), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_run_stops_where_on_update_says_so_and_reports(capsys):
    trainer = PolicyGradient(small(), Guess(), batch_size=5)
    trainer.run(100, on_update=lambda result: result["episodes"] >= 15, print_freq=2)
    assert trainer.n_episodes == 15
    assert capsys.readouterr().out.startswith("Episode 10: reward ")


def test_an_optimizer_of_your_own_is_used():
    trainer = PolicyGradient(small(), Guess(), optimizer=tl.train.Adam(learning_rate=0.02))
    trainer.update()
    assert trainer.learning_rate == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"mode": 3}, ValueError, "mode is 3"),
        ({"normalize": "all"}, ValueError, "normalize is 'all'"),
        ({"gamma": 1.1}, ValueError, "gamma is 1.1"),
        ({"batch_size": 2.5}, TypeError, "batch_size"),
        ({"learning_rate": -1}, ValueError, "learning_rate is -1"),
        ({"learning_rate": 1.0, "optimizer": tf.keras.optimizers.SGD()}, ValueError, "one of the"),
        ({"max_steps": 0}, ValueError, "max_steps"),
        ({"seed": -1}, ValueError, "seed"),
    ],
)
def test_wrong_parameters_are_refused(options, error, words):
    with pytest.raises(error, match=words):
        PolicyGradient(small(), Guess(), **options)


@pytest.mark.parametrize(
    ("network", "words"), [((2,), r"InputLayer\(\(1,\)\)"), ((1, 8, 3), "n_units=2")]
)
def test_a_network_that_does_not_fit_is_refused(network, words):
    with pytest.raises(ValueError, match=words):
        PolicyGradient(small(*network), Guess())


def test_continuous_actions_are_refused():
    with pytest.raises(TypeError, match="Discrete"):
        PolicyGradient(small(3), "Pendulum-v1")


def test_dense_rewards_in_mode_0_are_refused_with_the_fix():
    trainer = PolicyGradient(small(4), "CartPole-v1")
    with pytest.raises(ValueError, match="Use mode=1"):
        trainer.update()


def test_weights_that_run_away_are_noticed():
    trainer = PolicyGradient(small(), Guess(), 1e30, normalize="batch", batch_size=20)
    with pytest.raises(FloatingPointError, match="learning rate"):
        for _ in range(10):
            trainer.update()


# ---- runs that are resumed


class OtherPole(CartPoleEnv):
    """A game with the same observations and actions, by another name."""


def pole(n_units=8, environment="CartPole-v1", **options):
    network = tl.layers.DenseLayer(tl.layers.InputLayer((4,)), n_units, tf.nn.relu)
    network = tl.layers.DenseLayer(network, 2)
    options = {"mode": 1, "batch_size": 2, "n_copies": 2} | options
    return tl.train.PolicyGradient(network, environment, **options)


def run(trainer, n, path):
    return trainer.run(n, checkpoint=path, print_freq=0, progress=False)


@pytest.fixture
def path(tmp_path):
    run(pole(), 4, tmp_path / "run.npz")
    return tmp_path / "run.npz"


def test_a_resumed_run_is_the_unbroken_one(tmp_path, path):
    trainer, whole = pole(), pole()
    with np.load(path) as file:
        assert run(trainer, 4, path)["episode"] == [1, 2, 3, 4]  # nothing left to do
        for i, variable in enumerate(trainer.variables):
            np.testing.assert_array_equal(variable.numpy(), file[f"state/{i}"])
    start = pole()
    for mine, theirs in zip(whole.variables, start.variables, strict=True):
        mine.assign(theirs)
    run(start, 2, tmp_path / "two.npz")
    resumed = pole()
    history = run(resumed, 8, tmp_path / "two.npz")
    assert history["reward"] == run(whole, 8, tmp_path / "whole.npz")["reward"]
    for mine, theirs in zip(resumed.variables, whole.variables, strict=True):
        np.testing.assert_allclose(mine.numpy(), theirs.numpy(), rtol=1e-6)
    assert history["cpu_seconds"] == sorted(history["cpu_seconds"])


def test_what_was_set_while_it_ran_comes_back(tmp_path):
    trainer = pole()

    def slide(result):
        trainer.learning_rate, trainer.gamma, trainer.batch_size = 0.25, 0.5, 3

    trainer.run(4, checkpoint=tmp_path / "run.npz", on_update=slide, print_freq=0)
    resumed = pole()
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
    trainer = pole(**options)
    before = [v.numpy() for v in trainer.variables]
    with pytest.raises(ValueError, match=words):
        run(trainer, 8, path)
    for old, variable in zip(before, trainer.variables, strict=True):
        np.testing.assert_array_equal(old, variable.numpy())
    assert trainer.n_episodes == 0
