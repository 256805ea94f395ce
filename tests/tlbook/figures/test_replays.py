"""Replays: recorded and packed in Python, unpacked and played in a browser."""

import numpy as np
import pytest

from tlbook.figures.replay_files import Replay, load_replays, play_replay, save_replays
from tlbook.figures.replays import Replays
from tlbook.figures.store import load, pack
from tlcore.rein import (
    Environments,
    PongEnvironments,
    discount_episode_rewards,
    play_episodes,
)


def made_up(rng, age, n):
    """A ball and two paddles on the move, and points now and then."""
    frames = np.full((n, 80, 80), 87, np.uint8)
    for i in range(n):
        frames[i, 5 + i % 60 : 13 + i % 60, 8:10] = 147
        frames[i, 70 - i % 60 : 78 - i % 60, 70:72] = 148
        frames[i, (3 * i) % 80, (7 * i) % 80] = 236
    p = rng.dirichlet([1, 1], n)
    rewards = np.zeros(n, np.int8)
    rewards[9::10] = rng.choice([-1, 1], len(rewards[9::10]))
    rewards[-1] = 1
    return Replay(age, frames, p, rng.integers(0, 2, n).astype(np.uint8), rewards)


@pytest.fixture
def games(rng):
    return [made_up(rng, age, n) for age, n in [(0, 25), (200, 31), (1000, 40)]]


@pytest.fixture
def path(games, tmp_path):
    return save_replays(tmp_path / "games.npz", games, ["up", "down"])


class Court(Environments):
    """A game without a ball: a point every third step, an end after 100."""

    n_copies, n_actions, input_shape, name = 1, 2, (16,), "court"

    def reset(self, copy, seed):
        self.n, self.taken = 0, []
        return np.full(16, 3, np.uint8)

    def step(self, copies, actions):
        self.n += 1
        self.taken += actions
        return [(np.full(16, 3 + self.n, np.uint8), -float(self.n % 3 == 0), self.n == 100)]

    def inputs(self, now, before):
        return np.stack([now, before], axis=1)


# ---- recording ---------------------------------------------------------------------------------


def quarter(inputs):
    return np.tile([0.25, 0.75], (len(inputs), 1))


def test_a_replay_holds_what_was_played():
    asked = []

    def policy(inputs):
        asked.append(inputs[0, :, 5].tolist())
        return quarter(inputs)

    court = Court()
    replay = play_replay(court, policy, 200, n_points=2)
    assert replay.age == 200 and replay.rewards.tolist() == [0, 0, -1, 0, 0, -1]
    assert replay.frames.shape == (6, 4, 4)
    assert replay.frames[:, 0, 0].tolist() == [3, 4, 5, 6, 7, 8]
    assert asked == [[3, 3], [4, 3], [5, 4], [6, 5], [7, 6], [8, 7]]
    assert replay.actions.tolist() == court.taken
    np.testing.assert_array_equal(replay.probabilities, [[0.25, 0.75]] * 6)


@pytest.mark.parametrize("seed", [0, 7])
def test_it_is_the_beginning_of_the_episode_that_training_plays(seed):
    replay = play_replay(Court(), quarter, 0, n_points=99, seed=seed)
    (episode,) = play_episodes(Court(), quarter, [seed])
    assert len(replay.actions) == 99 and replay.actions.tolist() == episode.actions[:99]
    assert 0.6 < replay.actions.mean() < 0.9
    np.testing.assert_array_equal(replay.rewards, episode.rewards[:99])
    np.testing.assert_array_equal(replay.frames.reshape(99, 16), episode.observations[:99])


def test_pong_itself():
    replay = play_replay(PongEnvironments(1), quarter, 0, n_points=2, seed=3)
    (episode,) = play_episodes(PongEnvironments(1), quarter, [3], max_steps=len(replay.actions))
    assert replay.actions.tolist() == episode.actions
    np.testing.assert_array_equal(replay.frames.reshape(-1, 6400), episode.observations)
    assert np.flatnonzero(replay.rewards)[-1] == len(replay.rewards) - 1


def test_an_unfinished_point_is_left_out():
    assert play_replay(Court(), quarter, 0, 9, most=8).rewards.tolist() == [0, 0, -1, 0, 0, -1]
    assert play_replay(Court(), quarter, 0, 9, most=2).rewards.tolist() == [0, 0]


# ---- packing -----------------------------------------------------------------------------------


def test_round_trip_is_exact(games, path):
    loaded, actions = load_replays(path)
    assert actions == ["up", "down"]
    for a, b in zip(games, loaded, strict=True):
        assert a.age == b.age
        for name in ["frames", "actions", "rewards"]:
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))
        np.testing.assert_array_equal(a.probabilities.astype(np.float16), b.probabilities)


def test_any_picture_survives(tmp_path, rng):
    frames = rng.integers(0, 256, (4, 6, 255), np.uint8)
    frames[2] = frames[1]  # nothing changes
    noise = Replay(7, frames, np.full((4, 3), 1 / 3), np.zeros(4), np.zeros(4))
    path = save_replays(tmp_path / "noise.npz", [noise, noise], ["stay", "up", "down"])
    for replay in load_replays(path)[0]:
        np.testing.assert_array_equal(replay.frames, frames)


def test_it_is_small(path):
    assert len(pack(load(path))) / 96 < 150  # bytes a moment: 1.5 MB would be 10,000 moments


def test_files_are_checked(tmp_path, path):
    with pytest.raises(FileNotFoundError, match="none.npz"):
        Replays(tmp_path / "none.npz")
    np.savez(tmp_path / "other.npz", np.ones(3))
    with pytest.raises(ValueError, match="expected ages, moments"):
        Replays(tmp_path / "other.npz")
    with pytest.raises(ValueError, match="gamma is 1.5"):
        Replays(path, gamma=1.5)


def test_text_names_ages_and_scores(games, path):
    us, them = [(games[2].rewards == s).sum() for s in (1, -1)]
    text = repr(Replays(path))
    assert "before training (" in text and f"after 1,000 episodes ({us} : {them})." in text


# ---- in a browser ------------------------------------------------------------------------------


def load_files(stage):
    stage.page.get_by_role("button", name="Load the games").press("Enter")
    stage.page.wait_for_selector('[data-loaded="true"]')


def pixels(page, which):
    """Return the canvas as (80, 80, 3)."""
    return np.reshape(
        page.evaluate(
            f"""() => Array.from(document.querySelectorAll("canvas")[{which}].getContext("2d")
                 .getImageData(0, 0, 80, 80).data).filter((_, i) => i % 4 < 3)"""
        ),
        (80, 80, 3),
    )


def said(page):
    page.wait_for_timeout(60)
    return page.locator(".lbl-status").inner_text().replace("\u00a0", " ")


@pytest.mark.parametrize("gamma", [0.99, 0.5, 0.0, 1.0])
def test_discounted_rewards_are_those_of_tlcore(stage, rng, gamma):
    rewards = rng.choice([-1, 0, 0, 0, 0, 0, 1], 200).tolist()
    js = stage().functions("replay_data.js")
    got = js("([rewards, gamma]) => discountEpisodeRewards(rewards, gamma)", [rewards, gamma])
    expected = discount_episode_rewards(np.array(rewards, np.float32), gamma)
    np.testing.assert_allclose(got, expected, atol=1e-6)


def test_every_moment_shows_what_was_recorded(stage, games, path):
    stage = stage()
    stage.show(Replays(path), static=True)
    page = stage.page
    assert not page.get_by_role("slider", name="Moment").is_visible()
    assert said(page).startswith("Games of the agent at 3 ages: before training, 200 episodes")
    load_files(stage)
    ages = ["before training", "200 episodes", "1,000 episodes"]
    for age, i in [(2, 0), (2, 39), (0, 13), (1, 30)]:
        page.get_by_label(ages[age], exact=True).check()
        slider = page.get_by_role("slider", name="Moment")
        assert slider.get_attribute("aria-valuetext") == "1"
        slider.press("End" if i == len(games[age].frames) - 1 else "Home")
        for _ in range(i if i == 13 else 0):
            slider.press("ArrowRight")
        game = games[age]
        dark, bright = int(game.frames.min()), int(game.frames.max())
        grey = (game.frames[i].astype(float) - dark) * 255 / (bright - dark)
        np.testing.assert_allclose(pixels(page, 0)[..., 0], grey, atol=0.5)
        difference = game.frames[i].astype(int) - game.frames[max(i - 1, 0)]
        shown = pixels(page, 1)
        np.testing.assert_array_equal(shown[..., 0] > shown[..., 2], difference > 0)  # orange
        np.testing.assert_array_equal(shown[..., 0] < shown[..., 2], difference < 0)  # blue
        np.testing.assert_array_equal(shown.sum(2) == 0, difference == 0)
        percents = page.locator(".lbl-percent").all_inner_texts()
        got = [float(text[:-2]) for text in percents]
        np.testing.assert_allclose(got, 100 * game.probabilities[i], atol=0.56)
        value = discount_episode_rewards(game.rewards.astype(np.float32), 0.99)[i]
        us, them = [(game.rewards[: i + 1] == s).sum() for s in (1, -1)]
        assert page.locator(".lbl-score").inner_text() == f"Agent {us} : {them} opponent"
        text = said(page).replace("−", "-")
        name = ["up", "down"][game.actions[i]]
        assert f"moment {i + 1} of {len(game.frames)}" in text and f"drawn: {name}." in text
        assert f"Discounted reward {value:+.2f}." in text
        point = {1: "The agent scores.", -1: "The opponent scores.", 0: "."}[int(game.rewards[i])]
        assert point in text
        label = page.locator(".lbl-chart").get_attribute("aria-label").replace("−", "-")
        assert label.endswith(f"at moment {i + 1} it is {value:+.2f}")


def test_the_keyboard_goes_from_point_to_point(stage, path):
    stage = stage()
    stage.show(Replays(path), static=True)
    load_files(stage)
    page = stage.page
    button = page.get_by_role("button", name="To the next point")
    at = []
    for _ in range(5):
        button.press("Enter")
        at.append(page.get_by_role("slider", name="Moment").get_attribute("aria-valuetext"))
    assert at == ["10", "20", "30", "40", "10"]
    page.get_by_label("1,000 episodes").press("ArrowUp")
    assert page.get_by_label("200 episodes").is_checked()
    assert page.get_by_role("slider", name="Moment").get_attribute("aria-valuetext") == "1"


def test_plays_silently_to_the_end(stage, path):
    stage = stage()
    stage.show(Replays(path), static=True)
    load_files(stage)
    page, slider = stage.page, stage.page.get_by_role("slider", name="Moment")
    before = said(page)
    page.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function("+document.querySelector('input[type=range]').value > 15")
    assert page.locator(".lbl-status").inner_text().replace("\u00a0", " ") == before
    page.wait_for_selector("button:text-is('Play')")
    assert slider.input_value() == "39" and "moment 40 of 40" in said(page)
    page.get_by_role("button", name="Play").press("Enter")  # from the beginning
    page.wait_for_function("+document.querySelector('input[type=range]').value < 39")
    page.evaluate("window.cleanUp()")  # a figure that is taken away stops
    stopped = slider.input_value()
    page.wait_for_timeout(100)
    assert slider.input_value() == stopped


def test_accessible_and_narrow(stage, path):
    stage = stage(theme="dark", width=360)
    stage.show(Replays(path), static=True)
    assert stage.axe() == []
    load_files(stage)
    stage.page.get_by_role("slider", name="Moment").press("End")
    stage.page.wait_for_timeout(60)
    assert stage.axe() == []
    assert stage.overflow() == 0
