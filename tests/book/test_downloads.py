"""What the pages carry: an archive that works by itself, and buttons that launch a notebook."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_the_archive_has_all_that_its_notebooks_need(html, tmp_path):
    with zipfile.ZipFile(html / "download" / "layer-by-layer.zip") as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "layer-by-layer"
    notebooks = {path.name for path in (ROOT / "book" / "chapters").glob("*.ipynb")}
    assert {path.name for path in (folder / "chapters").iterdir()} == notebooks
    (wheel,) = folder.glob("*.whl")
    assert f'"./{wheel.name}[lab]"' in (folder / "START.md").read_text("utf8")
    assert (html / "download" / wheel.name).read_bytes() == wheel.read_bytes()
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    records = [path.name for path in (ROOT / "data" / "runs").iterdir()]
    code = (
        "import sys, tlbook.runs as r; assert 'installed' in r.__file__\n"
        "for name in sys.argv[1:]: r.find(f'runs/{name}')\nr.weights('cnn')"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, *records],
        cwd=folder / "chapters",
        env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_an_address_brings_launch_buttons(tmp_path):
    config = (ROOT / "_config.yml").read_text("utf8")
    # As the comment in _config.yml says it, and as nobody's project is called.
    config = config.replace("# repository_url:", "repository_url:")
    config = config.replace("OWNER/NAME", "nobody/nothing")
    config = config.replace(": book/_ext", f": {ROOT}/book/_ext")  # it is relative to the file
    (tmp_path / "config.yml").write_text(config, "utf8")
    toc = {"format": "jb-book", "root": "how-to-run"}
    toc["chapters"] = [{"file": "chapters/text_generation"}]
    (tmp_path / "toc.yml").write_text(yaml.safe_dump(toc), "utf8")
    program = Path(sys.executable).with_name("jupyter-book")
    options = ["--config", tmp_path / "config.yml", "--toc", tmp_path / "toc.yml"]
    command = [program, "build", "book", *options, "--path-output", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    page = (tmp_path / "_build/html/chapters/text_generation.html").read_text("utf8")
    path = "book/chapters/text_generation.ipynb"
    assert f"https://mybinder.org/v2/gh/nobody/nothing/main?urlpath=tree/{path}" in page
    assert f"https://colab.research.google.com/github/nobody/nothing/blob/main/{path}" in page
    assert 'href="https://github.com/nobody/nothing"' in page


def test_citation_and_licences_agree():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf8"))
    project = (ROOT / "pyproject.toml").read_text("utf8")
    assert f'version = "{citation["version"]}"' in project
    assert set(citation["license"]) == {"Apache-2.0", "CC-BY-4.0"}
    assert "CC BY 4.0" in (ROOT / "LICENSE-text").read_text("utf8")
    assert json.dumps(citation["title"]).startswith('"Layer by Layer')
