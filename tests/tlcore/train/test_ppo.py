from pathlib import Path

import gymnasium as gym
import keras
import numpy as np
import pytest
import tensorflow as tf

import tlbook
import tlcore as tl
from tlcore.layers import Conv2d, DenseLayer, FlattenLayer, InputLayer
from tlcore.rein.returns import advantage_estimates
from tlcore.rein.rollout import Episode
from tlcore.train.ppo import PPO, clipped_loss

rng = np.random.default_rng(0)


class Lights(gym.Env):
    """A picture with light on the left or on the right. Pointing at it wins a point."""

    observation_space = gym.spaces.Box(0, 1, (6, 6, 1), np.float32)
    action_space = gym.spaces.Discrete(2)

    def __init__(self, worth=1.0, length=20):
        self.worth, self.length = worth, length

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.left = self.length
        return self._show(), {}

    def step(self, action):
        reward = self.worth if action == self.side else -self.worth
        self.left -= 1
        return self._show(), reward, self.left == 0, False, {}

    def _show(self):
        self.side = int(self.np_random.integers(2))
        picture = np.zeros((6, 6, 1), np.float32)
        picture[self.np_random.integers(6), 3 * self.side + self.np_random.integers(3)] = 1
        return picture


def heads(shape=(4,), n_actions=2, seed=0, units=16):
    keras.utils.set_random_seed(seed)
    body = InputLayer(shape)
    if len(shape) == 3:
        body = FlattenLayer(Conv2d(body, 4, (3, 3), act="relu"))
    body = DenseLayer(body, units, "tanh")
    return DenseLayer(body, n_actions), DenseLayer(body, 1)


def values(trainer):
    return [keras.ops.convert_to_numpy(v).copy() for v in trainer.variables]


def same(a, b):
    return all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def test_the_loss_is_that_of_the_paper():
    new, old = np.log(rng.uniform(0.1, 1, 50)), np.log(rng.uniform(0.1, 1, 50))
    advantages = rng.normal(size=50)
    gains = []
    for n, o, a in zip(new, old, advantages, strict=True):
        ratio = np.exp(n - o)
        gains.append(min(ratio * a, np.clip(ratio, 0.8, 1.2) * a))
    found = clipped_loss(*(tf.constant(x) for x in (new, old, advantages)), 0.2)
    assert float(found) == pytest.approx(-np.mean(gains))


def test_a_policy_that_is_far_enough_has_no_gradient():
    # Taken far more often and good, far less often and bad: no gradient. The other way: one.
    log_probs = tf.Variable(np.log([0.9, 0.1, 0.9, 0.1]))
    with tf.GradientTape() as tape:
        loss = clipped_loss(log_probs, np.log([0.5] * 4), np.array([1.0, -1.0, -1.0, 1.0]))
    gradient = tape.gradient(loss, log_probs).numpy()
    np.testing.assert_allclose(gradient, [0, 0, 1.8 / 4, -0.2 / 4], atol=1e-12)


def test_the_first_step_follows_the_policy_gradient():
    # Where nothing has moved yet the ratio is 1, and PPO is advantage times log-probability.
    policy, value = heads()
    optimizer = keras.optimizers.SGD(0.1)
    trainer = PPO(
        policy, value, "CartPole-v1", n_passes=1, rows=999, entropy=0.0, mode=1, optimizer=optimizer
    )
    n = 25
    seen = rng.normal(size=(n, 4)).astype("float32")
    did, won = rng.integers(0, 2, n), rng.normal(size=n)
    before = values(trainer)
    guesses = value.model(seen)[:, 0].numpy()
    advantages = advantage_estimates(won, guesses, mode=1)
    weights = (advantages - advantages.mean()) / advantages.std()
    with tf.GradientTape() as tape:
        probs = tf.gather(tf.nn.softmax(policy.model(seen)), did, batch_dims=1)
        error = tf.reduce_mean((value.model(seen)[:, 0] - (advantages + guesses)) ** 2)
        loss = -tf.reduce_mean(tf.math.log(probs) * weights) + 0.5 * error
    gradients = tape.gradient(loss, trainer.variables)
    trainer._learn([Episode(0, list(seen), did.tolist(), won.tolist())])
    for new, old, gradient in zip(values(trainer), before, gradients, strict=True):
        np.testing.assert_allclose(new, old - 0.1 * gradient.numpy(), atol=1e-5)


def test_it_learns_to_see():
    policy, value = heads((6, 6, 1))
    trainer = PPO(policy, value, lambda: Lights(), learning_rate=3e-3, rows=40, n_passes=4)
    history = trainer.run(240, print_freq=0, progress=False)
    assert np.mean(history["reward"][:20]) < 8 and np.mean(history["reward"][-20:]) > 17


def test_the_checkpoint_of_another_network_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    PPO(*heads(), "CartPole-v1", mode=1).run(4, path, print_freq=0, progress=False)
    other = PPO(*heads(units=17), "CartPole-v1", mode=1)
    before = values(other)
    with pytest.raises(ValueError, match="run.npz.*delete"):
        other.run(8, path, print_freq=0, progress=False)
    assert same(values(other), before)


def test_games_without_a_reward_leave_no_nan():
    trainer = PPO(*heads((6, 6, 1)), lambda: Lights(worth=0.0), rows=16)
    assert trainer.update()["reward"] == 0
    assert all(np.isfinite(v).all() for v in values(trainer))


def test_a_loss_out_of_bounds_is_reported():
    trainer = PPO(*heads((6, 6, 1)), lambda: Lights(worth=1e30), rows=16)
    with pytest.raises(FloatingPointError, match="learning_rate is 0.001"):
        trainer.update()


def test_both_heads_are_trained_and_the_body_once():
    policy, value = heads()
    trainer = PPO(policy, value, "CartPole-v1", mode=1)
    assert len(trainer.variables) == 6  # W and b of the body and of each head
    before = values(trainer)
    trainer.update()
    assert not any(np.array_equal(a, b) for a, b in zip(before, values(trainer), strict=True))


def test_what_does_not_fit_is_refused():
    policy, value = heads()
    with pytest.raises(ValueError, match=r"value has outputs of shape \(2,\).*n_units=1"):
        PPO(policy, policy, "CartPole-v1")
    with pytest.raises(ValueError, match="another InputLayer"):
        PPO(policy, heads()[1], "CartPole-v1")
    with pytest.raises(ValueError, match="3 and the environment|3.*2 actions"):
        PPO(*heads(n_actions=3), "CartPole-v1")
    with pytest.raises(TypeError, match="Discrete"):
        PPO(*heads((3,)), "Pendulum-v1")
    for name, number in (("lam", 1.5), ("clip", -0.1), ("entropy", 2), ("rows", 0)):
        with pytest.raises(ValueError, match=f"{name} is {number}"):
            PPO(policy, value, "CartPole-v1", **{name: number})
    with pytest.raises(ValueError, match="one of the two"):
        PPO(policy, value, "CartPole-v1", 0.1, optimizer=keras.optimizers.SGD(0.1))
    with pytest.raises(ValueError, match="learning_rate is -1"):
        PPO(policy, value, "CartPole-v1", -1)


RECORDS = Path(__file__).parents[3] / "data"


@pytest.mark.skipif(not (RECORDS / "runs/pong_cnn.json").exists(), reason="not recorded yet")
def test_the_published_run():
    run = tlbook.runs.load_run(RECORDS / "runs/pong_cnn.json")
    means = tl.rein.running_mean(run["history"]["reward"])
    assert run["result"]["episodes"] == len(means)
    assert run["result"]["best_mean"] == pytest.approx(means[99:].max())
    there = 1 + int(np.argmax((means >= 0) & (np.arange(len(means)) >= 99)))
    assert run["result"]["reached"]["0"]["episodes"] == there > 1
    # The weights are those of the body and the two heads, and the policy wins with them.
    body = InputLayer((40, 40, 2))
    body = Conv2d(body, 16, (6, 6), (3, 3), act="relu", padding="VALID")
    body = Conv2d(body, 32, (4, 4), (2, 2), act="relu", padding="VALID")
    body = DenseLayer(FlattenLayer(body), 128, "relu")
    policy = DenseLayer(body, 3)
    arrays = tl.files.load_npz(name=RECORDS / "weights/pong_cnn.npz")
    tl.files.assign_params(arrays[:-2], policy)
    assert len(arrays) == len(policy.all_params) + 2 and arrays[-2].shape == (128, 1)
    games = tl.rein.PongPictures(4)
    of = tf.function(lambda x: tf.nn.softmax(policy.model(x)), reduce_retracing=True)
    assert tl.rein.evaluate(games, lambda x: of(tf.constant(x)), 4, max_steps=800).mean() > 0
