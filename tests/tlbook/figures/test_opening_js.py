"""The figure that the book opens on: what it draws is read, and then the reader draws."""

from types import SimpleNamespace

import pytest

from tlbook.figures.modules import compose, style
from tlbook.figures.store import load, pack


@pytest.fixture
def opening(stage):
    """Return a function that shows the figure on a stage with these settings."""

    def show(**settings):
        page = stage(**settings)
        traits = {"title": "A network reads along", "files": ["cnn"]}
        figure = SimpleNamespace(
            _esm=compose("opening.js"),
            _css=style("opening"),
            _packed={"cnn": pack(load("weights/cnn.npz"))},
            get_state=lambda: dict(traits),
        )
        page.show(figure, static=True)
        page.page.wait_for_selector("[data-loaded=true]")
        return page

    return show


def test_it_draws_by_itself_and_reads_what_it_draws(opening):
    page = opening().page
    seen = page.evaluate(
        """async () => {
          const text = document.querySelector(".lbl-reads");
          const seen = [];
          for (let i = 0; i < 120; i++) {
            await new Promise((resolve) => setTimeout(resolve, 500)); // a tenth of it, on a stage
            if (seen.at(-1) !== text.textContent) seen.push(text.textContent);
          }
          return seen;
        }"""
    )
    assert {"0", "2", "3", "4", "5", "7"} <= set(seen)
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("button", name="Let it draw").is_visible()


def test_each_whole_digit_is_read_rightly(opening):
    stage = opening(reduced=True)
    assert stage.page.locator(".lbl-reads").inner_text() == "7"  # nothing moves by itself
    assert stage.page.get_by_role("button", name="Let it draw").is_visible()


def test_the_reader_draws_by_keys(opening):
    stage = opening(theme="dark", width=360, reduced=True)
    page = stage.page
    page.get_by_role("button", name="Draw one yourself").click()
    assert page.locator(".lbl-reads").inner_text() == "Your turn"
    page.get_by_role("application").focus()
    for key in ["ArrowUp"] * 6 + ["Shift+ArrowDown"] * 14:
        page.keyboard.press(key)
    page.wait_for_timeout(100)
    assert page.locator(".lbl-status").inner_text().startswith("The network reads a 1")
    page.get_by_role("button", name="Clear").click()
    page.wait_for_timeout(100)
    assert page.locator(".lbl-status").inner_text() == "The pad is empty."
    assert stage.axe() == []
    assert stage.overflow() == 0
