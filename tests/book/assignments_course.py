"""What the tests of the assignments share: one course, and submissions of every kind in it."""

import html
import re
import tomllib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools import assignments

# A shorter line (a bracket, ``return found``) gives nothing away, and occurs anywhere.
TELLING = 24
# Nor does a line that everybody writes.
EVERYDAY = {'with np.errstate(all="ignore"):'}

Scores = dict[str, assignments.Score]


def instructor(name: str) -> NotebookNode:
    """Return the instructor's notebook: the only source of an assignment."""
    return nbformat.read(assignments.SOURCE / name / f"{name}.ipynb", as_version=4)


def wrong_answers(name: str) -> list[dict]:
    """Return the typical wrong answers of an assignment."""
    text = (assignments.SOURCE / name / assignments.FOR_TESTS_ONLY).read_text("utf8")
    return tomllib.loads(text)["wrong"]


def wrong_together(name: str) -> dict[str, list[dict]]:
    """Return wrong answers that one submission can hold: in different cells, failing other tests.

    Each submission costs a kernel. What it loses is what its answers lose, and nothing else.
    """
    together: list[list[dict]] = []
    for wrong in wrong_answers(name):
        for others in together:
            if all(
                wrong["cell"] != other["cell"] and not wrong["loses"].keys() & other["loses"].keys()
                for other in others
            ):
                others.append(wrong)
                break
        else:
            together.append([wrong])
    return {f"wrong{i}": answers for i, answers in enumerate(together, 1)}


def marked(notebook: NotebookNode, mark: str) -> dict[str, NotebookNode]:
    """Return the cells that nbgrader knows as ``grade`` or ``solution``, by their id."""
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get(mark)]
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


def points(notebook: NotebookNode, written: bool) -> dict[str, float]:
    """Return the points of the written answers, or of the tests."""
    return {
        name: cell.metadata.nbgrader.points
        for name, cell in marked(notebook, "grade").items()
        if cell.metadata.nbgrader.solution == written
    }


def with_answer(notebook: NotebookNode, cell: str, code: str) -> NotebookNode:
    """Return the notebook with another answer in one cell."""
    marked(notebook, "solution")[cell].source = code
    return notebook


def region(notebook: NotebookNode, kind: str) -> list[str]:
    """Return the lines between BEGIN and END of ``SOLUTION`` or ``HIDDEN TESTS``."""
    lines, inside = [], False
    for cell in notebook.cells:
        for line in cell.source.splitlines():
            if f"### BEGIN {kind}" in line:
                inside = True
            elif f"### END {kind}" in line:
                inside = False
            elif inside:
                lines.append(line.strip())
    return lines


def telling(notebook: NotebookNode) -> list[str]:
    """Return the lines that give something away: of solutions, hidden tests, model answers."""
    secret = region(notebook, "SOLUTION") + region(notebook, "HIDDEN TESTS")
    for name in points(notebook, written=True):
        secret += marked(notebook, "grade")[name].source.splitlines()
    return [line for line in secret if len(line) >= TELLING and line not in EVERYDAY]


def found(secret: list[str], text: str) -> list[str]:
    """Return the secret lines that a text shows, however it is indented or wrapped."""
    packed = "".join(text.split())
    return [line for line in secret if "".join(line.split()) in packed]


def visible_text(page: str) -> str:
    """Return a page without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


class Course:
    """A course in a folder, in which submissions are made and graded."""

    def __init__(self, folder: Path, *names: str):
        self.folder = folder
        self.releases = {path.stem: path for path in assignments.course(folder, names)}

    def submit(self, name: str, student: str, notebook: NotebookNode) -> None:
        """Put a notebook where nbgrader collects it."""
        folder = self.folder / "submitted" / student / name
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{name}.ipynb")

    def release(self, name: str) -> NotebookNode:
        """Return the notebook that students get."""
        return nbformat.read(self.releases[name], as_version=4)

    def grade(self, name: str) -> dict[str, Scores]:
        """Grade all submissions of an assignment; return the scores of each student."""
        assignments.grade(self.folder, [name])
        return {
            student: assignments.scores(self.folder, name, student)
            for _, student in assignments.submissions(self.folder, [name])
        }

    def feedback(self, name: str) -> dict[str, str]:
        """Write the pages for students, and return the text of each."""
        pages = assignments.feedback(self.folder, [name])
        return {page.parent.parent.name: page.read_text("utf8") for page in pages}

    def page(self, name: str, student: str) -> str:
        """Write the page for one student, and return its text."""
        api = assignments.open_course(self.folder)
        assignments.check(api.generate_feedback(name, student))
        return (self.folder / "feedback" / student / name / f"{name}.html").read_text("utf8")

    def graded(self, name: str, student: str) -> NotebookNode:
        """Return a submission as it was graded, with all tests and outputs."""
        path = self.folder / "autograded" / student / name / f"{name}.ipynb"
        return nbformat.read(path, as_version=4)


def lost(scores: Scores) -> dict[str, float]:
    """Return the points that each test took off; written answers are not counted."""
    return {
        name: score.maximum - score.points
        for name, score in scores.items()
        if score.points is not None and score.points < score.maximum
    }
