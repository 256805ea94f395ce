"""The Penn Treebank and its free stand-in: counts, splits, sentence ends."""

import bz2
import importlib
import zipfile
from collections import Counter

import numpy as np
import pytest

from tlcore.files import (
    load_ptb_dataset,
    load_ptb_words,
    load_wikipedia_ptb,
    load_wikipedia_ptb_words,
)

PTB = importlib.import_module("tldata.ptb")
TEXTS = {
    "train": " the cat saw the <unk> \n the cat sat\nN cats\n",
    "valid": "the dog sat\n",
    "test": "a cat\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in TEXTS.items():
        (tmp_path / f"ptb.{name}.txt").write_text(text)
    return tmp_path


def test_a_folder(folder):
    train, valid, test = load_ptb_words(folder)
    assert train == "the cat saw the <unk> <eos> the cat sat <eos> N cats <eos>".split()
    assert valid == ["the", "dog", "sat", "<eos>"] and test == ["a", "cat", "<eos>"]
    ids = load_ptb_dataset(str(folder))
    order = ["<eos>", "the", "cat", "<unk>", "N", "cats", "sat", "saw"]  # by count, then by letter
    order = sorted(set(train), key=lambda word: (-train.count(word), word))
    assert ids[0].tolist() == [order.index(word) for word in train]
    assert ids[1].tolist() == [order.index(w if w in order else "<unk>") for w in valid]
    assert ids[3] == 8 and all(part.dtype == np.int32 for part in ids[:3])


def test_an_archive(folder, monkeypatch):
    monkeypatch.setattr(PTB, "SPLITS", {name: len(text) for name, text in TEXTS.items()})
    with zipfile.ZipFile(folder / "ptb.zip", "w") as archive:
        for name, text in TEXTS.items():
            archive.writestr(f"ptb/ptb.{name}.txt", text)
    assert load_ptb_words(folder / "ptb.zip") == load_ptb_words(folder)


def test_files_that_are_wrong(folder):
    (folder / "ptb.valid.txt").write_text(" \n"[:1])
    with pytest.raises(ValueError, match="the valid text is empty"):
        load_ptb_dataset(folder)
    (folder / "ptb.valid.txt").write_bytes(b"caf\xe9")
    with pytest.raises(ValueError, match="valid, is not UTF-8 text"):
        load_ptb_dataset(folder)
    with pytest.raises(FileNotFoundError):
        load_ptb_dataset(folder / "missing")
    (folder / "some.zip").write_bytes(b"PK")
    with pytest.raises(ValueError, match="damaged"):
        load_ptb_dataset(folder / "some.zip")


@pytest.mark.mirror
def test_the_real_one(or_skip):
    words = or_skip(load_ptb_words)
    assert [len(part) for part in words] == [929_589, 73_760, 82_430]
    assert words[0][24:32] == ["<eos>", "pierre", "<unk>", "N", "years", "old", "will", "join"]
    train, valid, test, vocab_size = load_ptb_dataset()
    assert vocab_size == 10_000 == len(set(words[0])) == train.max() + 1
    counts = np.bincount(train)
    assert (np.diff(counts) <= 0).all()  # ids in order of frequency
    assert Counter(words[0]).most_common(3) == [("the", 50770), ("<unk>", 45020), ("<eos>", 42068)]
    assert len(valid) == 73_760 and test.max() < 10_000


@pytest.fixture(scope="module")
def wikipedia():
    return load_wikipedia_ptb_words()


def test_wikipedia_has_the_same_form(wikipedia):
    train, valid, test = wikipedia
    assert 390_000 < len(train) < 410_000
    assert all(15_000 < len(part) < 25_000 for part in (valid, test))
    assert len(set(train)) == 10_000 and {"<unk>", "<eos>", "N", "'s"} < set(train)
    assert set(valid) | set(test) <= set(train)
    for part in wikipedia:
        assert part[-1] == "<eos>"
        assert 20 < len(part) / part.count("<eos>") < 27  # real sentences, of usual length
        assert all(word.islower() or word == "N" for word in part)
    assert " ".join(train).startswith(
        "anarchism is a political philosophy that advocates self governed societies based on "
        "voluntary institutions <eos> these are"
    )
    # Nothing that was trained on comes again: no sentence of ten words and more.
    sentences = [
        {s for s in " ".join(part).split("<eos>") if len(s.split()) >= 10} for part in wikipedia
    ]
    assert len(sentences[0] & (sentences[1] | sentences[2])) <= 3


def test_another_dump(tmp_path):
    # The markup is cut off; the last twentieth is the test's.
    body = "".join(f"Ant number {i} saw the king's door.\n\n" for i in range(100))
    page = f"<page><ns>0</ns><revision><text>==Ants==\n* a list\n{body}</text></revision></page>"
    dump = f"<mediawiki>{page}</mediawiki>".encode()
    (tmp_path / "dump.bz2").write_bytes(bz2.compress(dump))
    train, valid, test = load_wikipedia_ptb_words(tmp_path / "dump.bz2")
    sentence = "ant number N saw the king 's door <eos>".split()
    assert (train, valid, test) == (sentence * 90, sentence * 5, sentence * 5)
    ids = load_wikipedia_ptb(tmp_path / "dump.bz2")
    assert [len(part) for part in ids[:3]] == [810, 45, 45] and ids[3] == 9 == ids[0].max() + 1
    (tmp_path / "short").write_bytes(dump[:40])
    with pytest.raises(ValueError, match="no dump of articles"):
        load_wikipedia_ptb(tmp_path / "short")
    (tmp_path / "one").write_bytes(dump.replace(body.encode(), b"One ant and no more than that."))
    with pytest.raises(ValueError, match="too short"):
        load_wikipedia_ptb(tmp_path / "one")
