"""The assignments of a course: write what students get, grade what they hand in, give feedback.

``python tools/assignments.py course FOLDER`` makes FOLDER a course of nbgrader, with the
instructor's notebooks, the release versions and the settings. From there on nbgrader's own commands
do everything, and so do those of this file:

``python tools/assignments.py grade FOLDER perceptron`` grades what lies in FOLDER/submitted, and
``python tools/assignments.py feedback FOLDER perceptron`` writes a page for each student. Both take
all assignments if none is named.

``python tools/assignments.py guide`` writes the misconceptions into the teacher's guide.
"""

import argparse
import os
import re
import shutil
import sys
import tomllib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "book" / "assignments"
GUIDE = ROOT / "book" / "teach.md"
SETTINGS = ("nbgrader_config.py", "limits.py", "hide.py")
# The wrong answers are for the tests of this project. They hold half of the solutions.
FOR_TESTS_ONLY = "wrong.toml"


@dataclass
class Score:
    """What one graded cell earned: ``points`` is None as long as nobody has read the answer."""

    points: float | None
    maximum: float


def names() -> list[str]:
    """Return the names of all assignments."""
    return sorted(path.parent.name for path in SOURCE.glob("*/*.ipynb"))


def course(folder: Path, chosen: list[str] | None = None) -> list[Path]:
    """Make ``folder`` a course and write the release versions; return their paths.

    What the course has already, submissions and grades, stays.

    Raises
    ------
    RuntimeError
        nbgrader refused an assignment. The message is its log.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in SETTINGS:
        shutil.copy(SOURCE / name, folder / name)
    for name in chosen or names():
        target = folder / "source" / name
        shutil.rmtree(target, ignore_errors=True)
        ignored = shutil.ignore_patterns(FOR_TESTS_ONLY, ".ipynb_checkpoints", "__pycache__")
        shutil.copytree(SOURCE / name, target, ignore=ignored)
    api = open_course(folder)
    for name in chosen or names():
        check(api.generate_assignment(name))
    return [folder / "release" / name / f"{name}.ipynb" for name in chosen or names()]


def grade(folder: Path, chosen: list[str] | None = None) -> None:
    """Run and grade every submission of the chosen assignments, or of all.

    Raises
    ------
    RuntimeError
        A submission isn't a notebook that nbgrader can read. The message is its log.
    """
    api = open_course(folder)
    for name, student in submissions(folder, chosen):
        check(api.autograde(name, student))


def feedback(folder: Path, chosen: list[str] | None = None) -> list[Path]:
    """Write a page for each graded submission; return the paths.

    Raises
    ------
    RuntimeError
        nbgrader couldn't write a page. The message is its log.
    """
    api = open_course(folder)
    pages = []
    for name, student in submissions(folder, chosen):
        check(api.generate_feedback(name, student))
        pages.append(folder / "feedback" / student / name / f"{name}.html")
    return pages


def scores(folder: Path, name: str, student: str) -> dict[str, Score]:
    """Return what each graded cell of a graded submission earned."""
    with open_course(folder).gradebook as gradebook:
        notebook = gradebook.find_submission_notebook(name, name, student)
        return {
            grade.name: Score(
                None if grade.needs_manual_grade else float(grade.score), float(grade.max_score)
            )
            for grade in notebook.grades
        }


def submissions(folder: Path, chosen: list[str] | None = None) -> list[tuple[str, str]]:
    """Return assignment and student of each submission: submitted/STUDENT/ASSIGNMENT/*.ipynb."""
    found = sorted({path.parent for path in (folder / "submitted").glob("*/*/*.ipynb")})
    return [(p.name, p.parent.name) for p in found if p.name in (chosen or names())]


def misconceptions() -> str:
    """Return, as Markdown, the mistakes that each assignment looks for, and what they cost."""
    text = ""
    for name in names():
        text += f"\n### {name}\n\n"
        text += "| a student thinks | fails in the test | points |\n|---|---|---|\n"
        for wrong in tomllib.loads((SOURCE / name / FOR_TESTS_ONLY).read_text("utf8"))["wrong"]:
            tests = ", ".join(f"`{test}`" for test in wrong["loses"])
            lost = sum(wrong["loses"].values())
            text += f"| {wrong['misconception']} | {tests} | {lost:g} |\n"
    return text


def with_misconceptions(guide: str) -> str:
    """Return the guide with the misconceptions of today between their two marks."""
    begin, _, end = re.search(
        r"(<!-- misconceptions.*?-->\n)(.*)(<!-- end of misc)", guide, re.S
    ).groups()
    head, tail = guide.split(begin)[0], guide.split(end)[1]
    return head + begin + misconceptions() + "\n" + end + tail


def open_course(folder: Path) -> Any:
    """Return nbgrader's programming interface for a course, with the settings that lie there."""
    # Imported here: it takes a second, and the other tools do without.
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import PyFileConfigLoader

    # nbgrader calls a program of the environment that Python runs in.
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = programs + os.pathsep + os.environ["PATH"]
    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    config.CourseDirectory.root = str(folder.resolve())
    config.NbGraderAPI.log_level = "WARN"
    return NbGraderAPI(config=config)


def check(result: dict[str, Any]) -> None:
    """Raise an error if a step of nbgrader failed."""
    if not result["success"]:
        raise RuntimeError(result.get("error") or result.get("log") or "nbgrader failed")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=["course", "grade", "feedback", "guide"])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("."))
    parser.add_argument("names", nargs="*", help="assignments; all if none is named")
    args = parser.parse_args(arguments)
    # nbgrader's own, at each submission, and of no consequence.
    warnings.filterwarnings("ignore", message="Object of type <Submitted")
    if unknown := set(args.names) - set(names()):
        parser.error(f"no assignment {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    if args.step == "guide":
        GUIDE.write_text(with_misconceptions(GUIDE.read_text("utf8")), encoding="utf8")
    elif args.step == "course":
        for path in course(args.folder, args.names):
            print(path)
    elif args.step == "grade":
        grade(args.folder, args.names)
        for name, student in submissions(args.folder, args.names):
            earned = scores(args.folder, name, student).values()
            points = sum(score.points or 0 for score in earned)
            unread = sum(score.maximum for score in earned if score.points is None)
            line = f"{student:20} {name:16} {points:5g} of {sum(s.maximum for s in earned):g}"
            print(line + (f", {unread:g} more to be read" if unread else ""))
    else:
        for path in feedback(args.folder, args.names):
            print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
