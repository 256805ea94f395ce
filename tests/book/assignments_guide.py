"""The commands of the teacher's guide: those that run in a sandbox, and those that are parsed."""

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tldata.registry import registry
from tools import assignments

ROOT = assignments.ROOT
TEXT = assignments.GUIDE.read_text("utf8")
COMMANDS = [
    line.removeprefix("$ ")
    for block in re.findall(r"^```console\n(.*?)^```", TEXT, re.M | re.S)
    for line in block.splitlines()
]
INLINE = sorted(set(re.findall(r"`((?:make|nbgrader|pip) [^`]+)`", TEXT)))
(FETCHED,) = [c.split("fetch ")[1].split() for c in COMMANDS if "tldata fetch" in c]
RUN = ("python tools/", "mkdir ", "chmod ", "cp ~/", "cd ", "nbgrader ", "jupyter labextension ",
       "jupyter server ", "python -m tldata list")  # fmt: skip
ELSEWHERE = ["source .venv/bin/activate", "python3 -m venv .venv",
             "cp -r _build/html /media/usb/book"]  # fmt: skip


def runnable(command: str) -> bool:
    """Tell whether a command can run in a sandbox: no network, no server, no root."""
    return command.removeprefix("sudo ").startswith(RUN)


def spread(text: str) -> str:
    """Return the numbers of "1, 3 to 5 and 7" as "13457"."""
    for first, last in re.findall(r"(\d) to (\d)", text):
        numbers = "".join(map(str, range(int(first), int(last) + 1)))
        text = text.replace(f"{first} to {last}", numbers)
    return re.sub(r"\D", "", text)


def run_all(folder: Path, home: Path) -> subprocess.CompletedProcess:
    """Run the runnable commands in their order, with ``home`` for a home folder.

    What an administrator does for all users is done for this user alone.
    """
    exchange = str(folder / "exchange")
    (settings,) = re.findall(r"^```python\n(.*?)^```", TEXT, re.M | re.S)
    (home / ".jupyter").mkdir()
    settings = settings.replace("/srv/nbgrader/exchange", exchange)
    (home / ".jupyter" / "nbgrader_config.py").write_text(settings)
    script = ["set -e", f"cd {ROOT}"]
    for command in filter(runnable, COMMANDS):
        if "tldata" in command:
            script.append(f"cd {ROOT}")
        command = command.removeprefix("sudo ").replace("/srv/nbgrader/exchange", exchange)
        command = command.replace("=system", "=user").replace("--system", "--user")
        script.append(f"echo '$ {command}' >&2\n{command}")
    programs = Path(sys.executable).parent
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(
        ["bash", "-c", "\n".join(script)],
        env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def fetch(cache: Path, mirror: Path | str | None = None) -> dict[str, Path]:
    """Run the guide's command that fetches data; return the folder of each set.

    With a ``mirror`` nothing else can be reached.
    """
    environment = os.environ | {"TLCORE_DATA_CACHE": str(cache)}
    if mirror is not None:
        nowhere = "http://127.0.0.1:9"
        environment |= {"http_proxy": nowhere, "https_proxy": nowhere, "no_proxy": "127.0.0.1"}
        environment["TLCORE_DATA_MIRROR"] = str(mirror)
    done = subprocess.run(
        [sys.executable, "-m", "tldata", "fetch", *FETCHED],
        env=environment, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = (line.split(": ", 1) for line in done.stdout.splitlines())
    return {name: Path(folder) for name, folder in found}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Put a folder on a web server, as a school would; give its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def check_meaning(command: str) -> None:
    """Check a command that isn't run: its program knows the options, its files exist."""
    words = command.split()
    makefile = (ROOT / "Makefile").read_text()
    if words[0] == "pip":
        ask = [sys.executable, "-m", "pip", words[1], "--help"]
        helped = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
        for option in (word for word in words if word.startswith("-")):
            assert re.search(rf"(?<![\w-]){option}(?![\w-])", helped), option
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        for extra in re.findall(r"\[(\w+)\]", command):
            assert extra in project["optional-dependencies"]
        assert "-r" not in words or (ROOT / words[words.index("-r") + 1]).exists()
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", makefile, re.M)
    elif words[:2] == ["jupyter", "lab"]:
        assert all((ROOT / folder).is_dir() for folder in words[2:])
    elif words[0] == "export":
        variable = words[1].split("=")[0]
        assert variable in (ROOT / "tldata/fetch.py").read_text()
    elif command.startswith("python -m tldata"):
        always = " ".join(re.findall(r"tldata fetch ([\w ]+)", makefile)).split()
        assert always and set(always) <= set(FETCHED) <= set(registry())  # by make data
    else:
        assert command in ELSEWHERE
