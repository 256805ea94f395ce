"""The pages on a strict server, below a path; the page for what isn't there; one title each."""

import re
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from browser import QuietHandler

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
KINDS = [
    "intro",
    "chapters/perceptron",
    "chapters/pong",
    "how-to-run",
    "reference/layers",
    "search",
]


@pytest.fixture(scope="module")
def strict(html, tmp_path_factory):
    """Serve the book below /books/deep/, and forbid what isn't a file of its own."""
    folder = tmp_path_factory.mktemp("strict") / "books"
    folder.mkdir()
    (folder / "deep").symlink_to(html)

    class Strict(QuietHandler):
        def end_headers(self):
            self.send_header("Content-Security-Policy", "default-src 'self'")
            super().end_headers()

    handler = partial(Strict, directory=str(folder.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/books/deep/"
        server.shutdown()


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_refused_by_a_strict_server(strict, browser, name):
    page = browser.new_page()
    errors = []
    page.on("console", lambda m: m.type == "error" and errors.append(m.text[:200]))
    page.on("pageerror", lambda e: errors.append(str(e)))
    page.goto(f"{strict}{name}.html")
    page.wait_for_load_state("networkidle")
    frames = page.locator(".live-figure").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    if frames:  # no function is waited for: the server forbids it to be evaluated
        ready = page.locator(".live-figure [data-ready=true]")
        ready.nth(frames - 1).wait_for(state="attached", timeout=60_000)
    assert errors == []
    assert page.locator(".live-figure__message").count() == 0
    icons = page.evaluate("document.fonts.check('900 16px \"Font Awesome 6 Free\"', '\\uf002')")
    assert icons, "the font of the icons was not loaded"
    page.close()


def test_pages_hold_no_script_no_style_and_one_title(html):
    inside = re.compile(r"<script(?![^>]*\b(?:src|type)=)|\sstyle=\"|<style|\son[a-z]+=\"")
    for path in html.rglob("*.html"):
        if "_static" in path.parts or path.name == "index.html":
            continue
        text = path.read_text("utf8")
        tags = " ".join(re.findall(r"<[a-zA-Z][^<>]*>", text))
        assert inside.findall(tags) == [], path
        assert len(re.findall(r"<h1\b", text)) == 1, path


def test_a_page_that_is_not_there(html, browser):
    text = (html / "404.html").read_text("utf8")
    links = re.findall(r'(?:src|href)="/([^"]*)"', text)
    assert len(links) >= 4 and all((html / link).exists() for link in links)
    assert "There is no such page" in text


def test_parts_of_a_page_become_files(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    from strict_pages import Parts

    parts = Parts()
    page = (
        '<head></head><p class="a" style="color: red"></p><td style=\'x\'></td>'
        '<script>go(1)</script><script type="application/json">{}</script>'
        '<button onclick="window.print()"></button>'
    )
    found = parts.strict(page, "../")
    (name,) = parts.rules
    assert f'<p class="{name} a">' in found and parts.rules[name] == "color: red"
    (script,) = parts.scripts
    assert f'<script src="../_static/inline/{script}.js"></script>' in found
    assert '<script type="application/json">{}</script>' in found
    assert "onclick" not in found and "data-print" in found
