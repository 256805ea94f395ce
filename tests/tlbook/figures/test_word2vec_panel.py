"""The panel of the word vectors: its training against a Trainer alone, and changes on the way."""

import numpy as np
import pytest
from panels import TOPICS, WORDS, weights_of, word2vec
from stage import wait_for

from tlbook.figures import Word2vecPanel
from tlcore.layers import Word2vecEmbeddingInputlayer
from tlcore.nlp import skip_gram_pairs
from tlcore.train import Adagrad, Trainer


@pytest.fixture
def panel():
    panel = word2vec()
    yield panel
    panel.close()


def test_trains_as_the_trainer_does_and_finds_neighbours(panel):
    """The same start, pairs and draws, by the pieces that the chapter uses."""
    network = Word2vecEmbeddingInputlayer(
        vocabulary_size=30,
        embedding_size=8,
        num_sampled=8,
        nce_loss_args={"sampled_values": panel._draw},
    )
    for mine, other in zip(network.all_params, panel.network.all_params, strict=True):
        mine.assign(other)
    pairs = skip_gram_pairs(TOPICS, 2, 1)
    trainer = Trainer(network.nce_cost, network.all_params, Adagrad(0.5), pairs, batch_size=64)
    curves = panel.run(n_steps=400)
    losses = [trainer.run(25) / (25 * 64) for _ in range(4)]
    assert curves["loss"][:4] == pytest.approx(losses, rel=1e-3)
    assert curves["loss"][-1] < curves["loss"][0]
    look = panel.looks[-1]
    near = {word: {w for w, _ in found} for word, found in look["neighbours"].items()}
    assert look["at"] == 400 and near["w1"] <= {f"w{i}" for i in range(2, 15)}  # of its topic
    assert near["w20"] <= {f"w{i}" for i in range(15, 30)}
    vectors = weights_of(panel)[0]
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    name, cosine = look["neighbours"]["w1"][0]
    assert cosine == pytest.approx(float(unit[1] @ unit[int(name[1:])]), abs=1e-3)


def test_settings_carry_on_with_the_vectors(stage, panel):
    panel.run(n_steps=25)
    trainer, before = panel.trainer, weights_of(panel)[0]
    panel.learning_rate = 1e-9
    panel.run(n_steps=25)
    assert panel.trainer is trainer  # nothing is compiled again
    panel.skip_window, panel.num_sampled = 3, 4
    panel.run(n_steps=25)
    np.testing.assert_allclose(weights_of(panel)[0], before, atol=1e-6)
    assert panel.trainer.n_examples == 6 * len(TOPICS)
    assert panel.history["step"] == [25, 50, 75]
    assert panel.history["loss"][2] < panel.history["loss"][1]  # fewer terms
    told = ["learning rate 0.5 → 1e-09", "window 1 → 3, negatives 8 → 4"]
    assert panel.changes == [[25, told[0]], [50, told[1]]]
    stage = stage()
    stage.show(panel, static=True)
    page = stage.page
    rows = page.locator(".lbl-neighbours tbody tr").all_inner_texts()
    for row, (word, found) in zip(rows, panel.looks[-1]["neighbours"].items(), strict=True):
        assert row.split() == [word, *[name for name, _ in found]]
    events = page.locator(".lbl-events li").all_inner_texts()
    assert events == [f"Step 25: {told[0]}", f"Step 50: {told[1]}"]
    label = page.locator(".lbl-chart").get_attribute("aria-label")
    assert label == f"Loss by step: {panel.history['loss'][-1]:.3f}"


def test_another_dimension_begins_anew(panel):
    panel.start()
    wait_for(lambda: panel._reports > 1)
    panel.set_state({"num_sampled": 2})  # what the page sends when a slider moves
    wait_for(lambda: panel.network.num_sampled == 2)
    panel.set_state({"embedding_size": 3})
    wait_for(lambda: weights_of(panel)[0].shape == (30, 3))
    assert panel.status == "running"
    panel.pause()
    assert panel.changes == [] and panel.trainer.learning_rate == 0.5


def test_input_is_checked():
    for bad, said in [
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"skip_window": 2000}, "skip_window is 2000; expected a whole number from 1 to 1999"),
        ({"num_sampled": 31}, "num_sampled is 31; expected a whole number from 1 to 30"),
    ]:
        with pytest.raises(ValueError, match=said):
            word2vec(**bad)
    with pytest.raises(ValueError, match="data has ids from 1 to 29; expected 0 to 9"):
        Word2vecPanel(TOPICS, {i: f"w{i}" for i in range(10)})
    with pytest.raises(ValueError, match="reverse_dictionary has 2 ids"):
        Word2vecPanel(TOPICS, {0: "a", 5: "b"})
    with pytest.raises(ValueError, match="watch has .*which aren't in the vocabulary"):
        Word2vecPanel(TOPICS, WORDS, ["w99"])
    with pytest.raises(ValueError, match="watch has 9 words; expected 1 to 8"):
        Word2vecPanel(TOPICS, WORDS, [f"w{i}" for i in range(1, 10)])
    # What a short corpus can't do isn't offered.
    panel = Word2vecPanel(TOPICS[:6] % 5, {i: f"w{i}" for i in range(5)}, num_sampled=1)
    stops = {slider["name"]: slider["stops"] for slider in panel.sliders}
    assert stops["skip_window"] == [1, 2] and stops["num_sampled"] == [1, 2, 4]
