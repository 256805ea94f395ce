"""Three packages, and arrows only downwards: tlbook, tlcore, tldata."""

import ast
from pathlib import Path

import pytest

BELOW = {"tldata": set(), "tlcore": {"tldata"}, "tlbook": {"tldata", "tlcore"}}


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
