"""The policy's panel: its training against the trainer alone, its thread, its page."""

import functools
import io
import time

import keras
import numpy as np
import pytest
from matplotlib.image import imread
from stage import threads, wait_for

from tlbook.figures.game_pictures import draw_cart_pole, picture_of, to_png
from tlbook.figures.policy_panel import MOST_POINTS, PolicyPanel
from tlcore.layers import DenseLayer, InputLayer
from tlcore.rein import PongEnvironments
from tlcore.train.policy_gradient import PolicyGradient


def cart_pole(**settings):
    keras.utils.set_random_seed(0)
    network = DenseLayer(DenseLayer(InputLayer((4,)), 16, "relu"), 2)
    settings = {"learning_rate": 0.01, "batch_size": 2, "mode": 1, "n_copies": 2} | settings
    return PolicyGradient(network, "CartPole-v1", **settings)


def pong(**settings):
    keras.utils.set_random_seed(0)
    network = DenseLayer(DenseLayer(InputLayer((6400,)), 8, "relu"), 2)
    return PolicyGradient(network, "Pong", batch_size=1, n_copies=1, max_steps=30, **settings)


@pytest.fixture(scope="module")
def compiled():
    """One panel for all tests: compiling its training takes longer than most of them."""
    panel = PolicyPanel(cart_pole())
    yield panel
    panel.close()


@pytest.fixture
def panel(compiled):
    compiled.learning_rate, compiled.gamma, compiled.batch_size = 0.01, 0.99, 2
    compiled.reset()
    yield compiled
    compiled.pause()
    assert threads() == []


def weights_of(trainer):
    return [v.value.numpy().copy() for v in trainer.variables]


def films(panel):
    """The pictures of the film, decoded by matplotlib."""
    ends = np.cumsum([0, *panel.film_lengths])
    parts = [panel.film[a:b] for a, b in zip(ends, ends[1:], strict=False)]
    return [imread(io.BytesIO(part), format="png") for part in parts]


# ---- pictures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(7, 5), (6, 9, 3), (210, 160)])
def test_png_is_read_by_others(rng, shape):
    picture = rng.integers(0, 256, shape, dtype=np.uint8)
    read = np.round(255 * imread(io.BytesIO(to_png(picture)), format="png"))
    np.testing.assert_array_equal(read, picture)


def test_cart_pole_is_drawn_where_it_is():
    def place(picture):
        rows, columns = np.nonzero(picture == 255)
        return columns[rows.argmin()], columns[rows.argmax()]  # top and foot of the pole

    assert place(draw_cart_pole(0, 0)) == pytest.approx((80, 80), abs=1)
    top, foot = place(draw_cart_pole(1.2, 0.2))
    assert foot == pytest.approx(80 + 1.2 / 4.8 * 160, abs=2)
    assert top - foot == pytest.approx(np.sin(0.2) * 160 / 4.8, abs=2)
    top, foot = place(draw_cart_pole(-1.2, -0.2))
    assert foot == pytest.approx(40, abs=2) and top < foot
    draw_cart_pole(-9, 3)  # out of the picture: nothing breaks


def test_pong_gives_its_own_screen():
    environments = PongEnvironments(1)
    environments.reset(0, seed=0)
    picture = picture_of(environments, 0)
    assert picture.shape == (210, 160) and picture.dtype == np.uint8 and len(to_png(picture)) < 2000


# ---- training ----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [cart_pole, pong])
def test_trains_as_the_trainer_does(make):
    panel, alone = PolicyPanel(make()), make()
    curves = panel.run(n_updates=3)
    results = [alone.update() for _ in range(3)]
    for a, b in zip(weights_of(panel._trainer), weights_of(alone), strict=True):
        np.testing.assert_array_equal(a, b)
    assert curves["episode"] == [r["episodes"] for r in results]
    for name in ["reward", "mean_reward"]:
        assert curves[name] == pytest.approx([r[name] for r in results], abs=1e-4)


def test_reset_gives_the_same_run_again_with_the_settings_as_they_are(panel):
    first = panel.run(3)
    film = panel.film
    panel.learning_rate = 0.005
    panel.reset()
    assert panel.history["episode"] == [] and panel.film == panel.frame == b""
    assert panel._trainer.learning_rate == pytest.approx(0.005) and panel._trainer.n_updates == 0
    panel.learning_rate = 0.01
    assert panel.run(3) == first and panel.film == film


def test_closing_stops_and_reset_goes_back_to_what_was_handed_over():
    trainer = cart_pole()
    trainer.update()
    before, episodes = weights_of(trainer), trainer.n_episodes
    panel = PolicyPanel(trainer)
    assert panel.run(2)["episode"] == [4, 6]
    panel.reset()
    assert trainer.n_episodes == episodes == 2 and trainer.n_updates == 1
    for a, b in zip(weights_of(trainer), before, strict=True):
        np.testing.assert_array_equal(a, b)
    panel.start()
    panel.close()
    assert threads() == []


def test_a_pause_drops_the_update_under_way_and_changes_nothing(panel, monkeypatch):
    straight = panel.run(2)
    expected = weights_of(panel._trainer)
    panel.reset()
    panel.run(1)
    before, watch, calls = weights_of(panel._trainer), panel._watch, []

    def pausing(copies):
        calls.append(copies)
        if len(calls) == 5:
            panel._stop.set()
        watch(copies)

    monkeypatch.setattr(panel, "_watch", pausing)
    panel.run(1)  # ends in the middle
    assert len(calls) == 5 and panel.status == "paused" and panel._trainer.n_updates == 1
    for a, b in zip(weights_of(panel._trainer), before, strict=True):
        np.testing.assert_array_equal(a, b)
    assert panel.run(1) == straight
    for a, b in zip(weights_of(panel._trainer), expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_settings_act_while_it_runs(panel):
    panel.start()
    wait_for(lambda: panel._trainer.n_updates > 1)
    panel.set_state({"learning_rate": 1e-12, "gamma": 0.5, "batch_size": 5})  # sliders move
    trainer = panel._trainer
    assert (trainer.gamma, trainer.batch_size) == (0.5, 5)
    n = trainer.n_updates
    wait_for(lambda: trainer.n_updates > n + 1)
    before = weights_of(trainer)[0]
    n = trainer.n_updates
    wait_for(lambda: trainer.n_updates > n + 2)
    panel.pause()
    np.testing.assert_allclose(weights_of(trainer)[0], before, atol=1e-9)
    assert np.diff(panel.history["episode"])[-1] == 5
    assert threads() == [] and panel.status == "paused"


def test_start_returns_at_once_and_step_is_one_update(panel):
    panel.run(1)
    begun = time.monotonic()
    panel.step()
    assert time.monotonic() - begun < 0.5
    wait_for(lambda: panel.status == "paused" and panel._trainer.n_updates == 2)
    wait_for(lambda: threads() == [])
    for _ in range(3):
        panel.start()  # more than once is once
    assert len(threads()) == 1
    panel.reset()
    assert threads() == [] and panel.history["episode"] == []


def test_the_film_shows_the_game(panel):
    panel.run(2)
    pictures = films(panel)
    assert 2 <= len(pictures) <= 60 and all(p.shape == (100, 160) for p in pictures)
    assert panel.frame == panel.film[-panel.film_lengths[-1] :]
    assert len({p.tobytes() for p in pictures}) > len(pictures) / 2  # it moves
    assert len(panel.film) < 100_000


def test_curves_stay_short(panel):
    panel.history = {name: list(range(MOST_POINTS)) for name in panel.history}
    panel.run(1)
    assert len(panel.history["episode"]) == MOST_POINTS // 2 + 1
    assert panel.history["episode"][:3] == [0, 2, 4] and panel.history["episode"][-1] == 2
    panel.step()  # and it still ends
    wait_for(lambda: panel.status == "paused" and panel._trainer.n_updates == 2)


def test_a_failure_is_shown_and_reset_mends_it(panel):
    first = panel.run(1)
    panel.reset()
    panel.learning_rate = 1e38
    panel.start()
    wait_for(lambda: panel.status == "error")
    assert panel.message.startswith("FloatingPointError: ")
    panel.reset()
    assert (panel.status, panel.message) == ("paused", "")
    panel.learning_rate = 0.01
    assert panel.run(1) == first


def test_input_is_checked(panel):
    with pytest.raises(TypeError, match="trainer is a str; expected a tl.train.PolicyGradient"):
        PolicyPanel("CartPole-v1")
    with pytest.raises(ValueError, match="learning_rate is 0.0; expected a positive"):
        panel.learning_rate = 0
    with pytest.raises(ValueError, match="gamma"):
        panel.gamma = 1.5
    with pytest.raises(ValueError, match="batch_size"):
        panel.batch_size = 0
    assert (panel.learning_rate, panel.gamma, panel.batch_size) == (0.01, 0.99, 2)
    assert "addresses" not in repr(panel) and " at 0x" not in repr(panel)


# ---- in a browser ------------------------------------------------------------------------------


def pixels(page):
    """Grey of the picture's pixels, as the browser has decoded it."""
    page.wait_for_function("document.querySelector('img').complete")
    return page.evaluate(
        """() => { const img = document.querySelector("img"), c = document.createElement("canvas");
             [c.width, c.height] = [img.naturalWidth, img.naturalHeight];
             const context = c.getContext("2d");
             context.drawImage(img, 0, 0);
             const { data } = context.getImageData(0, 0, c.width, c.height);
             return [c.width, c.height, ...data.filter((_, i) => i % 4 === 0)]; }"""
    )


def test_recorded_run_without_a_kernel(stage, panel):
    panel.run(3)
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    stage.check_inert(
        ["Start", "Step (one update)", "Reset"],
        ["Learning rate", "Discount γ", "Episodes an update"],
    )
    label = page.locator(".lbl-chart").get_attribute("aria-label")
    assert f"mean of the last 100 {panel.history['mean_reward'][-1]:.2f}" in label
    page.wait_for_timeout(400)
    assert page.locator(".lbl-status").inner_text().startswith("After 6 episodes: mean reward")
    slider = page.get_by_role("slider", name="Look back")  # lives without a kernel
    pictures = [np.round(255 * p) for p in films(panel)]
    for key, i in [("End", -1), ("Home", 0), ("ArrowRight", 1)]:
        slider.press(key)
        page.wait_for_timeout(100)
        width, height, *shown = pixels(page)
        np.testing.assert_array_equal(np.reshape(shown, (height, width)), pictures[i])
    assert page.locator("img").get_attribute("alt").startswith("Picture 2 of the last")


def test_controls_drive_the_training(stage, panel):
    stage = stage()
    stage.show(panel)
    page = stage.page
    carry = functools.partial(
        stage.carry, "history", "frame", "film", "film_lengths", "status", "message"
    )
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    page.get_by_role("slider", name="Discount").press("ArrowLeft")
    page.get_by_role("slider", name="Episodes an update").press("ArrowRight")
    carry()
    trainer = panel._trainer
    assert trainer.learning_rate == pytest.approx(0.03)
    assert (trainer.gamma, trainer.batch_size) == (0.98, 5)
    assert not page.locator("img").is_visible()
    page.get_by_role("button", name="Step").press("Enter")
    carry()
    wait_for(lambda: panel.status == "paused" and trainer.n_updates == 1 and panel.film)
    carry()
    page.locator("img").wait_for(state="visible")
    assert page.locator(".lbl-curve").count() == 2
    before = page.locator(".lbl-curve").first.get_attribute("d")
    page.get_by_role("button", name="Start").press("Enter")
    carry()
    old = panel.frame
    wait_for(lambda: trainer.n_updates > 3 and panel.frame != old)
    carry()
    assert page.locator("img").get_attribute("alt") == "The game while the agent learns"
    assert not page.get_by_role("slider", name="Look back").is_visible()
    assert page.locator(".lbl-curve").first.get_attribute("d") != before
    page.get_by_role("button", name="Pause").press("Enter")
    carry()
    assert panel.status == "paused" and threads() == []
    carry()
    assert page.get_by_role("slider", name="Look back").is_visible()
    page.get_by_role("button", name="Reset").press("Enter")
    carry()
    carry()
    assert panel.history["episode"] == [] and page.locator(".lbl-curve").count() == 0
    stage.check_clean_up()


def test_failure_is_on_the_page(stage, panel):
    panel.learning_rate = 1e38
    with pytest.raises(FloatingPointError):
        panel.run(20)
    stage = stage()
    stage.show(panel)
    assert "FloatingPointError: " in stage.page.get_by_role("alert").inner_text()
    assert stage.page.get_by_role("button", name="Start").is_disabled()
    assert stage.page.get_by_role("button", name="Reset").is_enabled()
    assert stage.axe() == []


@pytest.mark.parametrize("static", [True, False])
@pytest.mark.parametrize("theme, width", [("light", 1000), ("dark", 1000), ("dark", 360)])
def test_accessible_and_narrow(stage, panel, theme, width, static):
    panel.run(2)
    stage = stage(theme=theme, width=width)
    stage.show(panel, static=static)
    stage.page.wait_for_timeout(400)
    assert stage.axe() == []
    assert stage.overflow() == 0
