import builtins

import gymnasium as gym
import numpy as np
import pytest

from tlcore.rein import (
    GymEnvironments,
    PongEnvironments,
    PongPictures,
    make_environments,
    play_episodes,
)


def test_any_discrete_environment_works_by_its_id():
    environments = make_environments("CartPole-v1", 3)
    assert (environments.n_copies, environments.n_actions) == (3, 2)
    observation = environments.reset(1, seed=5)
    theirs = gym.make("CartPole-v1")
    np.testing.assert_array_equal(observation, theirs.reset(seed=5)[0])
    [(now, reward, over)] = environments.step([1], [0])
    want, want_reward, ended, cut, _ = theirs.step(0)
    np.testing.assert_array_equal(now, want)
    assert (reward, over) == (want_reward, ended or cut)


class Odd(gym.Env):
    """Actions 5 and 6, a screen of two numbers that it writes into again and again."""

    observation_space = gym.spaces.Box(-1, 1, (2,))
    action_space = gym.spaces.Discrete(2, start=5)
    render_mode = None
    seen = np.zeros(2, np.float32)

    def reset(self, *, seed=None, options=None):
        self.seen[:] = 0
        return self.seen, {}

    def step(self, action):
        assert action in (5, 6)
        self.seen += 1
        return self.seen, 0.0, False, False, {}


def test_a_function_makes_an_environment_and_actions_may_start_anywhere():
    environments = GymEnvironments(Odd, 1)
    first = environments.reset(0, seed=0)
    [(second, _, _)] = environments.step([0], [1])
    assert (first.tolist(), second.tolist()) == ([0, 0], [1, 1])  # not the same array twice
    assert environments.name == "Odd"


def test_pictures_come_where_they_are_wanted():
    pytest.importorskip("pygame")
    environments = GymEnvironments("CartPole-v1", 1, render=True)
    environments.reset(0, seed=0)
    assert environments.screen(0).shape[2] == 3
    assert GymEnvironments("CartPole-v1", 1).screen(0) is None


def play(environments, copy, seed, actions):
    courts = [environments.reset(copy, seed)]
    rewards = []
    for action in actions:
        [(court, reward, _)] = environments.step([copy], [action])
        courts.append(court)
        rewards.append(reward)
    return np.array(courts), np.array(rewards)


def test_a_game_of_pong_played_to_its_end_does_not_show_in_the_next():
    """ale-py begins a finished game anew by itself, at the next step: not after our reset."""
    always_up = lambda inputs: np.tile([1.0, 0.0], (len(inputs), 1))  # noqa: E731
    _, second = play_episodes(PongEnvironments(1), always_up, [1, 2])
    [alone] = play_episodes(PongEnvironments(1), always_up, [2])
    assert second.score == alone.score <= -15 and len(second) == len(alone) > 500
    np.testing.assert_array_equal(second.observations, alone.observations)


def test_pong_is_fixed_by_its_seed_whatever_a_copy_played_before():
    environments = PongEnvironments(2, repeat_action_probability=0.25)
    actions = np.random.default_rng(0).integers(2, size=120)
    courts, rewards = play(environments, 0, 7, actions)
    again, rewards_again = play(environments, 1, 7, actions)
    np.testing.assert_array_equal(courts, again)
    np.testing.assert_array_equal(rewards, rewards_again)
    assert courts.dtype == np.uint8 and courts.shape == (121, 6400)
    reused, _ = play(environments, 0, 7, actions)
    np.testing.assert_array_equal(courts, reused)
    other, _ = play(environments, 1, 8, actions)
    assert (courts != other).any()


def test_pong_shows_what_gymnasiums_pong_shows():
    """The courts of the fast way are those of ALE/Pong-v5, frame skip 4, up and down alike."""
    import ale_py

    gym.register_envs(ale_py)
    theirs = gym.make("ALE/Pong-v5", obs_type="grayscale", repeat_action_probability=0.0)
    theirs.reset(seed=3)
    mine = PongEnvironments(1)
    mine.reset(0, seed=3)
    for action in [0] * 12:  # to the upper end, wherever the two began
        mine.step([0], [action])
        theirs.step(2)
    rows = [
        np.flatnonzero(court.reshape(80, 80)[:, 71] == 147)  # our paddle, of grey 147
        for court in (
            mine.step([0], [0])[0][0],
            theirs.step(2)[0][35:195:2, ::2].copy(),
        )
    ]
    np.testing.assert_array_equal(rows[0], rows[1])
    assert 0 < len(rows[0]) <= 8 and rows[0][0] < 5
    for _ in range(12):
        mine.step([0], [1])
    below = np.flatnonzero(mine.step([0], [1])[0][0].reshape(80, 80)[:, 71] == 147)
    assert below[-1] > 70


def test_three_actions_are_stop_up_and_down():
    pong = PongEnvironments(1, n_actions=3)
    pong.reset(0, seed=0)

    def top(action, n):
        for _ in range(n):
            [(court, _, _)] = pong.step([0], [action])
        return np.flatnonzero(court.reshape(80, 80)[:, 71] == 147)[0]

    up = top(1, 12)
    middle = top(2, 3)
    assert up < middle < top(2, 3)
    rest = top(0, 6)  # it comes to rest, and stays
    assert top(0, 4) == rest


def test_the_screen_is_the_last_picture():
    pong = PongEnvironments(1)
    pong.reset(0, seed=0)
    [(court, _, _)] = pong.step([0], [0])
    assert pong.screen(0).shape == (210, 160)
    np.testing.assert_array_equal(pong.screen(0)[35:195:2, ::2].ravel(), court)


def test_pong_shows_two_paddles_on_an_empty_court():
    games = PongPictures(1)
    now = games.reset(0, seed=0)
    for _ in range(60):
        before = now
        [(now, _, _)] = games.step([0], [0])
    (picture,) = games.inputs(now[None], before[None])
    assert picture.shape == games.input_shape == (40, 40, 2) and games.n_actions == 3
    columns = np.flatnonzero((np.abs(picture[1:-1, :, 0]) > 0.1).any(axis=0))
    assert np.mean(np.abs(picture[2:-2]) < 1e-6) > 0.9  # the court itself is 0
    assert columns.min() < 10 and columns.max() > 30


@pytest.mark.parametrize(
    ("environment", "options", "error", "words"),
    [
        ("Pong", {"n_actions": 6}, ValueError, "n_actions is 6"),
        ("Pong", {"repeat_action_probability": 1.5}, ValueError, "repeat_action_probability"),
        ("Pong", {"n_copies": 0}, ValueError, "n_copies is 0"),
        ("CartPole-v1", {"n_copies": 0}, ValueError, "n_copies is 0"),
        ("Pendulum-v1", {}, TypeError, "expected a Discrete space"),
        ("CratPole-v1", {}, ValueError, "pprint_registry"),  # the way to list them
        (gym.make("CartPole-v1"), {}, TypeError, "lambda: gym.make"),  # one can't be copied
    ],
)
def test_what_can_not_be_played_is_refused(environment, options, error, words):
    with pytest.raises(error, match=words):
        make_environments(environment, **options)


@pytest.mark.parametrize(
    ("environment", "missing"),
    [("Pong", "ale_py"), ("ALE/Breakout-v5", "ale_py"), ("CartPole-v1", "gymnasium")],
)
def test_what_is_not_installed_is_named_with_the_pip_line(monkeypatch, environment, missing):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.split(".")[0] == missing:
            raise ImportError(f"No module named {name!r}")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match="pip install gymnasium ale-py"):
        make_environments(environment)
