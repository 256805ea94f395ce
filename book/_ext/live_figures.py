"""Live figures on a static page: a text in their place, our loader, and the weights they ask for.

``style/live-figures.js`` starts the figures in the browser. This extension does what has to be
done while the book is built:

- each widget view gets a frame with a text that stands there until the figure starts (and for
  good where scripts are off). A core ipywidget, which only a kernel can move, stays that text;
- each figure's module, as tlbook has it today, becomes ``_assets/figures/<class>.js``, a classic
  script, and the style of all of them ``_assets/figures/figures.css``. Pages from a disk can't
  import modules, and strict servers (``Content-Security-Policy: default-src 'self'``) refuse
  scripts inside a page, so what a notebook may have stored of them is left out of its page;
- each ``data/weights/*.npz`` becomes ``_assets/<stem>.js``, a classic script, because a page that
  was opened from a disk may not fetch a file. It is loaded when a figure asks for it.
"""

from __future__ import annotations

import base64
import html
import importlib
import json
import re
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ROOT = Path(__file__).resolve().parents[2]
STATE_KEY = "ipywidgets_state"
# Of what a notebook stores of a figure, these are the code: the build has it from tlbook.
CODE = ("_esm", "_css")
ID = "_anywidget_id"  # the figure's class, with the module that defines it
# A bare repr, such as Figure(a=1) or <widget at 0x7f...>, tells a reader nothing.
REPR = re.compile(r"\w+\(.*\)$|<.*>$", re.DOTALL)
NEEDS_KERNEL = "This control needs a running kernel: open the notebook to use it."
WAITING = "A live figure stands here. It needs JavaScript, and nothing else: no kernel, no network."


class FrameWidgetViews(SphinxPostTransform):
    """Wrap each widget view in a frame, with the output's own plain text as its stand-in."""

    default_priority = 3  # myst-nb drops the other formats of an output at 4

    def run(self, **kwargs: object) -> None:
        """Go through the outputs of one page."""

        def is_bundle(node: nodes.Node) -> bool:
            return isinstance(node, nodes.container) and node.get("nb_element") == "mime_bundle"

        for bundle in list(self.document.findall(is_bundle)):
            formats = {child["mime_type"]: child for child in bundle.children}
            view = formats.get(WIDGET_VIEW)
            if view is None:
                continue
            text = formats["text/plain"].astext().strip() if "text/plain" in formats else ""
            if not self.is_live(view):
                text = NEEDS_KERNEL if not text or REPR.match(text) else text
                paragraph = f'<p class="live-figure__text">{html.escape(text)}</p>'
                view.children = [nodes.raw("", paragraph, format="html")]
                continue
            if not text or REPR.match(text):
                text = WAITING
            paragraph = f'<p class="live-figure__text">{html.escape(text)}</p>'
            opening = f'<div class="live-figure">{paragraph}'
            view.insert(0, nodes.raw("", opening, format="html"))
            view.append(nodes.raw("", "</div>", format="html"))

    def is_live(self, view: nodes.Element) -> bool:
        """Return whether the notebook's saved state of this view is that of a figure of tlbook."""
        model = json.loads(re.search(r"\{.*\}", view.astext(), re.DOTALL)[0])["model_id"]
        files = NbMetadataCollector.get_js_files(self.env, self.env.docname)
        if STATE_KEY not in files:
            return False
        saved = json.loads(files[STATE_KEY][1]["body"])["state"].get(model, {})
        return ID in saved.get("state", {})


def leave_code_out(app: Sphinx, doctree: nodes.document) -> None:
    """Drop the code of figures from the state that goes into a page, and note whose it was."""
    page = app.env.docname
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
    """Link the figures' style from the pages that have figures."""
    if app.env.metadata.get(page, {}).get("live_figures"):
        app.add_css_file("../_assets/figures/figures.css", priority=900)


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
    used = {name for page in app.env.metadata.values() for name in page.get("live_figures", ())}
    for identity in sorted(used):
        module, name = identity.rsplit(".", 1)
        code = str(getattr(importlib.import_module(module), name)._esm)
        (folder / f"{name}.js").write_text(script(name, code), "utf8")
    styles = sorted((ROOT / "tlbook" / "figures").glob("*.css"))
    styles.sort(key=lambda path: path.stem != "shared")  # the others build on it
    (folder / "figures.css").write_text("\n".join(p.read_text("utf8") for p in styles), "utf8")


def write_assets(app: Sphinx, error: Exception | None) -> None:
    """Write ``_assets/<stem>.js`` for every file of trained weights."""
    if error or app.builder.format != "html":
        return
    from tlbook.figures import store

    folder = Path(app.outdir) / "_assets"
    folder.mkdir(exist_ok=True)
    for source in sorted((ROOT / "data" / "weights").glob("*.npz")):
        target = folder / f"{source.stem}.js"
        newest = max(source.stat().st_mtime, Path(store.__file__).stat().st_mtime)
        if target.exists() and target.stat().st_mtime >= newest:
            continue
        encoded = base64.b64encode(store.pack(store.load(source))).decode("ascii")
        target.write_text(f"layerByLayerAsset({json.dumps(source.stem)},{json.dumps(encoded)});\n")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what to do with widget views and with trained weights."""
    app.add_post_transform(FrameWidgetViews)
    app.connect("doctree-read", leave_code_out)
    app.connect("html-page-context", add_style)
    app.connect("build-finished", write_figures)
    app.connect("build-finished", write_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
