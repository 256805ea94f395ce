"""The language model's panel: its training against the trainer alone, its curves."""

import numpy as np
import pytest
from panels import TEXT, language, language_trainer, weights_of
from stage import wait_for

from tlbook.figures import LanguagePanel
from tlcore.train.language import perplexity_measure

STEPS = [10, 20, 28, 38, 48]  # of the reports: every ten steps, and where an epoch ends
VALID = TEXT[:120]


@pytest.fixture(scope="module")
def panel():
    panel = language()
    yield panel
    panel.close()


def test_trains_and_measures_as_the_trainer_does(panel):
    alone = language_trainer()
    perplexity = perplexity_measure(alone.network, VALID, 4, 9)
    panel.epoch()
    wait_for(lambda: panel.status == "paused" and panel.history["step"] == STEPS[:3])
    curves = panel.run(20)
    expected, nats, words = [], 0.0, 0
    for step in range(1, 49):
        columns = min(9, 249 - 9 * alone.step)
        nats, words = nats + alone.run(1), words + 4 * columns
        if step in STEPS:
            expected.append([np.exp(nats / words), perplexity()])
            nats, words = 0.0, 0
    assert curves["step"] == STEPS
    np.testing.assert_allclose(curves["epoch"], np.array(STEPS) / 28, rtol=1e-5)
    found = np.transpose([curves["train"], curves["valid"]])
    np.testing.assert_allclose(found, expected, rtol=1e-4)
    weights = [p.value.numpy() for p in alone.network.all_params]
    for a, b in zip(weights_of(panel), weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert curves["valid"][-1] < curves["valid"][0] - 0.1


def test_settings_reach_the_trainer_and_the_rate_decays():
    panel = LanguagePanel(language_trainer(num_sampled=3, max_epoch=0), VALID, report_steps=14)
    panel.max_grad_norm, panel.keep, panel.learning_rate = 0.5, {"drop1": 0.5}, 0.8
    curves = panel.run(56)
    assert panel.trainer.max_grad_norm == 0.5
    assert float(panel.network.all_drop["drop1"]) == 0.5
    assert curves["rate"] == [0.8, 0.4, 0.4, 0.2]
    # The loss of a sampled softmax is no perplexity.
    assert curves["train"] == 4 * [None] and curves["valid"][0] > 1


def test_input_is_checked():
    with pytest.raises(TypeError, match="trainer is a str; expected a tl.train.LanguageTrainer"):
        LanguagePanel("lstm", VALID)
    with pytest.raises(ValueError, match="has ids from 6 to 6"):
        LanguagePanel(language_trainer(), [6, 6, 6])


def test_the_axis_runs_along(stage, panel):
    panel.reset()
    panel.run(20)
    panel.history = {name: values * 30 for name, values in panel.history.items()}
    panel.history["step"][:] = range(10, 610, 10)
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    label = page.locator(".lbl-chart").get_attribute("aria-label")
    assert f"now {panel.history['valid'][-1]:.2g} on a text that isn't trained on" in label
    labels = lambda: page.locator(".lbl-chart text").all_text_contents()  # noqa: E731
    assert "0" in labels()
    page.get_by_role("radio", name="the last 30 reports").press(" ")
    assert "0" not in labels() and "400" in labels()
