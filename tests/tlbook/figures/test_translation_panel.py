"""The translator's panel: its training against the trainer alone, its sentence, its page."""

import functools

import keras
import numpy as np
import pytest
from stage import check_interrupt, threads, wait_for

from tlbook.figures import TranslationPanel
from tlbook.figures.perplexity_panel import MOST_POINTS
from tlcore.layers import EmbeddingAttentionSeq2seq
from tlcore.nlp import START_WORDS
from tlcore.train import Adam, TranslationTrainer, perplexity_by_bucket
from tlcore.utils import Translator

WORDS = [*START_WORDS, *"a b c d e f g h ' ?".split()]
VOCABULARY = {word: i for i, word in enumerate(WORDS)}
BUCKETS = [(4, 6), (7, 9)]
RATE = 0.01
SENTENCE = "a b h x"  # no x among the words
STEPS = [5, 9, 14, 18]  # of the reports: every five steps, and where an epoch of 9 steps ends


def pairs(n, seed=0):
    """Sentences of 1 to 6 words, and the same backwards."""
    rng = np.random.default_rng(seed)
    sources = [rng.integers(4, len(WORDS), rng.integers(1, 7)).tolist() for _ in range(n)]
    return [(source, [*source[::-1], 2]) for source in sources]


def in_buckets(some):
    return [[pair for pair in some if len(pair[0]) < 4], [p for p in some if len(p[0]) >= 4]]


DATA, VALID = in_buckets(pairs(60)), in_buckets(pairs(20, seed=1))


def make(keep=0.9, size=8, **settings):
    keras.utils.set_random_seed(0)
    network = EmbeddingAttentionSeq2seq(len(WORDS), len(WORDS), size=size, keep=keep)
    settings = {"batch_size": 7, "optimizer": Adam(RATE)} | settings
    return TranslationTrainer(network, DATA, BUCKETS, **settings)


def panel_of(trainer, **settings):
    settings = {"report_steps": 5, "reference": "d b a"} | settings
    return TranslationPanel(trainer, VALID, SENTENCE, VOCABULARY, WORDS, **settings)


@pytest.fixture(scope="module")
def compiled():
    """One panel for all tests: compiling its training takes longer than most of them."""
    panel = panel_of(make())
    yield panel
    panel.close()


@pytest.fixture
def panel(compiled):
    compiled.learning_rate, compiled.keep = RATE, 0.9
    compiled.reset()
    yield compiled
    compiled.pause()
    assert threads() == []


def weights_of(trainer):
    return [v.value.numpy().copy() for v in trainer.variables]


def test_trains_measures_and_translates_as_the_parts_do(panel):
    curves = panel.run(18)
    alone = make()
    assert alone.n_steps == 9
    measure = perplexity_by_bucket(alone.network, VALID, BUCKETS)
    translate = Translator(alone.network, BUCKETS)
    expected = []
    for step in range(1, 19):
        alone.run(1)
        if step in STEPS:
            [found] = translate([[4, 5, 11, 3]])
            expected.append([measure()[0], found])
    assert curves["step"] == STEPS
    np.testing.assert_allclose(curves["epoch"], np.array(STEPS) / 9, atol=6e-4)
    np.testing.assert_allclose(curves["valid"], [valid for valid, _ in expected], rtol=1e-4)
    for a, b in zip(weights_of(panel._trainer), weights_of(alone), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
    assert [s["step"] for s in panel.snapshots] == [0, *STEPS]
    for snapshot, (_, found) in zip(panel.snapshots[1:], expected, strict=True):
        assert snapshot["words"] == [WORDS[i] for i in found.ids]
        assert snapshot["complete"] == found.complete
        shape = (len(found.ids), 4)
        np.testing.assert_allclose(
            np.reshape(snapshot["attention"], shape), found.attention, atol=1e-3
        )


def test_each_report_has_the_perplexity_of_its_words():
    """All words get the same score, and nothing moves: 14 at each step, if words are counted."""
    trainer = make(keep=1.0, learning_rate=1e-30)
    for param in trainer.network.all_params[-2:]:
        param.assign(np.zeros(param.shape, np.float32))
    panel = panel_of(trainer, report_steps=1)
    curves = panel.run(20)  # two epochs have two orders
    assert curves["train"] == curves["valid"] == pytest.approx(20 * [14.0], rel=1e-5)


def test_reset_gives_the_same_run_again_with_the_settings_as_they_are(panel):
    first, snapshots = panel.run(10), panel.snapshots
    panel.learning_rate, panel.keep = 0.5, 0.5
    panel.reset()
    trainer = panel._trainer
    assert panel.history["step"] == [] and [s["step"] for s in panel.snapshots] == [0]
    assert trainer.learning_rate == panel.rate == 0.5
    assert {float(keep) for keep in trainer.network.all_drop.values()} == {0.5}
    panel.learning_rate, panel.keep = RATE, 0.9
    assert panel.run(10) == first and panel.snapshots == snapshots


def test_settings_act_while_it_runs(panel):
    panel.start()
    wait_for(lambda: panel._reports > 1)
    panel.set_state({"learning_rate": 1e-12, "keep": 0.5})  # what the page sends
    trainer = panel._trainer
    assert trainer.learning_rate == 1e-12
    assert {float(keep) for keep in trainer.network.all_drop.values()} == {0.5}
    n = panel._reports
    wait_for(lambda: panel._reports > n + 1)
    before, n = weights_of(trainer)[0], panel._reports
    wait_for(lambda: panel._reports > n + 1)
    panel.pause()
    np.testing.assert_allclose(weights_of(trainer)[0], before, atol=1e-8)
    assert panel.status == "paused" and panel.rate == 1e-12


def test_step_is_one_report_and_epoch_runs_to_its_end(panel):
    panel.step()
    wait_for(lambda: panel.status == "paused" and panel.history["step"] == [5])
    panel.epoch()
    wait_for(lambda: panel.status == "paused" and panel.history["step"] == [5, 9])
    assert (panel._trainer.epoch, panel._trainer.step) == (1, 0)
    for _ in range(3):
        panel.start()  # more than once is once
    assert len(threads()) == 1


def test_without_dropout_and_without_perplexity():
    panel = panel_of(make(keep=1.0, num_sampled=3))
    curves = panel.run(10)
    assert panel.learning_rate == panel.rate == RATE == panel._trainer.learning_rate
    # No perplexity comes from a sampled softmax; there is no dropout to set.
    assert curves["train"] == len(curves["step"]) * [None] and curves["valid"][0] > 1
    assert (panel.drops, panel.keep) == (False, 1.0)
    with pytest.raises(ValueError, match="keep is 0.5; expected 1, since the network has no drop"):
        panel.keep = 0.5


def test_it_learns_the_sentence():
    source, target = max(DATA[0])
    sentence, translation = ([WORDS[i] for i in ids if i != 2] for ids in (source, target))
    trainer = make(keep=1.0, size=32)
    panel = TranslationPanel(
        trainer, VALID, " ".join(sentence), VOCABULARY, WORDS, report_steps=trainer.n_steps
    )
    panel.run(60 * trainer.n_steps)
    assert panel.snapshots[0]["words"] != translation == panel.snapshots[-1]["words"]
    assert panel.history["train"][-1] < 1.1


def test_curves_and_snapshots_stay_few(panel):
    panel.run(100)
    assert len(panel.snapshots) <= 12 and panel.snapshots[0]["step"] == 0
    assert panel.snapshots[-1]["step"] == panel.history["step"][-1]
    panel.history = {name: list(range(MOST_POINTS)) for name in panel.history}
    panel.run(5)
    assert MOST_POINTS // 2 < len(panel.history["step"]) <= MOST_POINTS // 2 + 2
    assert panel.history["step"][:3] == [0, 2, 4]


def test_a_failure_is_shown_and_reset_mends_it(panel):
    first = panel.run(10)
    panel.reset()
    panel.learning_rate = 1e38
    with pytest.raises(FloatingPointError):
        panel.run(50)
    assert panel.status == "error" and panel.message.startswith("FloatingPointError: the loss")
    panel.learning_rate = RATE
    panel.reset()
    assert panel.run(10) == first


def test_an_interrupt_stops_between_two_steps(panel, monkeypatch):
    check_interrupt(panel, monkeypatch, 18, len(STEPS))


def test_input_is_checked(panel):
    trainer = panel._trainer
    with pytest.raises(TypeError, match="trainer is a str; expected a tl.train.TranslationTrainer"):
        panel_of("seq2seq")
    with pytest.raises(ValueError, match="source_vocabulary has 13 words; expected 14"):
        TranslationPanel(trainer, VALID, SENTENCE, {w: i for i, w in enumerate(WORDS[1:])}, WORDS)
    with pytest.raises(ValueError, match="target_words has 2 words; expected 14"):
        TranslationPanel(trainer, VALID, SENTENCE, VOCABULARY, ["a", "b"])
    with pytest.raises(ValueError, match="sentence has no words"):
        TranslationPanel(trainer, VALID, " ", VOCABULARY, WORDS)
    with pytest.raises(ValueError, match="valid has 1 lists of pairs"):
        TranslationPanel(trainer, VALID[:1], SENTENCE, VOCABULARY, WORDS)
    with pytest.raises(ValueError, match="report_steps"):
        panel_of(trainer, report_steps=0)
    with pytest.raises(ValueError, match="learning_rate is 0"):
        panel.learning_rate = 0
    with pytest.raises(ValueError, match="KEPT"):
        panel.keep = 0.0
    assert (panel.learning_rate, panel.keep) == (RATE, 0.9)
    assert panel.words == ["a", "b", "h", "x (_UNK)"]
    assert "a b h x" in repr(panel) and " at 0x" not in repr(panel)


# ---- in a browser ------------------------------------------------------------------------------


def grid(page):
    """Words and shares of the picture of attention, by row."""
    rows = page.get_by_role("grid").locator("tbody tr").all()
    return [
        [row.locator("th").inner_text()]
        + [cell.get_attribute("aria-label").split(": ")[1] for cell in row.locator("td").all()]
        for row in rows
    ]


def test_recorded_run_without_a_kernel(stage, panel):
    panel.run(18)
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    stage.check_inert(
        ["Start", "Step (5 steps)", "To the end of the epoch", "Reset"], ["Learning rate", "Keep"]
    )
    now = f"{panel.history['valid'][-1]:.1f} on pairs that aren't trained on"
    assert now in page.locator(".lbl-chart").get_attribute("aria-label")
    slider = page.get_by_role("slider", name="Translation at step")  # lives without a kernel
    for key, place in [("End", -1), ("Home", 0), ("ArrowRight", 1)]:
        slider.press(key)
        snapshot = panel.snapshots[place]
        assert slider.get_attribute("aria-valuetext") == f"{snapshot['step']}"
        assert page.locator(".lbl-translation").inner_text() == (snapshot["text"] or "(nothing)")
        if snapshot["words"]:
            rows = zip(snapshot["words"], snapshot["attention"], strict=True)
            assert grid(page) == [[w, *(f"{share:.2f}" for share in row)] for w, row in rows]
    page.wait_for_timeout(400)
    said = page.locator(".lbl-status").inner_text()
    assert said.startswith("Step 18, epoch 2.00: perplexity") and "Translation: " in said
    assert "In the corpus: d b a" in page.locator(".lbl-figure").inner_text()


def test_controls_drive_the_training(stage, panel):
    stage = stage()
    stage.show(panel)
    page = stage.page
    carry = functools.partial(stage.carry, "snapshots", "history", "rate", "status", "message")
    page.get_by_role("slider", name="Learning rate").press("ArrowRight")
    page.get_by_role("slider", name="Keep").press("End")
    carry()
    trainer = panel._trainer
    assert trainer.learning_rate == 0.03 and panel.keep == 1
    page.get_by_role("button", name="Step").press("Enter")
    carry()
    wait_for(lambda: panel.status == "paused" and panel._reports == 1)
    carry()
    slider = page.get_by_role("slider", name="Translation at step")
    assert slider.get_attribute("aria-valuetext") == "5"
    before = page.locator(".lbl-curve").first.get_attribute("d")
    page.get_by_role("button", name="Start").press("Enter")
    carry()
    wait_for(lambda: panel._reports > 3)
    carry()
    assert page.locator(".lbl-curve").first.get_attribute("d") != before
    slider.press("Home")
    page.get_by_role("button", name="Pause").press("Enter")
    carry()
    carry()
    assert panel.status == "paused"
    assert slider.get_attribute("aria-valuetext") == "0"  # who looks back isn't torn away
    page.get_by_role("button", name="To the end of the epoch").press("Enter")
    n = trainer.epoch
    carry()
    wait_for(lambda: panel.status == "paused" and (trainer.epoch, trainer.step) == (n + 1, 0))
    page.get_by_role("button", name="Reset").press("Enter")
    carry()
    carry()
    assert panel.history["step"] == [] and page.locator(".lbl-curve").count() == 0
    stage.check_clean_up()


def test_a_new_picture_leaves_the_reader_in_the_cell(stage, panel):
    panel.run(18)
    stage = stage()
    stage.show(panel)
    page = stage.page
    snapshot = max(panel.snapshots, key=lambda one: len(one["words"]))
    assert len(snapshot["words"]) > 1
    stage.update(snapshots=[snapshot])
    page.locator('[data-row="0"][data-column="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    stage.update(snapshots=[snapshot, snapshot])
    place = "[document.activeElement.dataset.row, document.activeElement.dataset.column]"
    assert page.evaluate(place) == ["1", "1"]


@pytest.mark.parametrize("static", [True, False])
@pytest.mark.parametrize("theme, width", [("light", 1000), ("dark", 360)])
def test_accessible_and_narrow(stage, panel, theme, width, static):
    panel.run(10)
    stage = stage(theme=theme, width=width)
    stage.show(panel, static=static)
    stage.page.wait_for_timeout(400)
    assert stage.axe() == []
    assert stage.overflow() == 0
