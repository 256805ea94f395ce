"""Mend what docutils writes and screen readers can't use."""

from __future__ import annotations

from sphinx.application import Sphinx


def mend_roles(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Make each entry of the bibliography an item of its list.

    docutils gives it the role doc-biblioentry, which ARIA has deprecated.
    """
    if "body" in context:
        context["body"] = context["body"].replace('role="doc-biblioentry"', 'role="listitem"')


def setup(app: Sphinx) -> dict[str, bool]:
    """Look at each page before it is written."""
    app.connect("html-page-context", mend_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
