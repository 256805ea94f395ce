import numpy as np
import pytest

from tlcore.nlp import read_words, simple_read_words, word_ids_to_words, words_to_word_ids


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("it was the best of times\nit was\n\nthe worst  of times", encoding="utf-8")
    return path


def test_the_named_file_is_read(text):
    # The original opened nietzsche.txt whatever it was told.
    assert simple_read_words(text)[:3] == ["it", "was", "the"]
    assert len(simple_read_words(str(text))) == 12


def test_the_end_of_a_line_is_a_word_of_its_own(text):
    words = read_words(text)
    assert words[5:9] == ["times", "<eos>", "it", "was"]  # the original: "times<eos>it"
    assert words.count("<eos>") == 3 and words[-1] == "times"
    assert read_words(text, replace=("\n", "<eos>")) == words  # with or without spaces
    assert read_words(text, replace=("\n\n", "<p>")).count("<p>") == 1
    assert read_words(text, replace=None) == simple_read_words(text)


def test_letters_beyond_ascii(tmp_path):
    (tmp_path / "a.txt").write_bytes("naïve café".encode())
    assert simple_read_words(tmp_path / "a.txt") == ["naïve", "café"]


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


@pytest.mark.parametrize(
    ("call", "kind", "parts"),
    [
        (lambda: words_to_word_ids(["a", "b"], {"a": 0}), ValueError, ["'b'", "'UNK'", "unk_key"]),
        (lambda: words_to_word_ids("a cat", {"UNK": 0}), TypeError, ["'a cat'", "split()"]),
        (lambda: word_ids_to_words([0, 7], {0: "a"}), ValueError, ["id 7", "1 words"]),
        (lambda: word_ids_to_words([-1], {0: "a"}), ValueError, ["id -1"]),
    ],
)
def test_errors(call, kind, parts):
    with pytest.raises(kind) as error:
        call()
    assert all(part in str(error.value) for part in parts), error.value


def test_files_that_are_no_text(tmp_path, text):
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    for read in (simple_read_words, read_words):
        with pytest.raises(ValueError, match=f"{read.__name__}: .*latin is not UTF-8"):
            read(tmp_path / "latin")
        with pytest.raises(FileNotFoundError):
            read(tmp_path / "missing")
    with pytest.raises(ValueError, match="replace is '<eos>'; expected a pair"):
        read_words(text, replace="<eos>")
