"""Single members are read out of an archive into memory; nothing is unpacked to the disk."""

from __future__ import annotations

import re
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import IO


def read_members(archive: str | Path | IO[bytes], sizes: Mapping[str, int]) -> dict[str, bytes]:
    """Read members of a zip file, a wheel, or a tar file (``.tar``, ``.tgz`` and the like).

    `sizes` has the full names of the members, and the bytes that each must have when unpacked. A
    ``ValueError`` says if the archive is damaged, any name in it leads out of its folder, or a
    member is not there exactly once and of this size.
    """
    contents = {}
    try:
        with _opened(archive) as file:
            names = file.getnames() if isinstance(file, tarfile.TarFile) else file.namelist()
            for name in [*names, *sizes]:
                path = PurePosixPath(name)
                if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
                    raise ValueError(
                        f"the archive is refused: the name {name!r} leads out of its folder"
                    )
            for name in sizes:
                if names.count(name) != 1:
                    raise ValueError(f"the archive has {names.count(name)} members called {name!r}")
            for name in sorted(sizes, key=names.index):  # or a packed tar file is read many times
                with _member(file, name) as stream:
                    # No further, whatever the archive claims.
                    contents[name] = stream.read(sizes[name] + 1)
    except (FileNotFoundError, ValueError):
        raise
    except Exception as error:  # a damaged archive fails in any way
        raise ValueError(f"the archive is damaged: {error}") from None
    for name, nbytes in sizes.items():
        if len(contents[name]) != nbytes:
            raise ValueError(f"{name!r} hasn't the {nbytes} bytes that were expected")
    return {name: contents[name] for name in sizes}


def _opened(archive: str | Path | IO[bytes]) -> zipfile.ZipFile | tarfile.TarFile:
    if isinstance(archive, (str, Path)) and re.search(r"\.(?:tar(?:\.\w+)?|tgz)$", str(archive)):
        return tarfile.open(archive)
    return zipfile.ZipFile(archive)


def _member(file: zipfile.ZipFile | tarfile.TarFile, name: str) -> IO[bytes]:
    if isinstance(file, zipfile.ZipFile):
        return file.open(name)
    stream = file.extractfile(name) if file.getmember(name).isfile() else None
    if stream is None:  # a link could lead to any file of this machine
        raise ValueError(f"{name!r} in the archive is no file")
    return stream
