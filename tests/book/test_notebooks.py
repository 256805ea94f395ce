"""A guard for the notebooks: nbval compares outputs, but a notebook that has none passes it."""

import ast
import importlib
import re
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbval.plugin import get_sanitize_patterns

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "book" / "chapters").glob("*.ipynb"))
MAX_SECONDS = 90
MAX_LINES = 40
MAX_PICTURE = 120_000  # characters of base64: 90 KB
# Calls whose result is seen: a cell that ends in one of them has an output.
SHOWING = {"print", "display", "show", "fit", "test", "print_params", "print_layers", "summary"}
# What a page affords its reader: words with the code in view, columns, asserts, drawings.
MAX_WORDS, MAX_COLUMNS, MAX_ASSERTS, MIN_DRAWINGS = 5500, 74, 5, 2
FOLDED = {"remove-cell", "remove-input", "hide-input", "hide-cell"}
PRIVATE = re.compile(r"/(home|Users)/\w|/(root|work|tmp)/|C:\\\\Users")


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request) -> nbformat.NotebookNode:
    return nbformat.read(request.param, as_version=4)


@pytest.fixture
def code(notebook) -> list:
    """Return the code cells that nobody told the tests to skip."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@pytest.fixture
def prose(notebook) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def tags(cell) -> list[str]:
    return cell.metadata.get("tags", [])


def images(cell) -> list[str]:
    """Return the base64 text of the pictures among a cell's outputs."""
    data = [output.get("data", {}) for output in cell.outputs]
    return [d[kind] for d in data for kind in d if kind.startswith("image/")]


def must_show(source: str) -> bool:
    """Return whether a cell with this source shows something when it is run.

    It does if its last line is a bare name or a sum, say, or a call that is known to show.
    """
    lines = [line for line in source.splitlines() if not line.startswith(("%", "!"))]
    body = ast.parse("\n".join(lines)).body
    if not body or not isinstance(body[-1], ast.Expr):
        return False
    value = body[-1].value
    if isinstance(value, ast.Constant):
        return value.value is not None
    if isinstance(value, ast.Call):
        function = value.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return name in SHOWING
    return True


def seconds(cell) -> float:
    """Return how long a cell ran, from the times that were stored when it was run."""
    times = cell.metadata.get("execution", {})
    if "iopub.execute_input" not in times or "shell.execute_reply" not in times:
        return 0.0
    start, end = (
        datetime.fromisoformat(times[key].replace("Z", "+00:00"))
        for key in ("iopub.execute_input", "shell.execute_reply")
    )
    return (end - start).total_seconds()


def test_there_are_notebooks():
    assert len(NOTEBOOKS) >= 3


def test_every_cell_was_run_from_the_top(code):
    assert code
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_cells_that_show_something_have_an_output(code):
    silent = [cell.source for cell in code if must_show(cell.source) and not cell.outputs]
    assert silent == []


def test_no_errors_and_nothing_on_stderr(code):
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error", output.get("evalue")
            assert output.get("name") != "stderr", output.get("text")


def test_pictures_say_what_they_show(code):
    for cell in code:
        if pictures := images(cell):
            text = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(text) >= 20, f"no alt text (mystnb.image.alt) in:\n{cell.source}"
            assert len(pictures) == 1, f"two pictures share one alt text in:\n{cell.source}"


def test_pictures_are_light(code):
    heavy = [
        len(picture) for cell in code for picture in images(cell) if len(picture) > MAX_PICTURE
    ]
    assert heavy == []


def test_first_code_cell_holds_the_parameters(code):
    assert "parameters" in tags(code[0])
    assert sum("parameters" in tags(cell) for cell in code) == 1
    for statement in ast.parse(code[0].source).body:
        assert isinstance(statement, ast.Assign | ast.AnnAssign), ast.unparse(statement)


def test_runs_in_ninety_seconds(code):
    recorded = [seconds(cell) for cell in code]
    assert sum(recorded) > 0, "no times are stored: run it with `make notebooks`"
    assert sum(recorded) <= MAX_SECONDS


def test_cells_are_short(code):
    assert [cell.source for cell in code if len(cell.source.splitlines()) > MAX_LINES] == []


def test_a_page_is_no_longer_than_one_reads(notebook, prose):
    there = [cell for cell in notebook.cells if "remove-cell" not in tags(cell)]
    seen = [c for c in there if c.cell_type == "markdown" or not FOLDED & set(tags(c))]
    assert sum(len(cell.source.split()) for cell in seen) <= MAX_WORDS
    code = "\n".join(cell.source for cell in seen if cell.cell_type == "code")
    assert [line for line in code.splitlines() if len(line) > MAX_COLUMNS] == []
    assert len(re.findall(r"(?m)^\s*assert\b", code)) <= MAX_ASSERTS, "hide some: remove-cell"
    assert prose.count(".svg)") >= MIN_DRAWINGS


def test_claims_are_asserted(code):
    assert sum("assert " in cell.source for cell in code) >= 3


def test_nothing_is_skipped_by_nbval(code):
    assert [cell.source for cell in code if "nbval-skip" in tags(cell)] == []


def test_chapter_has_its_parts(prose, code):
    first = prose.lstrip().splitlines()[0]
    assert first.startswith("# ") and len(re.findall(r"(?m)^# ", prose)) == 1
    assert ":class: goals" in prose and "minutes" in prose
    assert prose.count(":class: predict") >= 2
    exercises = prose.count(":class: exercise")
    solutions = prose.count(":class-container: solution")
    solutions += sum("hide-cell" in tags(cell) for cell in code)
    assert exercises >= 2 and solutions >= exercises
    assert re.search(r"\{cite:[pt]\}`", prose), "no source is cited"
    assert "## What next" in prose


def test_predictions_have_their_answer_among_the_choices(notebook):
    kind = r":{3,}\{admonition\} Predict\n:class: predict answer-(\d+)"
    for cell in notebook.cells:
        boxes = list(re.finditer(kind, cell.source))
        assert len(boxes) == len(re.findall(r"predict.*answer", cell.source)), cell.source
        for box in boxes:
            choices, fold, answer = cell.source[box.end() :].partition("{dropdown}")
            last = max(map(int, re.findall(r"(?m)^(\d+)\. ", choices)), default=0)
            assert fold and answer and 1 <= int(box[1]) <= last, cell.source


def test_nothing_tells_of_a_machine(notebook):
    for cell in notebook.cells:
        assert not PRIVATE.search(cell.source), cell.source
        for output in cell.get("outputs", []):
            shown = output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))
            assert not PRIVATE.search(shown), shown
    # Pictures and scripts in the widget state are bytes that may spell anything; traits are words.
    state = notebook.metadata.get("widgets", {}).get(
        "application/vnd.jupyter.widget-state+json", {}
    )
    for model in state.get("state", {}).values():
        words = {k: v for k, v in model["state"].items() if not k.startswith("_")}
        assert not PRIVATE.search(str(words))


def test_data_is_found_by_name_and_nothing_is_recorded(code):
    # A notebook may lie anywhere, and training at full scale is the work of tlbook/record/.
    sources = [cell.source for cell in code]
    assert [s for s in sources if "../" in s or "save_run" in s or "data/weights" in s] == []


def test_stored_figures_are_those_of_today(notebook):
    """The build takes a figure's code from its class, which has to know the stored traits."""
    kind = "application/vnd.jupyter.widget-state+json"
    widgets = notebook.metadata.get("widgets", {}).get(kind, {}).get("state", {})
    figures = [model for model in widgets.values() if "_anywidget_id" in model["state"]]
    assert figures, "no live figure"
    for model in figures:
        stored = set(model["state"]) | {buffer["path"][0] for buffer in model.get("buffers", [])}
        assert not stored & {"_esm", "_css"}, "code is stored: tools/notebooks.py leaves it out"
        module, name = model["state"]["_anywidget_id"].rsplit(".", 1)
        today = getattr(importlib.import_module(module), name).class_trait_names(sync=True)
        same = stored == {*today, "_anywidget_id"}
        assert same, f"{name} has other traits than it had: run `make notebooks`"


def test_kernel_is_the_ordinary_one(notebook):
    assert notebook.metadata.kernelspec.name == "python3"


@pytest.mark.parametrize(
    ("source", "shows"),
    [
        ("x = 1\nx", True),
        ("print(x)", True),
        ("plt.show()", True),
        ("loss, acc = tl.utils.test(n)", False),
        ("tl.utils.test(n)", True),
        ("network.set_keep({})", False),
        ("x = 1", False),
        ("%matplotlib inline", False),
        ("f(x)[0]", True),
        ("assert x", False),
    ],
)
def test_guard_knows_which_cells_show(source, shows):
    assert must_show(source) is shows


def mask(text: str) -> str:
    patterns = get_sanitize_patterns((Path(__file__).parent / "sanitize.cfg").read_text("utf8"))
    for regex, replacement in patterns:
        text = re.sub(regex, replacement, text)
    return text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Epoch 1 of 5 took 3.21s", "Epoch 1 of 5 took 12.5s"),
        ("   train loss: 0.330111", "   train loss: 1.2"),
        ("   val acc: 0.910700", "   val acc: 0.911000"),
        ("test loss: 0.071e-3", "test loss: 0.1"),
        ("<keras.Model at 0x7f12ab34cd>", "<keras.Model at 0x7fffffffff>"),
        ("recorded 2026-11-21T19:41:02", "recorded 2027-01-02"),
        ("[00:12<00:03, 5.2it/s]", "[00:11<00:09, 7.25it/s]"),
    ],
)
def test_masks_what_differs_between_machines(one, other):
    assert mask(one) == mask(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Epoch 1 of 5 took 3.21s", "Epoch 2 of 5 took 3.21s"),
        ("train loss: 0.33", "val loss: 0.33"),
        ("num of params: 1276810", "num of params: 1276811"),
        ("shape (128, 784)", "shape (64, 784)"),
        ("0.97", "0.98"),
    ],
)
def test_masks_nothing_else(one, other):
    assert mask(one) != mask(other)
