"""Texts cut into words the way the Penn Treebank is for language models."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

#: The words that stand for the end of a sentence, any number, and any rare word.
END, NUMBER, UNKNOWN = "<eos>", "N", "<unk>"

# Behind these a full stop ends no sentence, and neither behind a single letter.
SHORT = (
    "mr mrs ms dr prof st jr sr vs etc al fig no nos vol pp ca cf ed eds rev gen col capt lt sgt "
    "gov sen rep hon jan feb mar apr jun jul aug sep sept oct nov dec inc ltd co corp bros univ"
).split()
# Where a sentence may end: before a capital letter or a number. A to z alone, or any letters, some
# of which have no capitals (whether the next one is small is asked below).
ENDS = {
    True: re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9])"),
    False: re.compile(
        r"(?<=[.!?\u2026\u061f\u06d4\u0964])[\"')\]\xbb]*\s+(?=[\"'(\[\xab\xbf\xa1]*\w)"
        r"|(?<=[\u3002\uff01\uff1f])(?=.)"
    ),
}
ABBREVIATION = re.compile(rf"(?:\b(?:[A-Za-z]|{'|'.join(SHORT)})|\b(?:\w\.)+\w)\.$", re.IGNORECASE)
PARAGRAPH = re.compile(r"\n\s*\n")
WORD = (
    rf"{UNKNOWN}|{END}"
    r"|\d+(?:[.,]\d+)*"  # 1,000.5
    r"|[a-z]+(?=n't\b)|n't\b"  # do n't
    r"|'(?:s|re|ve|ll|d|m)\b"  # king 's
    r"|"
)
# \w lacks the signs that are a part of words in many languages; those of the text are put in.
LETTERS = r"[^\W\d_]+(?:[\u200c\u200dMARKS]+[^\W\d_]*)*"
ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
#: Typographic apostrophes, quotes and hyphens as a keyboard has them; a byte order mark goes.
STRAIGHT = str.maketrans(
    "\u2018\u2019\u201b\u201c\u201d\u201e\u201f\u2010\u2011", "'''" + '""""' + "--", "\ufeff"
)


def ptb_words(text: str, a_to_z: bool = False) -> list[str]:
    """Cut a text into words, with ``<eos>`` behind each sentence.

    Letters become lower case, those from a to z lose their accents, punctuation goes, a number
    becomes ``N``, and what hangs on an apostrophe is a word of its own. A sentence ends at a full
    stop, a question or an exclamation mark before a capital letter, unless that follows an
    abbreviation, and at an empty line. ``<unk>`` and ``<eos>`` in the text stay as they are. With
    `a_to_z` no other letters count, and they part a word as punctuation does.

    Examples
    --------
    >>> ptb_words("Dr. Ox didn't sell 1,000 shares. The king's did!")
    ['dr', 'ox', 'did', "n't", 'sell', 'N', 'shares', '<eos>', 'the', 'king', "'s", 'did', '<eos>']
    """
    if not isinstance(text, str):
        raise TypeError(
            f"ptb_words: text is a {type(text).__name__}; expected one text. Join a list of words "
            "with spaces."
        )
    marks = "".join(sorted(c for c in set(text) if unicodedata.category(c)[0] == "M"))
    word = re.compile(WORD + ("[a-z]+" if a_to_z else LETTERS.replace("MARKS", marks)))
    words = []
    for paragraph in PARAGRAPH.split(text.translate(STRAIGHT)):
        for sentence in _sentences(paragraph, a_to_z):
            found = [NUMBER if w[0].isdigit() else w for w in word.findall(plain(sentence))]
            if found and found[-1] != END:
                found.append(END)
            words.extend(found)
    return words


def keep_frequent(
    words: list[str], vocabulary_size: int, unknown: str = UNKNOWN
) -> tuple[list[str], set[str]]:
    """Put the word for rare words in the place of all but the most frequent ones.

    Returns
    -------
    words : list of str
        The text, as long as before.
    kept : set of str
        The words that were kept: ``vocabulary_size`` of them at most, `unknown` included.

    Examples
    --------
    >>> keep_frequent("the cat saw the cat and the dog".split(), vocabulary_size=3)[0]
    ['the', 'cat', '<unk>', 'the', 'cat', '<unk>', 'the', '<unk>']
    """
    if vocabulary_size < 2:
        raise ValueError(
            f"keep_frequent: vocabulary_size is {vocabulary_size}; expected 2 or more."
        )
    counts = Counter(words)
    if not counts:
        raise ValueError("keep_frequent: words is empty; expected the words of a text.")
    ranked = [w for w in sorted(counts, key=lambda w: (-counts[w], w)) if w != unknown]
    kept = {unknown, *ranked[: vocabulary_size - 1]}
    return [word if word in kept else unknown for word in words], kept


def _sentences(paragraph: str, a_to_z: bool) -> list[str]:
    sentences, begun = [], ""
    for part in ENDS[a_to_z].split(" ".join(paragraph.split())):
        if begun and (ABBREVIATION.search(begun) or part.lstrip("\"'([\xab\xbf\xa1")[:1].islower()):
            begun = f"{begun} {part}"
        else:
            sentences += [begun] if begun else []
            begun = part
    return [*sentences, begun] if begun else sentences


def plain(text: str) -> str:
    """Return a text in lower case, the letters from a to z without accents.

    >>> plain("Ça, Łódź")
    'ca, łodz'
    """
    apart = unicodedata.normalize("NFKD", text.lower())
    return unicodedata.normalize("NFC", ACCENTS.sub("", apart))
