"""Sentences to words and back, and to ids."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tlcore.nlp import START_WORDS, basic_tokenizer, join_words, sentence_to_token_ids
from tldata.sentences import STRAIGHT


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("I go.", "I go ."),
        ("Wait, what?! (no)", "Wait , what ? ! ( no )"),
        ("""He said: "It's 5; go".""", """He said : " It ' s 5 ; go " ."""),
        ("Qu'est-ce que c'est\u00a0?", "Qu ' est-ce que c ' est ?"),  # a non-breaking space
        ("Où\u202f? Là\u2009!", "Où ? Là !"),  # narrow spaces
        ("well-known 1990-05", "well-known 1990-05"),
        ("  \t\n ", ""),
        ("", ""),
        ("...", ". . ."),
        ("\ufeff“C’est un va\u2011et\u2011vient”", '" C \' est un va-et-vient "'),
        ("États-Unis œuvre 北京", "États-Unis œuvre 北京"),
    ],
)
def test_words(sentence, words):
    assert basic_tokenizer(sentence) == words.split()


@given(st.text())
@example("“C’est”")  # becomes straight
def test_nothing_is_lost(sentence):
    words = basic_tokenizer(sentence)
    assert "".join(words) == "".join(sentence.translate(STRAIGHT).split())
    assert all(word in ".,!?\"':;)(" or not set(word) & set(".,!?\"':;)(") for word in words)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Qui est le président des États-Unis ?", "fr"),
        ("N'a-t-elle pas vu l'homme, ni l'eau ?", "fr"),
        ("Oui ! Il a dit : non (hier) ; c'est tout.", "fr"),
        ("He doesn't know: why, who, how?", "en"),
        ("Yes! It is (almost) done; go.", "en"),
    ],
)
def test_there_and_back(sentence, language):
    assert join_words(basic_tokenizer(sentence), language) == sentence


def test_ids_and_digits():
    vocabulary = {word: i for i, word in enumerate([*START_WORDS, "0000-00", "0", "x", "9"])}
    sentence = "1990-05 7 x y"
    assert sentence_to_token_ids(sentence, vocabulary) == [4, 5, 6, 3]
    assert sentence_to_token_ids("9 x", vocabulary, normalize_digits=False) == [7, 6]
    assert sentence_to_token_ids(sentence, vocabulary, UNK_ID=99)[-1] == 99
    assert sentence_to_token_ids("xx", vocabulary, tokenizer=list) == [6, 6]
    assert sentence_to_token_ids("", vocabulary) == []
    assert sentence_to_token_ids("٣", vocabulary) == [5]  # an Arabic three is a digit too


def test_errors():
    with pytest.raises(TypeError, match="sentence is a bytes.*Decode"):
        basic_tokenizer(b"I go.")
    with pytest.raises(ValueError, match="language is 'de'"):
        join_words(["a"], "de")
