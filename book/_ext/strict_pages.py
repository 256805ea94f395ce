"""Make pages that a strict web server can serve, and the one for what isn't there.

Under ``Content-Security-Policy: default-src 'self'`` a browser runs no script and applies no style
that stands inside a page, and shows no ``data:`` picture or font. The theme and Sphinx write them.
When the pages are there, this extension moves them into files: each script to ``_static/inline/``,
each style attribute to a class in ``_static/inline/style.css``, pictures and fonts beside their
style sheet. It also leaves each page one title: the theme writes a second for the printer.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit

from sphinx.application import Sphinx

SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*\btype=\"(?!text/javascript))[^>]*>(.*?)</script>", re.S
)
TAG = re.compile(r"<[a-zA-Z][^<>]*\sstyle=\"[^<>]*>")
HANDLER = re.compile(r"\s(onclick)=\"([^\"]*)\"")
PICTURE = re.compile(r"url\((\"?)data:image/svg\+xml([^,]*),(.*?)\1\)", re.S)
FONT = re.compile(r"url\(data:font/woff;base64,([^)]*)\)")
PRINTED = re.compile(r'(<div id="jb-print-docs-body"[^>]*>\s*)<h1>(.*?)</h1>', re.S)
NOT_FOUND = """<!doctype html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No such page – {title}</title>
<link rel="stylesheet" href="{root}_static/book.css">
<link rel="stylesheet" href="{root}_static/not-found.css">
<script src="{root}_static/theme-mode.js"></script>
</head>
<body class="not-found"><main>
<h1>There is no such page</h1>
<p>The address may be mistyped, or the page may have moved.</p>
<ul>
<li><a href="{root}intro.html">The beginning of the book</a></li>
<li><a href="{root}search.html">Search it</a></li>
</ul>
</main></body>
</html>
"""


def short(text: str) -> str:
    """Return a name for a text: the same text has the same."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


class Parts:
    """What was inside of pages: scripts by name, and style rules by class."""

    def __init__(self) -> None:
        self.scripts: dict[str, str] = {}
        self.rules: dict[str, str] = {}

    def strict(self, page: str, root: str) -> str:
        """Return a page without scripts and styles inside; `root` leads from it to the top."""
        page = PRINTED.sub(r'\1<p class="print-title">\2</p>', page)
        page = SCRIPT.sub(lambda found: self.script(found[1], root), page)
        page = HANDLER.sub(lambda found: self.handler(html.unescape(found[2])), page)
        page, count = TAG.subn(lambda found: self.style(found[0]), page)
        if count:
            link = f'<link rel="stylesheet" href="{root}_static/inline/style.css">'
            page = page.replace("</head>", f"{link}\n</head>", 1)
        return page

    def script(self, code: str, root: str) -> str:
        """Return the tag that loads a script which stood in the page."""
        if not code.strip():
            return ""
        self.scripts[short(code)] = code
        return f'<script src="{root}_static/inline/{short(code)}.js"></script>'

    def handler(self, code: str) -> str:
        """Return the attribute by which style/book.js knows what a click shall do."""
        return ' data-print="true"' if code == "window.print()" else ""

    def style(self, tag: str) -> str:
        """Return a tag with a class in the place of its style."""
        (style,) = re.findall(r"\sstyle=\"([^\"]*)\"", tag)
        name = f"style-{short(style)}"
        self.rules[name] = style
        tag = re.sub(r"\sstyle=\"[^\"]*\"", "", tag)
        if re.search(r"\sclass=\"", tag):
            return re.sub(r"\sclass=\"", f' class="{name} ', tag, count=1)
        return re.sub(r"^<[\w-]+", lambda found: f'{found[0]} class="{name}"', tag)


def data_files(sheet: Path) -> None:
    """Move the ``data:`` pictures and fonts of a style sheet into files beside it.

    Not every browser takes a font from a file on the disk: for pages there, ``style/book.js`` asks
    for the sheet as it was, which stays in ``inline/``.
    """

    def font(found: re.Match) -> str:
        name = f"{short(found[1])}.woff"
        (sheet.parent / name).write_bytes(base64.b64decode(found[1]))
        return f"url({name})"

    def move(found: re.Match) -> str:
        data = unquote_to_bytes(found[3].replace('\\"', '"'))
        data = base64.b64decode(data) if "base64" in found[2] else data
        name = f"{short(found[3])}.svg"
        (sheet.parent / name).write_bytes(data)
        return f"url({name})"

    old = sheet.read_text("utf8")
    new = FONT.sub(font, PICTURE.sub(move, old))
    if new != old:
        if FONT.search(old):
            (sheet.parent / "inline" / sheet.name).write_text(old, "utf8")
        sheet.write_text(new, "utf8")


def make_strict(app: Sphinx, error: Exception | None) -> None:
    """Rewrite the pages and style sheets that were built; write the page for what isn't there."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    folder = out / "_static" / "inline"
    folder.mkdir(exist_ok=True)
    base = urlsplit(app.config.html_baseurl).path or "/"
    page = NOT_FOUND.format(title=html.escape(app.config.html_title), root=base.rstrip("/") + "/")
    (out / "404.html").write_text(page, "utf8")
    parts = Parts()
    for path in out.rglob("*.html"):
        if "_static" in path.parts:
            continue
        root = "../" * (len(path.relative_to(out).parts) - 1)
        old = path.read_text("utf8")
        new = parts.strict(old, root)
        if new != old:
            path.write_text(new, "utf8")
    for name, code in parts.scripts.items():
        (folder / f"{name}.js").write_text(code, "utf8")
    # Twice the class: stronger than the theme's rules, as a style in the page is.
    rules = {f".{name}.{name}{{{html.unescape(rule)}}}\n" for name, rule in parts.rules.items()}
    sheet = folder / "style.css"
    rules |= set(sheet.read_text("utf8").splitlines(keepends=True)) if sheet.exists() else set()
    sheet.write_text("".join(sorted(rules)), "utf8")
    for sheet in {*(out / "_static").rglob("*.css")} - {*folder.glob("*.css")}:
        data_files(sheet)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx to do this last."""
    app.connect("build-finished", make_strict, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
