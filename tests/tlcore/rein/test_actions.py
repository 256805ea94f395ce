import numpy as np
import pytest
from scipy import stats

from tlcore.rein import choice_action_by_probs


def test_actions_come_as_often_as_their_probabilities_say():
    rng, probs = np.random.default_rng(1), [0.1, 0.0, 0.6, 0.3]
    counts = np.bincount([choice_action_by_probs(probs, rng=rng) for _ in range(5000)], minlength=4)
    assert counts[1] == 0
    kept = [0, 2, 3]
    assert stats.chisquare(counts[kept], 5000 * np.array(probs)[kept]).pvalue > 0.001


def test_it_is_not_uniform_as_the_original_says():
    rng = np.random.default_rng(2)
    assert sum(choice_action_by_probs([0.9, 0.1], rng=rng) for _ in range(1000)) < 200


def test_names_and_numbers_of_a_game_are_returned():
    assert choice_action_by_probs([0, 1, 0], ["stop", "up", "down"]) == "up"
    assert choice_action_by_probs([0, 0, 1], [1, 2, 3]) == 3


def test_equal_seeds_give_equal_actions():
    draw = [choice_action_by_probs([0.5, 0.5], rng=s) for s in range(30)]
    assert draw == [choice_action_by_probs([0.5, 0.5], rng=s) for s in range(30)]
    assert set(draw) == {0, 1}


def test_a_float32_softmax_over_many_actions_is_taken():
    logits = np.random.default_rng(0).normal(size=10_000).astype("float32")
    probs = np.exp(logits) / np.exp(logits).sum()
    assert 0 <= choice_action_by_probs(probs, rng=0) < 10_000


@pytest.mark.parametrize(
    "probs",
    [[], [[0.5, 0.5]], [0.5, 0.6], [1.5, -0.5], [float("nan"), 1.0], ["a"], [2.0, -1.0, 0.0]],
)
def test_what_are_no_probabilities_is_refused(probs):
    with pytest.raises(ValueError, match="probs"):
        choice_action_by_probs(probs)


def test_a_list_of_another_length_is_refused():
    with pytest.raises(ValueError, match="action_list has 3"):
        choice_action_by_probs([0.5, 0.5], [1, 2, 3])
