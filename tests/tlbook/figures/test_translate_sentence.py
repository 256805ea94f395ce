"""A sentence translated in the page: what tl.utils.Translator finds, and where attention looked."""

import numpy as np
import pytest
import tensorflow as tf
import translators
from translators import ids_of, minus, open_figure, plain, settled, shown

from tlbook.figures import TranslateSentence, load_translator

TEXT = "the old cat sees a zebra."
BUCKETS = ((10, 9), (40, 50))


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """The path of a translator that writes unknown words too, and what is in it."""
    rng = np.random.default_rng(0)
    options = {"bidirectional": True, "tied": True, "ending": 3.0, "unknown": 6.0}
    path = tmp_path_factory.mktemp("weights") / "translator.npz"
    translators.save(path, translators.random_translator(rng, **options))
    stored = load_translator(path)
    return path, stored, stored.network()


def figure(model, examples=(TEXT, "I see"), **settings):
    settings = {"copy_unknown": False} | settings
    return TranslateSentence(model[0], list(examples), buckets=BUCKETS, **settings)


def truth(model, text=TEXT, beam_size=1):
    _, stored, network = model
    ids = tuple(ids_of(stored.source_words, text))
    return translators.translated(network, ids, BUCKETS, beam_size, 1.0)


def french(page):
    return plain(page.locator(".lbl-translation").inner_text())


def facts(page):
    return page.locator(".lbl-facts").inner_text()


def test_translation_and_attention_are_those_of_the_translator(stage, model):
    page = open_figure(stage(), figure(model))
    expected, words = truth(model), model[1].target_words
    assert 3 in expected.ids and len(expected.ids) > 3
    assert french(page) == shown(words, expected.ids)
    n = len(expected.ids) + expected.complete
    assert facts(page).startswith(f"Logarithm of its probability: {minus(expected.score)}, ")
    assert f"; {minus(expected.score / n)} per word." in facts(page)
    assert ("cut off" in facts(page)) != expected.complete
    read = ["the", "old", "cat", "sees", "a", "zebra", "."]
    cells = page.locator(".lbl-attention tbody td")
    labels = cells.evaluate_all("(all) => all.map((td) => td.ariaLabel)")
    written = [words[i] for i in expected.ids]
    assert labels == [
        f"“{word}” looks at “{other}”: {share:.2f}"
        for word, row in zip(written, expected.attention, strict=True)
        for other, share in zip(read, row, strict=True)
    ]
    tone = cells.evaluate_all("(a) => a.map((td) => parseFloat(td.style.cssText.split(':')[1]))")
    np.testing.assert_allclose(tone, 100 * expected.attention.ravel(), atol=0.06)
    page.get_by_text("Where each word looked most, in words").press("Enter")
    told = page.locator(".lbl-looked li").all_inner_texts()
    most = [(read[row.argmax()], row.max()) for row in expected.attention]
    pairs = zip(written, most, strict=True)
    assert told == [f"“{word}” looked at “{at}” ({v:.2f})" for word, (at, v) in pairs]
    page.wait_for_timeout(60)
    status = plain(page.locator(".lbl-status").inner_text())
    assert status.startswith(f"French: {shown(words, expected.ids)}")


def test_the_examples_are_there_before_the_network(stage, model):
    stage = stage()
    stage.show(figure(model), static=True)
    page, words = stage.page, model[1].target_words
    for text in ("I see", TEXT):
        page.get_by_role("radio", name=text).press(" ")
        assert french(page) == shown(words, truth(model, text).ids)
    labels = page.locator(".lbl-attention tbody td").evaluate_all(
        "(a) => a.map((td) => td.ariaLabel)"
    )
    assert [float(label[-4:]) for label in labels] == pytest.approx(
        truth(model).attention.ravel(), abs=0.0061
    )
    page.get_by_role("textbox").fill("the dog")
    assert page.get_by_text("A sentence of your own needs the network").is_visible()
    page.get_by_role("button", name="Load the translator").press("Enter")
    settled(page)
    assert french(page) == shown(words, truth(model, "the dog.").ids)


def test_unknown_words_are_marked_and_copied(stage, model):
    page = open_figure(stage(), figure(model))
    unknown = page.locator(".lbl-read li.is-unknown")
    assert unknown.all_inner_texts() == ["zebra → _UNK"]
    assert page.get_by_text("Not in the vocabulary, read as _UNK: “zebra”.").is_visible()
    expected, words = truth(model), model[1].target_words
    assert "_UNK" in french(page)
    page.get_by_role("checkbox", name="copy unknown words").press(" ")
    read = ["the", "old", "cat", "sees", "a", "zebra", "."]
    copied = [
        read[row.argmax()] if i == 3 else words[i]
        for i, row in zip(expected.ids, expected.attention, strict=True)
    ]
    assert french(page) == translators.join_words(copied)
    assert page.locator(".lbl-attention tbody th").all_inner_texts() == copied


def test_a_beam_finds_what_the_translator_finds(stage, model):
    page = open_figure(stage(), figure(model, beam_size=2))
    slider = page.get_by_role("slider", name="Beam")
    assert french(page) == shown(model[1].target_words, truth(model, beam_size=2).ids)
    slider.press("End")
    settled(page)
    expected = truth(model, beam_size=8)
    assert french(page) == shown(model[1].target_words, expected.ids)
    assert minus(expected.score) in facts(page) and "length penalty 1.00" in facts(page)
    assert expected.ids != truth(model).ids
    slider.press("Home")
    settled(page)
    assert french(page) == shown(model[1].target_words, truth(model).ids)


def test_the_picture_answers_to_the_keyboard_and_the_pointer(stage, model):
    page = open_figure(stage(), figure(model))
    note = page.locator(".lbl-pointed")
    assert note.inner_text().startswith("Point at a cell")
    cells = page.locator(".lbl-attention tbody td")
    assert page.locator('.lbl-attention [tabindex="0"]').count() == 1
    cells.first.focus()
    for key, place in [("ArrowDown", 7), ("ArrowRight", 8), ("End", 13), ("ArrowRight", 13),
                       ("ArrowUp", 6), ("Home", 0), ("ArrowUp", 0)]:  # fmt: skip
        page.keyboard.press(key)
        label = cells.nth(place).get_attribute("aria-label")
        assert cells.nth(place).evaluate("(td) => td === document.activeElement"), key
        assert note.inner_text() == label
        assert page.locator('.lbl-attention [tabindex="0"]').count() == 1
    assert page.locator("th.is-pointed").all_inner_texts()[0] == "the"
    cells.nth(9).hover()
    assert note.inner_text() == cells.nth(9).get_attribute("aria-label")
    page.mouse.move(0, 0)
    assert note.inner_text() == cells.nth(0).get_attribute("aria-label")  # it has the focus still


def test_word_by_word(stage, model):
    beam_size = 8
    page = open_figure(stage(), figure(model, beam_size=beam_size))
    page.get_by_role("radio", name="word by word").press(" ")
    expected, (_, stored, network) = truth(model, beam_size=beam_size), model
    ids = [*expected.ids, *([2] if expected.complete else [])]
    source = np.array([ids_of(stored.source_words, TEXT)[::-1]])
    logits = network.model([source, np.array([[1, *ids[:-1]]])])
    p = tf.nn.softmax(logits).numpy()  # of all steps, as in training
    p[:, :2] = 0
    slider = page.get_by_role("slider", name="French word")
    assert slider.get_attribute("max") == str(len(ids))
    for t, id_ in enumerate(ids):
        rows = [row.split("\t") for row in page.locator(".lbl-next tbody tr").all_inner_texts()]
        likely = np.argsort(-p[t])[:5].tolist()
        likely += [] if id_ in likely else [id_]
        names = ["_EOS, the end" if i == 2 else stored.target_words[i] for i in likely]
        assert [row[0] for row in rows] == names
        assert [row[2] == "taken" for row in rows] == [i == id_ for i in likely]
        for row, i in zip(rows, likely, strict=True):
            value = float(plain(row[1]).strip("<% "))
            assert value == pytest.approx(100 * p[t, i], abs=0.06 if p[t, i] > 0.0005 else 0.1)
        if t < len(expected.ids):
            shares = page.locator(".lbl-bands .lbl-under").all_inner_texts()
            assert shares == [f"{v:.2f}" for v in expected.attention[t]]
            at = int(expected.attention[t].argmax())
            classes = page.locator(".lbl-bands li").evaluate_all("(a) => a.map((l) => l.className)")
            assert classes.index("is-chosen") == at
        slider.press("ArrowRight")
    page.wait_for_timeout(60)
    assert page.locator(".lbl-status").inner_text().count("looks most at") == 1


def test_a_sentence_of_ones_own(stage, model):
    page = open_figure(stage(), figure(model))
    box = page.get_by_role("textbox", name="An English sentence")
    box.fill("I don’t see\nthe “dog”")
    box.press("Enter")
    settled(page)
    assert page.locator(".lbl-read li").all_inner_texts() == [
        "I", "don → _UNK", "'", "t", "see → _UNK", "the", '" → _UNK', "dog", '" → _UNK',
    ]  # fmt: skip
    assert french(page) == shown(model[1].target_words, truth(model, 'I don\'t see the "dog"').ids)
    page.get_by_role("radio", name="I see").press(" ")
    settled(page)
    assert box.input_value() == "I see"
    assert french(page) == shown(model[1].target_words, truth(model, "I see.").ids)
    box.press("End")
    box.type(" the dog")  # it is translated after a pause
    settled(page)
    assert french(page) == shown(model[1].target_words, truth(model, "I see the dog.").ids)
    box.fill("")
    page.get_by_role("checkbox", name="copy unknown words").press(" ")  # the old one is shown still
    assert page.locator(".lbl-attention thead th").count() == 5
    settled(page)
    assert not page.locator(".lbl-translation").is_visible()
    box.fill("the " * 41)
    settled(page)
    assert page.locator(".lbl-read li").count() == 40
    assert page.get_by_text("Only the first 40 words are read.").is_visible()


@pytest.mark.parametrize("view", ["the whole sentence", "word by word"])
def test_accessible_and_narrow(stage, model, view):
    stage = stage(theme="dark", width=360)
    text = "the old cat sees " * 4 + "unbelievablyunbelievablyunbelievable"
    page = open_figure(stage, figure(model, [text, TEXT]))
    page.get_by_role("radio", name=view).press(" ")
    page.wait_for_timeout(60)
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_settings_are_checked(model, tmp_path):
    path = model[0]
    said = "a translator of 60 English and 70 French words, a GRU layer of 12 units; the transl"
    assert said in repr(TranslateSentence(path, [TEXT]))
    with pytest.raises(FileNotFoundError, match=r"none\.npz"):
        TranslateSentence(tmp_path / "none.npz", [TEXT])
    with pytest.raises(TypeError, match="examples is one text"):
        TranslateSentence(path, TEXT)
    with pytest.raises(ValueError, match="the number of examples is 0"):
        TranslateSentence(path, [])
    with pytest.raises(ValueError, match="beam_size is 9; expected a whole number from 1 to 8"):
        TranslateSentence(path, [TEXT], beam_size=9)
    with pytest.raises(ValueError, match="length_penalty is 2; expected a number from 0 to 1"):
        TranslateSentence(path, [TEXT], length_penalty=2)
    with pytest.raises(ValueError, match="buckets: .* stands behind"):
        TranslateSentence(path, [TEXT], buckets=[(10, 15), (5, 10)])
