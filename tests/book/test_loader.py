"""The loader of live figures, style/live-figures.js, on pages made for it."""

import base64
import json
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
LOADER = ROOT / "book" / "style" / "live-figures.js"
sys.path.insert(0, str(ROOT / "book" / "_ext"))
from live_figures import asset, rounded, script  # noqa: E402

pytestmark = pytest.mark.browser

FIGURE = """
export default {
  render({ model, el }) {
    el.innerHTML = "<p class=out></p><button>more</button>";
    const seen = (window.seen = []);
    const show = () => (el.querySelector(".out").textContent = model.get("value"));
    model.on("change:value", (m, value) => { seen.push(value); show(); });
    model.on("change", () => seen.push("any"));
    el.querySelector("button").onclick = () => {
      model.set("value", model.get("value") + 1);
      model.save_changes();
      model.send({ type: "hello" });
    };
    window.model = model;
    show();
  },
};
"""


def state(source: str | None, buffers=(), **traits) -> dict:
    return {"state": traits, "buffers": list(buffers), "model_name": "AnyModel", "source": source}


@pytest.fixture
def load(browser, tmp_path):
    """Return ``load(state, ...)``: a page opened from the disk with one figure for each state."""
    contexts = []
    for folder in ("_static", "_assets/figures"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)

    def load(*states, space=0, sizes=None):
        known = {"limit": 1000, "pages": {"page": 400}, "files": sizes or {}}
        (tmp_path / "_assets" / "sizes.js").write_text(f"layerByLayerSizes({json.dumps(known)});")
        (tmp_path / "_static" / "live-figures.js").write_text(LOADER.read_text("utf8"), "utf8")
        for i, one in enumerate(states):
            if source := one.pop("source"):
                one["state"]["_anywidget_id"] = f"package.module.Figure{i}"
                written = tmp_path / "_assets" / "figures" / f"Figure{i}.js"
                written.write_text(script(f"Figure{i}", source), "utf8")
        view = "application/vnd.jupyter.widget-view+json"
        frames = "".join(
            f'<div class="live-figure"><p class="live-figure__text">wait</p>'
            f'<script type="{view}">{{"model_id": "m{i}"}}</script></div>'
            for i in range(len(states))
        )
        saved = json.dumps({"state": {f"m{i}": one for i, one in enumerate(states)}})
        page = tmp_path / "page.html"
        page.write_text(
            "<!doctype html><meta charset=utf-8><body><a href='#'>before</a>"
            f"<div style='height: {space}px'></div>{frames}<a href='#'>behind</a>"
            f'<script type="application/vnd.jupyter.widget-state+json">{saved}</script>'
            '<script defer src="_static/live-figures.js"></script>',
            "utf8",
        )
        context = browser.new_context()
        contexts.append(context)
        tab = context.new_page()
        tab.errors = []
        tab.on("console", lambda m: m.type == "error" and tab.errors.append(m.text))
        tab.goto(page.as_uri())
        return tab

    yield load
    for context in contexts:
        context.close()


def test_model_has_traits_and_events(load):
    page = load(state(FIGURE, value=3))
    out = page.locator(".out")
    out.wait_for()
    assert out.inner_text() == "3"
    assert page.locator(".live-figure__text").count() == 0
    page.locator("button").focus()
    page.keyboard.press("Enter")
    assert out.inner_text() == "4"
    assert page.evaluate("seen") == [4, "any"]
    page.evaluate("model.set('value', 4)")
    assert page.evaluate("seen") == [4, "any"], "an equal value is no change"
    page.evaluate("model.off('change:value'); model.set('value', 5)")
    assert page.evaluate("seen") == [4, "any", "any"]
    assert page.errors == []


def test_bytes_become_a_dataview(load):
    numbers = np.array([1.5, -2.0], "<f4")
    buffer = {"path": ["data"], "encoding": "base64"}
    buffer["data"] = base64.b64encode(numbers.tobytes()).decode()
    page = load(state(FIGURE, [buffer], value=0))
    page.locator(".out").wait_for()
    assert page.evaluate("model.get('data') instanceof DataView")
    assert page.evaluate("model.get('data').getFloat32(4, true)") == -2.0


def test_asset_is_loaded_once_and_when_asked_for(load, tmp_path):
    encoded = base64.b64encode(b"weights").decode()
    script = f'window.loads = (window.loads ?? 0) + 1; layerByLayerAsset("net", "{encoded}");'
    (tmp_path / "_assets" / "net.js").write_text(script)
    page = load(state(FIGURE, value=0))
    page.locator(".out").wait_for()
    assert page.evaluate("window.loads ?? 0") == 0
    text = """async () => {
      const both = await Promise.all([model.asset("net"), model.asset("net")]);
      return new TextDecoder().decode(both[1]);
    }"""
    assert page.evaluate(text) == "weights"
    assert page.evaluate("loads") == 1


@pytest.mark.parametrize(("stem", "largest"), [("nietzsche", 7), ("ptb_decade", 39)])
def test_rounded_weights_arrive_as_python_rounds_them(load, tmp_path, stem, largest):
    from tlbook.figures.store import pack, quantise

    rng = np.random.default_rng(0)
    arrays = {
        "W": (np.sign(rng.normal(size=(40, 6))) * [0.01, 0.03, 0.1, 0.2, 1, 9]).astype(np.float16),
        "E": rng.normal(0, np.geomspace(0.1, 9, 7)[:, None], (7, 5)).astype(np.float16),
        "b": rng.normal(size=6).astype(np.float16),
        "V": rng.integers(-127, 128, (3, 4)).astype(np.int8),
        "V_scale": np.float32([0.5, 1, 2]),
        "words": np.frombuffer(b"one\ntwo", np.uint8),
    }
    (tmp_path / "_assets" / f"{stem}.js").write_text(asset(stem, arrays))
    page = load(state(FIGURE, value=0))
    page.locator(".out").wait_for()
    got = page.evaluate(f"model.asset('{stem}').then((b) => [...new Uint8Array(b)])")
    expected = dict(arrays)
    for name in ("W", "E"):
        numbers, scale = rounded(arrays[name], largest)
        assert np.abs(numbers * scale - arrays[name]).max() <= scale.max() / 2 + 1e-6
        expected[name] = (numbers.astype(np.float32) * scale.astype(np.float32)).astype(np.float32)
    V = arrays["V"] * arrays["V_scale"][:, None]
    numbers, scale = quantise(V, 1, largest)
    if stem == "ptb_decade":  # one step for all of a matrix
        scale = np.full_like(scale, 0.4 * V.std())
        numbers = np.round(V / scale).astype(np.int8)
    expected |= {"V": numbers, "V_scale": scale[:, 0].astype(np.float32)}
    assert bytes(got) == pack(expected)


def test_a_page_loads_by_itself_what_it_can_afford(load):
    page = load(state(FIGURE, value=0), sizes={"small": 350, "other": 300})
    page.locator(".out").wait_for()
    asked = [["other", "small"], ["small"], ["small"], ["other"]]
    answers = page.evaluate("(asked) => asked.map((names) => model.affords(names))", asked)
    assert answers == [False, True, True, False], "600 bytes are left of 1,000, and paid for once"


def test_a_figure_starts_when_it_comes_near(load):
    page = load(state(FIGURE, value=3), space=5000)
    page.wait_for_timeout(300)
    assert page.locator(".out").count() == 0
    assert page.locator(".live-figure").inner_text() == "wait"
    page.mouse.wheel(0, 4000)
    page.locator(".out").wait_for()
    assert page.locator(".live-figure__text").count() == 0


def test_tab_wakes_a_figure_and_goes_into_it(load):
    page = load(state(FIGURE, value=3), space=5000)
    page.locator("a").first.focus()
    page.keyboard.press("Tab")
    page.locator(".out").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "more"


def test_missing_asset_is_an_error_that_a_second_try_can_mend(load, tmp_path):
    page = load(state(FIGURE, value=0))
    page.locator(".out").wait_for()
    ask = "model.asset('late').then(() => 'there', (error) => error.message)"
    assert "_assets/late.js" in page.evaluate(ask)
    (tmp_path / "_assets" / "late.js").write_text('layerByLayerAsset("late", "AA==");')
    assert page.evaluate(ask) == "there"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("export default { render() { throw new Error('no canvas') } }", "no canvas"),
        ("export default { async render() { throw new Error('late') } }", "late"),
        ("this is not JavaScript", "holds no figure"),
        (None, "needs a running kernel"),
    ],
)
def test_figure_that_fails_says_so_and_the_others_live(load, source, reason):
    page = load(state(source), state(FIGURE, value=7))
    message = page.locator(".live-figure__message")
    message.wait_for()
    assert reason in message.inner_text()
    assert page.locator(".out").inner_text() == "7"
    assert any("did not start" in error for error in page.errors)


def test_module_may_be_a_function_and_have_an_initialize(load):
    source = """export default async () => ({
      initialize({ model }) { model.set("value", 11); },
      render({ model, el }) { el.innerHTML = `<p class=out>${model.get("value")}</p>`; },
    });"""
    page = load(state(source, value=0))
    page.locator(".out").wait_for()
    assert page.locator(".out").inner_text() == "11"


def test_a_figure_of_the_book_starts_and_loads_its_file(load, tmp_path):
    from tlbook.figures import NoiseSlider
    from tlbook.figures.store import pack, save

    rng = np.random.default_rng(0)
    shapes = {"0": (784, 4), "1": (4,), "2": (4, 784), "3": (784,)}
    arrays = {name: rng.normal(size=shape).astype(np.float16) for name, shape in shapes.items()}
    path = save(tmp_path / "net.npz", arrays)
    traits = NoiseSlider(path, np.full((2, 28, 28), 100, np.uint8)).get_state()
    buffers = [
        {"path": [key], "encoding": "base64", "data": base64.b64encode(value).decode()}
        for key, value in traits.items()
        if isinstance(value, bytes)
    ]
    plain = {key: value for key, value in traits.items() if not isinstance(value, bytes)}
    source = plain.pop("_esm")
    script = f'layerByLayerAsset("net", "{base64.b64encode(pack(arrays)).decode()}");'
    (tmp_path / "_assets" / "net.js").write_text(script)
    page = load(state(source, buffers, **plain), sizes={"net": 100})  # it comes by itself
    page.locator('.lbl-figure[data-ready="true"][data-loaded="true"]').wait_for()
    assert all(float(cell) > 0 for cell in page.locator(".lbl-numbers td").all_inner_texts())
    assert page.errors == []
