"""Take the hidden tests out of the feedback that students get.

nbgrader puts them back into a submission before it runs the tests, and its feedback page shows the
notebook as it was run: the source of the tests, and the lines of a test in the error it raised.
"""

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import ClearHiddenTests
from nbgrader.utils import is_grade

# A shorter line, such as `)`, says nothing about a test and occurs everywhere.
TELLING = 12


class HideTests(ClearHiddenTests):
    """Removes hidden tests from the sources, and whatever shows them from the outputs."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        """Clean all cells."""
        secret: set[str] = set()
        tests = []
        for cell in nb.cells:
            if cell.cell_type != "code":
                continue
            before = cell.source
            if self._remove_hidden_test_region(cell) and is_grade(cell):
                secret |= set(map(str.strip, before.splitlines()))
                secret -= set(map(str.strip, cell.source.splitlines()))
                tests.append(cell)
        secret = {line for line in secret if len(line) >= TELLING}
        for cell in nb.cells:
            if cell.cell_type == "code":
                if cell in tests:
                    cell.outputs = [verdict(out) for out in cell.outputs if failed(out)]
                cell.outputs = [without(secret, out) for out in cell.outputs]
        return nb, resources


def failed(output: NotebookNode) -> bool:
    """Tell whether nbgrader takes this output for a failure of the test."""
    return output.output_type == "error" or output.get("name") == "stderr"


def verdict(output: NotebookNode) -> NotebookNode:
    """Return an error without its traceback: a traceback shows the lines around the place."""
    if output.output_type != "error":
        return new_output("stream", name="stderr", text="This test wrote a warning.\n")
    why = f"{output.ename}: {output.evalue[:200]}".removesuffix(": ")
    return new_output("error", ename=output.ename, evalue=output.evalue[:200], traceback=[why])


def without(secret: set[str], output: NotebookNode) -> NotebookNode:
    """Return the output, or a note in its place if it shows a line of a hidden test."""
    if not any(line in text for line in secret for text in texts(output)):
        return output
    note = "This output is left out: it showed a test.\n"
    return new_output("stream", name="stdout", text=note)


def texts(output: NotebookNode) -> list[str]:
    """Return all text of an output."""
    found = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    found += [part for part in output.get("data", {}).values() if isinstance(part, str)]
    return found
