"""Vocabulary files, files of ids, and reading two of them together."""

import pytest

from tlcore.nlp import (
    create_vocabulary,
    data_to_token_ids,
    initialize_vocabulary,
    read_data,
    sentence_to_token_ids,
)

SPECIAL = "_PAD\n_GO\n_EOS\n_UNK\n"


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
    with pytest.raises(ValueError, match="create_vocabulary: line 2 of"):
        create_vocabulary(tmp_path / "new", tmp_path / "text", 10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text", "vocab"]


def test_signs_that_python_takes_for_line_ends_end_no_line(tmp_path):
    """Otherwise two files that belong together would no longer have as many lines."""
    (tmp_path / "text").write_bytes("a\u2028b\x0cc\x85d\r\ne\n".encode())
    vocab = create_vocabulary(tmp_path / "vocab", tmp_path / "text", 10)
    assert vocab.read_text() == SPECIAL + "a\nb\nc\nd\ne\n"
    ids = data_to_token_ids(tmp_path / "text", tmp_path / "ids", vocab)
    assert ids.read_text() == "4 5 6 7\n8\n"


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (SPECIAL + "dog\ncat\ndog\n", "line 7 of .* has 'dog' a second time, after line 5"),
        (SPECIAL + "dog\n\ncat\n", "line 6 of .* is empty"),
        ("the\ndog\n", "begins with"),
        ("", "begins with"),
        ("_GO\n_PAD\n_EOS\n_UNK\n", "begins with"),
    ],
)
def test_wrong_vocabularies(tmp_path, content, match):
    (tmp_path / "vocab").write_text(content)
    with pytest.raises(ValueError, match=match):
        initialize_vocabulary(tmp_path / "vocab")


def test_errors(text, tmp_path):
    with pytest.raises(FileNotFoundError):
        initialize_vocabulary(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        create_vocabulary(tmp_path / "vocab", tmp_path / "missing", 10)
    with pytest.raises(ValueError, match="max_vocabulary_size is 4"):
        create_vocabulary(tmp_path / "vocab", text, 4)
    (tmp_path / "empty").write_text("\n \n")
    with pytest.raises(ValueError, match="has no words"):
        create_vocabulary(tmp_path / "vocab", tmp_path / "empty", 10)


def test_reading_pairs(tmp_path):
    (tmp_path / "en").write_text("5 6\n7\n\n8 8 8 8\n9 9 9 9 9\n5\n")
    (tmp_path / "fr").write_text("50\n70 71\n60\n80\n90\n\n")
    data = read_data(tmp_path / "en", tmp_path / "fr", [(3, 4), (5, 5)])
    # (2, 1 + EOS) and (1, 2 + EOS) are below (3, 4); (4, 2) is below (5, 5); five words are not.
    assert data == [[([5, 6], [50, 2]), ([7], [70, 71, 2])], [([8, 8, 8, 8], [80, 2])]]
    assert (data.empty, data.too_long) == (2, 1)
    assert read_data(tmp_path / "en", tmp_path / "fr", [(3, 4)], EOS_ID=1, max_size=1) == [
        [([5, 6], [50, 1])]
    ]


def test_files_that_do_not_belong_together(tmp_path):
    (tmp_path / "en").write_text("5\n6\n7\n")
    (tmp_path / "fr").write_text("5\n6\n")
    for names in (("en", "fr"), ("fr", "en")):
        with pytest.raises(ValueError, match="fr ends after 2 lines"):
            read_data(*(tmp_path / name for name in names))
    assert len(read_data(tmp_path / "en", tmp_path / "fr", max_size=2)[0]) == 2
    (tmp_path / "fr").write_text("5\nsix\n7\n")
    with pytest.raises(ValueError, match="line 2 of .*fr is 'six'; expected ids"):
        read_data(tmp_path / "en", tmp_path / "fr")
