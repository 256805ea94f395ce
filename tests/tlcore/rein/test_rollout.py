import numpy as np
import pytest
from scipy import stats

from tlcore.rein import (
    Environments,
    choice_action_by_probs,
    evaluate,
    make_environments,
    play_episodes,
)


class Corridor(Environments):
    """Five rooms in a row; action 1 goes on, action 0 back. A reward at the end of the corridor."""

    n_actions, input_shape, name = 2, (3,), "corridor"

    def __init__(self, n_copies):
        self.n_copies = n_copies
        self.rooms = [None] * n_copies

    def reset(self, copy, seed):
        assert self.rooms[copy] is None, "an episode was under way"
        self.rooms[copy] = seed % 3
        return np.array([self.rooms[copy]])

    def step(self, copies, actions):
        results = []
        for copy, action in zip(copies, actions, strict=True):
            room = max(0, self.rooms[copy] + (1 if action else -1))
            over = room == 5
            self.rooms[copy] = None if over else room  # a copy that rests would fail at a step
            results.append((np.array([room]), float(over), over))
        return results

    def inputs(self, now, before):
        return np.concatenate([now, before, now - before], axis=1).astype("float32")


def halves(inputs):
    return np.full((len(inputs), 2), 0.5)


def test_an_episode_doesnt_depend_on_how_many_play_beside_it():
    runs = [play_episodes(Corridor(n), halves, range(20)) for n in (1, 3, 50)]
    for other in runs[1:]:
        for one, two in zip(runs[0], other, strict=True):
            assert (one.seed, one.actions, one.rewards) == (two.seed, two.actions, two.rewards)
    assert len({tuple(episode.actions) for episode in runs[0]}) > 15


def test_observations_belong_to_the_step_before_their_action():
    for episode in play_episodes(Corridor(2), halves, [3, 4, 5]):
        rooms = [int(o[0]) for o in episode.observations]
        assert rooms[0] == episode.seed % 3 and len(rooms) == len(episode)
        for room, action, after in zip(rooms, episode.actions, rooms[1:] + [5], strict=False):
            assert after == max(0, room + (1 if action else -1))
        assert episode.rewards == [0.0] * (len(episode) - 1) + [1.0] and episode.score == 1


def test_inputs_of_any_piece_are_those_that_the_policy_saw():
    seen = []

    def policy(inputs):
        seen.append(inputs)
        return halves(inputs)

    environments = Corridor(1)
    [episode] = play_episodes(environments, policy, [7])
    seen = np.concatenate(seen)
    np.testing.assert_array_equal(seen[0], [1, 1, 0])  # nothing came before the first
    n = len(episode)
    np.testing.assert_array_equal(episode.inputs(environments, 0, n), seen)
    for first in range(n):
        for last in range(first + 1, n + 1):
            np.testing.assert_array_equal(
                episode.inputs(environments, first, last), seen[first:last]
            )


def test_greedy_takes_the_likeliest_action():
    def on(inputs):
        return np.tile([0.4, 0.6], (len(inputs), 1))

    [episode] = play_episodes(Corridor(1), on, [0], greedy=True)
    assert episode.actions == [1] * 5


def test_an_endless_episode_is_cut_off_and_says_so():
    def back(inputs):
        return np.tile([1.0, 0.0], (len(inputs), 1))

    environments = Corridor(1)
    environments.reset = lambda copy, seed: environments.rooms.__setitem__(copy, 1) or np.array([1])
    episodes = play_episodes(environments, back, [0, 1], max_steps=30)
    assert [len(e) for e in episodes] == [30, 30] and all(e.cut for e in episodes)


def test_without_keeping_there_are_no_observations():
    [episode] = play_episodes(Corridor(1), halves, [0], keep=False)
    assert episode.observations == [] and len(episode) == len(episode.actions) > 0


def test_on_step_sees_who_still_plays():
    seen = []
    play_episodes(Corridor(4), halves, range(6), on_step=seen.append)
    assert seen[0] == [0, 1, 2, 3] and seen[-1] == []


def test_evaluate_gives_the_scores_of_its_seeds():
    environments = make_environments("CartPole-v1", 3)
    scores = evaluate(environments, halves, n_episodes=7, seed=50)
    one_by_one = play_episodes(make_environments("CartPole-v1"), halves, range(50, 57))
    assert scores.tolist() == [episode.score for episode in one_by_one]


def test_a_policy_for_another_number_of_actions_is_refused():
    with pytest.raises(ValueError, match="n_units=2"):
        play_episodes(Corridor(1), lambda x: np.full((len(x), 3), 1 / 3), [0])


def test_weights_that_are_nan_are_noticed():
    with pytest.raises(FloatingPointError, match="NaN"):
        play_episodes(Corridor(1), lambda x: np.full((len(x), 2), np.nan), [0])


def test_actions_come_as_often_as_their_probabilities_say():
    rng, probs = np.random.default_rng(1), [0.1, 0.0, 0.6, 0.3]
    counts = np.bincount([choice_action_by_probs(probs, rng=rng) for _ in range(5000)], minlength=4)
    assert counts[1] == 0
    kept = [0, 2, 3]
    assert stats.chisquare(counts[kept], 5000 * np.array(probs)[kept]).pvalue > 0.001


def test_equal_seeds_give_equal_actions():
    draw = [choice_action_by_probs([0.5, 0.5], rng=s) for s in range(30)]
    assert draw == [choice_action_by_probs([0.5, 0.5], rng=s) for s in range(30)]
    assert set(draw) == {0, 1}


def test_a_float32_softmax_over_many_actions_is_taken():
    logits = np.random.default_rng(0).normal(size=10_000).astype("float32")
    probs = np.exp(logits) / np.exp(logits).sum()
    assert 0 <= choice_action_by_probs(probs, rng=0) < 10_000


@pytest.mark.parametrize(
    ("probs", "action_list", "words"),
    [
        ([[0.5, 0.5]], None, "probs has shape"),
        ([0.5, 0.6], None, "with sum 1.1; expected"),
        ([2.0, -1.0, 0.0], None, "probs goes from -1 to 2"),
        ([0.5, 0.5], [1, 2, 3], "action_list has 3"),
    ],
)
def test_what_are_no_probabilities_is_refused(probs, action_list, words):
    with pytest.raises(ValueError, match=words):
        choice_action_by_probs(probs, action_list)
