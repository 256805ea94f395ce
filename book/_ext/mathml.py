"""Render LaTeX math to MathML while the book is built, so that a page needs no script for it.

Browsers have drawn MathML Core natively since 2023. Delimiters that grow with what they hold need
a font with an OpenType MATH table, which not every system has: ``lean_pages`` writes one.
A formula that can't be read is a Sphinx warning, and with ``-W`` it stops the build.
"""

from __future__ import annotations

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)
CONVERTER = LatexToMathML(fancy_error=False)
# An equation number is Sphinx's to give, so the environments that would number lose their star
# or turn into the ones that only align.
ENVIRONMENTS = {
    r"split": "aligned",
    r"align\*?": "aligned",
    r"gather\*?": "gathered",
}


def to_mathml(latex: str, display: bool) -> str:
    """Return one ``<math>`` element for a piece of LaTeX.

    Parameters
    ----------
    latex : str
        LaTeX without its dollars.
    display : bool
        True for an equation on its own line, False inside a sentence.

    Raises
    ------
    LatexError
        If the LaTeX holds a command or environment that isn't known.
    """
    latex = re.sub(r"\\(begin|end)\{equation\*?\}", "", latex).strip()
    for pattern, name in ENVIRONMENTS.items():
        latex = re.sub(rf"\\(begin|end)\{{{pattern}\}}", rf"\\\1{{{name}}}", latex)
    if r"\\" in latex and r"\begin" not in latex:
        latex = rf"\begin{{aligned}}{latex}\end{{aligned}}"
    return CONVERTER.convert_with_local_state(latex, displaystyle=display)


def _mathml_or_warning(node: nodes.Element, display: bool) -> str:
    latex = node.astext()
    try:
        return to_mathml(latex, display)
    except LatexError as error:
        logger.warning("math can't be rendered: %s in %r", error, latex, location=node)
        return f"<code>{nodes.unescape(latex)}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write math inside a sentence."""
    self.body.append(f'<span class="math notranslate">{_mathml_or_warning(node, False)}</span>')
    raise nodes.SkipNode


def visit_display(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write an equation on its own line, with its number if it has one."""
    self.body.append(self.starttag(node, "div", CLASS="math math-display notranslate"))
    # A wide equation scrolls inside its own box. (style/book.js lets the keyboard reach it.)
    self.body.append('<div class="math-scroll">')
    self.body.append(_mathml_or_warning(node, True) + "</div>")
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def add_math_font(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Ask for the math font only on pages that show a formula."""
    if app.builder.format == "html" and app.env.get_domain("math").has_equations(page):
        app.add_css_file("math.css", priority=200)


def setup(app: Sphinx) -> dict[str, bool]:
    """Make MathML what Sphinx writes for math."""
    app.connect("html-page-context", add_math_font)
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
