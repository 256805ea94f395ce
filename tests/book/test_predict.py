"""Predictions, style/predict.js, on a page made for it."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

STYLE = Path(__file__).resolve().parents[2] / "book" / "style"
pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en" data-theme="light"><meta charset="utf-8">
<title>Predict</title>
<link rel="stylesheet" href="book.css"><main class="bd-article"><h1>Predict</h1>
<div class="predict answer-2 veil admonition"><p class="admonition-title">Predict</p>
<p>Which number comes out?</p>
<ol class="arabic simple">
<li><p>One, <em>surely</em></p></li><li><p>Two</p></li><li><p>Three</p></li></ol>
<details class="sd-dropdown"><summary>The answer</summary><p>Because.</p></details></div>
<p>In between.</p>
<div class="cell"><div class="cell_output"><pre>2</pre></div></div>
<div class="cell"><div class="cell_output"><pre>later</pre></div></div>
</main><script defer src="predict.js"></script></html>"""


@pytest.fixture
def page(browser, tmp_path):
    for name in ("book.css", "predict.js"):
        (tmp_path / name).write_text((STYLE / name).read_text("utf8"), "utf8")
    (tmp_path / "page.html").write_text(PAGE, "utf8")
    tab = browser.new_page(viewport={"width": 390, "height": 800})
    tab.errors = []
    tab.on("pageerror", lambda error: tab.errors.append(str(error)))
    tab.goto((tmp_path / "page.html").as_uri())
    yield tab
    assert tab.errors == []
    tab.close()


def test_a_choice_by_key_is_judged_and_opens_the_answer(page):
    verdict, answer = page.get_by_role("status"), page.locator("details")
    first, second, third = page.locator("ol button").all()
    assert verdict.inner_text() == "" and not answer.evaluate("(d) => d.open")
    first.focus()
    page.keyboard.press("Enter")
    assert verdict.inner_text() == "You predicted 1; the answer is 2."
    assert answer.evaluate("(d) => d.open")
    assert first.get_attribute("aria-pressed") == "true" and "is-wrong" in first.get_attribute(
        "class"
    )
    assert "(right)" in second.inner_text() and third.get_attribute("aria-disabled") == "true"
    third.focus()
    page.keyboard.press("Space")  # it is committed: nothing changes any more
    assert verdict.inner_text() == "You predicted 1; the answer is 2."
    assert third.get_attribute("aria-pressed") == "false"
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_the_right_choice(page):
    page.get_by_role("button", name="Two").click()
    assert page.get_by_role("status").inner_text() == "Yes, 2 it is."
    assert page.locator(".is-wrong").count() == 0


@pytest.mark.parametrize("way", ["choose", "open the answer", "lift"])
def test_the_next_output_is_veiled_until_then(page, way):
    outputs = page.locator(".cell_output pre")
    assert [output.is_visible() for output in outputs.all()] == [False, True]
    if way == "choose":
        page.get_by_role("button", name="Three").click()
    elif way == "open the answer":
        page.locator("summary").click()
    else:
        page.get_by_role("button", name="show this now").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.className") == "cell_output"
    page.wait_for_function("!document.querySelector('.is-veiled')")
    assert [output.is_visible() for output in outputs.all()] == [True, True]
    assert page.get_by_role("button", name="show this now").count() == 0
