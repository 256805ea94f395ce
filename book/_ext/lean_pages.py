"""Send a page only what it shows: icons and math from two small subsets of their fonts.

The theme ships FontAwesome whole (a 1.5 MB script, 0.3 MB of fonts). A page of this book shows
about thirty of its icons. After the pages are written this extension reads which ones, and writes
``_static/icons.css`` with a font that holds just these. The same is done for the characters in the
formulas, from STIX Two Math, whose MATH table lets brackets and roots grow with what they hold.
Plots are stored with at most 128 colours, which halves them and can't be seen.
Nothing third-party is committed: both fonts come out of installed packages.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
ICON_RULE = re.compile(r"((?:\.fa-[\w-]+:before,?)+)\{content:\"\\([0-9a-f]+)\"\}")
PRIVATE_USE = range(0xE000, 0xF900)
# Characters that a browser may need to draw a formula although no page spells them.
MATH_ALWAYS = "0123456789+−=()[]{}|‖√∑∏∫⏟⏞ˆ˜¯→.,∞"


def font_face(font: TTFont, family: str, characters: set[int]) -> str:
    """Return an ``@font-face`` rule with a subset of ``font`` inside it."""
    options = subset.Options(flavor="woff", layout_features=["ssty", "dtls"], hinting=False)
    options.drop_tables += ["FFTM"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    buffer = io.BytesIO()
    font.flavor = "woff"
    font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return (
        f'@font-face{{font-family:"{family}";font-display:swap;'
        f"src:url(data:font/woff;base64,{data}) format('woff')}}\n"
    )


def icon_styles(pages: str, styles: str, fontawesome: Path) -> str:
    """Return the style sheet for the icons that ``pages`` and ``styles`` use."""
    used = set(re.findall(r"\bfa-[\w-]+", pages))
    rules, characters = [], {ord(c) for c in styles if ord(c) in PRIVATE_USE}
    characters |= {int(code, 16) for code in re.findall(r'content:"\\(f[0-9a-f]{3})"', styles)}
    for names, code in ICON_RULE.findall((fontawesome / "css/all.min.css").read_text("utf8")):
        classes = [name for name in re.findall(r"fa-[\w-]+", names) if name in used]
        if classes:
            characters.add(int(code, 16))
            rules.append(",".join(f".{c}::before" for c in classes) + f'{{content:"\\{code}"}}')
    font = TTFont(fontawesome / "webfonts/fa-solid-900.ttf")
    family = "Font Awesome 6 Free"
    return (
        font_face(font, family, characters)
        + f':root{{--fa-font-solid:normal 900 1em/1 "{family}"}}\n'
        + ".fa-solid,.fas,.fa-regular,.far,.fa-brands{font:var(--fa-font-solid);"
        + "display:inline-block;font-style:normal;-webkit-font-smoothing:antialiased}\n"
        + ".fa-lg{font-size:1.25em;line-height:.05em;vertical-align:-.075em}\n"
        + "\n".join(rules)
    )


def math_styles(pages: str) -> str:
    """Return the style sheet with the math font, or nothing if no page has a formula."""
    formulas = "".join(re.findall(r"<math.*?</math>", pages, re.DOTALL))
    if not formulas:
        return ""
    characters = {ord(c) for c in re.sub(r"<[^>]*>", "", formulas) + MATH_ALWAYS}
    characters |= italic_twins(characters)
    # Only its font is wanted: the package is found, not imported.
    ziamath = find_spec("ziamath")
    if ziamath is None or ziamath.origin is None:
        logger.info("ziamath isn't installed: formulas use the reader's own math font")
        return ""
    path = Path(ziamath.origin).parent / "fonts" / "STIXTwoMath-Regular.ttf"
    return font_face(TTFont(path), "Layer by Layer Math", characters)


def italic_twins(characters: set[int]) -> set[int]:
    """Return the math italic letters that a browser draws for the letters of a one-letter <mi>."""
    twins = {ord("h"): 0x210E}
    for first, italic, count in ((0x41, 0x1D434, 26), (0x61, 0x1D44E, 26), (0x391, 0x1D6E2, 25)):
        twins.update({first + i: italic + i for i in range(count) if first + i not in twins})
    twins.update({0x3B1 + i: 0x1D6FC + i for i in range(25)})
    twins.update({0x3F5: 0x1D716, 0x3D1: 0x1D717, 0x3D5: 0x1D719, 0x2202: 0x1D715, 0x2207: 0x1D6FB})
    return {twins[c] for c in characters if c in twins}


def shrink(picture: Path) -> None:
    """Store a picture with a palette, if that is smaller."""
    image = Image.open(picture)
    if image.format != "PNG" or image.mode == "P" or image.convert("RGBA").getextrema()[3][0] < 255:
        return
    smaller = io.BytesIO()
    palette = image.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    palette.save(smaller, "PNG", optimize=True)
    if len(smaller.getvalue()) < picture.stat().st_size:
        picture.write_bytes(smaller.getvalue())


def write_styles(app: Sphinx, error: Exception | None) -> None:
    """Write icons.css and math.css, and remove the files that no page asks for."""
    if error or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    # Sphinx copies these only when a page has changed, so a change of style alone would be lost.
    shutil.copytree(Path(app.confdir) / "style", static, dirs_exist_ok=True)
    for picture in (Path(app.outdir) / "_images").glob("*.png"):
        shrink(picture)
    pages = "".join(p.read_text("utf8") for p in Path(app.outdir).rglob("*.html"))
    scripts = "".join(p.read_text("utf8") for p in (static / "scripts").glob("*.js"))
    styles = "".join(p.read_text("utf8") for p in (static / "styles").glob("*.css"))
    theme = files("pydata_sphinx_theme") / "theme/pydata_sphinx_theme/static/vendor/fontawesome"
    (fontawesome,) = Path(str(theme)).iterdir()
    (static / "icons.css").write_text(icon_styles(pages + scripts, styles, fontawesome), "utf8")
    (static / "math.css").write_text(math_styles(pages), "utf8")
    shutil.rmtree(static / "vendor", ignore_errors=True)
    shutil.rmtree(static / "locales", ignore_errors=True)
    for unused in static.rglob("*.map"):
        unused.unlink()


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx to write the small fonts when the pages are there."""
    app.connect("build-finished", write_styles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
