"""Tatoeba, Multi30k and WMT: the real ones where they are to be had, and files that are wrong."""

import gzip
import importlib
import re
import tarfile
import zipfile

import pytest

from tlcore.files import (
    DataError,
    load_multi30k,
    load_newstest2013,
    load_tatoeba_en_fr,
    load_wmt_en_fr_dataset,
    read_pairs,
)

WMT = importlib.import_module("tldata.wmt")


@pytest.fixture(scope="module")
def tatoeba(or_skip):
    return or_skip(load_tatoeba_en_fr)


@pytest.mark.mirror
def test_the_real_tatoeba(tatoeba):
    train, valid, test = tatoeba
    assert (len(valid), len(test)) == (2500, 2500)
    assert 110_000 < len(train) < 115_000
    assert ("Go.", "Va !") in {*train, *valid, *test}
    assert all("\u202f" not in fr and "\xa0" not in fr for _, fr in train)


@pytest.mark.mirror
def test_no_test_sentence_was_seen_in_training(tatoeba):
    """Compared by letters alone: neither capitals nor punctuation make a sentence a new one."""
    letters = [{re.sub(r"\W", "", en).lower() for en, _ in part} for part in tatoeba]
    assert sum(map(len, tatoeba)) - sum(map(len, letters)) < 60  # "any one" and "anyone" are two
    train, valid, test = tatoeba
    seen = {en for en, _ in train}
    assert not seen & {en for en, _ in test} and not seen & {en for en, _ in valid}
    assert not {en for en, _ in valid} & {en for en, _ in test}
    assert len(letters[0] & letters[2]) <= 5 and len(letters[0] & letters[1]) <= 5


def test_the_split_is_always_the_same(tmp_path):
    (tmp_path / "fra.txt").write_text("".join(f"Go {i}.\tVa {i} !\n" for i in range(100)))
    first, again, other = (
        load_tatoeba_en_fr(tmp_path, n_valid=9, n_test=9, seed=s) for s in (0, 0, 1)
    )
    assert first == again != other


def test_tatoeba_from_a_file_of_ones_own(tmp_path):
    text = "Go.\tVa !\tCC-BY\nGO!\tAllez !\nHi.\tSalut\u202f!\nRun!\tCours !\n"
    (tmp_path / "fra.txt").write_text(text, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "new.zip", "w") as archive:
        archive.writestr("fra.txt", text)  # as the site packs it today: without a folder
    for path in (tmp_path, tmp_path / "fra.txt", str(tmp_path), tmp_path / "new.zip"):
        train, valid, test = load_tatoeba_en_fr(path, n_valid=1, n_test=0)
        assert len(train) == 2 and len(valid) == 1 and test == []
        assert sorted(train + valid) == [("Go.", "Va !"), ("Hi.", "Salut !"), ("Run!", "Cours !")]


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"Go.\tVa !\nHi.\n", "line 2 of .* is b'Hi.'; expected an English and a French"),
        (b"Go.\tVa !\nHi.\tcaf\xe9\n", "line 2 of .* is not UTF-8"),
        (b"Go.\tVa !\nHi.\tSalut !\n", "n_valid is 2500 and n_test 2500; .* has 2 different"),
    ],
)
def test_wrong_files_of_tatoeba(tmp_path, content, match):
    (tmp_path / "fra.txt").write_bytes(content)
    with pytest.raises(ValueError, match=match):
        load_tatoeba_en_fr(tmp_path)


def test_wrong_archives_of_tatoeba(tmp_path):
    (tmp_path / "fra-eng.zip").write_bytes(b"PK")
    with pytest.raises(ValueError, match="load_tatoeba_en_fr: .*zip"):
        load_tatoeba_en_fr(tmp_path)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("deu.txt", "Go.\tGeh.\n")
    with pytest.raises(ValueError, match="holds neither of"):
        load_tatoeba_en_fr(tmp_path / "other.zip")
    with pytest.raises(FileNotFoundError):
        load_tatoeba_en_fr(tmp_path / "missing.txt")


@pytest.mark.mirror
def test_the_real_multi30k(or_skip):
    parts = or_skip(load_multi30k)
    assert [len(part) for part in parts] == [29_000, 1_014, 1_000]
    assert parts[2][0] == (
        "A man in an orange hat starring at something.",
        "Un homme avec un chapeau orange regardant quelque chose.",
    )
    assert all(en and fr for part in parts for en, fr in part)


@pytest.mark.mirror
def test_the_real_newstest(or_skip):
    pairs = or_skip(load_newstest2013)
    assert len(pairs) == 3000
    assert pairs[0][0] == "A Republican strategy to counter the re-election of Obama"
    assert all(en and fr for en, fr in pairs)


@pytest.fixture
def folder(tmp_path):
    for split in ("train", "val", "test_2016_flickr"):
        (tmp_path / f"{split}.en").write_text(f"{split}\nA dog.\n")
        (tmp_path / f"{split}.fr.gz").write_bytes(
            gzip.compress(f"{split}\nUn  chien.\r\n".encode())
        )
    return tmp_path


def test_multi30k_from_a_folder(folder):
    train, valid, test = load_multi30k(folder)
    assert train == [("train", "train"), ("A dog.", "Un chien.")]
    assert valid[0] == ("val", "val") and test[0][0] == "test_2016_flickr"


def test_files_that_do_not_belong_together(folder):
    (folder / "val.en").write_text("one\ntwo\nthree\n")
    with pytest.raises(ValueError, match="load_multi30k: .*val.en has 3 lines and .* has 2"):
        load_multi30k(folder)
    (folder / "val.en").write_bytes(b"one\n\xff\n")
    with pytest.raises(ValueError, match="line 2 of .*val.en is not UTF-8"):
        load_multi30k(folder)
    (folder / "val.fr.gz").write_bytes(gzip.compress(b"un\ndeux\n")[:20])
    (folder / "val.en").write_text("one\ntwo\n")
    with pytest.raises(ValueError, match="val.fr.gz is a damaged gzip file"):
        load_multi30k(folder)
    (folder / "val.fr.gz").unlink()
    with pytest.raises(FileNotFoundError):
        load_multi30k(folder)


def test_only_a_line_feed_ends_a_line(tmp_path):
    (tmp_path / "a").write_bytes("one\u2028more\x85\ntwo\n".encode())
    (tmp_path / "b").write_bytes(b"un\ndeux")  # no line feed at the end
    assert read_pairs(tmp_path / "a", tmp_path / "b") == [("one more", "un"), ("two", "deux")]
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "b").write_bytes(b"")
    assert read_pairs(tmp_path / "a", tmp_path / "b") == []


def a_tar(path, names):
    with tarfile.open(path, "w") as archive:
        for name in names:
            packed = path.with_name("x")
            packed.write_bytes(gzip.compress(f"{name}\n".encode()))
            archive.add(packed, name)
            packed.unlink()


@pytest.fixture
def wmt(tmp_path):
    (tmp_path / "newstest2013.en").write_text("news\n")
    (tmp_path / "newstest2013.fr").write_text("infos\n")
    return tmp_path


def test_wmt_says_what_to_do(wmt):
    with pytest.raises(DataError, match="download=True.*2,595,102,720 bytes.*statmt.org.*14 GB"):
        load_wmt_en_fr_dataset(wmt)
    assert sorted(p.name for p in wmt.iterdir()) == ["newstest2013.en", "newstest2013.fr"]


def test_wmt_from_its_tar_file(wmt):
    a_tar(wmt / WMT.TAR, [f"{WMT.GIGA}.en.gz", f"{WMT.GIGA}.fr.gz"])
    train, dev = load_wmt_en_fr_dataset(wmt)
    assert read_pairs(f"{train}.en", f"{train}.fr") == [(f"{WMT.GIGA}.en.gz", f"{WMT.GIGA}.fr.gz")]
    assert read_pairs(f"{dev}.en", f"{dev}.fr") == [("news", "infos")]
    for path in wmt.glob("*.gz"):
        path.unlink()
    (wmt / WMT.TAR).unlink()
    assert load_wmt_en_fr_dataset(wmt) == (train, dev)  # the texts are enough


def test_wmt_downloads_where_asked_to(wmt, server, monkeypatch):
    a_tar(wmt / "remote.tar", [f"{WMT.GIGA}.en.gz", f"{WMT.GIGA}.fr.gz"])
    content = (wmt / "remote.tar").read_bytes()
    monkeypatch.setattr(WMT, "ADDRESS", f"{server.url}/{WMT.TAR}")
    with pytest.raises(DataError, match="404"):
        load_wmt_en_fr_dataset(wmt / "new", download=True)
    server.routes[f"/{WMT.TAR}"] = content
    with pytest.raises(DataError, match=f"{len(content)} bytes instead of 2595102720"):
        load_wmt_en_fr_dataset(wmt / "new", download=True)
    assert list((wmt / "new").iterdir()) == []
    monkeypatch.setattr(WMT, "TAR_BYTES", len(content))
    (wmt / "new" / "newstest2013.en").write_text("news\n")
    train, _ = load_wmt_en_fr_dataset(wmt / "new", download=True)
    assert train.with_name(f"{WMT.GIGA}.fr").read_text() == f"{WMT.GIGA}.fr.gz\n"


def test_damaged_files_of_wmt(wmt):
    (wmt / WMT.TAR).write_bytes(b"no tar")
    with pytest.raises(ValueError, match="damaged, or another file"):
        load_wmt_en_fr_dataset(wmt)
    a_tar(wmt / WMT.TAR, ["other"])
    with pytest.raises(ValueError, match="damaged, or another file: .*not found"):
        load_wmt_en_fr_dataset(wmt)
    (wmt / f"{WMT.GIGA}.en.gz").write_bytes(b"no gzip")
    with pytest.raises(ValueError, match="en.gz is a damaged gzip file"):
        load_wmt_en_fr_dataset(wmt)
    assert not (wmt / f"{WMT.GIGA}.en").exists()
