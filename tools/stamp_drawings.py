"""Stamp the drawings' one style, ``book/diagrams/drawing.css``, into each SVG beside it.

``python tools/stamp_drawings.py`` changes nothing where the stamp is today's. The pages don't need
it, but JupyterLab and GitHub show a drawing as an image, which has only its own style.
"""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "book" / "diagrams"
STYLE = re.compile(r"<style>.*?</style>|(?<=</desc>)(?!\s*<style>)", re.DOTALL)


def stamp() -> str:
    """Return the style without its comments and line ends, as it stands in a drawing."""
    rules = re.sub(r"/\*.*?\*/", "", (FOLDER / "drawing.css").read_text("utf8"), flags=re.DOTALL)
    return f"<style>{' '.join(rules.split())}</style>"


def main(folder: Path = FOLDER) -> int:
    """Stamp every drawing in the folder; return 1 if one has no ``<desc>`` to put it behind."""
    lacking = []
    for path in sorted(folder.glob("*.svg")):
        drawing = path.read_text("utf8")
        stamped, count = STYLE.subn(lambda _: stamp(), drawing, count=1)
        if not count:
            lacking.append(path.name)
        elif stamped != drawing:
            path.write_text(stamped, "utf8")
            print(f"stamped {path.name}")
    if lacking:
        print(f"These have neither <desc> nor <style>: {', '.join(lacking)}", file=sys.stderr)
    return bool(lacking)


if __name__ == "__main__":
    sys.exit(main())
