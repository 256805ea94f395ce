"""Live figures on a static page: a text in their place, our loader, and the weights they ask for.

``style/live-figures.js`` starts the figures in the browser. This extension does what has to be
done while the book is built:

- each widget view gets a frame with a picture (``tools/pictures.py``) and a text that stand there
  until the figure starts, when it comes near the window (and for good where scripts are off). A
  core ipywidget, which only a kernel can move, stays that text;
- each figure's module, as tlbook has it today, becomes ``_assets/figures/<class>.js``, a classic
  script, and the style of all of them ``_assets/figures/figures.css``. Pages from a disk can't
  import modules, and strict servers (``Content-Security-Policy: default-src 'self'``) refuse
  scripts inside a page, so what a notebook may have stored of them is left out of its page;
- each ``data/weights/*.npz`` becomes ``_assets/<stem>.js``, a classic script, because a page that
  was opened from a disk may not fetch a file. It is loaded when a figure asks for it.
"""

from __future__ import annotations

import base64
import gzip
import html
import importlib
import json
import math
import re
import shutil
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # this checkout's package, wherever another one is installed
from tlbook.figures import store  # noqa: E402
from tlbook.figures.modules import compose  # noqa: E402

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ROOT / "book" / "images" / "figures"
HEIGHTS = PICTURES / "heights.json"  # {name: [[width, height], ...]}, by tools/pictures.py
STATE_KEY = "ipywidgets_state"
LIMIT = 1_500_000  # bytes that a page loads by itself; what is more comes on a click
# Weights are rounded to whole numbers up to these, times a scale for each row or column. What that
# costs: perceptron 98.67 -> 98.61 % of the test digits, CNN 99.00 -> 98.93 % (of the first 1,500);
# perplexity of the language model 85.8 -> 86.9 (first 4,000 words of the test set), of the one of
# Nietzsche 159.0 -> 159.6 (3,000 words). Not measured: autoencoder, word2vec and pong_cnn, which
# have 63 steps (six bits).
LARGEST = {
    **dict.fromkeys(("perceptron", "cnn"), 4),
    **dict.fromkeys(("dropconnect", "stacked", "nietzsche"), 7),
    **dict.fromkeys(("autoencoder", "word2vec", "pong_cnn"), 31),
    "ptb_decade": 39,
}
# One step for a whole matrix, in standard deviations of its weights, and twice that for all but the
# most frequent words: in as many bytes it says more than a step for each row.
STEP, FREQUENT = {"ptb_decade": 0.4}, 2000
# Of what a notebook stores of a figure, these are the code: the build has it from tlbook.
CODE = ("_esm", "_css")
ID = "_anywidget_id"  # the figure's class, with the module that defines it
# A bare repr, such as Figure(a=1) or <widget at 0x7f...>, tells a reader nothing.
REPR = re.compile(r"\w+\(.*\)$|<.*>$", re.DOTALL)
NEEDS_KERNEL = "This control needs a running kernel: open the notebook to use it."
WAITING = "A live figure stands here. It needs JavaScript, and nothing else: no kernel, no network."


class LiveFigure(SphinxDirective):
    """``{live-figure} file.js``: a figure of tlbook on a page that isn't a notebook.

    The content is JSON: the figure's traits, and ``alternative``, the text in its place.
    """

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return what a notebook's output would be on the page: a view, and a state."""
        file, page = self.arguments[0], self.env.docname
        traits = json.loads("\n".join(self.content))
        words = html.escape(traits.pop("alternative"))
        name = "".join(part.capitalize() for part in Path(file).stem.split("_"))
        used = self.env.metadata[page].setdefault("live_pages", {})
        used[name] = file
        model = f"{name}-{len(used)}"
        state = {model: {"state": traits | {ID: f"page.{name}"}, "buffers": []}}
        frame = framed(page, name, words)
        view, saved = json.dumps({"model_id": model}), json.dumps({"state": state})
        scripts = (
            (WIDGET_VIEW, view),
            (WIDGET_VIEW.replace("view", "state"), saved.replace("</", "<\\/")),
        )
        text = "".join(f'<script type="{kind}">{body}</script>' for kind, body in scripts)
        return [nodes.raw("", f"{frame}{text}</div>", format="html")]


def framed(page: str, name: str, words: str) -> str:
    """Return the beginning of a figure's frame, with its first picture and its text."""
    name = f"{page.rpartition('/')[2]}-{name}"
    caption = f'<p class="live-figure__text">{words}</p>'
    known = json.loads(HEIGHTS.read_text("utf8")).get(name) if HEIGHTS.exists() else None
    if not known:
        return f'<div class="live-figure" data-name="{name}">{caption}'
    path = "../" * page.count("/") + f"_assets/pictures/{name}"
    (width, height), *_ = known
    pictures = "".join(
        f'<img class="live-figure__picture only-{theme}" src="{path}-{theme}.webp" alt=""'
        f' width="{width}" height="{height}" loading="lazy">'
        for theme in ("light", "dark")
    )
    heights = " ".join(f"{w}:{h}" for w, h in known)
    opening = f'<div class="live-figure" data-name="{name}" data-heights="{heights}">'
    return f"{opening}{pictures}{caption}"


class FrameWidgetViews(SphinxPostTransform):
    """Wrap each widget view in a frame, with the output's own plain text as its stand-in."""

    default_priority = 3  # myst-nb drops the other formats of an output at 4

    def run(self, **kwargs: object) -> None:
        """Go through the outputs of one page."""

        def is_bundle(node: nodes.Node) -> bool:
            return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"

        seen: Counter[str] = Counter()
        for bundle in list(self.document.findall(is_bundle)):
            formats = {child["mime_type"]: child for child in bundle.children}
            view = formats.get(WIDGET_VIEW)
            if view is None:
                continue
            text = formats["text/plain"].astext().strip() if "text/plain" in formats else ""
            if not self.identity(view):
                text = NEEDS_KERNEL if not text or REPR.match(text) else text
                paragraph = f'<p class="live-figure__text">{html.escape(text)}</p>'
                view.children = [nodes.raw("", paragraph, format="html")]
                continue
            if not text or REPR.match(text):
                text = WAITING
            name = self.identity(view).rpartition(".")[2]
            seen[name] += 1
            name += f"-{seen[name]}" * (seen[name] > 1)
            frame = framed(self.env.docname, name, html.escape(text))
            view.insert(0, nodes.raw("", frame, format="html"))
            view.append(nodes.raw("", "</div>", format="html"))

    def identity(self, view: nodes.Element) -> str:
        """Return the class of tlbook that the notebook's saved state names, or nothing."""
        model = json.loads(re.search(r"\{.*\}", view.astext(), re.DOTALL)[0])["model_id"]
        files = NbMetadataCollector.get_js_files(self.env, self.env.docname)
        if STATE_KEY not in files:
            return ""
        saved = json.loads(files[STATE_KEY][1]["body"])["state"].get(model, {})
        return saved.get("state", {}).get(ID, "")


def leave_code_out(app: Sphinx, doctree: nodes.document) -> None:
    """Drop the code of figures from the state that goes into a page, and note whose it was."""
    page = app.env.docname
    app.env.note_dependency(str(HEIGHTS))
    files = NbMetadataCollector.get_js_files(app.env, page)
    used = app.env.metadata[page]["live_figures"] = []
    if STATE_KEY not in files:
        return
    attributes = files[STATE_KEY][1]
    saved = json.loads(attributes["body"])
    for model in saved["state"].values():
        traits = model["state"]
        if ID in traits:
            used.append(traits[ID])
            for name in CODE:
                traits.pop(name, None)
    attributes["body"] = json.dumps(saved).replace("</", "<\\/")


def add_style(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Link the figures' style, and what starts them, from the pages that have figures."""
    about = app.env.metadata.get(page, {})
    if about.get("live_figures") or about.get("live_pages"):
        app.add_css_file("../_assets/figures/figures.css", priority=900)
    if about.get("live_pages"):  # of a notebook, myst-nb does it
        app.add_js_file("live-figures.js", defer="defer")


def script(name: str, module: str) -> str:
    """Return the classic script that hands the loader an ES module without imports."""
    body = re.sub(r"^export default\b", "const figureOfThisFile =", module, flags=re.M)
    return f'layerByLayerFigure("{name}",()=>{{\n{body}\nreturn figureOfThisFile;\n}});\n'


def write_figures(app: Sphinx, error: Exception | None) -> None:
    """Write the code of the figures that the pages show: a script for each, one style for all."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_assets" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    codes = {}
    for page in app.env.metadata.values():
        for identity in page.get("live_figures", ()):
            module, name = identity.rsplit(".", 1)
            codes[name] = str(getattr(importlib.import_module(module), name)._esm)
        codes |= {name: compose(file) for name, file in page.get("live_pages", {}).items()}
    for name, code in codes.items():
        (folder / f"{name}.js").write_text(script(name, code), "utf8")
    styles = sorted((ROOT / "tlbook" / "figures").glob("*.css"))
    styles.sort(key=lambda path: path.stem != "shared")  # the others build on it
    shutil.copytree(PICTURES, folder.parent / "pictures", dirs_exist_ok=True)
    (folder / "figures.css").write_text("\n".join(p.read_text("utf8") for p in styles), "utf8")


def rounded(weights: np.ndarray, largest: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a matrix as whole numbers up to `largest`, and the scale of each row or column.

    Of the two ways that with the smaller error is taken.
    """
    flat = weights.astype(np.float32).reshape(-1, weights.shape[-1])
    both = [store.quantise(flat, axis, largest) for axis in (0, 1)]
    return min(both, key=lambda found: np.square(found[0] * found[1] - flat).sum())


def asset(name: str, arrays: store.Arrays) -> str:
    """Return the script that gives the browser these arrays, as `store.pack` would.

    Rounded weights are sent as text, a character for each, which a server's compression makes
    small; all else in base64. ``style/live-figures.js`` puts the parts together.
    """
    largest, arrays, sent = LARGEST.get(name), dict(arrays), {}

    def encode(data: bytes) -> str:
        return base64.b64encode(data).decode("ascii")

    def as_text(numbers: np.ndarray, **more: object) -> dict:
        characters = (numbers.ravel() + (largest + ord("0"))).astype(np.uint8)
        return {"text": characters.tobytes().decode("ascii"), "largest": largest, **more}

    for key, array in list(arrays.items()):
        scale_key = f"{key}_scale"
        if not largest or array.ndim < 2:
            continue
        if array.dtype == np.float16:
            numbers, scale = rounded(array, largest)
            arrays[key] = np.zeros(array.shape, np.float32)  # what it will be in the browser
            scale_bytes = encode(scale.astype("<f4").tobytes())
            sent[key] = as_text(numbers, scale=scale_bytes, columns=scale.shape[1])
        elif scale_key in arrays:
            weights = array.astype(np.float32) * arrays[scale_key][:, None]
            numbers, scale = store.quantise(weights, 1, largest)
            if name in STEP:
                scale = np.full_like(scale, STEP[name] * weights.std())
                scale[FREQUENT:] *= 2
                numbers = np.clip(np.round(weights / scale), -largest, largest)
            arrays[scale_key] = scale[:, 0].astype(np.float32)
            sent[key] = as_text(numbers)
    packed = store.pack(arrays)
    start = 4 + int.from_bytes(packed[:4], "little")
    contents: list[str | dict] = [encode(packed[:start])]
    for array in json.loads(packed[4:start])["arrays"]:
        end = start + math.prod(array["shape"]) * np.dtype(array["dtype"]).itemsize
        contents.append(sent.get(array["name"]) or encode(packed[start:end]))
        start = end
    return f"layerByLayerAsset({json.dumps([name, *contents])[1:-1]});\n"


def write_assets(app: Sphinx, error: Exception | None) -> None:
    """Write ``_assets/<stem>.js`` for every file of trained weights, and how large things are."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    folder = out / "_assets"
    folder.mkdir(exist_ok=True)
    files = {}
    for source in sorted((ROOT / "data" / "weights").glob("*.npz")):
        target = folder / f"{source.stem}.js"
        newest = max(
            path.stat().st_mtime for path in (source, Path(store.__file__), Path(__file__))
        )
        if not target.exists() or target.stat().st_mtime < newest:
            target.write_text(asset(source.stem, store.load(source)), "utf8")
        files[source.stem] = sent_bytes(target)
    pages = {page: page_bytes(out, page) for page in app.env.found_docs}
    sizes = json.dumps({"limit": LIMIT, "pages": pages, "files": files}, sort_keys=True)
    (folder / "sizes.js").write_text(f"layerByLayerSizes({sizes});\n", "utf8")


@cache
def sent_bytes(path: Path) -> int:
    """Return what a web server sends of a file: text is compressed."""
    data = path.read_bytes()
    return len(data) if path.suffix in (".png", ".webp") else len(gzip.compress(data, 6))


def page_bytes(out: Path, page: str) -> int:
    """Return what a page needs without the weights of its figures."""
    path = out / f"{page}.html"
    if not path.exists():
        return 0
    links = re.findall(
        r'(?:src|href)="([^"#?]+\.(?:js|css|png|webp|svg))[?"]', path.read_text("utf8")
    )
    needed = {
        path,
        *((path.parent / link).resolve() for link in links if "_assets/pictures" not in link),
    }
    return sum(sent_bytes(file) for file in needed if file.exists())


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what to do with widget views and with trained weights."""
    app.add_directive("live-figure", LiveFigure)
    app.add_post_transform(FrameWidgetViews)
    app.connect("doctree-read", leave_code_out)
    app.connect("html-page-context", add_style)
    app.connect("build-finished", write_figures)
    app.connect("build-finished", write_assets, priority=600)  # when pictures are small
    return {"parallel_read_safe": True, "parallel_write_safe": True}
