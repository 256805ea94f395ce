"""Write environment.yml from pyproject.toml and requirements.lock, for conda and Binder.

Each direct dependency is pinned to the version that the lock names. PyTorch (the benchmarks' peer)
and the CUDA libraries stay out.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("book", "lab", "test")
HEAD = """\
# The same environment as `make book`, for conda, mamba and Binder:  conda env create
# Written by `make lock` from pyproject.toml and requirements.lock: edit those, not this.
name: layer-by-layer
channels:
  - conda-forge
dependencies:
  - python{python}
  - pip
  - pip:
"""


def normal(name: str) -> str:
    """Return a package's name in the one spelling that the index uses."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, list[str]]:
    """Map each package of the lock to its pins, such as ``numpy==2.4.6 ; python_version...``."""
    found: dict[str, list[str]] = {}
    for line in lock.splitlines():
        if match := re.match(r"([A-Za-z0-9][\w.-]*)==[^\\]+", line):
            found.setdefault(normal(match[1]), []).append(match[0].strip())
    return found


def main() -> None:
    """Write the file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = project["dependencies"] + [
        line for extra in EXTRAS for line in project["optional-dependencies"][extra]
    ]
    locked = pins((ROOT / "requirements.lock").read_text())
    names = [normal(re.match(r"[\w.-]+", line)[0]) for line in direct]
    text = HEAD.format(python=project["requires-python"])
    for pin in [pin for name in names for pin in locked[name]] + ["-e ."]:
        text += f'      - "{pin}"\n' if ";" in pin else f"      - {pin}\n"
    (ROOT / "environment.yml").write_text(text)


if __name__ == "__main__":
    main()
