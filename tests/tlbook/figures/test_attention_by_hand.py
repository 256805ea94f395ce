"""Attention by hand: the page's numbers are NumPy's, under the keyboard and under the pointer."""

import re

import numpy as np

from tlbook.figures import AttentionByHand

WORDS = ["I", "see", "cat"]
KEYS = np.array([[1, 0.5], [-1, 1], [0.5, -2]])
VALUES = np.array([[2, 0], [0, 2], [-1, -1]])


def figure():
    queries = [("chat", [1.0, -1.5]), ("Je", [1, 1])]
    return AttentionByHand(
        words=WORDS, key_vectors=KEYS.tolist(), values=VALUES.tolist(), queries=queries
    )


def check(page, query, keys=KEYS):
    scores = keys @ query
    weights = np.exp(scores) / np.exp(scores).sum()
    cells = page.locator(".lbl-attend tbody td").all_inner_texts()
    shown = np.array([float(text.replace("−", "-")) for text in cells]).reshape(-1, 3)
    expected = np.stack([scores, np.exp(scores), weights], axis=1)
    np.testing.assert_allclose(shown, expected, atol=0.0051)
    told = page.locator(".lbl-figure > .lbl-note").inner_text().replace("−", "-")
    context = re.findall(r"-?\d\.\d\d", told)[-2:]
    np.testing.assert_allclose(np.array(context, float), weights @ VALUES, atol=0.0051)


def test_numbers_are_those_of_numpy(stage):
    stage = stage()
    stage.show(figure(), static=True)
    page = stage.page
    check(page, [1, -1.5])
    tip = page.get_by_role("button", name=re.compile("^query at"))
    tip.press("ArrowUp")
    tip.press("Shift+ArrowLeft")
    check(page, [0.5, -1.4])
    page.get_by_role("radio", name="Je").press(" ")
    check(page, [1, 1])
    key = page.get_by_role("button", name=re.compile("^key of I at"))
    key.press("ArrowRight")
    check(page, [1, 1], KEYS + [[0.1, 0], [0, 0], [0, 0]])
    page.get_by_role("button", name="Start again").press("Enter")
    check(page, [1, -1.5])
    box, plane = tip.bounding_box(), page.locator(".lbl-vectors").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(plane["x"] + plane["width"] / 2, plane["y"] + plane["height"] / 2)
    page.mouse.up()
    check(page, [0, 0])  # the same weight for all
    stage.said("0.33")
    stage.check_all()
