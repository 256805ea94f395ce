import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tlcore.nlp import sample, sample_top

rng = np.random.default_rng(0)


def shares(draw, n=4000):
    return np.bincount([draw() for _ in range(n)], minlength=4) / n


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_shares_are_powers_of_the_probabilities(temperature):
    a = np.array([0.1, 0.2, 0.3, 0.4])
    expected = a ** (1 / temperature) / (a ** (1 / temperature)).sum()
    # 5 standard errors; the same whether a list, unnormalised or float32.
    for given_as in (a, (a * 17).tolist(), a.astype("float32")):
        got = shares(lambda g=given_as: sample(g, temperature, rng))
        np.testing.assert_allclose(got, expected, atol=5 * 0.5 / np.sqrt(4000))


def test_a_float32_softmax_over_10000_words():
    """Numpy's own multinomial refuses some of these because their sum is above 1."""
    refused = 0
    for seed in range(100):
        logits = np.random.default_rng(seed).normal(size=10_000).astype("float32") * 3
        a = np.exp(logits - logits.max())
        a /= a.sum()
        assert 0 <= sample(a, 1.0) < 10_000
        assert 0 <= sample_top(a, 50) < 10_000
        try:
            np.random.multinomial(1, a)
        except ValueError:
            refused += 1
    assert refused > 0  # or this test shows nothing


def test_extreme_temperatures():
    a = [0.3, 0.4, 0.3 - 1e-6]
    assert {sample(a, None) for _ in range(20)} == {1}
    assert {sample(a, 1e-6, rng) for _ in range(50)} == {1}
    assert {sample([1e-300, 1e300, 0.0], 1e-3, rng) for _ in range(50)} == {1}
    assert {sample([1e-300, 1.0, 0.0], 1e9, rng) for _ in range(200)} == {0, 1}


@given(st.lists(st.sampled_from([0.0, 0.25, 1.0]), min_size=1, max_size=8), st.integers(1, 10))
def test_what_has_probability_0_is_never_drawn(a, k):
    if not any(a):
        a[0] = 1.0
    assert all(a[sample(a, t, rng)] > 0 for t in (0.3, 1.0, 5.0))
    assert a[sample_top(a, k, rng)] > 0


def test_the_ends_of_the_random_numbers():
    class Fixed:
        def __init__(self, value):
            self.value = value

        def random(self):
            return self.value

    a = [0.0, 0.5, 0.5, 0.0]
    assert sample(a, rng=Fixed(0.0)) == 1
    assert sample(a, rng=Fixed(np.nextafter(1, 0))) == 2
    assert sample(a, rng=Fixed(1.0)) == 2  # rounding may take the product there


def test_the_top_k_and_their_shares():
    a = [0.1, 0.2, 0.3, 0.4]
    got = shares(lambda: sample_top(a, 2, rng))
    np.testing.assert_allclose(got, [0, 0, 3 / 7, 4 / 7], atol=0.04)
    assert sample_top(a, 1) == 3
    got = shares(lambda: sample_top(a, 100, rng))  # more than there are
    np.testing.assert_allclose(got, a, atol=0.04)


def test_numpys_seed_repeats_the_draws():
    a = np.ones(1000)
    draws = []
    for _ in range(2):
        np.random.seed(3)
        draws.append([sample(a), sample_top(a, 500), sample(a, 0.5)])
    assert draws[0] == draws[1] and len(set(draws[0])) > 1
    assert all(type(draw) is int for draw in draws[0])


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: sample([]), r"a has shape \(0,\)"),
        (lambda: sample([[0.5, 0.5]]), r"a has shape \(1, 2\).*a\[0\]"),
        (lambda: sample_top([0.5, float("nan")]), "a holds NaN"),
        (lambda: sample_top([-1.0, 2.0]), "from -1 to 2.*no probabilities"),
        (lambda: sample([0.0, 0.0]), "one above 0"),
        (lambda: sample([1.0], 0), "temperature is 0; .*None for the likeliest"),
        (lambda: sample_top([1.0], temperature=float("nan")), "temperature is nan"),
        (lambda: sample_top([1.0], 0), "top_k is 0"),
    ],
)
def test_bad_input(call, match):
    with pytest.raises(ValueError, match=match):
        call()


def test_sample_top_takes_a_temperature():
    rng = np.random.default_rng(0)
    a = [0.1, 0.5, 0.4, 0.0]
    draws = [sample_top(a, 2, rng, temperature=0.5) for _ in range(4000)]
    expected = 0.25 / (0.25 + 0.16)  # squares, among the two likeliest
    assert abs(draws.count(1) / 4000 - expected) < 0.03 and set(draws) == {1, 2}
    assert {sample_top(a, 3, rng, temperature=1e-4) for _ in range(50)} == {1}
