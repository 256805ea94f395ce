"""``import tlcore`` is quick, silent and loads nothing heavy."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def python(script):
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return done


def test_import_is_quick_and_silent():
    script = (
        "import sys, time; start = time.perf_counter(); import tlcore as tl; "
        "took = time.perf_counter() - start; "
        "assert not {'tensorflow', 'keras', 'numpy', 'matplotlib'} & set(sys.modules); "
        "print(took)"
    )
    runs = [python(script) for _ in range(3)]
    assert min(float(run.stdout) for run in runs) < 0.3  # seconds; anything else is not a number
    assert all(run.stderr == "" for run in runs)


@pytest.mark.parametrize("name", ["files", "iterate", "nlp", "prepro"])
def test_what_does_without_tensorflow(name):
    done = python(
        f"import sys, tlcore as tl; tl.{name}.__doc__; [getattr(tl.{name}, n) for n in "
        f"dir(tl.{name})]; assert not {{'tensorflow', 'keras'}} & set(sys.modules)"
    )
    assert done.stdout == done.stderr == ""


def test_submodules_are_listed_and_there():
    done = python("import tlcore as tl; print(*dir(tl)); print(tl.__version__)")
    names, version = done.stdout.splitlines()
    assert set(names.split()) >= {
        "activation", "iterate", "nlp", "rein", "prepro", "files", "cost", "train", "layers",
        "utils", "visualize",
    }  # fmt: skip
    for name in names.split():
        if not name.startswith("__"):
            folder = ROOT / "tlcore" / name
            assert folder.is_dir() or folder.with_suffix(".py").is_file(), name
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text()


def test_a_name_that_is_not_there():
    done = python(
        "import tlcore as tl\ntry: tl.layer\nexcept AttributeError as error: print(error)"
    )
    assert "layer" in done.stdout
