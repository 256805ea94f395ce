"""Let each entry of the glossary lead back to the pages that use its term."""

from __future__ import annotations

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

GLOSSARY = "glossary"


def note_terms(app: Sphinx, doctree: nodes.document) -> None:
    """Note which terms a page links."""
    page = app.env.docname
    found = doctree.findall(addnodes.pending_xref)
    terms = {node["reftarget"].lower() for node in found if node.get("reftype") == "term"}
    app.env.metadata[page]["terms"] = sorted(terms)


def write_glossary_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have the glossary written anew: the terms of another page may have changed."""
    return [GLOSSARY] if GLOSSARY in env.found_docs else []


def add_links(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Add to each entry the chapters that use it, in the order of the book."""
    if page != GLOSSARY:
        return
    order = list(app.env.toctree_includes.get(app.config.root_doc, ()))
    chapters = [name for name in order if name.startswith("chapters/")]
    for item in doctree.findall(nodes.definition_list_item):
        terms = {term.astext().lower() for term in item.findall(nodes.term)}
        users = [c for c in chapters if terms & set(app.env.metadata[c].get("terms", ()))]
        definition = next(iter(item.findall(nodes.definition)), None)
        if not users or definition is None:
            continue
        line = nodes.paragraph(classes=["glossary-chapters"])
        for i, chapter in enumerate(users):
            line += nodes.Text(", " if i else "In ")
            title = app.env.titles[chapter].astext()
            address = app.builder.get_relative_uri(page, chapter)
            line += nodes.reference("", title, internal=True, refuri=address)
        definition += line


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx to gather terms, and to show them in the glossary."""
    app.connect("doctree-read", note_terms)
    app.connect("env-updated", write_glossary_again)
    app.connect("doctree-resolved", add_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
