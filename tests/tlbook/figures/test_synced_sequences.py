"""Rows and windows of a text: inputs and targets are those of ptb_iterator."""

import numpy as np
import pytest

from tlbook.figures import SyncedSequences
from tlcore.iterate import ptb_iterator

TEXT = "the cat sat on the mat and saw the dog that lay in the sun behind the old house"  # 19
# What the original tutorial prints for 20 numbers, batch_size 2 and num_steps 3.
PRINTED = [
    ([[0, 1, 2], [10, 11, 12]], [[1, 2, 3], [11, 12, 13]]),
    ([[3, 4, 5], [13, 14, 15]], [[4, 5, 6], [14, 15, 16]]),
    ([[6, 7, 8], [16, 17, 18]], [[7, 8, 9], [17, 18, 19]]),
]


def windows(words, batch_size, num_steps):
    batches = ptb_iterator(range(len(words)), batch_size, num_steps)
    return [tuple([[words[i] for i in row] for row in ids] for ids in batch) for batch in batches]


def matrices(page):
    return tuple(
        [
            [cell.inner_text() for cell in row.locator("td").all()]
            for row in page.get_by_role("table", name=name).locator("tr").all()
        ]
        for name in ("x: the inputs", "y: the targets")
    )


def all_windows(page):
    slider = page.get_by_role("slider", name="Iteration")
    if slider.is_disabled():  # a single window
        return [matrices(page)]
    slider.press("Home")
    found = [matrices(page)]
    while slider.input_value() != slider.get_attribute("max"):
        slider.press("ArrowRight")
        found.append(matrices(page))
    return found


def set_slider(page, name, value):
    slider = page.get_by_role("slider", name=name)
    slider.press("Home")
    for _ in range(value - 1):
        slider.press("ArrowRight")


def grid(page, kind):
    """Words of the rows that are marked so."""
    return page.locator(f".lbl-grid-words td.is-{kind}").all_inner_texts()


def said(page):
    page.wait_for_timeout(60)
    return page.locator(".lbl-status").inner_text()


def test_the_printed_example(stage):
    stage = stage()
    stage.show(SyncedSequences(), static=True)
    numbers = [[np.array(m, int).tolist() for m in pair] for pair in all_windows(stage.page)]
    assert numbers == [list(pair) for pair in PRINTED]
    assert stage.page.locator(".lbl-grid-words .is-last").all_inner_texts() == ["9", "19"]


@pytest.mark.parametrize("batch_size, num_steps", [(1, 1), (3, 2), (2, 8), (4, 3)])
def test_windows_of_other_sizes(stage, batch_size, num_steps):
    stage = stage()
    stage.show(SyncedSequences([TEXT], 1, 1), static=True)
    page, words = stage.page, TEXT.split()
    set_slider(page, "batch_size", batch_size)
    set_slider(page, "num_steps", num_steps)
    expected = windows(words, batch_size, num_steps)
    assert all_windows(page) == expected
    inputs = sum(len(row) for x, _ in expected for row in x)
    never = len(words) - inputs - batch_size
    sums = page.locator("p.lbl-note").nth(1).inner_text()
    assert f"{inputs} are inputs, {batch_size} " in sums
    left = len(expected[-1][0][0])
    assert (f"the last one short: {left}." in sums) == (left < num_steps)
    cut = page.locator(".lbl-parts .is-never").all_inner_texts()
    assert sum(len(t.split()) - 2 for t in cut) == never  # without "cut off"
    figure = SyncedSequences([TEXT], batch_size, num_steps)
    assert f"{inputs} words are inputs" in figure.alternative()
    assert f"{never} are never used" in figure.alternative()


def test_the_picture_marks_the_window_and_its_state(stage):
    stage = stage()
    stage.show(SyncedSequences([TEXT], 2, 3), static=True)
    page = stage.page
    assert grid(page, "input") == ["the", "cat", "sat", "dog", "that", "lay"]
    arrows = page.locator(".lbl-state.is-now")
    assert [t.split() for t in arrows.all_inner_texts()] == [["0", "→"]] * 2
    assert "state of zeros" in page.locator("p.lbl-note").last.inner_text()
    page.get_by_role("button", name="Next window").press("Enter")
    assert arrows.all_inner_texts() == ["→"] * 2
    assert grid(page, "target") == ["the", "mat", "and", "the", "sun", "behind"]
    assert said(page) == (
        "Iteration 2 of 3, 2 rows. Row 1 reads: on the mat. Its targets: the mat and. "
        "The state is that of window 1. 1 of 19 words are never used."
    )
    page.get_by_role("button", name="Next window").press("Enter")
    assert said(page).startswith("Iteration 3 of 3, 2 rows. Row 1 reads: and saw. Its targets: saw")
    page.get_by_role("button", name="Next window").press("Enter")  # the next epoch
    assert said(page).startswith("Iteration 1 of 3") and "The state is zero" in said(page)


def test_sizes_that_do_not_fit_are_explained(stage):
    stage = stage()
    stage.show(SyncedSequences(["a b c d e f g h"], 2, 3), static=True)
    page = stage.page
    page.get_by_role("slider", name="batch_size").press("End")
    hint = page.get_by_role("alert")
    assert "the text has 8 words, and 10 rows need 20" in hint.inner_text()
    assert page.get_by_role("slider", name="Iteration").is_disabled()
    assert page.locator(".lbl-grid-words:visible").count() == 0
    with pytest.raises(ValueError):
        next(ptb_iterator(range(8), 10, 3))
    set_slider(page, "batch_size", 4)
    assert hint.count() == 0
    assert [matrices(page)] == windows(list("abcdefgh"), 4, 3)


def test_a_text_of_ones_own(stage):
    stage = stage()
    stage.show(SyncedSequences([TEXT, "e f g h i j"], 1, 3), static=True)
    page = stage.page
    page.get_by_role("radio", name="e f g").press(" ")
    assert all_windows(page) == windows("e f g h i j".split(), 1, 3)
    box = page.get_by_role("textbox")
    box.fill("one two three")
    assert page.get_by_role("alert").inner_text() == "A text of at least 4 words, please."
    assert page.locator("input[type=radio]:checked").count() == 0
    assert all_windows(page) == windows("e f g h i j".split(), 1, 3)  # the last good text stays
    box.fill("one <b>two</b>\nthree  four five")
    assert all_windows(page) == windows(["one", "<b>two</b>", "three", "four", "five"], 1, 3)
    box.fill("a " * 61)
    assert "these are 61" in page.get_by_role("alert").inner_text()


def test_accessible_and_narrow(stage):
    stage = stage(theme="dark", width=360)
    stage.show(SyncedSequences([[f"word{i}" for i in range(57)]], 2, 5), static=True)
    stage.page.get_by_role("slider", name="Iteration").press("End")
    assert stage.axe() == []
    assert stage.overflow() == 0
    seen = stage.page.evaluate(
        """() => {
          const box = document.querySelector(".lbl-scroll").getBoundingClientRect();
          const cell = document.querySelector(".lbl-grid-words .is-input").getBoundingClientRect();
          return cell.left >= box.left && cell.right <= box.right;
        }"""
    )
    assert seen  # the rows scroll to the window


def test_texts_and_sizes_are_checked():
    with pytest.raises(TypeError, match="texts is one text"):
        SyncedSequences(TEXT)
    with pytest.raises(ValueError, match="texts has 0 texts"):
        SyncedSequences([])
    with pytest.raises(ValueError, match="one of 3 words, 'a b c'; expected 4 to 60"):
        SyncedSequences([TEXT, "a b c"])
    with pytest.raises(ValueError, match="num_steps is 0; expected a whole number from 1 to 10"):
        SyncedSequences([TEXT], num_steps=0)
    with pytest.raises(ValueError, match="batch_size is 10; expected a whole number from 1 to 9"):
        SyncedSequences([TEXT], batch_size=10)
