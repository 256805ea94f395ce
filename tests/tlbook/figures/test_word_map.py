"""The map of words: numbers as numpy has them, and a map to move by mouse, fingers and keys."""

import numpy as np
import pytest
from stage import encode

from tlbook.figures import WordMap, save_word_map
from tlbook.figures.store import load, pack
from tlcore.nlp.similarity import similar

N, D = 60, 16
WORDS = ["king", "queen", "man", "woman", "kind", "naïve", *[f"word{i}" for i in range(N - 6)]]


@pytest.fixture
def vectors(rng):
    vectors = rng.normal(size=(N, D))
    gender = rng.normal(size=D)
    vectors[1] = vectors[0] + gender  # queen = king - man + woman, nearly
    vectors[3] = vectors[2] + gender + 0.1 * rng.normal(size=D)
    return vectors.astype(np.float16)


@pytest.fixture
def positions(rng):
    positions = np.concatenate([np.eye(6, 2), rng.uniform(-1, 1, (N - 6, 2))])
    positions[:6] = [[-1, 1], [1, -1], [0, 0], [-1, -1], [1, 1], [0.5, 0.1]]
    return positions


@pytest.fixture
def paths(tmp_path, vectors, positions):
    text = np.frombuffer("\n".join(WORDS).encode(), np.uint8)
    np.savez(tmp_path / "vectors.npz", words=text, embeddings=vectors)
    return tmp_path / "vectors.npz", save_word_map(tmp_path / "map.npz", positions[:50])


@pytest.fixture
def figure(paths):
    return WordMap(*paths, n_neighbours=8)


def open_map(stage, figure):
    stage.show(figure, static=True)
    stage.page.get_by_role("button", name="Load the words").press("Enter")
    stage.page.wait_for_selector('[data-loaded="true"]')
    stage.page.wait_for_function("document.querySelector('.lbl-map').dataset.view")
    return stage.page


def rows(page, table):
    rows = page.get_by_role("table", name=table).locator("tbody tr")
    pairs = [row.split() for row in rows.all_inner_texts()]
    return [word for word, _ in pairs], [float(cosine) for _, cosine in pairs]


def find(page, word):
    page.get_by_role("combobox", name="Find a word").fill(word)
    page.keyboard.press("Enter")


def view(page):
    page.wait_for_timeout(80)
    text = page.locator(".lbl-map").get_attribute("data-view")
    return [float(v) for v in text.split()]


def on_screen(page, x, y):
    """Where a point of the whole map stands on the page."""
    box = page.locator(".lbl-map").bounding_box()
    width, height = box["width"] - 2, box["height"] - 2  # without the border
    scale = min(width, height) / 2 - 14
    return box["x"] + 1 + width / 2 + x * scale, box["y"] + 1 + height / 2 - y * scale


# ---- numbers -----------------------------------------------------------------------------------


def test_vectors_js_equals_numpy(stage, vectors, paths):
    js = stage().functions("load.js", "vectors.js")
    found = js(
        """(text) => {
          const unit = unitRows(unpack(bytes(text)).embeddings);
          return Array.from({ length: unit.n }, (_, i) => nearest(unit, combine(unit, [[i, 1]]), 10, [i]));
        }""",  # noqa: E501
        encode(pack(load(paths[0]))),
    )
    for i, answer in enumerate(found):
        ids, cosines = similar(vectors, i, 10)
        assert [one["i"] for one in answer] == ids.tolist()
        np.testing.assert_allclose([one["cosine"] for one in answer], cosines, atol=1e-4)
    sum_ = "(text) => nearest(unitRows(unpack(bytes(text)).embeddings), Array(16).fill(0), 2, [0])"
    assert js(sum_, encode(pack(load(paths[0])))) == [
        {"i": 1, "cosine": 0},
        {"i": 2, "cosine": 0},
    ]
    pairs = {("king", "king"): 0, ("king", "ikng"): 1, ("kitten", "sitting"): 3, ("", "ab"): 2}
    for (a, b), distance in pairs.items():
        assert js("([a, b]) => editDistance(a, b)", [a, b]) == distance
    near = js("(words) => nearSpellings(words, 'kinf')", WORDS)
    assert near == ["king", "kind"]


def test_neighbours_are_those_of_the_full_space(stage, figure, vectors):
    page = open_map(stage(), figure)
    find(page, "woman")
    words, cosines = rows(page, "Nearest to woman")
    ids, expected = similar(vectors, 3, 8)
    assert words == [WORDS[i] for i in ids]
    np.testing.assert_allclose(cosines, expected, atol=6e-4)  # three digits are shown
    page.wait_for_timeout(60)
    said = page.locator(".lbl-status").inner_text()
    assert said.startswith(f"Nearest to woman: {words[0]} {cosines[0]:.3f}, ")


def test_arithmetic_leaves_the_question_out(stage, figure, vectors):
    page = open_map(stage(), figure)
    unit = vectors.astype(np.float64)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    page.get_by_role("button", name="king − man + woman").press("Enter")
    words, cosines = rows(page, "king − man + woman")
    ids, expected = similar(vectors, unit[0] - unit[2] + unit[3], 8, exclude=[0, 2, 3])
    assert words == [WORDS[i] for i in ids] and words[0] == "queen"
    np.testing.assert_allclose(cosines, expected, atol=6e-4)
    box = page.get_by_role("combobox", name="minus")
    box.fill("word3")
    box.press("Enter")
    ids, expected = similar(vectors, unit[0] - unit[9] + unit[3], 8, exclude=[0, 9, 3])
    words, cosines = rows(page, "king − word3 + woman")
    assert words == [WORDS[i] for i in ids]
    first, _ = similar(vectors, unit[0] - unit[9] + unit[3], 1)
    remark = page.locator("text=left out").inner_text()
    assert (f"Else {WORDS[first[0]]} would come first" in remark) == (first[0] in [0, 9, 3])
    page.wait_for_timeout(60)
    assert page.locator(".lbl-status").inner_text().startswith("king − word3 + woman: ")


# ---- the boxes ---------------------------------------------------------------------------------


def test_suggestions_by_keyboard(stage, figure):
    page = open_map(stage(), figure)
    box = page.get_by_role("combobox", name="Find a word")
    box.press_sequentially("KI")
    options = page.get_by_role("option")
    assert options.all_inner_texts() == ["king", "kind"]
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    box.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").inner_text() == "kind"
    box.press("Enter")
    assert box.input_value() == "kind" and options.count() == 0
    assert rows(page, "Nearest to kind")[0]
    box.fill("word1")
    assert options.count() == 8
    box.press("Escape")
    assert options.count() == 0 and box.get_attribute("aria-expanded") == "false"
    box.fill("que")
    page.get_by_role("option", name="queen").click()
    assert rows(page, "Nearest to queen")[0]


def test_an_unknown_word_is_told_with_near_spellings(stage, figure):
    page = open_map(stage(), figure)
    find(page, "qeuen")
    note = page.locator(".lbl-unknown").first
    assert note.inner_text().startswith("“qeuen” isn't among the 60 words here. Near spellings:")
    page.get_by_role("button", name="queen", exact=True).first.press("Enter")
    assert rows(page, "Nearest to queen")[0] and note.inner_text() == ""
    find(page, "<i>xylophone</i>")
    assert note.inner_text().endswith("words here. Nothing is spelled nearly so.")
    find(page, "naïve")
    assert rows(page, "Nearest to naïve")[0]


def test_the_listed_words_can_be_followed(stage, figure):
    page = open_map(stage(), figure)
    find(page, "king")
    words, _ = rows(page, "Nearest to king")
    table = page.get_by_role("table", name="Nearest to king")
    table.get_by_role("button", name=words[2], exact=True).press("Enter")
    assert rows(page, f"Nearest to {words[2]}")[0]
    assert page.get_by_role("combobox", name="Find a word").input_value() == words[2]


# ---- the map -----------------------------------------------------------------------------------


def test_map_moves_by_keyboard_and_buttons(stage, figure):
    page = open_map(stage(reduced=True), figure)
    shot = page.locator(".lbl-map").screenshot
    assert view(page) == [0, 0, 1]
    before = shot()
    page.locator(".lbl-map").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert view(page) == [0, 0, 2.25] and shot() != before
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    x, y, _ = view(page)
    assert x > 0 > y
    page.keyboard.press("-")
    assert view(page)[2] == 1.5
    page.keyboard.press("0")
    assert view(page) == [0, 0, 1]
    page.keyboard.press("Enter")  # the word in the middle
    assert rows(page, "Nearest to man")[0]
    page.get_by_role("button", name="Zoom in").press("Enter")
    assert view(page)[2] == 1.5
    page.get_by_role("button", name="Whole map").press("Enter")
    assert view(page) == [0, 0, 1]


def test_map_moves_by_mouse_and_is_chosen_from(stage, figure):
    page = open_map(stage(reduced=True), figure)
    page.locator(".lbl-map").scroll_into_view_if_needed()
    page.mouse.move(*on_screen(page, 1, -1))
    page.mouse.wheel(0, -300)
    assert view(page)[2] == 1  # the wheel is the page's until the map is chosen
    page.locator(".lbl-map").scroll_into_view_if_needed()
    page.mouse.click(*on_screen(page, 1, -1))
    assert rows(page, "Nearest to queen")[0]
    page.mouse.wheel(0, -300)
    x, y, zoom = view(page)
    assert zoom > 1.5 and x > 0 > y  # what is under the mouse stays there
    page.mouse.down()
    page.mouse.move(*on_screen(page, 0.5, -0.5), steps=4)
    page.mouse.up()
    moved = view(page)
    assert moved[0] > x and moved[1] < y and moved[2] == zoom
    assert page.get_by_role("table", name="Nearest to queen").count() == 1  # dragged, not chosen


def test_two_fingers_zoom(stage, figure):
    page = open_map(stage(width=360, reduced=True), figure)
    box = page.locator(".lbl-map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)

    def fingers(kind, gap):
        points = [{"x": x - gap, "y": y, "id": 1}, {"x": x + gap, "y": y, "id": 2}]
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": points if kind != "touchEnd" else []},
        )

    fingers("touchStart", 20)
    for gap in [25, 30, 40]:
        fingers("touchMove", gap)
    fingers("touchEnd", 40)
    assert view(page)[2] == pytest.approx(2, abs=0.3)


def test_found_words_come_into_view(stage, figure, positions):
    page = open_map(stage(), figure)
    page.locator(".lbl-map").focus()
    for key in ["+"] * 6 + ["ArrowLeft"] * 40:
        page.keyboard.press(key)
    find(page, "queen")
    page.wait_for_timeout(500)
    x, y, zoom = view(page)
    assert abs(positions[1, 0] - x) * zoom <= 1.05 and abs(positions[1, 1] - y) * zoom <= 1.05


LABELS = """(n) => {
  const context = document.createElement("canvas").getContext("2d");
  const boxes = [];
  context.fillText = (text, x, y) => boxes.push([x, y - 6, x + context.measureText(text).width, y + 6]);
  const labels = Array.from({ length: n }, (_, i) => ({ text: `word ${i}`, x: (i * 37) % 400, y: (i * 53) % 300, bold: i < 30 }));
  const written = writeLabels(context, labels, { width: 400, height: 300 }, { text: "#000", back: "#fff" });
  return [written, boxes];
}"""  # noqa: E501


def test_labels_do_not_overlap(stage):
    written, boxes = stage().functions("scatter.js")(LABELS, 500)
    assert written == len(boxes) > 60
    for i, (ax, ay, bx, by) in enumerate(boxes):
        assert all(bx < cx or dx < ax or by < cy or dy < ay for cx, cy, dx, dy in boxes[:i])


# ---- the page, and the files -------------------------------------------------------------------


def test_accessible_and_narrow(stage, figure):
    stage = stage(theme="dark", width=360)
    page = open_map(stage, figure)
    find(page, "qeuen")
    find(page, "king")
    page.get_by_role("combobox", name="minus").press_sequentially("wor")
    page.wait_for_timeout(60)
    assert stage.axe() == []
    assert stage.overflow() == 0


def test_colours_follow_the_theme(stage, figure):
    page = open_map(stage(), figure)
    pixels = "document.querySelector('.lbl-map canvas').toDataURL()"
    light = page.evaluate(pixels)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(150)
    assert page.evaluate(pixels) != light


def test_five_thousand_words_are_drawn_and_searched_quickly(stage, tmp_path, rng):
    text = "\n".join(f"word{i}" for i in range(5000)).encode()
    vectors = rng.normal(size=(5000, 128)).astype(np.float16)
    np.savez(tmp_path / "v.npz", embeddings=vectors, words=np.frombuffer(text, np.uint8))
    save_word_map(tmp_path / "m.npz", rng.normal(size=(5000, 2)))
    page = open_map(stage(), WordMap(tmp_path / "v.npz", tmp_path / "m.npz"))
    milliseconds = page.evaluate(
        """async () => {
          const box = document.querySelector('[aria-label="Find a word"]');
          const times = [];
          for (let i = 0; i < 5; i++) {
            const start = performance.now();
            box.value = `word${i}`;
            box.dispatchEvent(new Event("change"));
            await new Promise(requestAnimationFrame);
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - start);
          }
          return Math.min(...times);
        }"""
    )
    print(f"a word among 5,000, found and drawn: {milliseconds:.0f} ms")
    assert milliseconds < 3000  # for a busy machine too; this guards against a slow loop
    assert rows(page, "Nearest to word4")[0] == [f"word{i}" for i in similar(vectors, 4, 10)[0]]


def test_files_are_checked(tmp_path, paths, vectors):
    vector_path, map_path = paths
    with pytest.raises(FileNotFoundError, match="none.npz"):
        WordMap(tmp_path / "none.npz", map_path)
    with pytest.raises(ValueError, match=r"holds \['positions'\]; expected embeddings, words"):
        WordMap(map_path, map_path)
    with pytest.raises(ValueError, match="n_neighbours is 0"):
        WordMap(*paths, n_neighbours=0)
    with pytest.raises(ValueError, match="expected three words"):
        WordMap(*paths, questions=[("king", "man")])
    with pytest.raises(ValueError, match="word is 'zebra'"):
        WordMap(*paths, word="zebra")
    text = np.frombuffer("\n".join(WORDS).encode(), np.uint8)
    bad = {
        "words is <U": {"embeddings": vectors, "words": np.array(WORDS)},
        "words are 60 for 59 vectors": {"embeddings": vectors[1:], "words": text},
        "embeddings is int64; expected floats": {"embeddings": vectors.astype(int), "words": text},
    }
    for i, (said, arrays) in enumerate(bad.items()):
        np.savez(tmp_path / f"bad{i}.npz", **arrays)
        with pytest.raises(ValueError, match=said):
            WordMap(tmp_path / f"bad{i}.npz", map_path)
    save_word_map(tmp_path / "long.npz", np.zeros((N + 1, 2)))
    with pytest.raises(ValueError, match=r"positions has shape \(61, 2\)"):
        WordMap(vector_path, tmp_path / "long.npz")
    for positions in [np.zeros((3, 3)), np.full((3, 2), np.nan)]:
        with pytest.raises(ValueError, match="positions"):
            save_word_map(tmp_path / "m.npz", positions)
    assert not (tmp_path / "m.npz").exists()


def test_state_is_small(figure):
    assert figure.alternative() == (
        "A map of words: 60 words to find, each with its 8 nearest by cosine, and arithmetic with "
        "three of them."
    )
    state = figure.get_state()
    assert sum(len(str(v)) for k, v in state.items() if k not in ("_esm", "_css")) < 2000
