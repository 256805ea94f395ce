"""What all panels do alike: start, pause, step, reset, interrupts, settings, their pages."""

import time

import numpy as np
import pytest
from panels import CASES, assert_same, interrupts, place_of, weights_of
from stage import threads, wait_for

from tlbook.figures.panel import MOST_POINTS, EvenlySpread


@pytest.fixture(scope="module", params=CASES)
def made(request):
    """A panel for all tests of its kind: compiling its training takes longer than most of them."""
    case = CASES[request.param]
    panel = case.make()
    case.settings = {s.name: getattr(panel, s.name) for s in panel._settings()}
    yield case, panel
    panel.close()
    assert threads() == []


@pytest.fixture
def case(made):
    return made[0]


@pytest.fixture
def panel(made):
    case, panel = made
    for name, value in case.settings.items():
        setattr(panel, name, value)
    panel.reset()
    yield panel
    panel.pause()
    assert threads() == []


@pytest.mark.parametrize("n", [1, 4, 5, 12, 13, 100])
def test_some_are_kept_evenly_spread(n):
    some = EvenlySpread(4)
    for i in range(n):
        some.take(i)
    assert some[0] == 0 and some[-1] == n - 1 and min(n, 3) <= len(some) <= 4
    assert len(set(np.diff(some[:-1]))) <= 1  # the newest may lie between


def test_reset_gives_the_same_run_again_with_the_settings_as_they_are(case, panel):
    first, looks, weights = panel.run(case.n), panel.looks, weights_of(panel)
    panel.learning_rate = 0.0123
    panel.reset()
    assert all(values == [] for values in panel.history.values())
    assert case.done(panel) == 0 and panel.trainer.learning_rate == pytest.approx(0.0123)
    panel.learning_rate = case.settings["learning_rate"]
    assert_same(panel.run(case.n), first)
    assert len(panel.looks) == len(looks)
    for a, b in zip(weights_of(panel), weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_a_real_interrupt_and_a_pause_change_nothing(case, panel):
    """SIGINT comes inside a compiled step; to carry on gives what an unbroken run gives."""
    whole, weights, place = panel.run(case.n), weights_of(panel), place_of(panel)
    for method, calls in case.compiled:
        panel.reset()
        n_runs = 0
        with interrupts(panel.trainer, method, calls):
            while case.done(panel) < case.n:
                curves = panel.run(case.n - case.done(panel))
                n_runs += 1
                assert panel.status == "paused"
        assert n_runs == len(calls) + 1
        assert_same(curves, whole)
        assert place_of(panel) == place
        for a, b in zip(weights_of(panel), weights, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


def test_runs_in_the_background_and_listens(case, panel):
    begun = time.monotonic()
    panel.step()
    panel.start()  # more than once is once
    assert time.monotonic() - begun < 1 and len(threads()) == 1
    wait_for(lambda: panel.status == "paused")
    assert panel._reports == 1
    panel.start()
    wait_for(lambda: panel._reports > 2)
    panel.set_state({"learning_rate": 1e-9})  # what the page sends when a slider moves
    wait_for(lambda: panel.trainer.learning_rate == pytest.approx(1e-9))
    n = panel._reports
    wait_for(lambda: panel._reports > n + 1)
    before, n = weights_of(panel), panel._reports
    wait_for(lambda: panel._reports > n + 1)
    panel.pause()
    assert threads() == [] and panel.status == "paused"
    for a, b in zip(weights_of(panel), before, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_a_failure_is_shown_and_reset_mends_it(case, panel):
    panel.learning_rate = case.failing
    panel.start()
    wait_for(lambda: panel.status == "error")
    assert panel.message.startswith("FloatingPointError: ")
    panel.start()
    panel.pause()
    assert panel.status == "error"  # not before reset
    with pytest.raises(FloatingPointError, match="learning.rate"):
        panel.run(500)
    panel.learning_rate = case.settings["learning_rate"]
    panel.reset()
    assert (panel.status, panel.message) == ("paused", "")
    assert all(np.isfinite(values).all() for values in panel.run(case.n).values())


def test_curves_and_looks_stay_few(case, panel):
    panel.run(1)
    for _ in range(2 * MOST_POINTS):
        panel._points.take(dict.fromkeys(panel.curves, 1.0))
        panel._looks.take(({"at": 0}, b""))
    panel._report()
    lengths = {len(values) for values in panel.history.values()}
    assert max(lengths) <= MOST_POINTS and len(lengths) == 1 and len(panel.looks) <= 12


def test_settings_are_checked(case, panel):
    for setting in panel._settings():
        good = getattr(panel, setting.name)
        bad = {"wrong": 0.5} if isinstance(good, dict) else -1
        with pytest.raises(ValueError, match=f"{setting.name} is"):
            setattr(panel, setting.name, bad)
        assert getattr(panel, setting.name) == good
    assert " at 0x" not in repr(panel) and repr(panel).startswith(f"[live figure] {panel.title}")


# ---- in a browser ------------------------------------------------------------------------------


def test_recorded_run_without_a_kernel(stage, case, panel):
    panel.run(case.n)
    stage = stage(theme="dark", width=360)
    stage.show(panel, static=True)
    page = stage.page
    more = ["To the end of the epoch"] if "epoch" in panel.commands else []
    stage.check_inert(["Start", case.step, *more, "Reset"], list(case.sliders))
    page.wait_for_timeout(400)
    assert page.locator(".lbl-status").inner_text().startswith(case.told)
    if case.look:
        slider = page.get_by_role("slider", name=case.look)  # lives without a kernel
        slider.press("Home")
        assert slider.get_attribute("aria-valuetext") == f"{panel.looks[0]['at']:g}"
        slider.press("End")
        assert slider.get_attribute("aria-valuetext") == f"{panel.looks[-1]['at']:g}"
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_controls_drive_the_training(stage, case, panel):
    stage = stage()
    stage.show(panel)
    page = stage.page

    def press(name):
        page.get_by_role("button", name=name, exact=True).press("Enter")
        stage.carry()

    for label, (key, _, _) in case.sliders.items():
        page.get_by_role("slider", name=label).press(key)
    stage.carry()
    for _, name, value in case.sliders.values():
        assert getattr(panel, name) == value
    press(case.step)
    wait_for(lambda: panel.status == "paused" and panel._reports == 1)
    stage.carry()
    curve = page.locator(".lbl-curve").first
    before = curve.get_attribute("d")
    press("Start")
    wait_for(lambda: panel._reports > 3)
    stage.carry()
    assert curve.get_attribute("d") != before
    press("Pause")
    stage.carry()
    assert panel.status == "paused" and threads() == []
    if "epoch" in panel.commands:
        n = panel.trainer.epoch
        press("To the end of the epoch")
        wait_for(lambda: panel.status == "paused" and panel.trainer.epoch == n + 1)
        assert panel.trainer.step == 0
        stage.carry()
    if case.look:
        slider = page.get_by_role("slider", name=case.look)
        assert slider.get_attribute("max") == f"{len(panel.looks) - 1}"
        slider.press("Home")
        first = slider.get_attribute("aria-valuetext")
        stage.update(looks=[*panel.looks, panel.looks[-1]])
        assert slider.get_attribute("aria-valuetext") == first  # who looks back isn't torn away
    assert stage.axe() == []
    stage.update(status="error", message="FloatingPointError: the loss is nan")
    assert "the loss is nan" in page.get_by_role("alert").inner_text()
    assert page.get_by_role("button", name="Start").is_disabled()
    press("Reset")
    stage.carry()
    assert panel._reports == 0 and page.locator(".lbl-curve").count() == 0
    stage.check_clean_up()
