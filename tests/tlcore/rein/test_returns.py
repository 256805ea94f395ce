import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlcore.rein import (
    batch_returns,
    discount_episode_rewards,
    normalize_returns,
    running_mean,
)


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


def test_dense_rewards_come_back_unchanged_in_mode_0_as_documented():
    np.testing.assert_array_equal(discount_episode_rewards([1, 1, 1], 0.9), [1, 1, 1])
    np.testing.assert_allclose(discount_episode_rewards([1, 1, 1], 0.9, mode=1), [2.71, 1.9, 1])


@pytest.mark.parametrize("gamma", [1.5, -0.1, float("nan"), "0.9", True, None])
def test_a_gamma_outside_0_to_1_is_refused(gamma):
    with pytest.raises(ValueError, match="gamma"):
        discount_episode_rewards([0, 1], gamma)


@pytest.mark.parametrize(
    ("rewards", "error", "words"),
    [
        (np.zeros((2, 3)), ValueError, "each episode by itself"),
        ([0, float("nan")], ValueError, "NaN"),
        (["a"], TypeError, "expected numbers"),
        (3, ValueError, r"shape \(\)"),
    ],
)
def test_rewards_that_are_none_are_refused(rewards, error, words):
    with pytest.raises(error, match=words):
        discount_episode_rewards(rewards)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ValueError, match="mode is 2"):
        discount_episode_rewards([1], mode=2)


def test_normalized_returns_have_mean_0_and_deviation_1():
    values = normalize_returns(np.random.default_rng(0).normal(3, 5, 1000))
    assert values.dtype == np.float32
    assert abs(values.mean()) < 1e-6 and abs(values.std() - 1) < 1e-6


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e6])
@pytest.mark.parametrize("n", [0, 1, 1000])
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
