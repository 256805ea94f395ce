"""The translator's panel: its training against the trainer alone, its sentence, its page."""

import numpy as np
import pytest
from panels import (
    BUCKETS,
    IDS,
    LETTERS,
    PAIRS,
    SENTENCE,
    VALID,
    translation,
    translation_trainer,
    weights_of,
)

from tlbook.figures import TranslationPanel
from tlcore.train import perplexity_by_bucket
from tlcore.utils import Translator


@pytest.fixture(scope="module")
def panel():
    panel = translation()
    panel.run(16)
    yield panel
    panel.close()


def test_trains_measures_and_translates_as_the_parts_do(panel):
    alone = translation_trainer()
    measure = perplexity_by_bucket(alone.network, VALID, BUCKETS)
    translate = Translator(alone.network, BUCKETS)
    expected, steps = {}, panel.history["step"]
    assert steps == [5, 8, 13, 16]  # every five steps, and where an epoch of 8 steps ends
    for step in range(1, 17):
        alone.run(1)
        if step in steps:
            expected[step] = measure()[0], translate([[4, 5, 11, 3]])[0]
    valid = [expected[step][0] for step in steps]
    np.testing.assert_allclose(panel.history["valid"], valid, rtol=1e-4)
    weights = [p.value.numpy() for p in alone.network.all_params]
    for a, b in zip(weights_of(panel), weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert [look["at"] for look in panel.looks] == [0, *steps]
    for look in panel.looks[1:]:
        found = expected[look["at"]][1]
        assert look["words"] == [LETTERS[i] for i in found.ids]
        assert look["complete"] == found.complete
        shape = (len(found.ids), 4)
        np.testing.assert_allclose(np.reshape(look["attention"], shape), found.attention, atol=1e-3)


def test_each_report_has_the_perplexity_of_its_words():
    """All words get the same score, and nothing moves: 14 at each step, if words are counted."""
    trainer = translation_trainer(keep=1.0, learning_rate=1e-30)
    for param in trainer.network.all_params[-2:]:
        param.assign(np.zeros(param.shape, np.float32))
    panel = translation(trainer, report_steps=1)
    curves = panel.run(20)  # two epochs have two orders
    assert curves["train"] == curves["valid"] == pytest.approx(20 * [14.0], rel=1e-5)
    # There is no dropout to set.
    assert [slider["name"] for slider in panel.sliders] == ["learning_rate"] and panel.keep == 1.0
    with pytest.raises(ValueError, match="keep is 0.5; expected 1, since the network has no drop"):
        panel.keep = 0.5


def test_it_learns_the_sentence():
    source, target = max(PAIRS[0])
    sentence, translated = ([LETTERS[i] for i in ids if i != 2] for ids in (source, target))
    trainer = translation_trainer(keep=1.0, size=32)
    panel = translation(trainer, " ".join(sentence), report_steps=10 * trainer.n_steps)
    panel.run(50 * trainer.n_steps)
    assert panel.looks[0]["words"] != translated == panel.looks[-1]["words"]


def test_input_is_checked(panel):
    trainer = panel.trainer
    with pytest.raises(TypeError, match="trainer is a str; expected a tl.train.TranslationTrainer"):
        translation("seq2seq")
    with pytest.raises(ValueError, match="source_vocabulary has 13 words; expected 14"):
        TranslationPanel(trainer, VALID, SENTENCE, {w: i for i, w in enumerate(LETTERS[1:])}, [])
    with pytest.raises(ValueError, match="target_words has 2 words; expected 14"):
        TranslationPanel(trainer, VALID, SENTENCE, IDS, ["a", "b"])
    with pytest.raises(ValueError, match="sentence has no words"):
        translation(trainer, " ")
    with pytest.raises(ValueError, match="has 1 lists of pairs"):
        TranslationPanel(trainer, VALID[:1], SENTENCE, IDS, LETTERS)
    with pytest.raises(ValueError, match="report_steps"):
        translation(trainer, report_steps=0)
    assert panel.words == ["a", "b", "h", "x (_UNK)"]


# ---- in a browser ------------------------------------------------------------------------------


def grid(page):
    """Words and shares of the picture of attention, by row."""
    rows = page.get_by_role("grid").locator("tbody tr").all()
    return [
        [row.locator("th").inner_text()]
        + [cell.get_attribute("aria-label").split(": ")[1] for cell in row.locator("td").all()]
        for row in rows
    ]


def test_shows_the_translation_of_each_report(stage, panel):
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    now = f"{panel.history['valid'][-1]:.1f} on pairs that aren't trained on"
    assert now in page.locator(".lbl-chart").get_attribute("aria-label")
    slider = page.get_by_role("slider", name="Translation at step")
    for key, place in [("End", -1), ("Home", 0), ("ArrowRight", 1)]:
        slider.press(key)
        look = panel.looks[place]
        assert page.locator(".lbl-translation").inner_text() == (look["text"] or "(nothing)")
        if look["words"]:
            rows = zip(look["words"], look["attention"], strict=True)
            assert grid(page) == [[w, *(f"{share:.2f}" for share in row)] for w, row in rows]
    assert "In the corpus: d b a" in page.locator(".lbl-figure").inner_text()
    # A new picture leaves the reader in the cell.
    look = max(panel.looks, key=lambda one: len(one["words"]))
    assert len(look["words"]) > 1
    stage.update(looks=[look])
    page.locator('[data-row="0"][data-column="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    stage.update(looks=[look, look])
    place = "[document.activeElement.dataset.row, document.activeElement.dataset.column]"
    assert page.evaluate(place) == ["1", "1"]
