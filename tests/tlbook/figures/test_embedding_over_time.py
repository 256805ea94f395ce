"""The map over the training steps: numbers as numpy has them, motion, and what is followed."""

import re

import numpy as np
import pytest

from tlbook.figures import EmbeddingOverTime
from tlbook.figures.store import save

WORDS = ["one", "two", "three", "may", "june", "red", "the"]
STEPS = [0, 100, 1000, 12000]


@pytest.fixture
def frames(rng):
    """Four frames, from chaos to two clusters."""
    end = np.array([[0, 0], [0.1, 0], [0, 0.1], [1, 1], [1, 0.9], [-1, -1], [1, -1]])
    start = rng.uniform(-1, 1, (7, 2))
    positions = np.stack([start + (end - start) * part for part in [0, 0.3, 0.7, 1]])
    return {
        "positions": positions,
        "steps": np.array(STEPS, np.int32),
        "words": WORDS,
        "loss": np.array([9.5, 7.25, 5.125, 4.0]),
        "groups": np.array([0, 0, 0, 1, 1, 255, 255], np.uint8),
        "group_names": ["numbers", "months"],
    }


@pytest.fixture
def show(tmp_path):
    """Return a function from arrays to the figure of their file."""
    return lambda arrays: EmbeddingOverTime(save(tmp_path / "frames.npz", arrays))


@pytest.fixture
def figure(show, frames):
    return show(frames)


def spreads(page):
    cells = page.locator(".lbl-percent").all_inner_texts()
    return [float(text) for text in cells]


def expected(frames, frame):
    """Root mean square distance to the middle, of each group, in that of all."""
    points = np.asarray(frames["positions"])[frame]
    rms = lambda p: np.sqrt(((p - p.mean(0)) ** 2).sum(1).mean())  # noqa: E731
    return [rms(points[:3]) / rms(points), rms(points[3:5]) / rms(points)]


def status(page):
    page.wait_for_timeout(60)
    return page.locator(".lbl-status").inner_text()


def pixels(page):
    return page.evaluate("document.querySelector('.lbl-map canvas').toDataURL()")


def test_slider_moves_the_points_and_says_so(stage, figure, frames):
    stage = stage(reduced=True)
    stage.show(figure, static=True)
    page = stage.page
    slider = page.get_by_role("slider", name="Training step")
    assert slider.get_attribute("aria-valuetext") == "12,000"
    np.testing.assert_allclose(spreads(page), expected(frames, 3), atol=0.006)
    assert status(page) == "Step 12,000 of 12,000, mean loss 4.000."
    end = pixels(page)
    slider.press("Home")
    np.testing.assert_allclose(spreads(page), expected(frames, 0), atol=0.006)
    assert status(page) == "Step 0 of 12,000, mean loss 9.500."
    assert pixels(page) != end
    slider.press("End")
    page.wait_for_timeout(100)
    assert pixels(page) == end


def test_points_move_smoothly_but_not_under_reduced_motion(stage, figure):
    for reduced in [False, True]:
        page = stage(reduced=reduced)
        page.show(figure, static=True)
        page = page.page
        page.wait_for_timeout(100)
        pictures = page.evaluate(
            """async () => {
              const slider = document.querySelector('input[type="range"]');
              slider.value = 0;
              slider.dispatchEvent(new Event("input"));
              const seen = new Set();
              const start = performance.now();
              while (performance.now() - start < 900) {
                await new Promise(requestAnimationFrame);
                seen.add(document.querySelector(".lbl-map canvas").toDataURL());
              }
              return seen.size;
            }"""
        )
        assert pictures <= 2 if reduced else pictures > 2


def test_plays_to_the_end(stage, figure):
    stage = stage()
    root = stage.show(figure, static=True)
    page = stage.page
    page.get_by_role("button", name="Play").press("Enter")
    page.wait_for_selector("button:text-is('Play')")
    assert root.get_attribute("data-step") == "12000"
    assert page.get_by_role("slider", name="Training step").input_value() == "3"
    assert status(page).startswith("Step 12,000")


def test_a_word_is_followed(stage, figure, frames):
    stage = stage(reduced=True)
    stage.show(figure, static=True)
    page = stage.page
    page.wait_for_timeout(100)
    before = pixels(page)
    box = page.get_by_role("combobox", name="Follow a word")
    box.press_sequentially("ma")
    box.press("ArrowDown")
    box.press("Enter")
    points = np.asarray(frames["positions"])[3]
    order = np.argsort(((points - points[3]) ** 2).sum(1))[1:4]
    assert f"Next to may on this map: {', '.join(WORDS[i] for i in order)}." in status(page)
    assert pixels(page) != before
    page.get_by_role("button", name="Follow none").press("Enter")
    assert "Next to" not in status(page)
    assert pixels(page) == before


def test_a_word_is_followed_with_the_mouse(stage, figure, frames):
    stage = stage(reduced=True)
    stage.show(figure, static=True)
    page = stage.page
    box = page.locator(".lbl-map").bounding_box()
    width, height = box["width"] - 2, box["height"] - 2
    scale = min(width, height) / 2 - 14
    sizes = np.sort(np.abs(frames["positions"]).ravel())
    most = sizes[int(0.99 * (len(sizes) - 1))]  # 99 of 100 are in the picture
    x, y = np.asarray(frames["positions"])[3, 5] / most  # red, by itself in a corner
    at = box["x"] + 1 + width / 2 + x * scale, box["y"] + 1 + height / 2 - y * scale
    before = pixels(page)
    page.mouse.move(*at)
    page.wait_for_timeout(100)
    assert pixels(page) != before  # its name and its way
    page.mouse.click(*at)
    assert "Next to red on this map" in status(page)


def test_groups_can_be_taken_out(stage, figure):
    stage = stage(reduced=True)
    stage.show(figure, static=True)
    page = stage.page
    page.wait_for_timeout(100)
    before = pixels(page)
    button = page.get_by_role("button", name="months")
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"
    page.wait_for_timeout(100)
    assert pixels(page) != before
    button.press(" ")
    page.wait_for_timeout(100)
    assert button.get_attribute("aria-pressed") == "true" and pixels(page) == before


def test_accessible_and_narrow(stage, figure):
    figure.word = "may"
    stage = stage(theme="dark", width=360, reduced=True)
    stage.show(figure, static=True)
    stage.page.get_by_role("slider", name="Training step").press("ArrowLeft")
    stage.page.wait_for_timeout(60)
    assert stage.axe() == []
    assert stage.overflow() == 0


@pytest.mark.parametrize("colours", ["ON_LIGHT", "ON_DARK"])
def test_colours_of_groups_are_readable(colours):
    back = {"ON_LIGHT": "ffffff", "ON_DARK": "14181e"}[colours]
    listed = re.search(rf"const {colours} = \[(.*?)\]", EmbeddingOverTime._esm)[1]

    def luminance(text):
        parts = np.array([int(text[i : i + 2], 16) for i in (0, 2, 4)]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    for one in re.findall(r"#(\w{6})", listed):
        low, high = sorted([luminance(one), luminance(back)])
        assert (high + 0.05) / (low + 0.05) >= 4.5  # WCAG 2.2, text


def test_what_is_shown(figure, frames):
    state = figure.get_state()
    shown = np.frombuffer(state["positions"], "<i2").reshape(4, 7, 2)
    scale = np.abs(frames["positions"]).max() / 32000
    np.testing.assert_allclose(shown * scale, frames["positions"], atol=scale / 1.9)
    assert (state["steps"], state["words"]) == (STEPS, WORDS)
    assert list(state["groups"]) == [0, 0, 0, 1, 1, 255, 255]
    assert repr(figure).endswith("7 words at 4 moments, steps 0 to 12,000; groups: numbers, months")


def test_arrays_are_checked(tmp_path, show, frames):
    with pytest.raises(FileNotFoundError, match="none.npz"):
        EmbeddingOverTime(tmp_path / "none.npz")
    for change, said in [
        ({"positions": frames["positions"][:, :3]}, r"expected .*\(4, 7, 2\)"),
        ({"positions": frames["positions"] * np.nan}, "positions holds NaN"),
        ({"steps": np.array([0, 5, 5, 6])}, r"steps is \[0, 5, 5, 6\]"),
        ({"loss": np.ones(1)}, r"loss has shape \(1,\)"),
        ({"groups": np.full(7, 3, np.uint8)}, r"shape \(7,\) and \[3\]; expected"),
        ({"group_names": list("abcdefghi")}, "at most 8"),
    ]:
        with pytest.raises(ValueError, match=said):
            show(frames | change)
    with pytest.raises(ValueError, match="expected positions, steps"):
        EmbeddingOverTime(save(tmp_path / "lacking.npz", {"words": WORDS}))
    with pytest.raises(ValueError, match="word is 'zebra'"):
        EmbeddingOverTime(word="zebra")
    many = {"positions": np.zeros((100, 300, 2)), "steps": np.arange(100), "loss": np.ones(100)}
    many |= {"words": [f"{i}" for i in range(300)], "groups": np.full(300, 255, np.uint8)}
    with pytest.raises(ValueError, match="positions takes 120,000 bytes"):
        show(frames | many)


def test_the_published_state_is_below_sixty_kilobytes():
    state = EmbeddingOverTime().get_state()
    sizes = {k: len(v) * 4 // 3 if isinstance(v, bytes) else len(str(v)) for k, v in state.items()}
    assert sum(size for key, size in sizes.items() if key not in ("_esm", "_css")) < 60_000
