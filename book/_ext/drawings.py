"""Put drawings into the pages themselves, so that their colours follow the reader's theme.

``![alt text](../diagrams/NAME.svg)`` becomes the SVG. Its own style, which JupyterLab and GitHub
need, stays out: all drawings have one, ``diagrams/drawing.css``, and the pages link that.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

SIZE = re.compile(r'viewBox="0 0 (\d+) ')


def inlined(drawing: str, again: int = 0) -> str:
    """Return an SVG as it stands in a page.

    Parameters
    ----------
    drawing : str
        The file's text.
    again : int
        How often the page shows this drawing before: its ids have to be other ones.
    """
    drawing = re.sub(r"<\?xml.*?\?>|<!--.*?-->|\s*<style>.*?</style>", "", drawing, flags=re.DOTALL)
    if again:
        for name in re.findall(r'\bid="([^"]+)"', drawing):
            drawing = re.sub(rf'(["#\s]){re.escape(name)}(?=["\s)])', rf"\1{name}-{again}", drawing)
    return f'<div class="drawing-box">{drawing.strip()}</div>'


class InlineDrawings(SphinxPostTransform):
    """Replace the images of drawings by the drawings."""

    default_priority = 4  # before images are gathered for the builder
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Go through the images of one page."""
        seen: dict[str, int] = {}
        for image in list(self.document.findall(nodes.image)):
            path = Path(self.app.srcdir) / image["uri"]
            if path.suffix != ".svg" or path.parent.name != "diagrams":
                continue
            again = seen.setdefault(path.name, 0)
            seen[path.name] += 1
            raw = nodes.raw("", inlined(path.read_text("utf8"), again), format="html")
            alone = isinstance(image.parent, nodes.paragraph) and len(image.parent) == 1
            place = image.parent if alone else image  # no <div> inside of a <p>
            place.replace_self(raw)


def copy_style(app: Sphinx, error: Exception | None) -> None:
    """Put the drawings' style beside that of the pages."""
    if not error and app.builder.format == "html":
        source = Path(app.srcdir) / "diagrams" / "drawing.css"
        shutil.copy(source, Path(app.outdir) / "_static")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx what to do with drawings."""
    app.add_post_transform(InlineDrawings)
    app.add_css_file("drawing.css")
    app.connect("build-finished", copy_style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
