"""The set-up: its files agree with each other, and nothing is committed that shouldn't be."""

import importlib.metadata
import platform
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
MAKEFILE = (ROOT / "Makefile").read_text()
README = (ROOT / "README.md").read_text()

LOCKED_EXTRAS = ("book", "lab", "test")
PYTHONS = ("3.11", "3.12", "3.13")


def read_lock() -> dict[str, list[dict]]:
    """Map each package of the lock to its entries: requirement, hashes, what asked for it."""
    found: dict[str, list[dict]] = {}
    for line in LOCK.splitlines():
        if re.match(r"\w", line):
            requirement = Requirement(line.rstrip("\\ "))
            entry = {"requirement": requirement, "hashes": [], "via": []}
            found.setdefault(canonicalize_name(requirement.name), []).append(entry)
        elif match := re.match(r"\s+--hash=(\S+)", line):
            entry["hashes"].append(match[1])
        elif match := re.match(r"\s+#\s+(?:via\s+)?([\w.-]+)", line):
            entry["via"].append(match[1])
    return found


LOCKED = read_lock()
DIRECT = {
    canonicalize_name(requirement.name): requirement
    for requirement in map(
        Requirement,
        PROJECT["dependencies"]
        + [line for extra in LOCKED_EXTRAS for line in PROJECT["optional-dependencies"][extra]],
    )
}


def pin(entries: list[Requirement], python: str) -> Version | None:
    """Return the version that a machine with this Python gets; fail if it gets two."""
    env = {"python_version": python, "python_full_version": python + ".9"}
    fitting = [r for r in entries if r.marker is None or r.marker.evaluate(env)]
    assert len(fitting) <= 1, f"two pins for Python {python}: {fitting}"
    if not fitting:
        return None
    (specifier,) = fitting[0].specifier
    assert specifier.operator == "==", f"{fitting[0]} is not pinned"
    return Version(specifier.version)


def locked_version(name: str, python: str) -> Version | None:
    return pin([entry["requirement"] for entry in LOCKED.get(name, [])], python)


# --- the lock -----------------------------------------------------------------------------------


def test_the_lock():
    """It pins what pyproject asks for on each Python, whole, with hashes and without a host."""
    for name in sorted(DIRECT):
        for python in PYTHONS:
            version = locked_version(name, python)
            assert version is not None, f"{name} is not in requirements.lock: run `make lock`"
            assert version in DIRECT[name].specifier, f"{name} {version}: run `make lock`"
    asked = {name for name, es in LOCKED.items() if any(PROJECT["name"] in e["via"] for e in es)}
    assert asked == set(DIRECT), "pyproject.toml has changed: run `make lock`"
    entries = [entry for entries in LOCKED.values() for entry in entries]
    assert len(entries) > 150
    for entry in entries:
        assert entry["hashes"], f"{entry['requirement']} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in entry["hashes"])
    assert not re.search(r"https?:|file:|@ |--(extra-)?index|--find-links|--trusted", LOCK)
    # `make book` installs the packages without build isolation, so what builds them must be there.
    for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]:
        need = Requirement(line)
        assert all(locked_version(need.name, python) in need.specifier for python in PYTHONS)
    # Version 2 drops _config.yml, and its live figures need a kernel.
    assert Version("2.0") not in DIRECT["jupyter-book"].specifier
    # The CPU is the default.
    assert "tensorflow" in DIRECT and not DIRECT["tensorflow"].extras
    assert not [name for name in LOCKED if name.startswith("nvidia")]
    (gpu,) = map(Requirement, PROJECT["optional-dependencies"]["gpu"])
    assert gpu.extras == {"and-cuda"} and gpu.specifier == DIRECT["tensorflow"].specifier


def test_the_lock_is_complete():
    # The installed packages say themselves what they need, whatever the resolver wrote.
    python = ".".join(platform.python_version_tuple()[:2])
    missing = []
    for name in LOCKED:
        try:
            needs = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue  # for another system or another Python
        for need in map(Requirement, needs):
            if need.marker and not need.marker.evaluate({"extra": ""}):
                continue
            version = locked_version(canonicalize_name(need.name), python)
            if version is None or not need.specifier.contains(version, prereleases=True):
                missing.append(f"{name} needs {need}, the lock has {version}")
    assert not missing


def test_conda_gets_the_same_packages_and_versions():
    (pip,) = [part["pip"] for part in ENVIRONMENT["dependencies"] if isinstance(part, dict)]
    assert pip[-1] == "-e ."
    pins: dict[str, list[Requirement]] = {}
    for line in pip[:-1]:
        pins.setdefault(canonicalize_name(Requirement(line).name), []).append(Requirement(line))
    assert set(pins) == set(DIRECT), "run `make lock`"
    for name, found in pins.items():
        for python in PYTHONS:
            assert pin(found, python) == locked_version(name, python), f"{name}: run `make lock`"
    (line,) = [p for p in ENVIRONMENT["dependencies"] if isinstance(p, str) and "python" in p]
    assert Requirement(line).specifier == SpecifierSet(PROJECT["requires-python"])
    assert "pip" in ENVIRONMENT["dependencies"]
    assert ENVIRONMENT["name"] == "layer-by-layer"


# --- Makefile, README and tools -----------------------------------------------------------------

TARGETS = set(re.search(r"^\.PHONY: (help .*)", MAKEFILE, re.M)[1].split())


def test_make_alone_lists_every_command():
    if not shutil.which("make"):
        pytest.skip("no make on this machine")
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^make (\w+)", shown, re.M))
    assert listed == TARGETS - {"help", "setup", "html"}


def test_every_command_of_the_readme_is_in_the_makefile():
    named = set(re.findall(r"(?:^|`|=\S* )make (\w+)", README, re.M))
    assert {"book", "test"} <= named
    assert named <= TARGETS
    assert TARGETS - {"help", "setup", "html"} <= named, "the README leaves a command out"


def test_every_link_of_the_readme_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert "LICENSE" in links
    assert not [link for link in links if "://" not in link and not (ROOT / link).exists()]


def run_venv(folder: Path, python: str) -> subprocess.CompletedProcess:
    (folder / "tools").mkdir()
    shutil.copy(ROOT / "tools/venv.sh", folder / "tools")
    command = ["sh", "tools/venv.sh", python]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_python_that_does_not_fit_is_named_with_the_remedy(tmp_path):
    done = run_venv(tmp_path, "false")
    assert done.returncode == 1
    assert "3.11 to 3.13" in done.stderr and "tried: false" in done.stderr
    assert "PYTHON=" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_without_venv_is_named_with_the_remedy(tmp_path):
    # Debian's python3 without python3-venv: everything runs but `import ensurepip`.
    stub = tmp_path / "debian-python"
    stub.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; *) exit 0;; esac\n')
    stub.chmod(0o755)
    done = run_venv(tmp_path, str(stub))
    assert done.returncode == 1
    assert "apt-get install python3-venv" in done.stderr
    assert not (tmp_path / ".venv").exists()


# --- what is committed --------------------------------------------------------------------------


def committed() -> list[Path]:
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = [ROOT / name for name in listing.stdout.decode().split("\0") if name]
    return [path for path in paths if path.exists()]


def test_the_house_has_its_rooms():
    rooms = "book book/chapters tldata tlcore tlbook data tests tests/book tools benchmarks"
    for room in rooms.split():
        assert (ROOT / room).is_dir(), room
    for file in ("_config.yml", "book/_toc.yml", "LICENSE", ".ci/run"):
        assert (ROOT / file).is_file(), file
    assert "Apache License" in (ROOT / "LICENSE").read_text()[:200]
    # Jupyter Book would add every file of a folder with this name to every page.
    assert not (ROOT / "book/_static").exists()


def test_no_committed_file_is_large():
    # The largest are weights for a live figure: 8 MB at most, a page loads them when asked to.
    assert not [(p, p.stat().st_size) for p in committed() if p.stat().st_size > 8_000_000]


def test_no_data_set_is_committed():
    data = re.compile(r"ubyte|mnist.*\.(npz|pkl|gz)$|\.(whl|pkl|idx)(\.gz)?$")
    assert not [path for path in committed() if data.search(path.name)]


def test_no_third_party_script_or_font_is_committed():
    ours = (ROOT / "tlbook/figures", ROOT / "book")
    fonts = {".woff", ".woff2", ".ttf", ".otf", ".eot"}
    assert not [path for path in committed() if path.suffix in fonts]
    for path in committed():
        if path.suffix not in {".js", ".mjs", ".css"}:
            continue
        text = path.read_text(encoding="utf-8")
        assert any(path.is_relative_to(folder) for folder in ours), path
        assert not re.search(r"\bCopyright\b|@license|sourceMappingURL", text), path
        # A bundler's output has lines that nobody would write.
        assert max(map(len, text.splitlines()), default=0) < 300, path


def test_no_committed_text_names_a_machine():
    machine = re.compile(r"(?<![\w.:~-])/(work/|root/|home/[a-z]|Users/[A-Za-z])")
    beside = "../" + "shared"  # in two pieces, so that this line isn't found
    found = []
    for path in committed():
        if path.suffix in {".png", ".webp", ".npz", ".ico", ".gif", ".lock"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            outside = beside in line and path != ROOT / ".ci/run"
            if outside or machine.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line[:80]}")
    assert not found
