"""Sentences cut into words, and words turned into ids, for translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from tlcore.check import check_choice, check_text

#: The words that begin every vocabulary: padding, start and end of a sentence, an unknown word.
START_WORDS = ("_PAD", "_GO", "_EOS", "_UNK")
PAD_ID, GO_ID, EOS_ID, UNK_ID = range(4)

SPLIT = re.compile(r"""([.,!?"':;)(])""")
DIGIT = re.compile(r"\d")

Tokenizer = Callable[[str], list[str]]


def basic_tokenizer(sentence: str) -> list[str]:
    """Cut a sentence at white space, and each of ``. , ! ? " ' : ; ) (`` off as a word of its own.

    The narrow and the non-breaking spaces that French sets before ``?`` are spaces too. Upper and
    lower case stay.

    >>> basic_tokenizer("Who is the president of the United States?")
    ['Who', 'is', 'the', 'president', 'of', 'the', 'United', 'States', '?']
    >>> basic_tokenizer("J'ai vu l'homme.")
    ['J', "'", 'ai', 'vu', 'l', "'", 'homme', '.']
    """
    parts = check_text("sentence", sentence).split()
    return [word for part in parts for word in SPLIT.split(part) if word]


def join_words(words: Iterable[str], language: str = "fr") -> str:
    """Write words as a sentence again: the way back from :func:`basic_tokenizer`.

    An apostrophe stands between two words without spaces. Points and commas follow their word
    directly; so do ``? ! : ;``, but in French there is a space before them. Quotation marks are
    left with a space on both sides, because the words don't tell an opening from a closing one.

    Parameters
    ----------
    words : iterable of str
        The words, without ``_PAD``, ``_GO`` and ``_EOS``.
    language : str
        ``"fr"`` or ``"en"``.

    Examples
    --------
    >>> join_words(["J", "'", "ai", "vu", "l", "'", "homme", ",", "et", "toi", "?"])
    "J'ai vu l'homme, et toi ?"
    >>> join_words(["Who", "doesn", "'", "t", "?"], language="en")
    "Who doesn't?"
    """
    check_choice("language", language, ["fr", "en"])
    text = " ".join(words)
    text = re.sub(r" ?' ?", "'", text)
    text = re.sub(r"\( ", "(", text)
    return re.sub(r" ([.,)])" if language == "fr" else r" ([.,)?!:;])", r"\1", text)


def sentence_to_token_ids(
    sentence: str,
    vocabulary: Mapping[str, int],
    tokenizer: Tokenizer | None = None,
    normalize_digits: bool = True,
    UNK_ID: int = UNK_ID,
) -> list[int]:
    """Turn a sentence into ids, as many as it has words.

    Parameters
    ----------
    vocabulary : mapping of str to int
        Word to id, as :func:`initialize_vocabulary` returns it.
    tokenizer : callable, optional
        From a sentence to its words; :func:`basic_tokenizer` by default.
    normalize_digits : bool
        Put 0 for every digit, so ``1990-05`` is looked up as ``0000-00``. It has to be what the
        vocabulary was made with.
    UNK_ID : int
        The id of a word that is not in the vocabulary.

    Examples
    --------
    >>> sentence_to_token_ids("I have 12 dogs", {"I": 4, "have": 5, "00": 6, "a": 7})
    [4, 5, 6, 3]
    """
    words = (tokenizer or basic_tokenizer)(sentence)
    return [vocabulary.get(word, UNK_ID) for word in digits_as_zeros(words, normalize_digits)]


def digits_as_zeros(words: Iterable[str], normalize_digits: bool = True) -> Iterable[str]:
    """Put 0 for every digit of every word, where that is asked for."""
    return (DIGIT.sub("0", word) for word in words) if normalize_digits else words
