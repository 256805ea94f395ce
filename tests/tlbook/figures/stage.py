"""A stage for live figures: a real page in a real browser, played by a small model shim.

`Stage.show(figure)` renders a widget's own ES module with its own traits. Messages to Python are
answered by the widget itself, so the kernel's way of fetching weights is what is tested; with
``static=True`` the page answers by ``model.asset`` as a static page does.
"""

import base64
import json
import threading
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import TimeoutError

from tlbook.figures.modules import HERE

# Shapes of the book's nets (the perceptron a small one); `weights` makes files of them.
PERCEPTRON = [(784, 40), (40,), (40, 30), (30,), (30, 10), (10,)]
CNN = [(5, 5, 1, 32), (32,), (5, 5, 32, 64), (64,), (3136, 256), (256,), (256, 10), (10,)]
AUTOENCODER = [(784, 196), (196,), (196, 784), (784,)]

# The theme's colours, as the book sets them, on <html data-theme="light"> or "dark".
PAGE = """<!doctype html>
<html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Live figure</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
html[data-theme=light] {{ color-scheme: light;
  --pst-color-text-base: #222832; --pst-color-background: #fff;
  --pst-color-primary: #0a7d91; --pst-color-secondary: #8045e5; --pst-color-warning: #f66a0a; }}
html[data-theme=dark] {{ color-scheme: dark;
  --pst-color-text-base: #ced6dd; --pst-color-background: #14181e;
  --pst-color-primary: #3fb1c5; --pst-color-secondary: #9c5ffd; --pst-color-warning: #ff9245; }}
body {{ margin: 8px; background: var(--pst-color-background); color: var(--pst-color-text-base); }}
{css}
</style></head><body><main><h1>Live figure</h1><div id="host"></div></main></body></html>"""

# A figure waits for a pause before it speaks, and plays at a pace; here both take a tenth of it.
SHIM = """async ([source, state, buffers, assets]) => {
  for (const name of ["setTimeout", "setInterval"]) {
    const timer = window[name];
    window[name] = (f, milliseconds, ...rest) => timer(f, milliseconds / 10, ...rest);
  }
  const decode = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  for (const [key, text] of Object.entries(buffers)) state[key] = new DataView(decode(text));
  const plain = (key, value) => (value instanceof DataView ? undefined : value);
  const listeners = {};
  const model = {
    state, decode,
    get: (key) => state[key],
    set: (key, value) => { state[key] = value; model.fire(`change:${key}`); model.fire("change"); },
    on: (event, f) => (listeners[event] ??= []).push(f),
    off: (event, f) => (listeners[event] = (listeners[event] ?? []).filter((g) => g !== f)),
    fire: (event, ...rest) => [...(listeners[event] ?? [])].forEach((f) => f(...rest)),
    count: () => Object.values(listeners).flat().length,
    save_changes: () => window.toPython("save", JSON.stringify(state, plain)),
    send: (message) => window.toPython("send", JSON.stringify(message)),
  };
  if (assets) model.asset = async (name) => {
    if (!(name in assets)) throw new Error(`no asset ${name}`);
    return decode(assets[name]);
  };
  window.model = model;
  const module = await import(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  window.cleanUp = await module.default.render({ model, el: document.getElementById("host") });
}"""


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def wait_for(condition, seconds=120):
    """Wait until `condition()` holds, as for a training in its thread."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def threads() -> list:
    """Return the threads in which figures train."""
    targets = [(t, getattr(t, "_target", None)) for t in threading.enumerate()]
    return [t for t, target in targets if getattr(target, "__name__", "") == "_train"]


def split(state: dict) -> tuple[dict, dict]:
    """Part a state into what JSON holds and its bytes, these in base64."""
    binary = (bytes, memoryview)
    return (
        {key: value for key, value in state.items() if not isinstance(value, binary)},
        {key: encode(bytes(value)) for key, value in state.items() if isinstance(value, binary)},
    )


def answer(route):
    """Serve the figures' JavaScript, and a page without anything to import it into."""
    name = route.request.url.rpartition("/")[2]
    if name.endswith(".js"):
        text = (HERE / name).read_text("utf-8")
        route.fulfill(body=text, content_type="text/javascript; charset=utf-8")
    else:
        page = "<!doctype html><title>modules</title>"
        route.fulfill(body=page, content_type="text/html")


class Stage:
    """One page with one figure.

    Attributes
    ----------
    page : playwright Page
    errors : list of str
        Uncaught errors and console errors.
    """

    def __init__(self, browser, theme: str = "light", width: int = 1000, reduced: bool = False):
        self.theme, self.errors = theme, []
        motion = "reduce" if reduced else "no-preference"
        self.size = {"width": width, "height": 900}
        self.page = browser.new_page(
            viewport=self.size, reduced_motion=motion, has_touch=width < 600
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda m: m.type == "error" and self.errors.append(m.text))
        self.page.route("http://modules.test/**", answer)
        self.inbox = []
        self.page.expose_function("toPython", lambda kind, text: self.inbox.append((kind, text)))

    def show(self, widget, static: bool = False):
        """Render the widget, wait until it is ready, and return its root element's locator."""
        self.page.goto("about:blank")  # nothing is left of the figure before
        self.page.set_content(PAGE.format(theme=self.theme, css=widget._css))
        state, buffers = split(widget.get_state())
        assets = {n: encode(b) for n, b in widget._packed.items()} if static else None
        self.outbox = []
        widget.send = lambda content, buffers=None: self.outbox.append((content, buffers or []))
        self.widget = widget
        self.inbox.clear()
        self.page.evaluate(SHIM, [widget._esm, state, buffers, assets])
        root = self.page.locator(".lbl-figure")
        self.page.wait_for_selector('.lbl-figure[data-ready="true"]')
        return root

    def functions(self, *files: str):
        """Import these files as the ES modules that they are; return what runs JavaScript.

        What they export is global there, and ``bytes(text)`` decodes base64.
        """
        self.page.goto("http://modules.test/")
        self.page.evaluate(
            """async (files) => {
              for (const file of files) Object.assign(window, await import(`./${file}`));
              window.bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
            }""",
            files,
        )
        return self.page.evaluate

    def exchange(self) -> None:
        """Carry what the page has sent to Python, and Python's answers back to the page."""
        self.page.wait_for_timeout(50)
        for kind, text in self.inbox:
            if kind == "send":
                self.widget._handle_custom_msg(json.loads(text), [])
            else:
                state = json.loads(text)
                keys = {k for k in self.widget.keys if not k.startswith("_")}
                self.widget.set_state({k: v for k, v in state.items() if k in keys})
        self.inbox.clear()
        for content, buffers in self.outbox:
            self.page.evaluate(
                """([content, buffers]) => window.model.fire(
                  "msg:custom", content, buffers.map((b) => new DataView(model.decode(b))))""",
                [content, [encode(bytes(b)) for b in buffers]],
            )
        self.outbox.clear()

    def carry(self) -> None:
        """Carry messages both ways, and what the figure is now to the page."""
        self.exchange()
        own = [name for name in self.widget.keys if not name.startswith("_")]
        self.update(**self.widget.get_state(own))

    def check_inert(self, buttons: list[str], sliders: list[str]) -> None:
        """Check that a panel says that it needs a kernel, and that nothing of this moves."""
        assert "need a kernel" in self.page.locator(".lbl-note").first.inner_text()
        for role, names in [("button", buttons), ("slider", sliders)]:
            for name in names:
                assert self.page.get_by_role(role, name=name).is_disabled()

    def check_clean_up(self) -> None:
        """Take the figure off the page, and check that it listens no more."""
        self.page.evaluate("window.cleanUp?.()")
        assert self.page.evaluate("window.model.count()") == 0

    def update(self, **state) -> None:
        """Set traits on the page, as Python's changes do."""
        plain, binary = split(state)
        self.page.evaluate(
            """([plain, binary]) => {
              for (const [k, v] of Object.entries(plain)) model.set(k, v);
              const view = (text) => new DataView(model.decode(text));
              for (const [k, v] of Object.entries(binary)) model.set(k, view(v));
            }""",
            [plain, binary],
        )

    def axe(self, **options) -> list[str]:
        """Return axe's complaints about the figure, by all its rules or those that are named."""
        options |= {"preload": False, "resultTypes": ["violations"]}  # half of the time
        result = Axe().run(self.page, context=".lbl-figure", options=options)
        return [
            f"{v['id']}: {v['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
            for v in result.response["violations"]
            for node in v["nodes"]
        ]

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than its window."""
        return self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )

    # What a test of a small figure needs: `keys`, `said`, and `check_all` at its end.

    def keys(self, name: str, *keys: str) -> None:
        """Press keys on the control of this name, be it a slider, a button or a choice."""
        figure = self.page.locator(".lbl-figure")
        button = figure.get_by_role("button", name=name)
        control = figure.get_by_label(name).or_(button).first
        for key in keys:
            control.press(key)

    def said(self, text: str) -> None:
        """Wait until the status line says this, or has it in it."""
        status = self.page.locator(".lbl-figure .lbl-status")
        try:
            status.filter(has_text=text).wait_for(state="attached", timeout=20_000)
        except TimeoutError:
            raise AssertionError(f"said {status.inner_text()!r}, not {text!r}") from None

    def check_all(self) -> None:
        """Check what each figure owes its reader, as it stands, on this one page.

        axe finds nothing, by all its rules; nor does it in the other theme, where only the colours
        are new. It fits 360 pixels, and when it goes, it listens no more.
        """
        assert self.axe() == []
        self.page.set_viewport_size({"width": 360, "height": 900})
        assert self.overflow() <= 0, "wider than 360 pixels"
        other = "light" if self.theme == "dark" else "dark"
        self.page.evaluate("(theme) => { document.documentElement.dataset.theme = theme; }", other)
        colours = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
        assert self.axe(runOnly=colours) == []
        self.check_clean_up()

    def leave(self) -> None:
        """Take the figure away; fail if there were errors."""
        self.page.goto("about:blank")
        self.page.set_viewport_size(self.size)
        errors, self.errors[:] = list(self.errors), []
        assert errors == []

    def close(self) -> None:
        self.leave()
        self.page.close()
