"""The map over the training steps: numbers as numpy has them, motion, and what is followed."""

import re

import numpy as np
import pytest

from tlbook.figures import EmbeddingOverTime

WORDS = ["one", "two", "three", "may", "june", "red", "the"]
GROUPS = {
    "groups": np.array([0, 0, 0, 1, 1, 255, 255], np.uint8),
    "group_names": ["numbers", "months"],
}
STEPS = [0, 100, 1000, 12000]


@pytest.fixture
def frames(rng):
    """Four frames, from chaos to two clusters."""
    end = np.array([[0, 0], [0.1, 0], [0, 0.1], [1, 1], [1, 0.9], [-1, -1], [1, -1]])
    start = rng.uniform(-1, 1, (7, 2))
    positions = np.stack([start + (end - start) * part for part in [0, 0.3, 0.7, 1]])
    return {
        "positions": positions,
        "steps": STEPS,
        "words": WORDS,
        "loss": [9.5, 7.25, 5.125, 4.0],
    }


@pytest.fixture
def figure(frames):
    return EmbeddingOverTime(frames | GROUPS)


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


def test_a_file_is_read_as_its_arrays(tmp_path, frames, figure):
    packed = frames | {
        "positions": np.round(frames["positions"] * 32000 / np.abs(frames["positions"]).max()),
        "words": np.frombuffer("\n".join(WORDS).encode(), np.uint8),
        "groups": np.array([0, 0, 0, 1, 1, 255, 255], np.uint8),
        "group_names": np.frombuffer(b"numbers\nmonths", np.uint8),
    }
    packed["positions"] = packed["positions"].astype(np.int16)
    np.savez(tmp_path / "frames.npz", **packed)
    read = EmbeddingOverTime(tmp_path / "frames.npz")
    state, expected = read.get_state(), figure.get_state()
    for key in ["positions", "steps", "loss", "words", "groups", "group_names"]:
        assert state[key] == expected[key], key
    assert repr(read).endswith("7 words at 4 moments, steps 0 to 12,000; groups: numbers, months")


def test_arrays_are_checked(tmp_path, frames):
    with pytest.raises(FileNotFoundError, match="none.npz"):
        EmbeddingOverTime(tmp_path / "none.npz")
    for change, said in [
        ({"positions": frames["positions"][:, :3]}, r"expected .*\(4, 7, 2\)"),
        ({"positions": frames["positions"] * np.nan}, "positions holds NaN"),
        ({"steps": [0, 5, 5, 6]}, r"steps is \[0, 5, 5, 6\]"),
        ({"words": ["one"] * 7}, "a word stands there twice"),
        ({"loss": [1.0]}, r"loss has shape \(1,\)"),
        ({"groups": np.full(7, 3)}, r"numbers \[3\]; expected"),
    ]:
        with pytest.raises(ValueError, match=said):
            EmbeddingOverTime(frames | change)
    with pytest.raises(ValueError, match="frames lacks positions, steps"):
        EmbeddingOverTime({"words": WORDS})
    with pytest.raises(ValueError, match="word is 'july'"):
        EmbeddingOverTime(frames, word="july")
    with pytest.raises(ValueError, match="9 groups; expected at most 8"):
        EmbeddingOverTime(frames | {"group_names": [f"g{i}" for i in range(9)]})
    many = {"positions": np.zeros((100, 300, 2)), "steps": range(100), "words": range(300)}
    with pytest.raises(ValueError, match="positions takes 120,000 bytes"):
        EmbeddingOverTime(many)


def test_a_usual_state_is_below_sixty_kilobytes(rng):
    words = [f"word{i}" for i in range(300)]
    frames = {"positions": rng.normal(size=(24, 300, 2)), "steps": range(24), "words": words}
    state = EmbeddingOverTime(frames).get_state()
    sizes = {k: len(v) * 4 // 3 if isinstance(v, bytes) else len(str(v)) for k, v in state.items()}
    assert sum(size for key, size in sizes.items() if key not in ("_esm", "_css")) < 60_000
