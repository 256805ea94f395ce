"""Texts, vocabularies and the files that hold them."""

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
    create_vocabulary,
    data_to_token_ids,
    initialize_vocabulary,
    load_vocab,
    read_words,
    save_vocab,
    sentence_to_token_ids,
    simple_read_words,
    word_ids_to_words,
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


LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\ufeff")
words = st.text(LETTERS, min_size=1)


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
        (lambda: build_words_dataset([]), ValueError, ["words has 0"]),
        (lambda: build_vocab("a text"), TypeError, ["'a text'", "split()"]),
        (lambda: build_words_dataset(["a"], 1), ValueError, ["vocabulary_size is 1", "'UNK'"]),
        (lambda: build_reverse_dictionary({"a": 1, "b": 1}), ValueError, ["'a' and 'b'", "id 1"]),
        (lambda: save_vocab([]), ValueError, ["count has 0"]),
        (lambda: save_vocab([("a\nb", 1)]), ValueError, ["'a\\nb'", "line break"]),
        (lambda: words_to_word_ids(["a", "b"], {"a": 0}), ValueError, ["'b'", "'UNK'", "unk_key"]),
        (lambda: words_to_word_ids("a cat", {"UNK": 0}), TypeError, ["'a cat'", "split()"]),
        (lambda: word_ids_to_words([0, -1], {0: "a"}), ValueError, ["id -1", "1 words"]),
    ],
)
def test_errors(call, kind, parts, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(kind) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value
    assert os.listdir(tmp_path) == []


SPECIAL = "_PAD\n_GO\n_EOS\n_UNK\n"


@pytest.mark.parametrize(
    ("read", "content", "match"),
    [
        (load_vocab, b"UNK 3\nthe\n", "line 2 of .* is 'the'; expected a word, a space and a num"),
        (load_vocab, b"", "is empty"),
        (load_vocab, b"a 1\na 2\n", "line 2 of .* has 'a' a second time, after line 1"),
        (load_vocab, b"caf\xe9 1\n", "line 1 of .* is not UTF-8.*iconv"),
        (read_words, b"good\n\xff", "line 2 of .* is not UTF-8"),
        (lambda path: read_words(path, "<eos>"), b"a", "replace is '<eos>'; expected a pair"),
        (initialize_vocabulary, SPECIAL.encode() + b"a\nb\na\n", "line 7 .* 'a' .* after line 5"),
        (initialize_vocabulary, SPECIAL.encode() + b"dog\n\ncat\n", "line 6 of .* is empty"),
        (initialize_vocabulary, b"_GO\n_PAD\n_EOS\n_UNK\n", "begins with"),
    ],
)
def test_broken_files(tmp_path, read, content, match):
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match=match):
        read(tmp_path / "file")


@pytest.mark.parametrize("read", [simple_read_words, load_vocab, initialize_vocabulary])
def test_files_that_are_not_there(tmp_path, read):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "missing")


# -- Texts


@pytest.fixture
def times(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("it was the best of times\nit was\n\nthe worst  of times", encoding="utf-8")
    return path


def test_the_named_file_is_read(times):
    # The original opened nietzsche.txt whatever it was told.
    assert simple_read_words(times)[:3] == ["it", "was", "the"]
    assert len(simple_read_words(str(times))) == 12


def test_the_end_of_a_line_is_a_word_of_its_own(times):
    words = read_words(times)
    assert words[5:9] == ["times", "<eos>", "it", "was"]  # the original: "times<eos>it"
    assert words.count("<eos>") == 3 and words[-1] == "times"
    assert read_words(times, replace=("\n", "<eos>")) == words  # with or without spaces
    assert read_words(times, replace=("\n\n", "<p>")).count("<p>") == 1
    assert read_words(times, replace=None) == simple_read_words(times)


def test_a_byte_order_mark_is_no_letter(tmp_path):
    (tmp_path / "a.txt").write_text("naïve\r\ncafé", encoding="utf-8-sig")
    assert simple_read_words(tmp_path / "a.txt") == ["naïve", "café"]
    assert read_words(tmp_path / "a.txt") == ["naïve", "<eos>", "café"]


def test_words_to_ids_and_back():
    dictionary = {"UNK": 0, "the": 1, "cat": 2}
    ids = words_to_word_ids(iter(["the", "dog", "cat"]), dictionary)
    assert ids == [1, 0, 2]
    reverse = {i: word for word, i in dictionary.items()}
    assert word_ids_to_words(ids, reverse) == ["the", "UNK", "cat"]
    assert word_ids_to_words(np.array(ids, np.int32), reverse) == ["the", "UNK", "cat"]
    assert words_to_word_ids([], dictionary) == word_ids_to_words([], reverse) == []


def test_a_vocabulary_without_a_word_for_the_unknown():
    assert words_to_word_ids(["a"], {"a": 0}) == [0]
    assert words_to_word_ids(["a", "b"], {"a": 0, "<unk>": 1}, unk_key="<unk>") == [0, 1]


# -- Vocabulary files of a translator, and files of ids


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.fr"
    path.write_text("J'ai 12 chats.\nJ'ai 34 œufs, et 5 été\n", encoding="utf-8")
    return path


def test_a_vocabulary_from_a_text(text, tmp_path):
    path = create_vocabulary(tmp_path / "vocab", text, 100)
    # Counted by hand: "'", J, ai and 00 twice, the rest once, ties by letter.
    expected = ["'", "00", "J", "ai", ",", ".", "0", "chats", "et", "été", "œufs"]
    assert path.read_text(encoding="utf-8") == SPECIAL + "\n".join(expected) + "\n"
    vocabulary, words = initialize_vocabulary(path)
    assert words[4:] == expected and [vocabulary[w] for w in words] == list(range(len(words)))
    short = create_vocabulary(tmp_path / "short", text, 6, normalize_digits=False)
    assert short.read_text() == SPECIAL + "'\nJ\n"


def test_special_words_in_a_text_have_their_ids_and_no_others(tmp_path):
    (tmp_path / "text").write_text("_EOS _EOS x _UNK\n")
    path = create_vocabulary(tmp_path / "vocab", tmp_path / "text", 10)
    assert path.read_text() == SPECIAL + "x\n"
    assert sentence_to_token_ids("x _EOS", initialize_vocabulary(path)[0]) == [4, 2]


def test_ids_of_a_text(text, tmp_path):
    vocab = create_vocabulary(tmp_path / "vocab", text, 8)
    target = data_to_token_ids(text, tmp_path / "ids", str(vocab))
    assert target.read_text() == "6 4 7 5 3 3\n6 4 7 5 3 3 3 3 3\n"


def test_what_is_there_is_never_written_again(text, tmp_path):
    vocab = create_vocabulary(tmp_path / "vocab", text, 8)
    target = data_to_token_ids(text, tmp_path / "ids", vocab)
    before = vocab.read_bytes(), target.read_bytes()
    text.write_text("something else\n")
    create_vocabulary(vocab, text, 8)
    data_to_token_ids(text, target, vocab)
    assert (vocab.read_bytes(), target.read_bytes()) == before


def test_nothing_is_left_behind_where_it_fails(tmp_path):
    (tmp_path / "text").write_bytes(b"good\n\xff\xfe bad\n")
    (tmp_path / "vocab").write_text(SPECIAL + "good\n")
    with pytest.raises(ValueError, match=r"line 2 of .*text is not UTF-8.*iconv"):
        data_to_token_ids(tmp_path / "text", tmp_path / "ids", tmp_path / "vocab")
    with pytest.raises(ValueError, match="line 2 of"):
        create_vocabulary(tmp_path / "new", tmp_path / "text", 10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text", "vocab"]


def test_signs_that_python_takes_for_line_ends_end_no_line(tmp_path):
    """Otherwise two files that belong together would no longer have as many lines."""
    (tmp_path / "text").write_bytes("a\u2028b\x0cc\x85d\r\ne\n".encode())
    vocab = create_vocabulary(tmp_path / "vocab", tmp_path / "text", 10)
    assert vocab.read_text() == SPECIAL + "a\nb\nc\nd\ne\n"
    ids = data_to_token_ids(tmp_path / "text", tmp_path / "ids", vocab)
    assert ids.read_text() == "4 5 6 7\n8\n"


def test_a_vocabulary_whose_lines_begin_with_blanks(tmp_path):
    """So the tutorial prints it; its words must not become unknown."""
    (tmp_path / "vocab").write_text("".join(f" {w}\n" for w in [*SPECIAL.split(), "dog"]))
    assert initialize_vocabulary(tmp_path / "vocab")[0]["dog"] == 4


def test_a_text_that_gives_no_vocabulary(text, tmp_path):
    with pytest.raises(ValueError, match="max_vocabulary_size is 4"):
        create_vocabulary(tmp_path / "vocab", text, 4)
    (tmp_path / "empty").write_text("\n \n")
    with pytest.raises(ValueError, match="has no words"):
        create_vocabulary(tmp_path / "vocab", tmp_path / "empty", 10)
