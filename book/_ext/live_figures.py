"""Live figures on a static page: a text in their place, our loader, and the weights they ask for.

``style/live-figures.js`` starts the figures in the browser. This extension does what has to be
done while the book is built:

- each widget view gets a frame with a text that stands there until the figure starts (and for
  good where scripts are off). A core ipywidget, which only a kernel can move, stays that text;
- each ``data/weights/*.npz`` becomes ``_assets/<stem>.js``, a classic script, because a page that
  was opened from a disk may not fetch a file. It is loaded when a figure asks for it.
"""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

logger = logging.getLogger(__name__)
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
ROOT = Path(__file__).resolve().parents[2]
STATE_KEY = "ipywidgets_state"
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
        """Return whether the notebook's saved state holds an ES module for this view."""
        model = json.loads(re.search(r"\{.*\}", view.astext(), re.DOTALL)[0])["model_id"]
        files = NbMetadataCollector.get_js_files(self.env, self.env.docname)
        if STATE_KEY not in files:
            return False
        saved = json.loads(files[STATE_KEY][1]["body"])["state"].get(model, {})
        return "_esm" in saved.get("state", {})


def write_assets(app: Sphinx, error: Exception | None) -> None:
    """Write ``_assets/<stem>.js`` for every file of trained weights."""
    if error or app.builder.format != "html":
        return
    try:
        from tlbook.figures import store
    except ImportError as missing:
        logger.info("no weights written for the live figures: %s", missing)
        return
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
    app.connect("build-finished", write_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
