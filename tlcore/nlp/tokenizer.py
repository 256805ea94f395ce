"""Sentences cut into words, and words turned into ids, for translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

__all__ = [
    "EOS_ID",
    "GO_ID",
    "PAD_ID",
    "START_WORDS",
    "UNK_ID",
    "basic_tokenizer",
    "join_words",
    "sentence_to_token_ids",
]

#: The words that begin every vocabulary: padding, start and end of a sentence, an unknown word.
START_WORDS = ("_PAD", "_GO", "_EOS", "_UNK")
PAD_ID, GO_ID, EOS_ID, UNK_ID = range(4)

SPLIT = re.compile(r"""([.,!?"':;)(])""")
DIGIT = re.compile(r"\d")

Tokenizer = Callable[[str], list[str]]


def basic_tokenizer(sentence: str) -> list[str]:
    """Cut a sentence at white space, and each of ``. , ! ? " ' : ; ) (`` off as a word of its own.

    The original worked on bytes. This one works on text, so the narrow and the non-breaking spaces
    that French sets before ``?`` are spaces too. Upper and lower case stay.

    Parameters
    ----------
    sentence : str
        The sentence.

    Returns
    -------
    list of str
        Its words; none for an empty sentence.

    Raises
    ------
    TypeError
        If `sentence` is no text.

    Examples
    --------
    >>> basic_tokenizer("Who is the president of the United States?")
    ['Who', 'is', 'the', 'president', 'of', 'the', 'United', 'States', '?']
    >>> basic_tokenizer("J'ai vu l'homme.")
    ['J', "'", 'ai', 'vu', 'l', "'", 'homme', '.']
    """
    if not isinstance(sentence, str):
        raise TypeError(
            f"basic_tokenizer: sentence is a {type(sentence).__name__}; expected text. Decode "
            "bytes first: sentence.decode('utf-8')."
        )
    return [word for part in sentence.split() for word in SPLIT.split(part) if word]


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

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If `language` is another.

    Examples
    --------
    >>> join_words(["J", "'", "ai", "vu", "l", "'", "homme", ",", "et", "toi", "?"])
    "J'ai vu l'homme, et toi ?"
    >>> join_words(["Who", "doesn", "'", "t", "?"], language="en")
    "Who doesn't?"
    """
    if language not in ("fr", "en"):
        raise ValueError(f"join_words: language is {language!r}; expected 'fr' or 'en'.")
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
    """Turn a sentence into ids.

    Parameters
    ----------
    sentence : str
        The sentence.
    vocabulary : mapping of str to int
        Word to id, as :func:`initialize_vocabulary` returns it.
    tokenizer : callable, optional
        From a sentence to its words; :func:`basic_tokenizer` by default.
    normalize_digits : bool
        Put 0 for every digit, so ``1990-05`` is looked up as ``0000-00``. It has to be what the
        vocabulary was made with.
    UNK_ID : int
        The id of a word that is not in the vocabulary.

    Returns
    -------
    list of int
        As many ids as words.

    Examples
    --------
    >>> sentence_to_token_ids("I have 12 dogs", {"I": 4, "have": 5, "00": 6, "a": 7})
    [4, 5, 6, 3]
    """
    words = (tokenizer or basic_tokenizer)(sentence)
    return [vocabulary.get(word, UNK_ID) for word in digits_as_zeros(words, normalize_digits)]


def digits_as_zeros(words: Iterable[str], normalize_digits: bool = True) -> Iterable[str]:
    """Put 0 for every digit of every word, where that is asked for.

    >>> list(digits_as_zeros(["1990-05", "9", "x"]))
    ['0000-00', '0', 'x']
    """
    return (DIGIT.sub("0", word) for word in words) if normalize_digits else words


def text_lines(path: str | Path, who: str) -> Iterator[str]:
    r"""Read a text file (UTF-8) line by line, and name the line that is no text.

    Only ``\n`` ends a line: a text may hold other signs that Python's ``splitlines`` would cut at,
    and then two files that belong together no longer would.
    """
    with open(path, "rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield line.decode("utf-8").rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise ValueError(
                    f"{who}: line {number} of {path} is not UTF-8 text: {error}. Convert the file, "
                    "for example with `iconv -f latin1 -t utf-8`."
                ) from None
