"""Every page in a real browser, opened once for a view and asked everything.

A page that lives is seen twice: wide and light from a server, narrow and dark from the disk, where
less should move. In each view it then changes to the other theme for axe, so that axe looks four
ways. Reference pages are seen once, and then made narrow.
"""

import pytest

PAGE_LIMIT = 1_500_000  # bytes, compressed, of all that a page loads by itself
CONTROLS = "input, select, button, [tabindex='0'], [role=slider]"
KEYS = ["ArrowRight", "Enter", "ArrowLeft", "ArrowDown", "Space"]
# Of a folded part, unless it lies in another that is closed.
FOCUS = "(i) => folded[i].checkVisibility() && (folded[i].focus(), true)"
pytestmark = pytest.mark.browser


@pytest.fixture
def view(seen):
    return seen[2]


@pytest.fixture
def settings(seen) -> dict:
    return seen[1]


@pytest.fixture
def name(seen) -> str:
    return seen[0]


@pytest.fixture
def once(seen) -> bool:
    return seen[3]


def figures(page) -> list:
    return page.locator("[data-figure]").all()


def moves(visit, figure) -> bool:
    """Return whether the figure shows something else after a key on one of its controls."""
    for patience in (1, 20):  # quick answers first; a machine may be slow
        for control in figure.locator(CONTROLS).all():
            if not (control.is_visible() and control.is_enabled()):
                continue
            for key in KEYS:
                before = visit.fingerprint(figure)
                control.focus()
                visit.page.keyboard.press(key)
                for _ in range(patience):
                    visit.page.wait_for_timeout(50)
                    if visit.fingerprint(figure) != before:
                        return True
    return False


def settle(page) -> None:
    """Wait until nothing fades any more: what fades has less contrast on its way."""
    page.wait_for_timeout(100)  # until a change of style has begun
    page.evaluate(
        """Promise.race([
             Promise.allSettled(document.getAnimations().map((a) => a.finished)),
             new Promise((resolve) => setTimeout(resolve, 5000)), // one that never ends
           ]).then(() => true)"""
    )


def assert_theme(page, theme: str) -> None:
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in colour.removeprefix("rgb(")[:-1].split(",")[:3]) / 3
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert (brightness > 200) if theme == "light" else (brightness < 60)


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
    assert_theme(view.page, settings["scheme"])


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
    page = view.page
    folded = "article details:not([open]) > summary"
    find = "(folded) => (window.folded = [...document.querySelectorAll(folded)]).length"
    n = page.evaluate(find, folded)
    pressed = []
    for i in range(n):
        if page.evaluate(FOCUS, i):
            page.keyboard.press("Enter")
            pressed.append(i)
    closed = "(pressed) => pressed.filter((i) => !folded[i].parentElement.open)"
    assert page.evaluate(closed, pressed) == []


def test_axe_finds_nothing(view, settings, once):
    settle(view.page)
    assert view.violations() == []
    if once:
        return
    other = "dark" if settings["scheme"] == "light" else "light"
    view.page.emulate_media(color_scheme=other)
    view.page.wait_for_function(f"document.documentElement.dataset.theme === '{other}'")
    settle(view.page)
    assert_theme(view.page, other)
    # Nothing but the colours has changed.
    colours = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
    assert view.violations(runOnly=colours) == []


def test_page_never_scrolls_sideways(view, settings):
    view.page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    for width in {settings["width"], 320}:
        view.page.set_viewport_size({"width": width, "height": 900})
        assert view.page.evaluate("document.documentElement.scrollWidth") <= width
