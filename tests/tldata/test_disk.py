"""A cache that can't be written to, and a disk that is full."""

import errno
import importlib
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tldata import DataError, fetch

# `tldata.fetch` is the function; this is the module of the same name.
FETCH = importlib.import_module("tldata.fetch")
DOWNLOAD = importlib.import_module("tldata.download")


@pytest.fixture
def no_rights():
    """Be a user without rights, for root may write everywhere; give a folder to look at."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    is_root = os.geteuid() == 0
    yield folder
    if is_root:
        os.seteuid(0)
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _drop_rights(folder, monkeypatch):
    sets = FETCH.registry()  # which lies where only its owner may read
    monkeypatch.setattr(FETCH, "registry", lambda: sets)
    folder.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(65534)  # nobody
    assert not os.access(folder, os.W_OK, effective_ids=True)


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="Windows has no seteuid")
def test_read_only_cache(toy, no_rights, monkeypatch):
    """Nothing can be stored there: a folder of this process serves instead, and it says so."""
    import pooch  # noqa: F401  (read by root, who may be the only one that can)
    import requests.packages  # noqa: F401

    _drop_rights(no_rights, monkeypatch)
    monkeypatch.setenv("TLCORE_DATA_CACHE", str(no_rights / "cache"))
    session = FETCH._session_folder
    session.cache_clear()
    with pytest.warns(UserWarning, match="can't be written to .*Permission.*TLCORE_DATA_CACHE"):
        folder = fetch("toy")
    assert toy.whole(folder)
    assert no_rights not in folder.parents
    toy.server.requests.clear()
    with pytest.warns(UserWarning, match="kept in"):
        assert fetch("toy") == folder
    assert toy.server.requests == []  # the second call in a process finds it
    session().cleanup()
    session.cache_clear()
    assert list(no_rights.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="Windows has no seteuid")
@pytest.mark.filterwarnings("error")
def test_read_only_cache_with_the_files_is_read(toy, no_rights, monkeypatch):
    toy.write(no_rights / "cache" / "toy")
    monkeypatch.setenv("TLCORE_DATA_CACHE", str(no_rights / "cache"))
    _drop_rights(no_rights, monkeypatch)
    assert fetch("toy") == no_rights / "cache" / "toy"
    assert toy.server.requests == []


@pytest.mark.filterwarnings("error")
def test_read_only_cache_with_a_mirror_folder(toy, tmp_path, monkeypatch):
    toy.write(tmp_path / "mirror" / "toy")
    (tmp_path / "file").touch()
    monkeypatch.setenv("TLCORE_DATA_CACHE", str(tmp_path / "file" / "cache"))
    assert fetch("toy", mirror=tmp_path / "mirror") == tmp_path / "mirror" / "toy"


def test_a_cache_below_a_file(toy, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("TLCORE_DATA_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.warns(UserWarning, match="can't be written to .*Not a directory"):
        assert toy.whole(fetch("toy"))


def test_no_room(toy, monkeypatch):
    written = []

    class Full:
        def __init__(self, stream):
            self.stream = stream

        def __enter__(self):
            return self

        def __exit__(self, *details):
            self.stream.close()

        def write(self, chunk):
            if sum(written) > 100_000:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            written.append(self.stream.write(chunk))

        def flush(self):
            self.stream.flush()

    def small_disk(path, mode):
        stream = open(path, mode)
        return Full(stream) if "w" in mode else stream

    monkeypatch.setattr(DOWNLOAD, "open", small_disk, raising=False)
    with pytest.raises(DataError, match="No space left on device") as caught:
        fetch("toy")
    text = str(caught.value)
    assert f"Can't store toy in {toy.cache}" in text and "TLCORE_DATA_CACHE" in text
    assert sum(written) > 100_000
    assert toy.server.gets() == ["/one/big.bin"]  # another server would not help
    assert toy.listing() == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no RLIMIT_FSIZE")
def test_no_room_as_the_kernel_says_it(toy):
    """A limit on the size of a file makes the kernel refuse a write half-way, for real."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
    process = toy.start(limit)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"DataError: Can't store toy in {toy.cache}: File too large" in err
    assert toy.listing() == []
