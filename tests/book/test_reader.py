"""What a reader does: change the theme, go without scripts, jump to the text."""

import pytest

pytestmark = pytest.mark.browser


def test_reader_changes_the_theme_and_it_stays(visit_page):
    page = visit_page("intro.html", scheme="light").page
    button = page.locator("button.theme-switch-button:visible").first
    for _ in range(3):
        button.click()
        if page.evaluate("document.documentElement.dataset.theme") == "dark":
            break
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.mark.parametrize("name", ["intro.html", "chapters/pong.html"])
def test_page_is_readable_without_scripts(browser, server, name):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server + name)
    assert len(page.locator("main").inner_text()) > 20
    for frame in page.locator(".live-figure").all():
        assert len(frame.inner_text()) > 10, "a live figure leaves a hole where scripts are off"
    context.close()


def test_skip_link_leads_to_the_text(visit_page):
    page = visit_page("intro.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"


def test_axe_would_find_something(visit_page):
    visit = visit_page("intro.html")
    for tag in ("img", "input"):
        visit.page.evaluate(
            "(tag) => document.querySelector('article').append(document.createElement(tag))", tag
        )
    code = "<div class=highlight><pre><span class=k>if</span> <span class=k>or</span></pre></div>"
    visit.page.evaluate(
        """(code) => {
          document.querySelector("article").insertAdjacentHTML("beforeend", code);
          [...document.querySelectorAll("article .highlight .k")].at(-1).style.color = "#eeeeee";
        }""",
        code,
    )
    found = " ".join(visit.violations())
    assert "image-alt" in found and "label" in found
    assert "color-contrast" in found, "a word of code in a faint colour isn't seen"
