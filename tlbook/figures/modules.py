"""The figures' JavaScript and CSS: many files to read, one text to send.

Each ``.js`` file is an ES module that says in its first lines what it takes from others. A page on
a disk can't import files, and a notebook stores one text for each figure, so they are joined.
"""

import re
from functools import cache
from pathlib import Path

from tlcore.check import require

HERE = Path(__file__).parent

IMPORT = re.compile(r'^import \{([^}]+)\} from "\./([\w.]+)";\n', re.M)
EXPORT = re.compile(r"^export (?!default\b)", re.M)
#: A declaration at top level: whether it is exported, and its name, or names in brackets.
DECLARATION = re.compile(
    r"^(export )?(?:async )?(?:function|class|const|let) (\w+|\[[^]]*\]|\{[^}]*\})", re.M
)


@cache
def compose(file: str) -> str:
    """Join a figure's module and all that it imports, each once, into one ES module.

    Parameters
    ----------
    file : str
        Name of the figure's file, whose default export the joined module keeps.
    """
    sources: dict[str, str] = {}
    _collect(file, sources)
    owners: dict[str, str] = {}
    for name, source in sources.items():
        default = source.count("export default")
        require(default == (name == file), f"{name} has {default} default exports in {file}.")
        for own in _names(source):
            require(own not in owners, f"{owners.get(own)} and {name} both define {own}.")
            owners[own] = name
    return "\n".join(EXPORT.sub("", IMPORT.sub("", source)) for source in sources.values())


def style(*names: str) -> str:
    """Join the style that all figures have with those in these ``.css`` files."""
    return "\n".join((HERE / f"{name}.css").read_text("utf-8") for name in ("shared", *names))


def _collect(file: str, sources: dict[str, str], waiting: tuple[str, ...] = ()) -> None:
    """Put the sources of a module, and of what it imports, into an order that can run."""
    require(file not in waiting, f"{file} imports itself, through {', '.join(waiting)}.")
    if file in sources:
        return
    source = (HERE / file).read_text("utf-8")
    for names, other in IMPORT.findall(source):
        _collect(other, sources, (*waiting, file))
        missing = set(re.findall(r"\w+", names)) - set(_names(sources[other], exported=True))
        require(not missing, f"{file} imports {', '.join(missing)}; {other} doesn't export it.")
    sources[file] = source


def _names(source: str, exported: bool = False) -> list[str]:
    """Return the names that a module defines at top level, or only those that it exports."""
    found = DECLARATION.findall(source)
    return [
        name for out, names in found if out or not exported for name in re.findall(r"\w+", names)
    ]
