"""What `make notebooks` does to a notebook: stores a whole run, or nothing."""

import importlib.util
import time
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def notebooks():
    path = ROOT / "tools/notebooks.py"
    spec = importlib.util.spec_from_file_location("notebooks", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(path: Path, *sources: str) -> Path:
    cells = [new_code_cell(source) for source in sources]
    nbformat.write(new_notebook(cells=cells, metadata={"widgets": {"of": "the last run"}}), path)
    return path


def test_outputs_and_figures_are_stored(notebooks, tmp_path):
    # What TensorFlow writes at import, and a warning of our own.
    chatter = "import sys\nprint('I0000 00:00:1795290809.995140 9782 port.cc] on', file=sys.stderr)"
    path = write(
        tmp_path / "a.ipynb",
        "import pathlib\nprint(6 * 7, pathlib.Path.cwd().name)",
        "import ipywidgets\nipywidgets.IntSlider(5)",
        chatter,
        "print('ours', file=sys.stderr)",
    )
    assert notebooks.main([str(path)]) == 0

    stored = nbformat.read(path, as_version=4)
    assert stored.cells[0].outputs[0].text == f"42 {tmp_path.name}\n"
    assert [cell.execution_count for cell in stored.cells] == [1, 2, 3, 4]
    (state,) = stored.metadata.widgets.values()
    assert "IntSliderModel" in {model["model_name"] for model in state["state"].values()}
    assert stored.cells[2].outputs == []
    assert stored.cells[3].outputs[0].text == "ours\n"
    assert "version" not in stored.metadata.language_info
    assert [file.name for file in tmp_path.iterdir()] == ["a.ipynb"]


def test_a_notebook_says_once_what_to_install(notebooks):
    cells = [nbformat.v4.new_markdown_cell("# Title"), new_code_cell("1")]
    notebook = new_notebook(cells=cells)
    for _ in range(2):
        notebooks.tidy(notebook)
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "markdown", "code"]
    said = notebook.cells[1]
    assert "pip install" in said.source and said.metadata.tags == ["remove-cell"]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]["version"]
    assert f"tlcore-{version}-py3" in said.source


def test_a_notebook_that_fails_stays_as_it_was(notebooks, tmp_path, capsys):
    path = write(tmp_path / "a.ipynb", "print('half')", "1 / 0")
    after = write(tmp_path / "b.ipynb", "print('never reached')")
    before, start = path.read_bytes(), time.time()

    assert notebooks.main([str(path), str(after)]) == 1

    message = capsys.readouterr().err
    assert "a.ipynb failed" in message and "ZeroDivisionError" in message
    assert path.read_bytes() == before
    assert after.stat().st_mtime <= start
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.ipynb", "b.ipynb"]


def test_no_notebook_is_an_error(notebooks, capsys):
    assert notebooks.main([]) == 2
    assert "no notebooks" in capsys.readouterr().err
