"""The drawings: one style, a name and a description, and letters that a telephone shows."""

import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "book" / "_ext"), str(ROOT / "tools")]
from drawings import inlined  # noqa: E402
from stamp_drawings import stamp  # noqa: E402

FOLDER = ROOT / "book" / "diagrams"
DRAWINGS = sorted(FOLDER.glob("*.svg"))
STYLE = (FOLDER / "drawing.css").read_text("utf8")
CLASSES = set(re.findall(r"\.([a-z]+)\b", re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL)))
PHONE, LETTER, SMALLEST = 350, 19, 11.5  # pixels; units; pixels
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(params=DRAWINGS, ids=lambda path: path.stem)
def text(request) -> str:
    return request.param.read_text("utf8")


def test_there_are_drawings():
    assert len(DRAWINGS) >= 7
    assert CLASSES >= {"drawing", "small", "num", "f", "b", "on", "off"}
    assert re.findall(r"font: (\d+)px", STYLE) == [str(LETTER)]


def test_style_is_todays(text):
    assert text.count(stamp()) == 1 and text.count("<style") == 1, "run tools/stamp_drawings.py"


def test_says_what_it_shows(text):
    root = ElementTree.fromstring(text)
    named = [root.find(f"{SVG}{part}") for part in ("title", "desc")]
    assert [len(part.text) > 20 for part in named] == [True, True]
    assert root.get("role") == "img" and root.get("class") == "drawing"
    assert root.get("aria-labelledby").split() == [part.get("id") for part in named]


def test_uses_the_one_style_and_no_other(text):
    nodes = list(ElementTree.fromstring(text).iter())
    used = {name for node in nodes for name in node.get("class", "").split()}
    assert used - CLASSES == set(), "classes that drawing.css doesn't have"
    for node in nodes:
        assert node.tag != f"{SVG}script"
        assert not {"style", "fill", "stroke", "font-size"} & set(node.keys()), node.attrib


def test_ids_have_the_drawings_own_letters(text):
    ids = re.findall(r'\bid="([^"]+)"', text)
    letters = {name.split("-")[0] for name in ids}
    assert len(letters) == 1 and len(set(ids)) == len(ids)
    for other in DRAWINGS:
        if (theirs := other.read_text("utf8")) != text:
            assert not re.search(rf'\bid="{letters.copy().pop()}-', theirs), other.name


def test_letters_are_legible_on_a_telephone(text):
    root = ElementTree.fromstring(text)
    left, top, width, _ = map(float, root.get("viewBox").split())
    assert (left, top) == (0, 0) and LETTER * PHONE / width >= SMALLEST
    for node in root.iter():
        assert "scale" not in node.get("transform", "")


def test_inlined_twice_the_ids_differ(text):
    both = inlined(text) + inlined(text, 1)
    ids = re.findall(r'\bid="([^"]+)"', both)
    assert len(set(ids)) == len(ids)
    references = re.findall(r"url\(#([^)]+)\)", both)
    references += " ".join(re.findall(r'aria-labelledby="([^"]+)"', both)).split()
    assert set(references) <= set(ids) and "<style" not in both


@pytest.mark.browser
def test_nothing_is_cut_off(browser):
    """Every letter lies inside its drawing, and no two words lie on each other."""
    page = browser.new_page(viewport={"width": PHONE, "height": 900})
    for path in DRAWINGS:
        page.set_content(f"<body style='margin: 0'>{path.read_text('utf8')}")
        cut = page.evaluate("""() => {
          const frame = document.querySelector("svg").viewBox.baseVal;
          const words = [...document.querySelectorAll("svg > text, svg > g > text")];
          const boxes = words.map((t) => [t.textContent, t.getBBox()]);
          const out = boxes.filter(([, b]) => b.x < 0 || b.y < 0 || b.x + b.width > frame.width
            || b.y + b.height > frame.height).map(([t]) => `cut off: ${t}`);
          for (const [i, [one, a]] of boxes.entries()) {
            for (const [other, b] of boxes.slice(i + 1)) {
              const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
              const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
              if (wide > 3 && high > 8) out.push(`on each other: ${one}, ${other}`);
            }
          }
          return out;
        }""")
        assert cut == [], path.name
    page.close()
