"""All of text8, a part of it, and what is said where only the part is to be had."""

import gzip
import hashlib
import importlib
import io
import warnings
import zipfile

import pytest

from tldata import DataError, load_matt_mahoney_text8_dataset
from tldata.registry import DataFile, DataSet, registry

FETCH = importlib.import_module("tldata.fetch")
TEXT8 = importlib.import_module("tldata.text8")

CONTENT = b" anarchism originated as a term of abuse first used against early working class"
CUT = 28  # letters of the part: " anarchism originated as a t"
WORDS = CONTENT.decode().split()
PART = WORDS[:4] + ["t"]


def zipped(content, name="text8"):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


@pytest.fixture
def small(server, tmp_path, monkeypatch):
    """A text8 of 13 words at an address, its beginning in a mirror; returns (server, mirror)."""
    whole, part = zipped(CONTENT), gzip.compress(CONTENT[:CUT])
    files = {"text8": (TEXT8.WHOLE, whole), "text8-prefix": (TEXT8.PREFIX, part)}
    sets = {}
    for name, (file, content) in files.items():
        entry = DataFile(file, len(content), hashlib.sha256(content).hexdigest())
        addresses = (f"{server.url}/",) if name == "text8" else ()
        sets[name] = DataSet(name, "t", "h", "l", "c", (entry,), addresses, folder="text8")
    monkeypatch.setattr(FETCH, "registry", lambda: sets)
    monkeypatch.setattr(TEXT8, "WHOLE_BYTES", len(CONTENT))
    monkeypatch.setattr(TEXT8, "PREFIX_BYTES", CUT)
    monkeypatch.setenv("TLCORE_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TLCORE_DATA_MIRROR", str(tmp_path / "mirror"))
    (tmp_path / "mirror" / "text8").mkdir(parents=True)
    server.routes["/text8.zip"] = whole
    (tmp_path / "mirror" / "text8" / TEXT8.PREFIX).write_bytes(part)
    return server, tmp_path / "mirror" / "text8" / TEXT8.PREFIX


def test_all_of_it_where_it_can_be_had(small):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_matt_mahoney_text8_dataset() == WORDS
        assert load_matt_mahoney_text8_dataset(whole=True) == WORDS


def test_only_the_part_can_be_had(small):
    server, _ = small
    server.routes.clear()
    with pytest.warns(UserWarning, match="these are its first 5 words of 17,005,207") as caught:
        assert load_matt_mahoney_text8_dataset() == PART
    assert len(caught) == 1
    assert caught[0].filename == __file__  # it points to the caller's line
    with pytest.raises(DataError, match="Can't get text8:.*404"):
        try:
            load_matt_mahoney_text8_dataset(whole=True)
        except DataError as error:
            raise DataError(str(error).replace("\n", " ")) from None


def test_the_part_is_asked_for(small):
    server, _ = small
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load_matt_mahoney_text8_dataset(whole=False) == PART
    assert server.gets() == []  # the mirror has it: no download of all


def test_the_part_is_cut_from_all_of_it_where_no_mirror_has_it(small):
    _, part = small
    part.unlink()
    assert load_matt_mahoney_text8_dataset(whole=False) == PART


def test_neither_is_to_be_had(small):
    server, part = small
    server.routes.clear()
    part.unlink()
    for whole in (None, True, False):
        with pytest.raises(DataError, match="text8.zip"):
            load_matt_mahoney_text8_dataset(whole=whole)


def test_a_file_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.setattr(TEXT8, "WHOLE_BYTES", len(CONTENT))
    (tmp_path / "text8.zip").write_bytes(zipped(CONTENT))
    (tmp_path / "text8").write_bytes(CONTENT)
    (tmp_path / "some.gz").write_bytes(gzip.compress(CONTENT))
    for path in (tmp_path, str(tmp_path / "text8.zip"), tmp_path / "text8", tmp_path / "some.gz"):
        assert load_matt_mahoney_text8_dataset(path) == WORDS


def test_files_that_are_wrong(tmp_path):
    (tmp_path / "half.gz").write_bytes(gzip.compress(CONTENT)[:40])
    (tmp_path / "short.zip").write_bytes(zipped(CONTENT))
    (tmp_path / "other.zip").write_bytes(zipped(CONTENT, "text9"))
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    for name, match in {
        "half.gz": "damaged gzip",
        "short.zip": "'text8' hasn't the 100000000 bytes",
        "other.zip": "0 members called 'text8'",
        "latin": "is not text8",
    }.items():
        with pytest.raises(ValueError, match=match):
            load_matt_mahoney_text8_dataset(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        load_matt_mahoney_text8_dataset(tmp_path / "missing")


@pytest.mark.mirror
def test_the_real_part(or_skip):
    words = or_skip(load_matt_mahoney_text8_dataset, whole=False)
    assert len(words) == 1_171_946
    assert len(" " + " ".join(words) + " ") == 6_877_825
    assert registry()["text8"].folder == registry()["text8-prefix"].folder == "text8"
