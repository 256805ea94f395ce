"""Measure what a reader waits for: first paint, the first live figure, and the time of a frame.

``python tools/speed.py`` after ``make book``, or with some pages: ``python tools/speed.py intro``.
Each page is opened in a fresh browser from a local web server; the frames are those of two seconds
of scrolling, while figures start.
"""

import functools
import http.server
import shutil
import sys
import threading
from pathlib import Path

from playwright.sync_api import sync_playwright

HTML = Path(__file__).resolve().parents[1] / "_build" / "html"
SCROLL = """async () => {
  const times = [];
  let last = performance.now();
  const end = last + 2000;
  while (last < end) {
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - last);
    last = performance.now();
    scrollBy(0, 25);
  }
  return times.sort((a, b) => a - b);
}"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A web server that says nothing."""

    def log_message(self, *args: object) -> None:
        """Leave the terminal to the numbers."""


def main(pages: list[str]) -> int:
    """Print a line for each page."""
    handler = functools.partial(Quiet, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found = sorted(p.relative_to(HTML).with_suffix("") for p in (HTML / "chapters").glob("*.html"))
    print("page                      first paint  first figure  frame: median  95 %  longest (ms)")
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        for page in pages or ["intro", *map(str, found)]:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.goto(f"http://127.0.0.1:{server.server_port}/{page}.html")
            tab.wait_for_load_state("networkidle")
            paint = tab.evaluate(
                "performance.getEntriesByName('first-contentful-paint')[0].startTime"
            )
            if tab.locator(".live-figure").count():
                tab.locator(".live-figure").first.scroll_into_view_if_needed()
                tab.wait_for_selector(".live-figure [data-ready=true]", state="attached")
            ready = tab.evaluate("performance.getEntriesByName('figure')[0]?.startTime ?? NaN")
            times = tab.evaluate(SCROLL)
            middle, most = times[len(times) // 2], times[int(0.95 * len(times))]
            print(
                f"{page:25} {paint:11.0f} {ready:13.0f} {middle:14.1f} {most:5.1f} {times[-1]:8.1f}"
            )
            browser.close()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
