"""The registry of data sets: `registry.toml`, read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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
    """A wheel or a source archive in the Python package index that holds the same content."""

    requirement: str
    file: DataFile
    # Files in it that are read, and their sizes in bytes; none: it is itself the file of the set.
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
        return not (self.package or self.archive or any(map(self.urls, self.files)))

    def urls(self, file: DataFile) -> list[str]:
        """Every address of one file, in the order in which to try them."""
        return [*file.addresses, *(address + file.name for address in self.addresses)]


def registry(path: str | Path = REGISTRY) -> dict[str, DataSet]:
    """Read a registry, in the form that the head of ``registry.toml`` explains.

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
    entry["files"] = tuple(_make(DataFile, file, name) for file in entry.get("files", ()))
    if "package" in entry:
        entry["package"] = _package(entry["package"], name)
    if "archive" in entry:
        entry["archive"] = _make(Archive, entry["archive"], name)
    return _make(DataSet, {"name": name, **entry}, name)


def _package(entry: dict[str, Any], where: str) -> Package:
    file = {"name": entry.get("file")}
    file |= {key: entry.pop(key) for key in ("bytes", "sha256") if key in entry}
    entry["file"] = _make(DataFile, file, where)
    return _make(Package, entry, where)


def _make(kind: type, entry: dict[str, Any], where: str) -> Any:
    if "unpacked" in entry:
        entry["unpacked"] = _make(DataFile, entry["unpacked"], where)
    try:
        return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in entry.items()})
    except TypeError as error:  # names the part that is missing or unknown
        raise ValueError(f"registry: {where}: {error}") from None
