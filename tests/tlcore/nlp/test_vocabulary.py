import os
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcore.nlp import (
    build_reverse_dictionary,
    build_vocab,
    build_words_dataset,
    load_vocab,
    save_vocab,
    words_to_word_ids,
)

texts = st.lists(st.sampled_from(["a", "b", "c", "d", "UNK", "UNK2"]), min_size=1, max_size=40)


@settings(deadline=None)
@given(texts, st.integers(2, 9))
def test_ids_counts_and_words_belong_together(text, size):
    data, count, dictionary, reverse = build_words_dataset(text, size, printable=False)
    assert data.dtype == np.int32 and data.shape == (len(text),)
    # Every id has one word and every word one id, whatever the text holds.
    assert sorted(dictionary.values()) == list(range(len(dictionary)))
    assert reverse == {i: word for word, i in dictionary.items()}
    assert [word for word, _ in count] == [reverse[i] for i in range(len(reverse))]
    # The counts are those of the ids, and of the words.
    assert [n for _, n in count] == np.bincount(data, minlength=len(count)).tolist()
    truth = Counter(text)
    assert all(truth[word] == n for word, n in count[1:])
    assert len(dictionary) == min(size, len(set(text) - {"UNK"}) + 1)
    assert data.tolist() == words_to_word_ids(text, dictionary)
    numbers = [n for _, n in count[1:]]
    assert numbers == sorted(numbers, reverse=True)
    left_out = set(text) - set(dictionary)
    assert all(truth[word] <= min(numbers, default=0) for word in left_out)


def test_unk_in_the_text_shares_no_id_with_another_word():
    """In the original `the` and `UNK` would both get id 1 here, and id 0 would be nobody's."""
    text = "UNK the UNK cat UNK the".split()
    data, count, dictionary, _ = build_words_dataset(text, 2, printable=False)
    assert dictionary == {"UNK": 0, "the": 1}
    assert count == [("UNK", 4), ("the", 2)]
    assert data.tolist() == [0, 1, 0, 0, 0, 1]


def test_a_text_with_fewer_words_than_the_default_vocabulary(capsys):
    _, count, dictionary, _ = build_words_dataset("the cat saw the dog".split())
    assert len(dictionary) == len(count) == 5
    assert capsys.readouterr().out == (
        "different words in the text: 4\nwords in the vocabulary: 5, UNK among them\n"
    )


def test_nothing_is_printed_unless_wanted(capsys):
    build_words_dataset(["a"], printable=False)
    assert capsys.readouterr().out == ""


def test_ties_go_in_alphabetical_order_so_that_ids_can_be_repeated():
    first = build_words_dataset("b a d c".split(), 3, printable=False)
    second = build_words_dataset("d c b a".split(), 3, printable=False)
    assert first[2] == second[2] == {"UNK": 0, "a": 1, "b": 2}
    assert build_vocab("b a c c".split()) == {"c": 0, "a": 1, "b": 2}


def test_any_iterable_and_another_word_for_the_unknown():
    data, count, *_ = build_words_dataset(iter("a b a".split()), 2, False, unk_key="<unk>")
    assert data.tolist() == [1, 0, 1] and count[0] == ("<unk>", 1)


@given(texts)
def test_build_vocab_numbers_by_frequency(text):
    vocab = build_vocab(text)
    truth = Counter(text)
    assert set(vocab) == set(text) and list(vocab.values()) == list(range(len(vocab)))
    frequencies = [truth[word] for word in vocab]
    assert frequencies == sorted(frequencies, reverse=True)
    reverse = build_reverse_dictionary(vocab)
    assert all(reverse[vocab[word]] == word for word in text)


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1)


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(words, st.integers(0, 10**9), min_size=1))
def test_a_saved_vocabulary_comes_back(tmp_path_factory, vocabulary):
    """Words with spaces, line separators and any letters among them."""
    path = tmp_path_factory.mktemp("vocab") / "vocab.txt"
    count = list(vocabulary.items())
    assert save_vocab(count, path) == path
    assert load_vocab(path) == count
    assert os.listdir(path.parent) == ["vocab.txt"]


def test_a_file_with_the_line_ends_of_windows(tmp_path):
    (tmp_path / "vocab.txt").write_bytes(b"UNK 3\r\nthe 4\r\n")
    assert load_vocab(tmp_path / "vocab.txt") == [("UNK", 3), ("the", 4)]


def test_saving_fails_whole(tmp_path, monkeypatch):
    path = save_vocab([("a", 1)], tmp_path / "vocab.txt")

    def broken(source, target):
        raise OSError("no room")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="no room"):
        save_vocab([("b", 1)], path)
    assert path.read_text() == "a 1\n" and os.listdir(tmp_path) == ["vocab.txt"]


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (lambda: build_words_dataset([]), ValueError, ["words is empty"]),
        (lambda: build_vocab([]), ValueError, ["words is empty"]),
        (lambda: build_vocab("a text"), TypeError, ["'a text'", "split()"]),
        (lambda: build_words_dataset("a text"), TypeError, ["words.split()"]),
        (lambda: build_words_dataset(["a"], 1), ValueError, ["vocabulary_size is 1", "2 or more"]),
        (lambda: build_reverse_dictionary({"a": 1, "b": 1}), ValueError, ["'a' and 'b'", "id 1"]),
        (lambda: save_vocab([]), ValueError, ["count is empty"]),
        (lambda: save_vocab([("a\nb", 1)]), ValueError, ["'a\\nb'", "line break"]),
        (lambda: save_vocab([("", 1)]), ValueError, ["''"]),
    ],
)
def test_errors(call, kind, parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(kind) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"UNK 3\nthe\n", "line 2 .* is 'the'; expected a word, a space and a number"),
        (b"UNK three\n", "line 1"),
        (b"", "line 1 .* is ''"),
        (b"a 1\na 2\n", "'a' a second time"),
        (b"caf\xe9 1\n", "not UTF-8"),
    ],
)
def test_a_broken_vocabulary_file(tmp_path, content, match):
    (tmp_path / "vocab.txt").write_bytes(content)
    with pytest.raises(ValueError, match=f"load_vocab: .*{match}"):
        load_vocab(tmp_path / "vocab.txt")
