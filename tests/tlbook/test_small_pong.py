"""Small Pong: Gymnasium's own checks, its rules worked out by hand, its symmetry, its chance."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from tlbook import SmallPong
from tlbook.small_pong import (
    BALL,
    DOWN,
    FACE,
    FAST,
    HEIGHT,
    LEFT,
    PADDLE,
    RIGHT,
    SLOW,
    STAY,
    STRIDE,
    UP,
    WIDTH,
    XorShift,
)


@pytest.fixture
def env():
    env = SmallPong()
    env.reset(seed=0)
    return env


def put(env, x, y, vx, vy, paddles=(0, 0)):
    env.x, env.y, env.vx, env.vy, env.paddles = x, y, vx, vy, list(paddles)


def play(env, seed, action):
    """Play a game; return all observations and the rewards."""
    observations, rewards = [env.reset(seed=seed)[0]], []
    over = False
    while not over:
        seen, reward, ended, cut, info = env.step(action(env))
        observations.append(seen)
        rewards.append(reward)
        over = ended or cut
    return np.array(observations), np.array(rewards), info["score"], (ended, cut)


@pytest.mark.filterwarnings("error")
def test_gymnasium_checks_it():
    spec = gym.envs.registration.EnvSpec("SmallPong-v0", entry_point=SmallPong)
    check_env(gym.make(spec, render_mode="rgb_array", disable_env_checker=True).unwrapped)


def test_xorshift_is_marsaglias():
    """His example of a 32-bit xorshift, with the shifts 13, 17 and 5, starts from 2463534242."""
    random = XorShift(0)
    random.state = 2463534242
    random.below(1)
    assert random.state == 723471715  # Marsaglia, Xorshift RNGs, 2003, as widely reproduced
    assert XorShift(2**32 - 1).state == 1  # 0 would stay 0 for ever
    counts = np.bincount([XorShift(seed).below(17) for seed in range(3400)], minlength=17)
    assert ((counts - 200) ** 2 / 200).sum() < 39.25  # chi-square, 16 degrees, p = 0.001


def test_a_free_ball_and_the_walls(env):
    put(env, 300, 8, 12, -10, (164, 164))
    assert env.move(STAY, STAY) == 0
    assert (env.x, env.y, env.vx, env.vy) == (312, 2, 12, 10)  # 2 above the wall becomes 2 below
    put(env, 300, HEIGHT - BALL - 3, 12, 10, (164, 164))
    env.move(STAY, STAY)
    assert (env.y, env.vy) == (HEIGHT - BALL - 7, -10)


def test_paddles_move_and_stop_at_the_walls(env):
    put(env, 300, 200, 12, 0, (164, 5))
    env.move(DOWN, UP)
    assert env.paddles == [164 + STRIDE, 0]
    env.move(STAY, UP)
    assert env.paddles == [164 + STRIDE, 0]
    for _ in range(50):
        env.move(UP, DOWN)
    assert env.paddles == [0, HEIGHT - PADDLE]


@pytest.mark.parametrize("offset, vy", [(0, 0), (8, 5), (-8, -5), (43, 26), (-43, -26), (3, 1)])
def test_where_the_ball_hits_decides_its_angle(env, offset, vy):
    top = 164 + PADDLE // 2 + offset - BALL // 2
    put(env, FACE + 5, top, -15, 0, (164, 164))
    assert env.move(STAY, STAY) == 0
    assert (env.x, env.vx, env.vy) == (FACE + 10, 16, vy)
    put(env, WIDTH - FACE - BALL - 5, top, FAST, 0, (164, 164))
    assert env.move(STAY, STAY) == 0
    assert (env.x, env.vx, env.vy) == (WIDTH - FACE - BALL - FAST + 5, -FAST, vy)


@pytest.mark.parametrize("edge", [164 - BALL, 164 + PADDLE])
def test_a_ball_that_misses_scores(env, edge):
    put(env, FACE + 5, edge, -20, 0, (164, 164))
    rewards = [env.move(STAY, STAY) for _ in range(2)]
    assert rewards == [0, 1] and env.score == [0, 1] and env.x == 0
    put(env, WIDTH - FACE - BALL - 5, edge, 20, 0, (164, 164))
    assert [env.move(STAY, STAY) for _ in range(2)] == [0, -1] and env.score == [1, 1]


def test_both_sides_see_the_same_game(env):
    """Mirrored left and right, with the actions changed over, a game is the same game."""
    twin = SmallPong()
    twin.reset(seed=0)
    rng = np.random.default_rng(1)
    points = 0
    for _ in range(3000):
        put(twin, WIDTH - BALL - env.x, env.y, -env.vx, env.vy, env.paddles[::-1])
        np.testing.assert_array_equal(twin.observe(LEFT), env.observe(RIGHT))
        np.testing.assert_array_equal(twin.observe(RIGHT), env.observe(LEFT))
        left = env.scripted(LEFT, 70) if rng.random() < 0.9 else int(rng.integers(3))
        right = int(rng.integers(3))
        point = env.move(left, right)
        assert twin.move(right, left) == -point
        assert (twin.x, twin.y, twin.vx, twin.vy) == (
            WIDTH - BALL - env.x,
            env.y,
            -env.vx,
            env.vy,
        )
        assert twin.paddles == env.paddles[::-1]
        if point:
            points += 1
            env._serve()
    assert points > 10


def test_equal_seeds_give_equal_games_and_others_not():
    def game(seed):
        rng = np.random.default_rng(5)
        return play(SmallPong(), seed, lambda env: int(rng.integers(3)))

    (a, ra, score, _), (b, rb, _, _), (c, _, _, _) = game(3), game(3), game(4)
    np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(ra, rb)
    assert len(a) != len(c) or (a != c).any()
    assert sum(ra) == score[RIGHT] - score[LEFT] and sum(ra != 0) == sum(score)
    assert np.abs(a).max() <= 1 and a.dtype == np.float32


def test_a_second_game_isnt_the_first(env):
    first = env.reset(seed=0)[0]
    assert (env.reset()[0] != first).any()
    np.testing.assert_array_equal(env.reset(seed=0)[0], first)


def test_ends_at_the_points_or_is_cut_off():
    _, rewards, score, ends = play(SmallPong(opponent=100, points=2), 0, lambda env: STAY)
    assert score[LEFT] == 2 and ends == (True, False) and rewards[-1] == -1
    observations, _, score, ends = play(SmallPong(points=21, max_steps=50), 0, lambda env: STAY)
    assert len(observations) == 51 and ends == (False, True)


def test_a_serve_is_fair(env):
    serves = []
    for seed in range(400):
        env.reset(seed=seed)
        assert env.x == (WIDTH - BALL) // 2 and 50 <= env.y <= HEIGHT - BALL - 50
        serves.append((env.vx, env.vy, env.y))
    vx, vy, y = np.array(serves).T
    assert set(vx) == {-SLOW, SLOW} and abs((vx > 0).mean() - 0.5) < 0.1
    assert set(vy) == set(range(-8, 9)) and abs(y.mean() - (HEIGHT - BALL) / 2) < 15


def test_a_stronger_opponent_plays_better():
    def margin(strength):  # against one that follows the ball in 60 of 100 steps
        games = [
            play(SmallPong(strength, points=3), seed, lambda env: env.scripted(RIGHT, 60))[2]
            for seed in range(10)
        ]
        return np.mean([right - left for left, right in games])

    assert margin(10) > 1 and margin(95) < -1


def test_a_function_can_be_the_opponent():
    seen = []
    env = SmallPong(opponent=lambda observation: seen.append(observation) or DOWN)
    env.reset(seed=0)
    expected = env.observe(LEFT)
    env.step(UP)
    np.testing.assert_array_equal(seen[0], expected)
    assert env.paddles == [164 + STRIDE, 164 - STRIDE]


def test_pictures():
    env = SmallPong(render_mode="rgb_array")
    env.reset(seed=0)
    picture = env.render()
    assert picture.shape == (100, 160, 3) and picture.dtype == np.uint8
    lit = picture.any(-1)
    assert lit.sum() == (2 * PADDLE * 16 + BALL * BALL) // 16
    assert (picture[41:59, 152:156] == (92, 186, 92)).all()  # the agent's paddle, on the right
    silent = SmallPong()
    silent.reset(seed=0)
    assert silent.render() is None


@pytest.mark.parametrize(
    "options, said",
    [
        ({"opponent": 101}, "opponent is 101; expected a whole number from 0 to 100"),
        ({"points": 0}, "points is 0; expected a whole number of at least 1"),
        ({"max_steps": -1}, "max_steps is -1"),
        ({"render_mode": "human"}, "render_mode is 'human'; expected None or 'rgb_array'"),
    ],
)
def test_arguments_are_checked(options, said):
    with pytest.raises(ValueError, match=said):
        SmallPong(**options)


def test_a_step_is_checked(env):
    with pytest.raises(ValueError, match="action is 3; expected 0"):
        env.step(3)
    with pytest.raises(gym.error.ResetNeeded, match=r"call reset\(\)"):
        SmallPong().step(0)
