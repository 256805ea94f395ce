"""The registry of data sets: `registry.toml`, read and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Archive", "DataFile", "DataSet", "Package", "registry"]

REGISTRY = Path(__file__).with_name("registry.toml")


@dataclass(frozen=True)
class DataFile:
    """One file: its name, its size in bytes and its sha256, and other forms and places of it."""

    name: str
    bytes: int
    sha256: str
    addresses: tuple[str, ...] = ()  # full addresses of this file
    unpacked: DataFile | None = None  # the same file without its compression


@dataclass(frozen=True)
class Package:
    """A wheel or source archive in the Python package index that holds the same content."""

    requirement: str
    file: str
    bytes: int
    sha256: str
    # Files in it that are read, and their sizes in bytes; none: the package is the file of the set.
    members: dict[str, int] = field(default_factory=dict)
    converter: str = ""  # none: the members are the files of the set


@dataclass(frozen=True)
class Archive:
    """A zip or tar file on the web that holds the same content."""

    name: str
    bytes: int  # a download of more than twice that is given up
    addresses: tuple[str, ...]  # full addresses
    members: tuple[str, ...]  # the files in it that are read; their names are those of the set


@dataclass(frozen=True)
class DataSet:
    """A set of files that belong together, and what a reader should know about them."""

    name: str
    title: str
    home: str
    licence: str
    citation: str
    files: tuple[DataFile, ...]
    addresses: tuple[str, ...] = ()  # folders: a file lies at address + its name
    package: Package | None = None
    archive: Archive | None = None
    folder: str = ""  # its folder in the cache and in a mirror: the set's name unless given

    def __post_init__(self) -> None:
        if not self.folder:
            object.__setattr__(self, "folder", self.name)  # the way to set what is frozen

    @property
    def only_mirrored(self) -> bool:
        """True if neither the web nor the package index has it, only a mirror that was set up."""
        if self.package or self.archive:
            return False
        return not any(self.urls(file) for file in self.files)

    def urls(self, file: DataFile) -> list[str]:
        """Every address of one file, in the order in which to try them."""
        return [*file.addresses, *(address + file.name for address in self.addresses)]


def registry(path: str | Path = REGISTRY) -> dict[str, DataSet]:
    """Read the registry.

    Parameters
    ----------
    path : str or path
        A TOML file in the form that the head of ``registry.toml`` explains.

    Returns
    -------
    dict of str to DataSet
        Keyed by the name that :func:`tldata.fetch` takes.

    Raises
    ------
    ValueError
        If an entry lacks a part, has one too many, or names a file outside its folder.

    Examples
    --------
    >>> mnist = registry()["mnist"]
    >>> [file.bytes for file in mnist.files]
    [9912422, 28881, 1648877, 4542]
    >>> mnist.urls(mnist.files[3])[0]
    'https://ossci-datasets.s3.amazonaws.com/mnist/t10k-labels-idx1-ubyte.gz'
    """
    with open(path, "rb") as stream:
        table = tomllib.load(stream)
    return {name: _data_set(name, entry) for name, entry in table.items()}


def _data_set(name: str, entry: dict[str, Any]) -> DataSet:
    entry = dict(entry)
    _check_name(name, name)
    files = tuple(_data_file(file, name) for file in entry.pop("files", ()))
    if not files:
        raise ValueError(f"registry: {name} has no files.")
    package = entry.pop("package", None)
    if package is not None:
        package = _make(Package, package, f"{name}.package")
        _check_name(package.file, name)
        _check_hash(package.sha256, f"{name}.package")
        for member, nbytes in package.members.items():
            if type(nbytes) is not int:
                raise ValueError(f"registry: {name}.package: {member} needs a size in bytes.")
    archive = entry.pop("archive", None)
    if archive is not None:
        archive = {key: tuple(v) if type(v) is list else v for key, v in archive.items()}
        archive = _make(Archive, archive, f"{name}.archive")
        _check_name(archive.name, name)
    addresses = tuple(entry.pop("addresses", ()))
    for address in addresses:
        if not address.endswith("/"):
            raise ValueError(f"registry: {name}: the address {address!r} must end with a slash.")
    _check_name(entry.get("folder", name), name)
    parts = {"name": name, "files": files, "package": package, "archive": archive}
    return _make(DataSet, {**entry, **parts, "addresses": addresses}, name)


def _data_file(entry: dict[str, Any], where: str) -> DataFile:
    entry = dict(entry)
    if "unpacked" in entry:
        entry["unpacked"] = _data_file(entry["unpacked"], where)
    entry["addresses"] = tuple(entry.get("addresses", ()))
    file = _make(DataFile, entry, where)
    _check_name(file.name, where)
    _check_hash(file.sha256, f"{where}: {file.name}")
    return file


def _make(kind: type, entry: dict[str, Any], where: str) -> Any:
    try:
        return kind(**entry)
    except TypeError as error:  # names the part that is missing or unknown
        raise ValueError(f"registry: {where}: {error}") from None


def _check_name(name: str, where: str) -> None:
    """Only plain file names: nothing that a registry says may lead out of the cache folder."""
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", name):
        raise ValueError(f"registry: {where}: {name!r} is not a plain file name.")


def _check_hash(sha256: str, where: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError(f"registry: {where}: {sha256!r} is not a sha256 (64 hex digits).")
