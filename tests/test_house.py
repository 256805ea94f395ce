"""Three packages, and arrows only downwards: tlbook, tlcore, tldata. Inside tlcore likewise."""

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

BELOW = {"tldata": set(), "tlcore": {"tldata"}, "tlbook": {"tldata", "tlcore"}}
#: What tlcore is made of, from the ground to the top.
FLOORS = [
    {"check", "door", "progress"},
    {"activation", "cost", "iterate", "prepro", "nlp", "rein", "files", "fast"},
    {"layers"},
    {"train"},
    {"utils", "visualize"},
    {"classic"},
]


def imported(file: Path) -> set[str]:
    """Top-level names that a file imports, anywhere in it."""
    names = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom) and not node.level:
            names.append(node.module)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("package", BELOW)
def test_imports_go_only_downwards(root, package):
    files = list((root / package).rglob("*.py"))
    assert files
    upwards = BELOW.keys() - BELOW[package] - {package}
    assert {str(f): imported(f) & upwards for f in files if imported(f) & upwards} == {}


def test_data_sets_need_no_tensorflow(root):
    files = (root / "tldata").rglob("*.py")
    assert set.union(*map(imported, files)).isdisjoint({"tensorflow", "keras", "matplotlib"})


def loaded(file: Path) -> set[str]:
    """Parts of tlcore that are loaded with a file: not what its functions import, or its types."""
    names = []
    for node in ast.parse(file.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        if isinstance(node, ast.ImportFrom):
            inside = node.module == "tlcore"
            names += [f"tlcore.{alias.name}" for alias in node.names] if inside else [node.module]
    return {name.split(".")[1] for name in names if name.startswith("tlcore.")}


def test_imports_go_only_downwards_inside_tlcore(root):
    floor = {part: i for i, parts in enumerate(FLOORS) for part in parts}
    upwards = {}
    for file in (root / "tlcore").rglob("*.py"):
        part = file.relative_to(root / "tlcore").parts[0].removesuffix(".py")
        if part != "__init__":
            higher = {name for name in loaded(file) if floor[name] > floor[part]}
            upwards |= {str(file): higher} if higher else {}
    assert upwards == {}


def test_a_wheel_holds_the_three_packages_and_what_they_read(root, tmp_path):
    """Build it, unpack it elsewhere, and use it there: registry, JavaScript, styles and words."""
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    source = tmp_path / "source"  # setuptools leaves a build folder behind
    for name in BELOW:
        shutil.copytree(root / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, source)
    subprocess.run([*build, "-w", tmp_path, source], check=True, capture_output=True, text=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "there")
    read = {p.relative_to(source) for name in BELOW for p in (source / name).rglob("*.*")}
    there = {p.relative_to(tmp_path / "there") for p in (tmp_path / "there").rglob("*.*")}
    assert {p.suffix for p in read} >= {".py", ".js", ".css", ".toml"}
    assert read - there == set()
    script = (
        "import tldata.registry, tlbook.figures as f, tlcore; print(tlcore.__file__);"
        "assert 'mnist' in tldata.registry.registry() and 'default' in f.SelfCheck._esm"
    )
    options = {"cwd": tmp_path, "env": os.environ | {"PYTHONPATH": str(tmp_path / "there")}}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(tmp_path / "there"))
