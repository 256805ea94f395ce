"""Run notebooks and store what they show: outputs, and the state of their live figures.

``python tools/notebooks.py book/chapters/*.ipynb``. A notebook is replaced only after its last
cell has succeeded. Each cell's start and end are stored: the tests add them up, since a notebook
has 90 seconds on two cores.
"""

import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

CELL_SECONDS = 600
#: Stands behind the title of each notebook. The pages leave it out: they say it once, for all.
INSTALL = """**To run this notebook** you need the book's packages. In a checkout of the project,
`make lab` has them. Elsewhere, take `layer-by-layer.zip` from the page *How to run it* and install
the wheel in it, `pip install "./tlcore-0.1.0-py3-none-any.whl[lab]"`. The data lies in the folder
`data` beside `chapters`, where the notebook finds it."""
# TensorFlow's C++ says these at import, whatever TF_CPP_MIN_LOG_LEVEL is: a time and a process
# number, which would differ in every run. A test's kernel doesn't catch them, this one's does.
CHATTER = re.compile(r"^(WARNING: All log messages before absl|[IW]\d{4} \d\d:\d\d:).*\n?", re.M)


def execute(path: Path) -> None:
    """Run every cell of the notebook at ``path`` in its own folder, then replace the file.

    Raises
    ------
    CellExecutionError
        A cell failed. The file is as it was.
    """
    notebook = nbformat.read(path, as_version=4)
    # A progress bar would be stored as "0%": it moves in a live kernel only.
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # as the Makefile sets it
    # The figures of the last run go, or those of deleted cells would stay for ever.
    notebook.metadata.pop("widgets", None)
    NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        store_widget_state=True,
        coalesce_streams=True,  # or it would depend on the clock where a line is parted
        extra_arguments=["--IPKernelApp.log_level=40"],
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    tidy(notebook)
    nbformat.validate(notebook)
    # Written beside the old one and then renamed: a full disk can't leave half a notebook.
    beside = path.with_suffix(".ipynb.part")
    try:
        nbformat.write(notebook, beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Drop what differs between machines and isn't what it showed; say what to install.

    The code of live figures goes too: a kernel sends it anew, and the build takes today's.
    """
    kind = "application/vnd.jupyter.widget-state+json"
    for model in notebook.metadata.get("widgets", {}).get(kind, {}).get("state", {}).values():
        for code in ("_esm", "_css"):
            model["state"].pop(code, None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    install = next((cell for cell in notebook.cells if cell.get("id") == "install"), None)
    if install is None and notebook.cells and notebook.cells[0].cell_type == "markdown":
        install = nbformat.v4.new_markdown_cell(id="install", metadata={"tags": ["remove-cell"]})
        notebook.cells.insert(1, install)
    if install is not None:
        install.source = INSTALL
    for cell in notebook.cells:
        for key in ("ExecuteTime", "collapsed"):
            cell.metadata.pop(key, None)
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                output["text"] = CHATTER.sub("", output["text"])
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if output.get("text") != ""]


def main(paths: list[str]) -> int:
    """Run the notebooks one after the other; return 1 at the first that fails."""
    if not paths:
        print("There are no notebooks to run.", file=sys.stderr)
        return 2
    for path in map(Path, paths):
        start = time.perf_counter()
        try:
            execute(path)
        except CellExecutionError as error:
            print(f"{path} failed, and is as it was:\n{error}", file=sys.stderr)
            return 1
        print(f"{path}: {time.perf_counter() - start:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
