import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlcore.rein import (
    advantage_estimates,
    batch_returns,
    discount_episode_rewards,
    learning_curve,
    normalize_returns,
    reached,
    running_mean,
)

rng = np.random.default_rng(0)


def by_definition(rewards, gamma, mode):
    """The sum of all later rewards, each times gamma to the power of its distance, in full."""
    returns = []
    for t in range(len(rewards)):
        total = 0.0
        for k in range(t, len(rewards)):
            total += gamma ** (k - t) * rewards[k]
            if mode == 0 and rewards[k] != 0:
                break
        returns.append(total)
    return returns


@given(
    st.lists(st.sampled_from([0.0, 0.0, 0.0, 1.0, -1.0, 0.5]), max_size=30),
    st.floats(0, 1),
    st.sampled_from([0, 1]),
)
def test_returns_are_what_the_definition_says(rewards, gamma, mode):
    got = discount_episode_rewards(rewards, gamma, mode)
    assert got.dtype == np.float32 and got.shape == (len(rewards),)
    np.testing.assert_allclose(got, by_definition(rewards, gamma, mode), rtol=1e-5, atol=1e-6)


def test_the_original_documents_these_numbers():
    rewards = np.asarray([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1])
    returns = discount_episode_rewards(rewards, gamma=0.99)
    np.testing.assert_allclose(returns[:6], 0.99 ** np.arange(5, -1, -1), rtol=1e-6)
    np.testing.assert_allclose(returns[6:14], 0.99 ** np.arange(7, -1, -1), rtol=1e-6)


def test_lists_and_arrays_give_the_same_and_stay_as_they_are():
    array = np.array([0, 1, 0, -1])
    from_list = discount_episode_rewards([0, 1, 0, -1], 0.5)
    np.testing.assert_array_equal(discount_episode_rewards(array, 0.5), from_list)
    np.testing.assert_array_equal(array, [0, 1, 0, -1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: discount_episode_rewards(np.zeros((2, 3))), "each episode by itself"),
        (lambda: discount_episode_rewards([0, np.nan]), "rewards holds NaN"),
        (lambda: discount_episode_rewards([0, 1], gamma=1.5), "gamma is 1.5"),
        (lambda: discount_episode_rewards([0, 1], mode=2), "mode is 2"),
        (lambda: batch_returns([[0, 1]], normalize="all"), "normalize is 'all'"),
        (lambda: advantage_estimates([0, 1], np.zeros(2), gamma=-0.1), "gamma is -0.1"),
    ],
)
def test_what_can_not_be_discounted_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_normalized_returns_have_mean_0_and_deviation_1():
    values = normalize_returns(np.random.default_rng(0).normal(3, 5, 1000))
    assert values.dtype == np.float32
    assert abs(values.mean()) < 1e-6 and abs(values.std() - 1) < 1e-6


@pytest.mark.parametrize(("value", "n"), [(0.0, 0), (0.1, 1), (-7.3, 1000), (1e6, 1000)])
def test_equal_returns_become_zeros_not_nan(value, n):
    np.testing.assert_array_equal(normalize_returns(np.full(n, value)), np.zeros(n))


@given(st.lists(st.integers(-21, 21), min_size=1, max_size=40), st.integers(1, 50))
def test_running_mean_is_the_mean_of_the_last_ones(rewards, width):
    want = [np.mean(rewards[max(0, i - width + 1) : i + 1]) for i in range(len(rewards))]
    np.testing.assert_allclose(running_mean(rewards, width), want, atol=1e-9)


def test_a_batch_is_normalised_by_episode_or_as_a_whole():
    rewards = [[0, 0, 1], [0, -1], [0, 0, 0, 0]]
    plain = [discount_episode_rewards(r) for r in rewards]
    for got, want in zip(batch_returns(rewards, normalize=None), plain, strict=True):
        np.testing.assert_array_equal(got, want)
    for got, want in zip(batch_returns(rewards), plain, strict=True):
        np.testing.assert_array_equal(got, normalize_returns(want))
    batch = batch_returns(rewards, normalize="batch")
    assert [len(r) for r in batch] == [3, 2, 4]
    whole = np.concatenate(plain)
    np.testing.assert_allclose(
        np.concatenate(batch), (whole - whole.mean()) / whole.std(), rtol=1e-5
    )


def test_a_batch_of_dense_rewards_in_mode_0_is_refused():
    with pytest.raises(ValueError, match="Use mode=1"):
        batch_returns([[1, 1], [1, 1, 1]])
    assert len(batch_returns([[1, 1], [0, 1, 1]])) == 2  # not every step is rewarded
    assert len(batch_returns([[1], [-1]])) == 2  # games of one step


def summed_advantages(rewards, values, gamma, lam, ends):
    """Generalised advantages as the sum that defines them (equation 16 of the paper)."""
    advantages = np.zeros(len(rewards))
    for t in range(len(rewards)):
        for k in range(t, len(rewards)):
            following = 0.0 if ends[k] else values[k + 1]
            surprise = rewards[k] + gamma * following - values[k]
            advantages[t] += (gamma * lam) ** (k - t) * surprise
            if ends[k]:
                break
    return advantages


@pytest.mark.parametrize("mode", [0, 1])
@pytest.mark.parametrize(("gamma", "lam"), [(0.99, 0.95), (0.9, 0.0), (1.0, 1.0), (0.0, 0.5)])
def test_advantages_are_the_sum_that_defines_them(mode, gamma, lam):
    rewards = rng.choice([-1.0, 0.0, 0.0, 0.0, 1.0], 40)
    guesses = rng.normal(size=40)
    ends = (rewards != 0) & (mode == 0)
    ends[-1] = True
    expected = summed_advantages(rewards, guesses, gamma, lam, ends)
    found = advantage_estimates(rewards, guesses, gamma, lam, mode)
    np.testing.assert_allclose(found, expected, atol=1e-6)


@pytest.mark.parametrize("mode", [0, 1])
def test_with_lambda_1_an_advantage_is_the_return_less_the_value(mode):
    rewards = rng.choice([-1.0, 0.0, 0.0, 1.0], 30)
    guesses = rng.normal(size=30)
    returns = discount_episode_rewards(rewards, 0.97, mode)
    found = advantage_estimates(rewards, guesses, 0.97, 1.0, mode)
    np.testing.assert_allclose(found, returns - guesses, atol=1e-5)


def history(n, batch=10):
    rewards = np.minimum(-21 + 0.1 * np.arange(n), 20)
    update = 1 + np.arange(n) // batch
    return {
        "episode": list(range(1, n + 1)),
        "reward": rewards.tolist(),
        "steps": [1000] * n,
        "update": update.tolist(),
        "seconds": (2.0 * update).tolist(),
        "cpu_seconds": (3.0 * update).tolist(),
    }


def test_curve_has_an_entry_for_each_update_the_short_last_one_included():
    curve = learning_curve(history(25), frames_a_step=4)
    assert curve["episodes"] == [10, 20, 25] and curve["frames"] == [40_000, 80_000, 100_000]
    assert curve["cpu_seconds"] == [3, 6, 9] and curve["seconds"] == [2, 4, 6]
    np.testing.assert_allclose(curve["reward"], [-20.55, -19.55, -18.8])
    np.testing.assert_allclose(curve["mean_reward"], [-20.55, -20.05, -19.8])


def test_a_level_is_reached_when_100_episodes_in_a_row_have_it_on_average():
    curve = learning_curve(history(400))
    first = reached(curve, 0)
    n = first["episodes"]
    rewards = np.array(history(400)["reward"])
    assert rewards[n - 100 : n].mean() >= 0 > rewards[n - 110 : n - 10].mean()
    assert first["cpu_seconds"] == 3 * n / 10


def test_a_good_start_is_not_yet_a_mean_of_100():
    flat = history(300) | {"reward": [5.0] * 300}
    assert reached(learning_curve(flat), 5)["episodes"] == 100
    assert reached(learning_curve(history(300)), 20) is None


def test_a_run_without_episodes_has_an_empty_curve():
    assert set(map(tuple, learning_curve({k: [] for k in history(1)}).values())) == {()}
