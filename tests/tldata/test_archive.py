"""Members are read out of an archive; names that lead out of it are refused."""

import hashlib
import importlib
import io
import tarfile
import zipfile

import pytest

from tldata import DataError, fetch
from tldata.archive import read_members
from tldata.registry import Archive, DataFile, DataSet

FETCH = importlib.import_module("tldata.fetch")


def an_archive(path, names):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"abc")
    return path


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/x", "C:/x", "C:\\x", "..\\x"])
def test_names_that_lead_out_are_refused(tmp_path, name):
    path = an_archive(tmp_path / "a.zip", ["good", name])
    with pytest.raises(ValueError, match="leads out of its folder"):
        read_members(path, {"good": 3})
    with pytest.raises(ValueError, match="leads out of its folder"):
        read_members(an_archive(tmp_path / "b.zip", ["good"]), {name: 3})


def test_a_member_is_read_and_nothing_is_written(tmp_path):
    path = an_archive(tmp_path / "a.zip", ["good", "folder/good..name"])
    assert read_members(path, {"folder/good..name": 3}) == {"folder/good..name": b"abc"}
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("names", "nbytes", "match"),
    [
        (["other"], 3, "0 members called 'good'"),
        (["good", "good"], 3, "2 members called 'good'"),
        (["good"], 2, "hasn't the 2 bytes"),
        (["good"], 4, "hasn't the 4 bytes"),
    ],
)
def test_a_member_that_is_not_the_one(tmp_path, names, nbytes, match):
    with pytest.raises(ValueError, match=match):
        read_members(an_archive(tmp_path / "a.zip", names), {"good": nbytes})


def test_an_archive_that_is_none_or_damaged(tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"not a zip")
    with pytest.raises(ValueError, match="the archive is damaged"):
        read_members(path, {"good": 3})
    content = bytearray(an_archive(path, ["good"]).read_bytes())
    content[content.index(b"abc")] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match="the archive is damaged: Bad CRC"):
        read_members(path, {"good": 3})


def a_tar(members, kind="gz"):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=f"w:{kind}") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            if content == b"link":
                info.type, info.linkname, info.size = tarfile.SYMTYPE, "/etc/passwd", 0
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def test_a_tar_file_is_read_as_well(tmp_path):
    path = tmp_path / "a.tgz"
    path.write_bytes(a_tar({"dev/a.en": b"abc", "dev/a.fr": b"de"}))
    both = {"dev/a.fr": b"de", "dev/a.en": b"abc"}
    assert read_members(path, {"dev/a.fr": 2, "dev/a.en": 3}) == both
    with pytest.raises(ValueError, match="0 members called 'a.fr'"):
        read_members(path, {"a.fr": 2})
    path.write_bytes(a_tar({"dev/a.en": b"abc", "../x": b""}))
    with pytest.raises(ValueError, match="leads out of its folder"):
        read_members(path, {"dev/a.en": 3})
    path.write_bytes(a_tar({"a": b"link"}))
    with pytest.raises(ValueError, match="'a' in the archive is no file"):
        read_members(path, {"a": 3})
    path.write_bytes(b"no archive")
    with pytest.raises(ValueError, match="the archive is damaged"):
        read_members(path, {"a": 3})


@pytest.fixture
def packed(server, tmp_path, monkeypatch):
    """A set of two files that lie in an archive on the web; one is known by its unpacked form."""
    contents = {"a.en": b"hello", "b.txt": b"salut"}
    en, txt = (
        DataFile(name, len(content), hashlib.sha256(content).hexdigest())
        for name, content in contents.items()
    )
    zipped = DataFile("b.zip", 99, "0" * 64, unpacked=txt)
    addresses = tuple(f"{server.url}/{n}/dev.tgz" for n in (1, 2))
    archive = Archive("dev.tgz", 500, addresses, ("dev/a.en", "dev/b.txt"))
    data = DataSet("packed", "t", "h", "l", "c", (en, zipped), archive=archive)
    monkeypatch.setattr(FETCH, "registry", lambda: {"packed": data})
    monkeypatch.setenv("TLCORE_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TLCORE_DATA_MIRROR", raising=False)
    return server, {f"dev/{name}": content for name, content in contents.items()}


def test_a_set_out_of_an_archive_on_the_web(packed):
    server, members = packed
    server.routes["/2/dev.tgz"] = a_tar({**members, "dev/more": b"not wanted"})
    folder = fetch("packed")
    assert sorted(p.name for p in folder.iterdir() if p.name != ".lock") == ["a.en", "b.txt"]
    assert server.gets() == ["/1/dev.tgz", "/2/dev.tgz"]
    assert fetch("packed") == folder and len(server.gets()) == 2  # from the cache


def test_each_file_of_an_archive_is_checked(packed, tmp_path):
    server, members = packed
    server.routes["/1/dev.tgz"] = a_tar({**members, "dev/a.en": b"hallo"})
    server.routes["/2/dev.tgz"] = a_tar(members) + b" " * 2000
    with pytest.raises(DataError) as caught:
        fetch("packed")
    assert "dev.tgz: a.en: sha256" in str(caught.value)
    assert "more than the 1000 bytes" in str(caught.value)  # twice the size that was named
    assert f"inside {server.url}/1/dev.tgz" in str(caught.value)
    kept = (tmp_path / "cache" / "packed").iterdir()
    assert [path.name for path in kept if path.name != ".lock"] == ["b.txt"]
