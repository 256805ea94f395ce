"""The book's own Sphinx extensions, without building the book."""

import base64
import io
import re
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _path(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "book" / "_ext"), *sys.path])


def fonts(styles: str) -> list[TTFont]:
    data = re.findall(r"base64,([^)]+)\)", styles)
    return [TTFont(io.BytesIO(base64.b64decode(text))) for text in data]


def test_math_becomes_mathml():
    from mathml import to_mathml

    inline, display = to_mathml("x^2 < y", False), to_mathml(r"\frac{1}{2}", True)
    assert inline.startswith("<math") and "<msup>" in inline and "&lt;" in inline
    assert 'display="block"' in display and "<mfrac>" in display


@pytest.mark.parametrize(
    "latex",
    [
        r"a &= b \\ c &= d",
        r"\begin{split} a &= b \\ c &= d \end{split}",
        r"\begin{align*} a &= b \\ c &= d \end{align*}",
        r"\begin{equation} \begin{aligned} a &= b \\ c &= d \end{aligned} \end{equation}",
    ],
)
def test_lines_are_aligned_whatever_the_environment(latex):
    from mathml import to_mathml

    assert to_mathml(latex, True).count("<mtr>") == 2


def test_unknown_command_is_an_error():
    from math_core import LatexError
    from mathml import to_mathml

    with pytest.raises(LatexError, match="nosuchcommand"):
        to_mathml(r"\nosuchcommand x", False)


def test_icon_font_holds_what_is_used_and_no_more():
    from importlib.resources import files

    from lean_pages import icon_styles

    theme = files("pydata_sphinx_theme") / "theme/pydata_sphinx_theme/static/vendor/fontawesome"
    (fontawesome,) = Path(str(theme)).iterdir()
    styles = icon_styles('<i class="fa-solid fa-download">', '.a{content:"\uf05a"}', fontawesome)
    (font,) = fonts(styles)
    assert set(font.getBestCmap()) == {0xF019, 0xF05A}
    assert ".fa-download::before" in styles and "fa-bars" not in styles
    assert len(styles) < 5000


def test_plots_become_smaller_and_look_the_same(tmp_path):
    import numpy as np
    from lean_pages import shrink
    from PIL import Image

    rows, columns = np.mgrid[:100, :200]
    pixels = np.stack([columns, 128 + 0 * rows, rows], -1).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png", compress_level=0)
    before = (tmp_path / "a.png").stat().st_size
    shrink(tmp_path / "a.png")
    after = np.asarray(Image.open(tmp_path / "a.png").convert("RGB")).astype(int)
    assert (tmp_path / "a.png").stat().st_size < before / 2
    assert np.abs(after - pixels).mean() < 4
    small = (tmp_path / "a.png").read_bytes()
    shrink(tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes() == small, "once is enough"


def test_math_font_holds_the_italic_that_a_browser_draws():
    from lean_pages import math_styles

    styles = math_styles("<p>not this z</p><math><mi>h</mi><mi>W</mi><mo>∑</mo></math>")
    (font,) = fonts(styles)
    characters = set(font.getBestCmap())
    assert {0x210E, 0x1D44A, 0x2211, ord("h"), ord("W")} <= characters
    assert ord("z") not in characters
    assert "MATH" in font, "without this table brackets don't grow"


def test_page_without_a_formula_needs_no_math_font():
    from lean_pages import math_styles

    assert math_styles("<p>plain</p>") == ""


def test_weights_become_a_script(html):
    """What isn't rounded arrives byte for byte; test_loader.py decodes what is, in a browser."""
    import json

    from live_figures import LARGEST

    from tlbook.figures.store import load, pack

    sources = sorted((ROOT / "data" / "weights").glob("*.npz"))
    assert {source.stem for source in sources} >= set(LARGEST)
    for source in sources:
        script = (html / "_assets" / f"{source.stem}.js").read_text("utf8")
        call = re.fullmatch(r"layerByLayerAsset\((.*)\);\n", script, re.DOTALL)
        name, *parts = json.loads(f"[{call[1]}]")
        assert name == source.stem
        if name in LARGEST:
            assert any("text" in part for part in parts)
        else:
            assert b"".join(map(base64.b64decode, parts)) == pack(load(source))


def test_every_page_and_file_has_its_size(html):
    import gzip
    import json

    call = (html / "_assets" / "sizes.js").read_text("utf8")
    sizes = json.loads(call.removeprefix("layerByLayerSizes(").removesuffix(");\n"))
    script = (html / "_assets" / "cnn.js").read_bytes()
    assert sizes["files"]["cnn"] == len(gzip.compress(script, 6))
    assert 100_000 < sizes["pages"]["chapters/perceptron"] < sizes["limit"]


def test_goals_are_folded(html):
    import lxml.html

    for name in ("perceptron", "convolution"):
        page = lxml.html.document_fromstring((html / "chapters" / f"{name}.html").read_bytes())
        (box,) = page.find_class("goals")
        assert box.tag == "details" and box.get("open") is None
        title, goals = box
        assert (title.tag, title.text_content(), goals.tag) == ("summary", "In this chapter", "ul")


def test_every_layer_has_its_place_in_the_reference():
    import tlcore.layers

    text = (ROOT / "book" / "reference" / "layers.md").read_text("utf8")
    listed = re.findall(r"\.\. auto(?:class|function):: (\w+)", text)
    assert sorted(listed) == sorted(tlcore.layers.__all__)


def test_the_glossary_leads_back_to_the_chapters(html):
    import lxml.html

    page = lxml.html.document_fromstring((html / "glossary.html").read_bytes())
    lines = page.xpath("//p[@class='glossary-chapters']")
    assert len(lines) > 30
    for line in lines:
        for link in line.xpath("a/@href"):
            assert link.startswith("chapters/") and (html / link).is_file()
    (dropout,) = page.xpath("//dt[@id='term-dropout']/following-sibling::dd[1]")
    assert "Perceptron" in dropout.xpath("string(p[@class='glossary-chapters'])")
