"""The panel of the word vectors: its training against a Trainer alone, its thread, its page."""

import functools

import numpy as np
import pytest
from stage import threads, wait_for

from tlbook.figures import Word2vecPanel
from tlcore.layers import Word2vecEmbeddingInputlayer
from tlcore.nlp import skip_gram_pairs
from tlcore.train import Adagrad, Trainer

WORDS = {0: "UNK", **{i: f"w{i}" for i in range(1, 30)}}
SETTINGS = {"skip_window": 1, "num_sampled": 8, "embedding_size": 8, "learning_rate": 0.5}


@pytest.fixture(scope="module")
def data():
    """A corpus of two topics: the words 1 to 14 stand together, and the words 15 to 29."""
    rng = np.random.default_rng(0)
    topics = [rng.integers(1, 15, (100, 20)), rng.integers(15, 30, (100, 20))]
    return np.concatenate(topics, axis=1).reshape(-1).astype(np.int32)


@pytest.fixture
def panel(data):
    panel = Word2vecPanel(
        data, WORDS, ["w1", "w20"], **SETTINGS, batch_size=64, report_steps=25, n_neighbours=5
    )
    yield panel
    panel.close()
    assert threads() == []


def vectors(panel):
    return panel._training.network.all_params[0].value.numpy().copy()


def test_trains_as_the_trainer_does(panel, data):
    """The same start, pairs and draws, by the pieces that the chapter uses."""
    network = Word2vecEmbeddingInputlayer(
        vocabulary_size=30,
        embedding_size=8,
        num_sampled=8,
        nce_loss_args={"sampled_values": panel._training._draw},
    )
    for mine, other in zip(network.all_params, panel._training.network.all_params, strict=True):
        mine.assign(other)
    pairs = skip_gram_pairs(data, 2, 1)
    trainer = Trainer(network.nce_cost, network.all_params, Adagrad(0.5), pairs, batch_size=64)
    sums = [trainer.run(25) for _ in range(4)]
    history = panel.run(n_steps=100)
    assert history["step"] == [25, 50, 75, 100]
    np.testing.assert_allclose(history["loss"], np.array(sums) / (25 * 64), atol=1e-3)
    np.testing.assert_allclose(vectors(panel), network.all_params[0].value.numpy(), atol=1e-4)


def test_learns_and_begins_anew_to_the_same_numbers(panel):
    first = panel.run(n_steps=400)
    assert first["loss"][-1] < first["loss"][0]
    snapshot = panel.snapshots[-1]
    assert snapshot["step"] == 400 and len(panel.snapshots) <= 12
    near = {word: {w for w, _ in found} for word, found in snapshot["neighbours"].items()}
    assert near["w1"] <= {f"w{i}" for i in range(2, 15)}  # the words of its topic
    assert near["w20"] <= {f"w{i}" for i in range(15, 30)}
    unit = vectors(panel) / np.linalg.norm(vectors(panel), axis=1, keepdims=True)
    name, cosine = snapshot["neighbours"]["w1"][0]
    assert cosine == pytest.approx(float(unit[1] @ unit[int(name[1:])]), abs=1e-3)
    panel.reset()
    assert panel.history == {"step": [], "loss": []} and panel.snapshots[0]["step"] == 0
    again = panel.run(n_steps=400)
    assert again["step"] == first["step"]
    np.testing.assert_allclose(again["loss"], first["loss"], atol=1e-3)


def test_rate_counts_at_once_and_keeps_the_rest(panel):
    panel.run(n_steps=25)
    trainer, before = panel._training.trainer, vectors(panel)
    panel.learning_rate = 1e-9
    panel.run(n_steps=25)
    np.testing.assert_allclose(vectors(panel), before, atol=1e-6)
    assert panel._training.trainer is trainer  # nothing is compiled again
    assert panel.changes == [[25, "rate 0.5 → 1e-09"]]


def test_window_and_negatives_carry_on_with_the_vectors(panel):
    panel.run(n_steps=25)
    before = vectors(panel)
    panel.learning_rate, panel.skip_window, panel.num_sampled = 1e-9, 3, 4
    panel.run(n_steps=25)
    np.testing.assert_allclose(vectors(panel), before, atol=1e-6)
    assert panel._training.trainer.n_examples == 6 * len(panel._data)
    assert panel.history["step"] == [25, 50]
    assert panel.changes == [[25, "rate 0.5 → 1e-09, window 1 → 3, negatives 8 → 4"]]
    assert panel.history["loss"][1] < panel.history["loss"][0]  # fewer terms


def test_dimension_begins_anew(panel):
    panel.run(n_steps=50)
    panel.embedding_size = 3
    assert panel.run(n_steps=25)["step"][0] == 25
    assert vectors(panel).shape == (30, 3)
    assert panel.changes == []


def test_steers_a_training_in_the_background(panel):
    panel.start()
    wait_for(lambda: len(panel.history["step"]) > 2)
    panel.set_state({"num_sampled": 2})  # what the page sends when a slider moves
    wait_for(lambda: panel._training.num_sampled == 2)
    panel.set_state({"embedding_size": 4})
    wait_for(lambda: vectors(panel).shape == (30, 4))
    assert panel.status == "running"
    panel.pause()
    assert threads() == [] and panel.status == "paused"
    panel.reset()
    panel.step()
    wait_for(lambda: panel.status == "paused" and panel.history["step"] == [25])


def test_a_failure_is_shown_and_reset_mends_it(panel):
    panel.learning_rate = 1e30
    with pytest.raises(FloatingPointError, match="learning_rate is 1e\\+30"):
        panel.run(n_steps=2000)
    assert panel.status == "error" and panel.message.startswith("FloatingPointError")
    panel.learning_rate = 0.5
    panel.reset()
    assert (panel.status, panel.message) == ("paused", "")
    assert panel.run(n_steps=25)["step"] == [25]


def test_settings_are_checked(data, panel):
    for bad, said in [
        (("learning_rate", 0.0), "learning_rate is 0.0"),
        (("skip_window", 0), "skip_window is 0; expected 1 to 1999"),
        (("num_sampled", 31), "num_sampled is 31; expected 1 to 30"),
        (("embedding_size", 0), "embedding_size is 0; expected at least 1"),
    ]:
        with pytest.raises(ValueError, match=said):
            setattr(panel, *bad)
    assert {name: getattr(panel, name) for name in SETTINGS} == SETTINGS
    with pytest.raises(ValueError, match="data holds ids from 1 to 29; expected 0 to 9"):
        Word2vecPanel(data, {i: str(i) for i in range(10)})
    with pytest.raises(ValueError, match="without a gap"):
        Word2vecPanel(data, {i: str(i) for i in range(1, 31)})
    with pytest.raises(ValueError, match="one row of word ids"):
        Word2vecPanel(data / 2, WORDS)
    with pytest.raises(ValueError, match=r"watch has \['cat'\]"):
        Word2vecPanel(data, WORDS, ["cat"])
    with pytest.raises(ValueError, match="watch has 9 words; expected 1 to 8"):
        Word2vecPanel(data, WORDS, [f"w{i}" for i in range(1, 10)])


# ---- in a browser ------------------------------------------------------------------------------


def test_recorded_run_without_a_kernel(stage, panel):
    panel.run(n_steps=50)
    panel.skip_window = 2
    panel.run(n_steps=50)
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    stage.check_inert(
        ["Start", "Step (25 batches)", "Reset"], ["Rate", "Window", "Negatives", "Dimension"]
    )
    slider = page.get_by_role("slider", name="Neighbours at step")
    assert slider.get_attribute("aria-valuetext") == "100"
    rows = lambda: page.locator(".lbl-neighbours tbody tr").all_inner_texts()  # noqa: E731
    for row, (word, found) in zip(rows(), panel.snapshots[-1]["neighbours"].items(), strict=True):
        assert row.split() == [word, *[name for name, _ in found]]
    last = rows()
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext") == "0" and rows() != last
    assert page.locator(".lbl-events li").all_inner_texts() == ["Step 50: window 1 → 2"]
    label = page.locator(".lbl-chart").get_attribute("aria-label")
    assert label == f"Loss by step: {panel.history['loss'][-1]:.3f}"
    page.wait_for_timeout(400)
    assert page.locator(".lbl-status").inner_text().startswith("Step 100: loss ")


def test_controls_drive_the_training(stage, panel):
    stage = stage()
    stage.show(panel)
    page = stage.page
    carry = functools.partial(stage.carry, "snapshots", "history", "changes", "status", "message")
    page.get_by_role("slider", name="Rate").press("ArrowRight")
    page.get_by_role("slider", name="Window").press("ArrowRight")
    page.get_by_role("slider", name="Negatives").press("ArrowLeft")
    page.get_by_role("slider", name="Dimension").press("ArrowLeft")
    carry()
    settings = {"skip_window": 2, "num_sampled": 4, "embedding_size": 2, "learning_rate": 1.0}
    assert {name: getattr(panel, name) for name in SETTINGS} == settings
    page.get_by_role("button", name="Step").press("Enter")
    carry()
    wait_for(lambda: panel.status == "paused" and panel.history["step"] == [25])
    carry()
    assert page.locator(".lbl-curve").count() == 1
    page.get_by_role("button", name="Start").press("Enter")
    carry()
    wait_for(lambda: len(panel.history["step"]) > 3)
    carry()
    page.get_by_role("button", name="Pause").press("Enter")
    carry()
    assert panel.status == "paused" and threads() == []
    carry()
    slider = page.get_by_role("slider", name="Neighbours at step")
    assert int(slider.get_attribute("max")) == len(panel.snapshots) - 1
    page.get_by_role("button", name="Reset").press("Enter")
    carry()
    carry()
    assert panel.history["step"] == [] and page.locator(".lbl-curve").count() == 0
    stage.check_clean_up()


@pytest.mark.parametrize("static", [True, False])
def test_accessible_and_narrow(stage, panel, static):
    panel.run(n_steps=25)
    panel.learning_rate = 1.0
    panel.run(n_steps=25)
    for theme, width in [("light", 1000), ("dark", 1000), ("dark", 360)]:
        page = stage(theme=theme, width=width)
        page.show(panel, static=static)
        assert page.axe() == []
        assert page.overflow() == 0
