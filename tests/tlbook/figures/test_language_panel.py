"""The language model's panel: its training against the trainer alone, its thread, its page."""

import functools
import time

import keras
import numpy as np
import pytest
from stage import check_interrupt, threads, wait_for

from tlbook.figures.language_panel import LanguagePanel
from tlbook.figures.perplexity_panel import MOST_POINTS
from tlcore.layers import (
    DropoutLayer,
    EmbeddingInputlayer,
    InputLayer,
    RNNLayer,
    WordLogitsLayer,
)
from tlcore.train import LanguageTrainer, perplexity

TEXT = np.random.default_rng(1).integers(0, 3, 1001) + np.arange(1001) % 2 * 3  # 0..5
VALID = TEXT[:120]
STEPS = [10, 20, 28, 38, 48, 56, 66]  # of the reports: every ten steps, and where an epoch ends


def make(**settings):
    keras.utils.set_random_seed(0)
    words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 6, 5)
    network = DropoutLayer(words, keep=0.9, name="drop1")
    network = RNNLayer(network, "lstm", n_hidden=7, return_seq_2d=True)
    settings = {"batch_size": 4, "num_steps": 9} | settings  # 28 steps an epoch, the last short
    return LanguageTrainer(WordLogitsLayer(network, 6), TEXT, **settings)


@pytest.fixture(scope="module")
def compiled():
    """One panel for all tests: compiling its training takes longer than most of them."""
    panel = LanguagePanel(make(), VALID, report_steps=10)
    yield panel
    panel.close()


@pytest.fixture
def panel(compiled):
    compiled.learning_rate, compiled.max_grad_norm, compiled.keep = 1.0, 5.0, {"drop1": 0.9}
    compiled.reset()
    yield compiled
    compiled.pause()


def weights_of(trainer):
    return [v.value.numpy().copy() for v in trainer.variables]


def test_trains_and_measures_as_the_trainer_does(panel):
    curves = panel.run(60)  # into the third epoch
    alone = make()
    expected, nats, words = [], 0.0, 0
    for step in range(1, 67):
        columns = min(9, 249 - 9 * alone.step)
        nats, words = nats + alone.run(1), words + 4 * columns
        if step in STEPS:
            expected.append([np.exp(nats / words), perplexity(alone.network, VALID, 4, 9)])
            nats, words = 0.0, 0
    assert curves["step"] == STEPS
    np.testing.assert_allclose(curves["epoch"], np.array(STEPS) / 28, atol=6e-4)
    found = np.transpose([curves["train"], curves["valid"]])
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    for a, b in zip(weights_of(panel._trainer), weights_of(alone), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert curves["valid"][-1] < curves["valid"][0] - 0.1


def test_reset_gives_the_same_run_again_with_the_settings_as_they_are(panel):
    first = panel.run(20)
    panel.learning_rate = 0.5
    panel.reset()
    assert panel.history["step"] == [] and panel._trainer.learning_rate == 0.5
    assert (panel._trainer.epoch, panel._trainer.step) == (0, 0)
    panel.learning_rate = 1.0
    assert panel.run(20) == first


def test_settings_act_while_it_runs(panel):
    panel.start()
    wait_for(lambda: panel._reports > 1)
    panel.set_state({"learning_rate": 1e-12, "max_grad_norm": 0.5, "keep": {"drop1": 0.5}})
    trainer = panel._trainer
    assert (trainer.learning_rate, trainer.max_grad_norm) == (1e-12, 0.5)
    assert float(trainer.network.all_drop["drop1"]) == 0.5
    n = panel._reports
    wait_for(lambda: panel._reports > n + 1)
    before, n = weights_of(trainer)[0], panel._reports
    wait_for(lambda: panel._reports > n + 1)
    panel.pause()
    np.testing.assert_allclose(weights_of(trainer)[0], before, atol=1e-8)
    assert panel.status == "paused" and panel._thread is None
    assert 0 < panel.rate <= 1e-12


def test_start_returns_at_once_and_step_is_one_report(panel):
    begun = time.monotonic()
    panel.step()
    assert time.monotonic() - begun < 0.5
    wait_for(lambda: panel.status == "paused" and panel.history["step"] == [10])
    panel.start()
    panel.start()  # more than once is once
    panel.reset()
    assert panel.history["step"] == []
    assert threads() == []


def test_sampled_training_has_no_training_perplexity():
    panel = LanguagePanel(make(num_sampled=3), VALID, report_steps=5)
    curves = panel.run(5)
    assert curves["train"] == [None] and curves["valid"][0] > 1


def test_curves_stay_short(panel):
    panel.history = {name: list(range(MOST_POINTS)) for name in panel.history}
    panel.run(10)
    assert len(panel.history["step"]) == MOST_POINTS // 2 + 1
    assert panel.history["step"][-1] == 10


def test_a_failure_is_shown_and_reset_mends_it(panel):
    first = panel.run(10)
    panel.reset()
    panel.learning_rate = 1e300  # infinite in the float32 of the weights
    panel.start()
    wait_for(lambda: panel.status == "error")
    assert panel.message.startswith("FloatingPointError: ")
    panel.learning_rate = 1.0
    panel.reset()
    assert panel.run(10) == first


def test_trains_to_the_end_of_the_epoch(panel):
    panel.epoch()
    wait_for(lambda: panel.status == "paused" and panel.history["step"] == STEPS[:3])
    assert (panel._trainer.epoch, panel._trainer.step) == (1, 0)
    assert panel.history["epoch"][-1] == 1


def test_an_interrupt_stops_between_two_steps(panel, monkeypatch):
    check_interrupt(panel, monkeypatch, 60, len(STEPS))


def test_input_is_checked(panel):
    with pytest.raises(TypeError, match="trainer is a str; expected a tl.train.LanguageTrainer"):
        LanguagePanel("lstm", VALID)
    with pytest.raises(ValueError, match="data has ids from 6 to 6"):
        LanguagePanel(panel._trainer, [6, 6, 6])
    with pytest.raises(ValueError, match="learning_rate is 0"):
        panel.learning_rate = 0
    with pytest.raises(ValueError, match="max_grad_norm is -1"):
        panel.max_grad_norm = -1
    with pytest.raises(ValueError, match=r"keep has \['drop2'\]; expected \['drop1'\]"):
        panel.keep = {"drop2": 0.5}
    assert " at 0x" not in repr(panel)


# ---- in a browser ------------------------------------------------------------------------------


def test_recorded_run_without_a_kernel(stage, panel):
    panel.run(50)
    panel.history = {name: values * 10 for name, values in panel.history.items()}
    panel.history["step"][:] = range(10, 610, 10)
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    stage.check_inert(
        ["Start", "Step (10 steps)", "To the end of the epoch", "Reset"],
        ["Learning rate", "Longest gradient", "Keep of drop1"],
    )
    label = page.locator(".lbl-chart").get_attribute("aria-label")
    assert f"now {panel.history['valid'][-1]:.2g} on a text that isn't trained on" in label
    page.wait_for_timeout(400)
    assert page.locator(".lbl-status").inner_text().startswith("Step 600, epoch 2.00: perplexity")
    labels = lambda: page.locator(".lbl-chart text").all_text_contents()  # noqa: E731
    assert "0" in labels()
    page.get_by_role("radio", name="the last 30 reports").press(" ")
    assert "0" not in labels() and "400" in labels()  # the axis has moved along


def test_controls_drive_the_training(stage, panel):
    stage = stage()
    stage.show(panel)
    page = stage.page
    carry = functools.partial(stage.carry, "history", "rate", "status", "message")
    page.get_by_role("slider", name="Learning rate").press("ArrowLeft")
    page.get_by_role("slider", name="Longest gradient").press("ArrowRight")
    page.get_by_role("slider", name="Keep of drop1").press("End")
    carry()
    trainer = panel._trainer
    assert trainer.learning_rate == 0.3 and trainer.max_grad_norm == 10
    assert panel.keep == {"drop1": 1}
    page.get_by_role("button", name="Step").press("Enter")
    carry()
    wait_for(lambda: panel.status == "paused" and panel._reports == 1)
    carry()
    before = page.locator(".lbl-curve").first.get_attribute("d")
    page.get_by_role("button", name="Start").press("Enter")
    carry()
    wait_for(lambda: panel._reports > 3)
    carry()
    assert page.locator(".lbl-curve").first.get_attribute("d") != before
    page.get_by_role("button", name="Pause").press("Enter")
    carry()
    assert panel.status == "paused"
    n = trainer.epoch
    page.get_by_role("button", name="To the end of the epoch").press("Enter")
    carry()
    wait_for(lambda: panel.status == "paused" and (trainer.epoch, trainer.step) == (n + 1, 0))
    page.get_by_role("button", name="Reset").press("Enter")
    carry()
    carry()
    assert panel.history["step"] == [] and page.locator(".lbl-curve").count() == 0
    stage.check_clean_up()


@pytest.mark.parametrize("theme, width", [("light", 1000), ("dark", 360)])
def test_accessible_and_narrow(stage, panel, theme, width):
    panel.run(20)
    stage = stage(theme=theme, width=width)
    stage.show(panel)
    stage.page.wait_for_timeout(400)
    assert stage.axe() == []
    assert stage.overflow() == 0
