"""Every page in a real browser: from a server and from the disk, light and dark, wide and narrow.

A page is loaded once for each view, and the tests below look at it in turn; the last ones touch it.
"""

import pytest

PAGE_LIMIT = 1_000_000  # bytes, compressed, before the reader opens a figure that loads weights
VIEWS = {
    "server-light-wide": {"scheme": "light", "width": 1280},
    "server-dark-phone": {"scheme": "dark", "width": 360, "reduced_motion": "reduce"},
    "disk-dark-wide": {"scheme": "dark", "width": 1280, "disk": True},
    "disk-light-phone": {"scheme": "light", "width": 390, "disk": True},
}
CONTROLS = "input, select, button, [tabindex='0'], [role=slider]"
pytestmark = pytest.mark.browser
KEYS = ["ArrowRight", "Enter", "ArrowLeft", "ArrowDown", "Space"]


@pytest.fixture(scope="module", params=VIEWS.values(), ids=VIEWS)
def settings(request) -> dict:
    return request.param


@pytest.fixture(scope="module")
def view(visit_page, name, settings):
    """Return a visit of one page in one view, shared by the tests of this file."""
    return visit_page(name, **settings)


def figures(page) -> list:
    return page.locator("[data-figure]").all()


def moves(visit, figure) -> bool:
    """Return whether the figure shows something else after a key on one of its controls."""
    for control in figure.locator(CONTROLS).all():
        if not (control.is_visible() and control.is_enabled()):
            continue
        for key in KEYS:
            before = visit.fingerprint(figure)
            control.focus()
            visit.page.keyboard.press(key)
            for _ in range(20):
                visit.page.wait_for_timeout(50)
                if visit.fingerprint(figure) != before:
                    return True
    return False


def test_asks_nobody_else_and_nothing_fails(view):
    assert view.requests, "no request was recorded: the test would pass on anything"
    assert view.strangers() == []
    assert view.failures == []
    assert view.errors == []


def test_weight(view, name, settings):
    if settings.get("disk"):
        return  # the same files
    sizes = view.weight()
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:8]
    assert len(sizes) > 10
    assert sum(sizes.values()) <= PAGE_LIMIT, f"{name} is too heavy; the heaviest: {heaviest}"


def test_system_chooses_light_or_dark(view, settings):
    theme = view.page.evaluate("document.documentElement.dataset.theme")
    colour = view.page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in colour.removeprefix("rgb(")[:-1].split(",")[:3]) / 3
    assert theme == settings["scheme"]
    assert (brightness > 200) if theme == "light" else (brightness < 60)


def test_math_is_rendered(view):
    text = view.page.locator("main").inner_text()
    assert "$$" not in text and "\\(" not in text and "\\begin" not in text
    boxes = view.page.evaluate(
        """[...document.querySelectorAll(".math")].map((frame) => {
             const box = frame.querySelector("math")?.getBoundingClientRect();
             const seen = frame.checkVisibility();
             return [!!box, !seen || (box.width > 2 && box.height > 4)];
           })"""
    )
    assert all(found and drawn for found, drawn in boxes)
    assert view.page.locator("merror").count() == 0


def test_images_are_shown(view):
    broken = view.page.evaluate(
        "[...document.images].filter((i) => i.complete && !i.naturalWidth).map((i) => i.src)"
    )
    assert broken == []


def test_no_motion_for_who_wants_none(view, settings):
    if "reduced_motion" not in settings:
        return
    moving = view.page.evaluate(
        """[...document.querySelectorAll("*")].filter((e) => {
             const style = getComputedStyle(e);
             return parseFloat(style.transitionDuration) > 0 || style.animationName !== "none";
           }).map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert moving == []


def test_figures_have_names_and_a_text_that_follows(view):
    for figure in figures(view.page):
        assert figure.get_attribute("aria-label") or figure.get_attribute("aria-labelledby")
        assert figure.locator("[aria-live=polite], [role=status]").count() >= 1


def test_figures_fit_the_page(view, settings):
    for figure in figures(view.page):
        box = figure.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= settings["width"]


def test_figures_start_and_move(view):
    page = view.page
    assert page.locator(".live-figure__message").count() == 0
    frames = page.locator(".live-figure").count()
    assert page.locator("[data-figure][data-ready=true]").count() == frames
    for figure in figures(page):
        figure.scroll_into_view_if_needed()
        what = figure.get_attribute("data-figure")
        assert moves(view, figure), f"the figure {what} doesn't answer to the keyboard"
    assert (view.errors, view.failures, view.strangers()) == ([], [], [])


def test_folded_parts_open_from_the_keyboard(view):
    for details in view.page.locator("article details:not([open])").element_handles():
        summary = details.query_selector("summary")
        if summary.is_visible():
            summary.focus()
            view.page.keyboard.press("Enter")
            assert details.evaluate("(element) => element.open")


def test_page_never_scrolls_sideways(view, settings):
    view.page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    assert view.page.evaluate("document.documentElement.scrollWidth") <= settings["width"]


def test_axe_finds_nothing(view, settings):
    if settings == VIEWS["disk-light-phone"]:
        return  # both themes and both widths have been looked at
    assert view.violations() == []
