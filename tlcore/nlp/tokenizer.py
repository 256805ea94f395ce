"""Sentences cut into words, and words written as sentences again, for translation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tlcore.check import check_choice
from tldata.sentences import STRAIGHT

#: The words that begin every vocabulary: padding, start and end of a sentence, an unknown word.
START_WORDS = ("_PAD", "_GO", "_EOS", "_UNK")
PAD_ID, GO_ID, EOS_ID, UNK_ID = range(4)

#: Punctuation: of English and French, then that of other scripts.
SPLIT = re.compile(
    "([.,!?\"':;)(\u2026\xa1\xbf\xab\xbb\u2039\u203a\u201a\u2013\u2014\u2015"
    "\u037e\u0589\u060c\u061b\u061f\u06d4\u0964\u0965"
    "\u3001\u3002\u3008-\u3011\u30fb\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f])"
)

Tokenizer = Callable[[str], list[str]]


def basic_tokenizer(sentence: str) -> list[str]:
    """Cut a sentence at white space, and each of ``. , ! ? " ' : ; ) (`` off as a word of its own.

    So are ``… ¿ « » –`` and the punctuation of other scripts. First typographic quotes, apostrophes
    and hyphens become those of a keyboard, and a byte order mark goes. The narrow and the
    non-breaking spaces that French sets before ``?`` are spaces too. Upper and lower case stay.

    >>> basic_tokenizer("Who is the president of the United States?")
    ['Who', 'is', 'the', 'president', 'of', 'the', 'United', 'States', '?']
    >>> basic_tokenizer("J'ai vu l'homme.")
    ['J', "'", 'ai', 'vu', 'l', "'", 'homme', '.']
    """
    parts = sentence.translate(STRAIGHT).split()
    return [word for part in parts for word in SPLIT.split(part) if word]


def join_words(words: Iterable[str], language: str = "fr") -> str:
    """Write words as a sentence again: the way back from :func:`basic_tokenizer`.

    An apostrophe stands between two words without spaces. Points and commas follow their word
    directly; so do ``? ! : ;``, but in French, `language` "fr" and not "en", there is a space
    before them. Quotation marks are left with a space on both sides, because the words don't tell
    an opening from a closing one.

    >>> join_words(["J", "'", "ai", "vu", "l", "'", "homme", ",", "et", "toi", "?"])
    "J'ai vu l'homme, et toi ?"
    >>> join_words(["Who", "doesn", "'", "t", "?"], language="en")
    "Who doesn't?"
    """
    check_choice("language", language, ["fr", "en"])
    text = re.sub(r" ?' ?", "'", " ".join(words)).replace("( ", "(")
    return re.sub(r" ([.,)])" if language == "fr" else r" ([.,)?!:;])", r"\1", text)
