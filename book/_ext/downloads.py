"""Put the project beside its pages: an archive of the notebooks with their data, and a wheel.

A page can't say where the project is, if it came on a USB stick. So it carries it:
``download/layer-by-layer.zip`` and ``download/tlcore-*.whl``, linked from *How to run it*. What the
archive needs is written into it, in ``START.md``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("tldata", "tlcore", "tlbook")
ABOUT = ("pyproject.toml", "README.md", "LICENSE", "LICENSE-text", "CITATION.cff")
START = """# Layer by Layer: the notebooks

You need Python 3.11, 3.12 or 3.13. In this folder:

    python -m venv .venv
    .venv/bin/python -m pip install "./{wheel}[lab]"
    .venv/bin/python -m tldata fetch mnist word2vec shakespeare
    .venv/bin/jupyter lab chapters

On Windows write `.venv\\Scripts\\python` and `.venv\\Scripts\\jupyter`. The folder `data` holds
trained weights and the records of long runs. The notebooks find them beside `chapters`.
"""


def sources() -> dict[str, Path]:
    """Return the files of the archive: their names in it, and where they are."""
    book = ROOT / "book"
    groups = {
        "chapters": sorted((book / "chapters").glob("*.ipynb")),
        "diagrams": sorted((book / "diagrams").glob("*.svg")),
        "data/runs": sorted((ROOT / "data" / "runs").iterdir()),
        "data/weights": sorted((ROOT / "data" / "weights").glob("*.npz")),
        ".": [ROOT / name for name in ABOUT if name.startswith(("LICENSE", "CITATION"))],
    }
    return {
        f"{folder}/{p.name}".removeprefix("./"): p
        for folder, group in groups.items()
        for p in group
    }


def build_wheel(folder: Path) -> Path:
    """Build the wheel of the three packages, without a network."""
    with tempfile.TemporaryDirectory() as temporary:
        source = Path(temporary)  # setuptools leaves a build folder behind
        for name in PACKAGES:
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, source / name, ignore=ignore)
        for name in ABOUT:
            shutil.copy(ROOT / name, source)
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
        subprocess.run([*command, "-w", folder, source], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def newest(paths: list[Path]) -> float:
    """Return when the youngest of these files was written."""
    return max(path.stat().st_mtime for path in paths)


def write_downloads(app: Sphinx, error: Exception | None) -> None:
    """Write the wheel and the archive, where a source is younger."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "download"
    folder.mkdir(exist_ok=True)
    code = [p for name in PACKAGES for p in (ROOT / name).rglob("*.*") if p.suffix != ".pyc"]
    code += [ROOT / name for name in ABOUT]
    wheels = list(folder.glob("*.whl"))
    if not wheels or newest(wheels) < newest(code):
        for old in wheels:
            old.unlink()
        wheels = [build_wheel(folder)]
    archive, files = folder / "layer-by-layer.zip", sources()
    if archive.exists() and newest([archive]) >= newest([*wheels, *files.values()]):
        return
    texts = {"START.md": START.format(wheel=wheels[0].name).encode()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, content in texts.items():
            packed.writestr(f"layer-by-layer/{name}", content)
        packed.write(wheels[0], f"layer-by-layer/{wheels[0].name}")
        for name, path in files.items():
            packed.write(path, f"layer-by-layer/{name}")


def add_launch_buttons(app: Sphinx, config: Config) -> None:
    """Add buttons for GitHub, Binder and Colab, if ``_config.yml`` names a repository."""
    options = config.html_theme_options
    if options.get("repository_url"):
        options.setdefault("repository_branch", "main")
        options |= {"path_to_docs": "book", "use_repository_button": True}
        options["launch_buttons"] = {
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
            "notebook_interface": "classic",
        }


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx to write them when the pages are there."""
    app.connect("config-inited", add_launch_buttons)
    app.connect("build-finished", write_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
