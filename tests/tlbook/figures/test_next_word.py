"""The next word: numbers as numpy has them, one step a word, and writing that can be repeated."""

import language
import numpy as np
import pytest
from language import open_figure

from tlbook.figures import NextWord
from tlbook.figures.language_files import load_language_model

TEXT = "the company said it is a"


@pytest.fixture
def model(tmp_path, rng):
    """The path of a model with steep opinions, and the model as it is stored."""
    path = language.save(tmp_path / "lm.npz", language.random_model(rng), "float16")
    return path, load_language_model(path)


def number(text):
    return float(text.replace("\u00a0", "").replace("%", "").replace("<", "").replace(",", ""))


def table(page):
    rows = [row.split("\t") for row in page.locator(".lbl-next tbody tr").all_inner_texts()]
    return [row[0] for row in rows], [[number(cell) for cell in row[1:3]] for row in rows]


def ids_of(model, text):
    return [model.words.index(word) for word in text.split()]


def truth(model, text):
    """Probabilities before each word of the text, and after the last: a sentence begins."""
    return language.run(model, ids_of(model, f"<eos> {text}"))[0]


def text_words(page):
    """The words and the chances under them."""
    return [
        (li.inner_text().split("\n")[0], number(li.locator(".lbl-under").inner_text()))
        for li in page.locator(".lbl-read li").all()
    ]


def steps(page):
    return int(page.locator(".lbl-figure").get_attribute("data-steps"))


def set_slider(page, name, key, times=1):
    for _ in range(times):
        page.get_by_role("slider", name=name).press(key)


def test_the_distribution_is_that_of_the_model(stage, model):
    path, net = model
    page = open_figure(stage(), NextWord(path, [TEXT], skip_unknown=False))
    all_ = truth(net, TEXT)
    p = all_[-1]
    words, shown = table(page)
    assert words == [net.words[i] for i in np.argsort(-p, kind="stable")[:10]]
    expected = [[100 * p[net.words.index(w)]] * 2 for w in words]  # temperature 1 changes nothing
    np.testing.assert_allclose(shown, expected, atol=0.051)
    chances = [all_[k][i] for k, i in enumerate(ids_of(net, TEXT))]
    read = text_words(page)
    assert [word for word, _ in read] == TEXT.split()
    np.testing.assert_allclose([c for _, c in read], 100 * np.array(chances), atol=0.051)
    perplexity = np.exp(-np.mean(np.log(chances)))
    notes = " ".join(page.locator("p.lbl-note").all_inner_texts())
    said = number(notes.split("these 6 words: ")[1].split(" ")[0].rstrip("."))
    assert said == pytest.approx(perplexity, rel=0.01)
    bits = -(p * np.log2(p)).sum()
    assert f"entropy {bits:.2f} bits, as unsure as among {2**bits:.1f} equally" in notes
    page.wait_for_timeout(60)
    status = page.locator(".lbl-status").inner_text()
    assert status.startswith(f"After “a”: {words[0]} ")


def test_the_first_text_is_shown_before_the_model_is_loaded(stage, model):
    path, net = model
    stage = stage()
    stage.show(NextWord(path, [TEXT]), static=True)
    p = truth(net, TEXT)[-1]
    shown = stage.page.locator(".lbl-next > tr").all_inner_texts()
    shown = [row.split("\t")[:2] for row in shown]
    assert [word for word, _ in shown] == [net.words[i] for i in np.argsort(-p)[:8]]
    np.testing.assert_allclose([number(v) for _, v in shown], 100 * np.sort(p)[:-9:-1], atol=0.06)


def test_temperature_and_top_k_change_what_is_drawn_only(stage, model):
    path, net = model
    page = open_figure(stage(), NextWord(path, [TEXT], skip_unknown=False))
    p = truth(net, TEXT)[-1]
    before = table(page)
    set_slider(page, "Temperature", "ArrowLeft", 10)  # 0.5
    words, shown = table(page)
    assert words == before[0] and [a for a, _ in shown] == [a for a, _ in before[1]]
    sharp = p**2 / (p**2).sum()
    expected = [100 * sharp[net.words.index(word)] for word in words]
    np.testing.assert_allclose([b for _, b in shown], expected, atol=0.051)
    set_slider(page, "Top k", "Home")
    set_slider(page, "Top k", "ArrowRight", 2)  # 3
    drawn = [b for _, b in table(page)[1]]
    best = np.sort(sharp)[::-1][:3]
    np.testing.assert_allclose(drawn, [*(100 * best / best.sum()), *[0] * 7], atol=0.051)
    page.get_by_role("checkbox", name="never write <unk>").press(" ")
    assert steps(page) == len(TEXT.split())  # no setting costs a step


def test_one_more_word_costs_one_step(stage, model):
    path, net = model
    page = open_figure(stage(), NextWord(path, [TEXT]))
    assert steps(page) == 6
    box = page.get_by_role("textbox")
    box.press("End")
    box.type(" riv")
    assert len(text_words(page)) == 6 and steps(page) == 6  # not yet a word
    box.type("er")
    assert steps(page) == 7 and text_words(page)[-1][0] == "river"
    box.type(" ")
    assert steps(page) == 7
    words, shown = table(page)
    p = truth(net, TEXT + " river")[-1]
    np.testing.assert_allclose(shown[0][0], 100 * p.max(), atol=0.051)
    box.fill(TEXT)  # a word less: the state before it is still there
    assert steps(page) == 7 and len(text_words(page)) == 6
    np.testing.assert_allclose(table(page)[1][0][0], 100 * truth(net, TEXT)[-1].max(), atol=0.051)
    box.fill("the city said it is a")  # another second word: all after it are read again
    assert steps(page) == 12


def test_unknown_words_are_shown_and_read_as_such(stage, model):
    path, net = model
    page = open_figure(stage(), NextWord(path, ["The zebra’s city cost $5."]))
    read = [word for word, _ in text_words(page)]
    assert read == ["the", "zebra → <unk>", "'s", "city", "cost → <unk>", "$", "N", "<eos>"]
    note = page.locator("p.lbl-note", has_text="Not in the vocabulary").inner_text()
    assert note == "Not in the vocabulary, read as <unk>: “zebra”, “cost”."
    p = truth(net, "the <unk> 's city <unk> $ N <eos>")[-1]
    assert table(page)[1][0][0] == pytest.approx(100 * p.max(), abs=0.051)
    page.get_by_role("textbox").fill("")
    assert text_words(page) == []
    assert table(page)[1][0][0] == pytest.approx(100 * truth(net, "")[-1].max(), abs=0.051)


def test_greedy_writing_takes_the_likeliest(stage, model):
    path, net = model
    page = open_figure(stage(), NextWord(path, [TEXT], temperature=0, skip_unknown=False))
    page.get_by_role("button", name="Write 20 more words").press("Enter")
    text = TEXT
    for _ in range(20):
        text += " " + net.words[truth(net, text)[-1].argmax()]
    assert [word for word, _ in text_words(page)] == text.split()
    assert page.get_by_role("textbox").input_value().split() == text.split()
    assert page.locator(".lbl-read .is-written").count() == 20
    assert steps(page) == 26


def test_writing_is_repeated_by_its_seed(stage, model):
    path, net = model
    page = open_figure(stage(), NextWord(path, [TEXT], seed=5, temperature=1.4))
    more = page.get_by_role("button", name="Write 20 more words")
    back = page.get_by_role("button", name="Take back")
    assert back.is_disabled()
    more.press("Enter")
    first = [word for word, _ in text_words(page)]
    assert len(first) == 26 and "<unk>" not in first[6:]
    page.wait_for_timeout(60)
    assert page.locator(".lbl-status").inner_text().startswith(f"Wrote: {' '.join(first[6:])}.")
    back.press("Enter")
    assert [word for word, _ in text_words(page)] == TEXT.split()
    for _ in range(20):
        page.get_by_role("button", name="Write a word").press("Enter")
    assert [word for word, _ in text_words(page)] == first  # word by word or all at once
    back.press("Enter")
    page.get_by_role("spinbutton", name="Seed").fill("6")
    more.press("Enter")
    assert [word for word, _ in text_words(page)] != first
    page.get_by_role("textbox").press("Control+End")
    page.get_by_role("textbox").type("city ")
    assert page.locator(".lbl-read .is-written").count() == 20  # what it wrote stays marked
    assert text_words(page)[-1][0] == "city"


def test_a_word_of_the_table_is_taken_over(stage, model):
    path, net = model
    page = open_figure(stage(), NextWord(path, [TEXT, "the river"]))
    page.get_by_role("radio", name="the river").press(" ")
    words, _ = table(page)
    page.locator(".lbl-next button").nth(2).press("Enter")
    assert [word for word, _ in text_words(page)] == ["the", "river", words[2]]
    assert page.locator(".lbl-next button").first.evaluate("b => b === document.activeElement")
    page.get_by_role("textbox").fill("a " * 301)
    assert page.locator(".lbl-read li").count() == 300
    assert steps(page) == 6 + 1 + 1 + 300  # the texts, of which two share a word, and the choice
    assert page.get_by_role("button", name="Write a word").is_disabled()
    assert page.locator("p.lbl-note", has_text="Only the first 300 words are read").is_visible()


def test_accessible_and_narrow(stage, model):
    stage = stage(theme="dark", width=360)
    page = open_figure(stage, NextWord(model[0], [TEXT + " zebra", "the " + "x" * 40]))
    page.get_by_role("button", name="Write 20 more words").press("Enter")
    page.wait_for_timeout(60)
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_settings_are_checked(model, tmp_path):
    path, _ = model
    assert "of 60 words, 2 LSTM layers of 12 and 8 units, to ask" in repr(NextWord(path))
    with pytest.raises(FileNotFoundError, match="none.npz"):
        NextWord(tmp_path / "none.npz")
    with pytest.raises(TypeError, match="texts is one text"):
        NextWord(path, TEXT)
    with pytest.raises(ValueError, match="the number of texts is 0"):
        NextWord(path, [])
    with pytest.raises(ValueError, match="temperature is -1"):
        NextWord(path, temperature=-1)
    with pytest.raises(ValueError, match="top_k is 4; expected 1, 2, 3"):
        NextWord(path, top_k=4)
    with pytest.raises(ValueError, match="seed is 10000"):
        NextWord(path, seed=10000)
