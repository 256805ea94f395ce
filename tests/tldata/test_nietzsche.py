"""Nietzsche's text: whole, from a file of one's own, and not to be had."""

import pytest

from tlcore.nlp import ptb_words
from tldata import load_nietzsche


def test_a_file_of_ones_own(tmp_path):
    # Some editors put a mark in front of a text: it is no part of the first word.
    (tmp_path / "nietzsche.txt").write_bytes(b"\xef\xbb\xbfIs Truth a woman?\n")
    assert load_nietzsche(tmp_path) == load_nietzsche(str(tmp_path / "nietzsche.txt"))
    assert load_nietzsche(tmp_path) == "Is Truth a woman?\n"


def test_files_that_are_wrong(tmp_path):
    (tmp_path / "nietzsche.txt").write_bytes(b"caf\xe9")
    with pytest.raises(ValueError, match="is not UTF-8"):
        load_nietzsche(tmp_path)
    (tmp_path / "nietzsche.txt").write_bytes(b" \n")
    with pytest.raises(ValueError, match="is empty"):
        load_nietzsche(tmp_path)
    with pytest.raises(FileNotFoundError):
        load_nietzsche(tmp_path / "missing.txt")


@pytest.mark.mirror
def test_the_real_one(or_skip):
    text = or_skip(load_nietzsche)
    assert len(text) == 600_893 and text.startswith("PREFACE\n\n\nSUPPOSING that Truth is a woman")
    words = ptb_words(text)
    assert words[:9] == "preface <eos> supposing that truth is a woman what".split()
    assert 100_000 < len(words) < 110_000
