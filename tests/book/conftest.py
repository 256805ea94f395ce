"""What the tests of the built book share: the pages, a web server, and visits in a real browser."""

import gzip
import hashlib
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browser
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
TOC = Path(os.environ.get("BOOK_TOC", ROOT / "book" / "_toc.yml"))
SOURCES = ("_config.yml", "book", "tldata", "tlcore", "tlbook", "data/weights")
BUILD = "jupyter-book build book --config _config.yml --path-output . -W -n --keep-going".split()
TEXT = {".html", ".css", ".js", ".svg", ".json", ".txt"}  # what a web server compresses


def pytest_configure(config):
    browser.register(config)


def pages_of_toc() -> list[str]:
    """Return the pages of the table of contents, and those that Sphinx adds."""
    toc = yaml.safe_load(TOC.read_text("utf8"))
    files = [toc["root"]]

    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if "file" in node:
                files.append(node["file"])
            for value in node.values():
                walk(value)

    walk(toc["parts"])
    return [f"{file}.html" for file in files] + ["search.html", "genindex.html"]


def is_stale(html: Path) -> bool:
    """Return whether a source is newer than the pages."""
    stamp = html / "_static" / "icons.css"  # our extension writes it last, at every build
    if not stamp.exists():
        return True
    built = stamp.stat().st_mtime
    for source in SOURCES:
        path = ROOT / source
        for file in path.rglob("*") if path.is_dir() else [path]:
            generated = "__pycache__" in file.parts or ".ipynb_checkpoints" in file.parts
            if file.is_file() and not generated and file.stat().st_mtime > built:
                return True
    return False


@pytest.fixture(scope="session")
def html() -> Path:
    """Return the folder of the built pages; build them first if a source is newer.

    The environment variable BOOK_HTML names another folder of built pages to test.
    """
    if os.environ.get("BOOK_HTML"):
        return Path(os.environ["BOOK_HTML"]).resolve()
    folder = ROOT / "_build" / "html"
    folder.parent.mkdir(exist_ok=True)
    with FileLock(folder.parent / "book.lock", timeout=600):  # several test processes, one build
        if is_stale(folder):
            program = Path(sys.executable).with_name(BUILD[0])  # that of this environment
            run = subprocess.run([program, *BUILD[1:]], cwd=ROOT, capture_output=True, text=True)
            if run.returncode:
                pytest.fail(f"the book doesn't build:\n{run.stdout[-2000:]}\n{run.stderr[-4000:]}")
    return folder


@pytest.fixture(scope="session")
def server(html) -> str:
    """Return the address of a web server that serves the pages."""
    handler = partial(browser.QuietHandler, directory=str(html))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()
        thread.join()


# A chapter has thousands of words of code in colour, and axe looks at what lies behind each, for
# half a minute. Those of one class and colour, in the same kind of block, are legible alike.
ONE_OF_EACH = """() => {
  const [looks, seen, alike] = [new Map(), new Set(), []];
  const look = (node) => {
    if (looks.has(node)) return looks.get(node);
    const { color, backgroundColor, opacity } = getComputedStyle(node);
    const top = node.matches("details, .cell_input, .cell_output, .admonition, article, body");
    const above = top ? "" : look(node.parentElement);
    looks.set(node, [node.className, color, backgroundColor, opacity, above].join());
    return looks.get(node);
  };
  for (const token of document.querySelectorAll(".highlight pre *")) {
    if (seen.has(look(token))) alike.push(token);
    seen.add(look(token));
  }
  alike.forEach((token) => token.replaceWith(...token.childNodes)); // at once: styles are new then
  for (const block of document.querySelectorAll(".highlight pre")) block.normalize();
  // axe can't tell a colour in front of a shade, which here lies on the edges alone.
  const shaded = ".highlight pre, .pst-scrollable-table-container, .math-scroll";
  for (const { style } of document.querySelectorAll(shaded)) {
    style.setProperty("background-image", "none", "important");
  }
}"""


@dataclass
class Visit:
    """A page in the browser, and all that happened while it was loaded."""

    page: object
    origin: str
    html: Path
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def failed(self, url: str, why: str) -> None:
        """Note a request that failed; a first picture is given up where its figure starts first."""
        if "/_assets/pictures/" not in url or "ERR_ABORTED" not in why:
            self.failures.append(f"{url}: {why}")

    def strangers(self) -> list[str]:
        """Return the requests that left the book's own origin."""
        own = (self.origin, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def weight(self) -> dict[str, int]:
        """Return the bytes that a web server sends for each request: text compressed by gzip."""
        sizes = {}
        for url in set(self.requests):
            if url.startswith(self.origin):
                file = self.html / unquote(urlsplit(url).path).lstrip("/")
                data = file.read_bytes()
                sizes[file.name] = len(gzip.compress(data)) if file.suffix in TEXT else len(data)
        return sizes

    def ready(self) -> None:
        """Wake the live figures that are still far away, and wait until all can be used."""
        self.page.evaluate("dispatchEvent(new Event('beforeprint'))")
        self.page.wait_for_function(
            "[...document.querySelectorAll('.live-figure')].every((frame) => "
            "frame.querySelector('[data-ready=true], .live-figure__message'))",
            timeout=60_000,
        )

    def violations(self, **options) -> list[str]:
        """Return what axe, an accessibility checker, finds with all its rules, or those named.

        Of coloured words of code that look alike, one stays coloured; shades at edges go.
        """
        self.page.evaluate(ONE_OF_EACH)
        # Preloading fetches the style sheets, which a page on the disk can't. Only violations are
        # described in full; it halves the time.
        options |= {"preload": False, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [
            f"{rule['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]

    def fingerprint(self, part) -> str:
        """Return a hash of what a part of the page shows: text, canvases, drawings, controls."""
        shown = part.evaluate(
            """(root) => root.innerText
              + [...root.querySelectorAll("canvas")].map((c) => c.toDataURL()).join()
              + [...root.querySelectorAll("svg")].map((s) => s.outerHTML).join()"""
        )
        return hashlib.sha256(shown.encode()).hexdigest()


@pytest.fixture(scope="session")
def visit_page(html, server, browser):
    """Return ``visit_page(name, scheme="light", width=1280, disk=False)``, which gives a Visit."""
    contexts = []

    def visit_page(name, scheme="light", width=1280, disk=False, **settings) -> Visit:
        while contexts:  # the page before is done with
            contexts.pop().close()
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **settings
        )
        contexts.append(context)
        visit = Visit(context.new_page(), html.as_uri() + "/" if disk else server, html)
        page = visit.page
        page.on("request", lambda r: visit.requests.append(r.url))
        page.on("requestfailed", lambda r: visit.failed(r.url, r.failure))
        page.on("response", lambda r: visit.failures.append(r.url) if r.status >= 400 else None)
        page.on("pageerror", lambda e: visit.errors.append(str(e)))
        page.on("console", lambda m: m.type == "error" and visit.errors.append(m.text))
        page.goto(visit.origin + name)
        page.wait_for_load_state("networkidle")
        visit.ready()
        return visit

    yield visit_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module", params=pages_of_toc())
def name(request) -> str:
    """Return the path of each page of the book in turn, such as ``chapters/perceptron.html``."""
    return request.param


# A page that lives is looked at in both of these, a reference page in the first alone.
WIDE = {"scheme": "light", "width": 1280}
PHONE = {"scheme": "dark", "width": 390, "disk": True, "reduced_motion": "reduce"}
ONCE = ("reference/", "glossary", "bibliography", "search", "genindex")
VIEWS = [
    (name, settings)
    for name in pages_of_toc()
    for settings in ([WIDE] if name.startswith(ONCE) else [WIDE, PHONE])
]


@pytest.fixture(
    scope="module",
    params=VIEWS,
    ids=[f"{name.removesuffix('.html')}-{settings['width']}" for name, settings in VIEWS],
)
def seen(request, visit_page):
    """Return a page's name, its settings, the visit, and whether that is the only one."""
    name, settings = request.param
    return name, settings, visit_page(name, **settings), name.startswith(ONCE)
