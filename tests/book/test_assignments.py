"""The assignments grade rightly: right, empty and typically wrong answers, and nothing leaks."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

sys.path.insert(0, str(Path(__file__).parent))
import assignments_course as a  # noqa: E402
import assignments_guide as guide  # noqa: E402
from assignments_trouble import LATE, LOOP, SPY, TROUBLE  # noqa: E402

from tools import assignments  # noqa: E402

NAMES = assignments.names()
WRONG = [(name, student) for name in NAMES for student in a.wrong_together(name)]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(1200),
    # nbgrader's own, at each submission, and of no consequence.
    pytest.mark.filterwarnings("ignore:Object of type <Submitted"),
]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return a.Course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def graded(course):
    """Return a function from an assignment to the scores of all submissions to it."""
    done = {}

    def of(name):
        if name not in done:
            course.submit(name, "instructor", a.instructor(name))
            course.submit(name, "untouched", course.release(name))
            for student, answers in a.wrong_together(name).items():
                notebook = a.instructor(name)
                for wrong in answers:
                    a.with_answer(notebook, wrong["cell"], wrong["code"])
                course.submit(name, student, notebook)
            done[name] = course.grade(name)
        return done[name]

    return of


# --- points -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_instructor_scores_full_marks(graded, name):
    scores = graded(name)["instructor"]
    tests, written = (a.points(a.instructor(name), written=w) for w in (False, True))
    assert {n: s.points for n, s in scores.items() if n in tests} == tests
    assert [n for n, s in scores.items() if s.points is None] == list(written)
    assert sum(s.maximum for s in scores.values()) == 20


@pytest.mark.parametrize("name", NAMES)
def test_the_untouched_release_scores_nothing(graded, name):
    scores = graded(name)["untouched"]
    assert set(scores) == set(a.marked(a.instructor(name), "grade"))
    assert {s.points for s in scores.values()} == {0}


@pytest.mark.parametrize(("name", "student"), WRONG)
def test_wrong_answers_lose_the_points_they_should(graded, name, student):
    answers = a.wrong_together(name)[student]
    expected = {test: points for wrong in answers for test, points in wrong["loses"].items()}
    assert a.lost(graded(name)[student]) == expected, [wrong["name"] for wrong in answers]


@pytest.mark.parametrize("name", NAMES)
def test_each_assignment_is_whole(name):
    notebook, wrong = a.instructor(name), a.wrong_answers(name)
    tests, written = (a.points(notebook, written=w) for w in (False, True))
    assert len(written) == 1
    assert len(wrong) >= 2 and len({w["name"] for w in wrong}) == len(wrong)
    assert set().union(*(w["loses"] for w in wrong)) == set(tests), "a test that nobody fails"
    assert all(len(w["misconception"]) > 20 and w["loses"].items() <= tests.items() for w in wrong)
    for test in tests:
        source = a.marked(notebook, "grade")[test].source
        visible, hidden = source.split("### BEGIN HIDDEN TESTS")
        assert "assert" in visible and "assert" in hidden, f"{test} has no visible or hidden part"
    assert not any(cell.get("outputs") for cell in notebook.cells)
    # Each task states its points, and they are those of its tests or its written answer.
    stated, given = [], []
    for cell in notebook.cells:
        if task := re.match(r"## \d\. .* \((\d+) points?\)\n", cell.source):
            stated.append(int(task[1]))
            given.append(0)
        elif cell.metadata.get("nbgrader", {}).get("grade"):
            given[-1] += cell.metadata.nbgrader.points
    assert stated == given and sum(stated) == 20
    minutes = re.search(r"About (\d+) minutes, 20 points", notebook.cells[0].source)
    assert 45 <= int(minutes[1]) <= 90


# --- nothing leaks ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_release_shows_no_solution_and_no_hidden_test(course, name):
    secret = a.telling(a.instructor(name))
    release = course.release(name)
    assert len(secret) >= len(a.marked(a.instructor(name), "grade"))
    assert a.found(secret, "\n".join(cell.source for cell in release.cells)) == []
    assert [p.name for p in course.releases[name].parent.iterdir()] == [f"{name}.ipynb"]
    assert "SOLUTION" not in course.releases[name].read_text("utf8")


@pytest.mark.parametrize("name", NAMES)
def test_the_feedback_shows_no_solution_and_no_hidden_test(course, graded, name):
    graded(name)
    if name == NAMES[0]:
        pages = course.feedback(name)
        assert set(pages) == {"instructor", "untouched", *a.wrong_together(name)}
    else:  # two kinds of page are enough, at some tenths of a second each
        pages = {student: course.page(name, student) for student in ("untouched", "wrong1")}
    instructor = a.instructor(name)
    hidden = [line for line in a.region(instructor, "HIDDEN TESTS") if len(line) >= a.TELLING]
    # In the notebook that was graded they stand, and nbgrader alone would show them.
    graded_text = "".join(cell.source for cell in course.graded(name, "untouched").cells)
    assert a.found(hidden, graded_text) == hidden != []
    for student, page in pages.items():
        # The others hand in the instructor's answers, or most of them, and see their own work.
        secret = a.telling(instructor) if student == "untouched" else hidden
        assert a.found(secret, a.visible_text(page)) == [], student
    # The page still says what is wrong, in the words that the test itself has for it.
    assert "AssertionError" in "".join(pages.values())


def test_the_book_shows_no_solution_and_no_hidden_test(html):
    secret = [line for name in NAMES for line in a.telling(a.instructor(name))]
    assert (html / "teach.html").exists() and len(secret) > 100
    for page in html.rglob("*"):
        if page.suffix == ".ipynb":
            notebook = nbformat.read(page, as_version=4)
            text = "\n".join(cell.source for cell in notebook.cells)
        elif page.suffix in {".html", ".md"} or page.name == "searchindex.js":
            text = a.visible_text(page.read_text("utf8"))
        else:
            continue
        assert a.found(secret, text) == [], page
    assert not [path for path in html.rglob("*") if "assignments" in path.parts]


# --- limits -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def troubled(tmp_path_factory):
    """Return the scores, the graded notebooks and the course of submissions that misbehave."""
    course = a.Course(tmp_path_factory.mktemp("troubled"), "perceptron")
    settings = course.folder / "nbgrader_config.py"
    quick = "\nc.LimitedExecute.cell_seconds = 5\nc.LimitedExecute.memory_gib = 0.5\n"
    settings.write_text(settings.read_text("utf8") + quick)
    answers = {student: ("count", code) for student, (code, _) in TROUBLE.items()}
    answers |= {"loop-in-a-test": ("forward", LOOP), "spy": ("count", SPY)}
    for student, (cell, code) in answers.items():
        answer = a.with_answer(a.instructor("perceptron"), cell, code)
        if student == "spy":
            answer.cells.append(new_code_cell(LATE))
        course.submit("perceptron", student, answer)
    return course.grade("perceptron"), course


@pytest.mark.parametrize("student", TROUBLE)
def test_a_cell_out_of_bounds_fails_and_spares_the_rest(troubled, student):
    scores, course = troubled
    assert a.lost(scores[student]) == {"test-count": 2}
    cell = a.marked(course.graded("perceptron", student), "solution")["count"]
    assert TROUBLE[student][1] in json.dumps(cell["outputs"])
    assert len(json.dumps(cell)) < 60_000


def test_a_test_that_never_ends_fails_alone(troubled):
    scores, _ = troubled
    lost = {"test-forward-hidden-layer": 1, "test-forward-last-layer": 2}
    assert a.lost(scores["loop-in-a-test"]) == lost


def test_a_page_shows_no_test_that_a_student_printed(troubled):
    _, course = troubled
    hidden = a.region(a.instructor("perceptron"), "HIDDEN TESTS")
    hidden = [line for line in hidden if len(line) >= a.TELLING]
    cells = course.graded("perceptron", "spy").cells
    printed = [out.text for cell in cells for out in cell.get("outputs", []) if "text" in out]
    assert a.found(hidden, "".join(printed)), "the spy has seen nothing: this test proves nothing"
    page = course.page("perceptron", "spy")
    assert "left out: it showed a test" in page
    assert a.found(hidden, a.visible_text(page)) == []


# --- the command line ---------------------------------------------------------------------------


def test_an_unknown_assignment_is_named(tmp_path):
    command = [sys.executable, "tools/assignments.py", "course", tmp_path / "c", "perceptrn"]
    done = subprocess.run(command, cwd=assignments.ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "no assignment perceptrn; there are: autoencoders" in done.stderr
    assert not (tmp_path / "c").exists()


# --- the teacher's guide ------------------------------------------------------------------------


def test_the_guide_shows_the_misconceptions_of_today():
    assert assignments.with_misconceptions(guide.TEXT) == guide.TEXT, (
        "run python tools/assignments.py guide"
    )


def test_each_chapter_has_an_assignment_and_a_place_in_the_plans():
    contents = (assignments.ROOT / "book" / "_toc.yml").read_text("utf8")
    # A second page shares the assignment of its chapter.
    assert set(NAMES) <= set(re.findall(r"file: chapters/(\w+)", contents))
    (weeks,) = re.findall(r"\*\*Six weeks\*\*.*?\n\n(\|.*?)\n\n", guide.TEXT, re.S)
    assert sorted(re.findall(r"`(\w+)`", weeks)) == NAMES
    tasks = re.findall(r"assignment `(\w+)`, tasks 1 to (\d)", guide.TEXT)
    assert len(tasks) == 4  # of the two single days
    for name, last in tasks:
        assert f"## {last}. " in "".join(c.source for c in a.instructor(name).cells)


@pytest.mark.parametrize("name", NAMES)
def test_the_guide_states_minutes_points_and_goals(name):
    notebook = a.instructor(name)
    minutes = re.search(r"About (\d+) minutes", notebook.cells[0].source)[1]
    read = sum(a.points(notebook, written=True).values())
    (row,) = re.findall(rf"^\| `{name}` \|.*\|$", guide.TEXT, re.M)
    assert row.endswith(f"| {minutes} minutes | 20 | {read:g} |")
    tasks = re.findall(r"^## (\d)\.", "\n".join(c.source for c in notebook.cells), re.M)
    goals = re.findall(rf"^\|.*\| `{name}`, tasks? (.*) \|$", guide.TEXT, re.M)
    assert sorted(set(tasks)) == sorted(set("".join(map(guide.spread, goals))))


def test_the_limits_are_those_of_the_guide():
    settings = (assignments.SOURCE / "nbgrader_config.py").read_text("utf8")
    seconds, memory = re.findall(r"LimitedExecute\.\w+ = (\d+)", settings)
    assert f"**{seconds} seconds** and **{memory} GiB of memory**" in guide.TEXT


def test_the_guides_commands_run(course, tmp_path):
    home = tmp_path / "home"
    (home / "Downloads").mkdir(parents=True)
    shutil.copy(course.releases["perceptron"], home / "Downloads")
    done = guide.run_all(tmp_path, home)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "cache: " in done.stdout
    assert (home / "course/feedback/student01/perceptron/perceptron.html").exists()
    assert (home / "course/grades.csv").read_text().count("student01,") == len(NAMES)
    # What was handed in through the hub's folder came back as a page.
    assert len(list((tmp_path / "exchange").glob("layer-by-layer/feedback/*.html"))) >= 1


def test_a_stick_and_a_schools_server_give_the_data(tmp_path):
    """Fetch as on a machine with internet, copy the data to a stick, and go on without."""
    stick = tmp_path / "stick"
    for name, folder in guide.fetch(tmp_path / "cache").items():
        shutil.copytree(folder, stick / name)
    assert guide.fetch(tmp_path / "room", stick) == {name: stick / name for name in guide.FETCHED}
    with guide.served(stick) as address:
        guide.fetch(tmp_path / "pupil", address)
    files = [path.relative_to(stick) for path in stick.rglob("*") if path.is_file()]
    assert len(files) >= len(guide.FETCHED)
    for file in files:
        assert (tmp_path / "pupil" / file).read_bytes() == (stick / file).read_bytes()


OTHER = [c for c in guide.COMMANDS if not guide.runnable(c)]


@pytest.mark.parametrize("command", [*OTHER, *guide.INLINE])
def test_the_guides_other_commands_mean_something(command):
    guide.check_meaning(command)
