"""The window over a sentence: its pairs are those of ``tl.nlp.skip_gram_pairs``."""

from collections import Counter

import pytest

from tlbook.figures import SkipGramWindow
from tlcore.nlp.skip_gram import skip_gram_pairs

FOX = "The quick brown fox jumps over the lazy dog."
NILE = "It's the longest river: 6,650 km!"


@pytest.fixture
def figure():
    ids = {"UNK": 0, "the": 1, "quick": 5, "dog": 12}
    return SkipGramWindow([FOX, NILE], word_to_id=ids)


def all_pairs(page):
    """Move to the last centre, and read the pairs that have come until there."""
    page.get_by_role("slider", name="Centre").press("End")
    texts = page.locator(".lbl-sofar li").all_inner_texts()
    return [tuple(text.strip("()").split(", ")) for text in texts]


def expected(words, num_skips, skip_window):
    places = skip_gram_pairs(range(len(words)), num_skips, skip_window)
    return [(words[i], words[j]) for i, j in zip(*places, strict=True)]


@pytest.mark.parametrize("skip_window", [1, 4])
def test_pairs_are_those_of_the_package(stage, skip_window):
    stage = stage()
    figure = SkipGramWindow([FOX], skip_window=skip_window)
    stage.show(figure, static=True)
    assert all_pairs(stage.page) == expected(figure.sentences[0], 2 * skip_window, skip_window)


def test_fewer_pairs_are_chosen_from_the_window_none_twice(stage):
    words = [f"w{i}" for i in range(40)]
    figure = SkipGramWindow([words], skip_window=3, num_skips=2, seed=4)
    page, other = stage(), stage()
    page.show(figure, static=True)
    other.show(figure, static=True)
    page = page.page
    first = all_pairs(page)
    assert all_pairs(other.page) == first  # the same seed
    whole = set(expected(words, 6, 3))
    assert len(set(first)) == 80 and set(first) <= whole
    assert set(Counter(centre for centre, _ in first).values()) == {2}
    offsets = Counter(round((int(b[1:]) - int(a[1:]) + 20) % 40 - 20) for a, b in first)
    assert set(offsets) == {-3, -2, -1, 1, 2, 3}  # no place of the window is left out
    page.get_by_role("slider", name="Centre").press("Home")
    assert all_pairs(page) == first  # the choice stays when the window comes back
    page.get_by_role("button", name="Choose again").press("Enter")
    assert all_pairs(page) != first


def test_keyboard_moves_and_widens_the_window(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    page = stage.page
    marked = lambda kind: page.locator(f".lbl-words .is-{kind}").all_inner_texts()  # noqa: E731
    slider = page.get_by_role("slider", name="Centre")
    assert slider.get_attribute("aria-valuetext") == "3: brown"  # whose window fits
    slider.press("Home")
    assert [t.split()[-1] for t in marked("centre")] == ["the"]
    assert [t.split()[-1] for t in marked("context")] == ["quick", "brown", "lazy", "dog"]
    assert "ring" in page.locator("p.lbl-note", has_text="ring").inner_text()
    for _ in range(3):
        slider.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "4: fox"
    assert page.locator("p.lbl-note", has_text="ring").count() == 0
    page.get_by_role("slider", name="Window").press("ArrowLeft")
    assert [t.split()[-1] for t in marked("context")] == ["brown", "jumps"]
    assert page.locator(".lbl-caption").inner_text() == "So far 8 of 18 pairs"
    page.get_by_role("slider", name="Pairs per word").press("ArrowLeft")
    assert len(marked("context")) == len(marked("window")) == 1
    page.wait_for_timeout(60)
    assert page.locator(".lbl-status").inner_text().endswith("4 of 9 pairs so far.")
    page.locator(".lbl-words li", has_text="lazy").click()
    assert slider.get_attribute("aria-valuetext") == "8: lazy"


def test_ids_stand_beside_the_words(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    stage.page.get_by_role("slider", name="Centre").press("Home")
    rows = [row.inner_text().split() for row in stage.page.locator(".lbl-pairs tbody tr").all()]
    assert rows[0] == ["1", "the", "1", "lazy", "0"]  # not in the vocabulary: the id of UNK
    assert rows[2] == ["3", "the", "1", "quick", "5"]


def test_a_sentence_of_ones_own(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    page = stage.page
    page.get_by_role("radio", name="it's the longest").press(" ")
    words = ["it's", "the", "longest", "river", "6", "650", "km"]
    assert all_pairs(page) == expected(words, 4, 2)
    box = page.get_by_role("textbox")
    box.fill("Cats, chase")
    assert page.locator("input[type=radio]:checked").count() == 0
    assert page.get_by_role("alert").inner_text() == "A window needs at least 3 words."
    assert all_pairs(page) == expected(words, 4, 2)  # the last good sentence stays
    box.fill("Cats <b>chase</b> mice")
    assert page.get_by_role("slider", name="Window").get_attribute("max") == "2"
    assert page.get_by_role("alert").count() == 0
    box.fill("Cats chase mice")
    assert page.get_by_role("slider", name="Window").get_attribute("max") == "1"
    assert all_pairs(page) == expected(["cats", "chase", "mice"], 2, 1)
    box.fill("a " * 41)
    assert "40 words" in page.get_by_role("alert").inner_text()


def test_slides_to_the_end(stage, figure):
    stage = stage()
    stage.show(figure, static=True)
    page = stage.page
    page.get_by_role("button", name="Slide").press("Enter")
    page.wait_for_function("document.querySelector('.lbl-slider input').value === '9'")
    page.wait_for_selector("button:text-is('Slide')")
    page.wait_for_timeout(60)
    assert page.locator(".lbl-status").inner_text().startswith("Centre dog, contexts")


def test_accessible_and_narrow(stage, figure):
    stage = stage(theme="dark", width=360)
    stage.show(figure, static=True)
    all_pairs(stage.page)
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_sentences_and_sizes_are_checked():
    with pytest.raises(TypeError, match="sentences is one text"):
        SkipGramWindow(FOX)
    with pytest.raises(ValueError, match="sentences has 0 sentences"):
        SkipGramWindow([])
    with pytest.raises(ValueError, match="one of 2 words, 'two words'; expected 3 to 40"):
        SkipGramWindow([FOX, "Two words"])
    with pytest.raises(ValueError, match="skip_window is 5; expected a whole number from 1 to 4"):
        SkipGramWindow([FOX], skip_window=5)
    with pytest.raises(ValueError, match="num_skips is 5; expected a whole number from 1 to 4"):
        SkipGramWindow([FOX], num_skips=5)
