"""The policy's panel: its training against the trainer alone, its film."""

import io

import keras
import numpy as np
import pytest
from matplotlib.image import imread
from panels import cart_pole, weights_of
from stage import wait_for

from tlbook.figures import PolicyPanel
from tlbook.figures.game_pictures import draw_cart_pole, picture_of, to_png
from tlcore.layers import DenseLayer, InputLayer
from tlcore.rein import PongEnvironments
from tlcore.train import PolicyGradient


def pong():
    keras.utils.set_random_seed(0)
    network = DenseLayer(DenseLayer(InputLayer((6400,)), 8, "relu"), 2)
    return PolicyGradient(network, "Pong", batch_size=1, n_copies=1, max_steps=30)


def films(panel):
    """The pictures of the film, decoded by matplotlib."""
    ends = np.cumsum([0, *(look["bytes"] for look in panel.looks)])
    parts = [panel.pictures[a:b] for a, b in zip(ends, ends[1:], strict=False)]
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
    curves = panel.run(n_updates=2)
    results = [alone.update() for _ in range(2)]
    weights = [v.value.numpy() for v in alone.variables]
    for a, b in zip(weights_of(panel), weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert curves["episode"] == [r["episodes"] for r in results]
    for name in ["reward", "mean_reward"]:
        assert curves[name] == pytest.approx([r[name] for r in results], rel=1e-5)


def test_reset_goes_back_to_what_was_handed_over():
    trainer = cart_pole()
    trainer.update()
    panel = PolicyPanel(trainer)
    before = weights_of(panel)
    assert panel.run(2)["episode"] == [4, 6]
    panel.reset()
    assert trainer.n_episodes == 2 and trainer.n_updates == 1
    for a, b in zip(weights_of(panel), before, strict=True):
        np.testing.assert_array_equal(a, b)
    assert panel.looks == [] and panel.frame == b""


def test_a_pause_drops_the_update_under_way(monkeypatch):
    panel = PolicyPanel(cart_pole())
    panel.run(1)
    before, watch, calls = weights_of(panel), panel._watch, []

    def pausing(copies):
        calls.append(copies)
        if len(calls) == 5:
            panel._stop.set()
        watch(copies)

    monkeypatch.setattr(panel, "_watch", pausing)
    panel.run(1)  # ends in the middle
    panel._stop.clear()
    assert len(calls) == 5 and panel.status == "paused" and panel.trainer.n_updates == 1
    for a, b in zip(weights_of(panel), before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_settings_act_within_the_update():
    panel = PolicyPanel(cart_pole())
    panel.start()
    wait_for(lambda: panel._reports > 1)
    panel.set_state({"gamma": 0.5, "batch_size": 5})  # sliders move
    wait_for(lambda: panel.trainer.gamma == 0.5)
    n = panel._reports
    wait_for(lambda: panel._reports > n + 1)
    panel.close()
    assert np.diff(panel.history["episode"])[-1] == 5


def test_input_is_checked():
    with pytest.raises(TypeError, match="trainer is a str; expected a tl.train.PolicyGradient"):
        PolicyPanel("CartPole-v1")


# ---- in a browser ------------------------------------------------------------------------------


def pixels(page):
    """Grey of the picture's pixels, as the browser has decoded it."""
    return page.evaluate(
        """() => { const c = document.querySelector("canvas.lbl-game");
             const { data } = c.getContext("2d").getImageData(0, 0, c.width, c.height);
             return [c.width, c.height, ...data.filter((_, i) => i % 4 === 0)]; }"""
    )


def test_the_film_shows_the_game(stage):
    panel = PolicyPanel(cart_pole())
    panel.run(2)
    pictures = films(panel)
    assert 2 <= len(pictures) <= 60 and all(p.shape == (100, 160) for p in pictures)
    assert panel.frame == panel.pictures[-panel.looks[-1]["bytes"] :]
    assert len({p.tobytes() for p in pictures}) > len(pictures) / 2  # it moves
    assert len(panel.pictures) < 100_000
    stage = stage()
    stage.show(panel)
    page = stage.page
    slider, game = page.get_by_role("slider", name="Look back"), page.locator(".lbl-game")
    pictures = [np.round(255 * p) for p in pictures]
    for key, i in [("End", -1), ("Home", 0), ("ArrowRight", 1)]:
        slider.press(key)
        page.wait_for_timeout(100)
        width, height, *shown = pixels(page)
        np.testing.assert_array_equal(np.reshape(shown, (height, width)), pictures[i])
    assert game.get_attribute("aria-label").startswith("Picture 2 of the last")
    label = page.locator(".lbl-chart").get_attribute("aria-label")
    assert f"mean of the last 100 {panel.history['mean_reward'][-1]:.2f}" in label
    stage.update(status="running", frame=panel.frame)
    assert game.get_attribute("aria-label") == "The game while the agent learns"
    assert not slider.is_visible()
    stage.update(status="paused")
    assert slider.is_visible()
    stage.update(frame=b"", looks=[], pictures=b"")
    assert not game.is_visible()
