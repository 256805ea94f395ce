"""Take the first picture of each live figure of the built book, light and dark.

``python tools/pictures.py`` after ``make book``; ``python tools/pictures.py perceptron pong`` for
some pages. The pictures stand in the pages until a figure starts, and where scripts are off. Beside
them ``heights.json`` notes how tall each figure is on a wide page and on a telephone, so that
nothing jumps when it starts. What no page shows any more is deleted.
"""

import io
import json
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
TARGET = ROOT / "book" / "images" / "figures"
WIDE, PHONE = 1280, 390
TALLEST = 1600  # pixels of a picture; what is below is cut off
READY = ".live-figure[data-name='{}'] :is([data-ready=true], .live-figure__message)"


def shoot(browser: Browser, page: Path, scheme: str, width: int) -> dict[str, tuple[list, bytes]]:
    """Return ``{name: ([width, height], png)}`` of a page's figures, as they start."""
    size = {"width": width, "height": 900}
    tab = browser.new_page(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    tab.goto(page.as_uri())
    found = {}
    for frame in tab.locator(".live-figure").all():
        name = frame.get_attribute("data-name")
        frame.scroll_into_view_if_needed()
        tab.wait_for_selector(READY.format(name), timeout=60_000, state="attached")
        tab.wait_for_timeout(800)  # weights come, and the text below follows
        figure = frame.locator(".lbl-figure").first
        if not figure.count():
            print(f"{name} does not start", file=sys.stderr)
            continue
        box = figure.bounding_box()
        png = figure.screenshot() if width == WIDE else b""
        found[name] = [round(box["width"]), round(box["height"])], png
    tab.close()
    return found


def store(name: str, scheme: str, png: bytes) -> None:
    """Write a picture, small."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
    image.save(TARGET / f"{name}-{scheme}.webp", quality=70, method=6)


def main(wanted: list[str]) -> int:
    """Take the pictures of all pages, or of those that are wanted."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    TARGET.mkdir(parents=True, exist_ok=True)
    notes = TARGET / "heights.json"
    heights = json.loads(notes.read_text("utf8")) if notes.exists() else {}
    shown = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for page in sorted(HTML.rglob("*.html")):
            if 'class="live-figure"' not in page.read_text("utf8"):
                continue
            if wanted and page.stem not in wanted:
                shown |= {name for name in heights if name.startswith(f"{page.stem}-")}
                continue
            wide = shoot(browser, page, "light", WIDE)
            dark = shoot(browser, page, "dark", WIDE)
            phone = shoot(browser, page, "light", PHONE)
            for name, (size, png) in wide.items():
                heights[name] = [size, phone[name][0]]
                store(name, "light", png)
                store(name, "dark", dark[name][1])
            shown |= set(wide)
            notes.write_text(json.dumps(heights, indent=1) + "\n", "utf8")
            print(f"{page.stem}: {len(wide)} figures", flush=True)
        browser.close()
    heights = {name: heights[name] for name in sorted(shown)}
    notes.write_text(json.dumps(heights, indent=1) + "\n", "utf8")
    for picture in TARGET.glob("*.webp"):
        if picture.stem.rpartition("-")[0] not in shown:
            picture.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
