"""Mend what docutils writes and readers, or their screen readers, can't use."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform


class Fold(nodes.General, nodes.Element):
    """A box that its title opens. It needs no script."""


class FoldBoxes(SphinxPostTransform):
    """Fold the boxes with ``:class: dropdown``, as JupyterLab does."""

    default_priority = 5
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        """Go through the boxes of one page."""
        for box in list(self.document.findall(nodes.admonition)):
            if "dropdown" in box["classes"]:
                title, *content = box.children
                box.replace_self(Fold("", *content, title=title.astext(), classes=box["classes"]))


def open_fold(writer: nodes.NodeVisitor, fold: Fold) -> None:
    """Write a <details> with the title as its summary."""
    writer.body.append(writer.starttag(fold, "details", CLASS="admonition"))
    title = writer.encode(fold["title"])
    writer.body.append(f'<summary class="admonition-title">{title}</summary>\n')


def close_fold(writer: nodes.NodeVisitor, fold: Fold) -> None:
    """Close it."""
    writer.body.append("</details>\n")


def mend_roles(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Make each entry of the bibliography an item of its list.

    docutils gives it the role doc-biblioentry, which ARIA has deprecated.
    """
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page before it is written."""
    app.add_node(Fold, html=(open_fold, close_fold))
    app.add_post_transform(FoldBoxes)
    app.connect("html-page-context", mend_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
