"""Words of Wikipedia articles, freed from the markup.

An article is wikitext: ``'''bold'''``, ``[[target|text]]``, ``{{template|...}}``, tables,
references and some HTML. What a reader of the page sees as text stays, captions of pictures
included; the rest goes. Then letters become lower case, accents go, digits are spelled out, and
everything else parts words. It follows in spirit the script that made text8, http://mattmahoney.net/dc/textdata.html.
"""

from __future__ import annotations

import bz2
import html
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

from tldata.fetch import fetch_files

__all__ = ["load_questions_words", "load_wikipedia_words", "wikitext_to_text", "words_of"]

QUESTIONS = "questions-words.txt"
DUMP = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"

# The innermost first, again and again: templates, tables and links stand in one another.
TEMPLATE = re.compile(r"\{\{(?:[^{}]++|\{(?!\{)|\}(?!\}))*+\}\}")
TABLE = re.compile(r"\{\|(?:[^{|]++|\{(?!\|)|\|(?!\}))*+\|\}")
LINK = re.compile(r"\[\[((?:[^\[\]]++|\[(?!\[)|\](?!\]))*+)\]\]")

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
REFERENCE = re.compile(r"<ref\b[^<>]*?/>|<ref\b[^<>]*>.*?</ref\s*>", re.DOTALL | re.IGNORECASE)
# What stands between these tags is no prose.
BLOCK = re.compile(
    r"<(math|gallery|timeline|score|source|syntaxhighlight|imagemap|code|pre)\b[^<>]*>.*?</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
ADDRESS = re.compile(r"\[(?:https?:|ftp:|mailto:)?//[^\s\[\]]*+([^\[\]]*+)\]", re.IGNORECASE)
BARE_ADDRESS = re.compile(r"(?:https?|ftp)://\S+", re.IGNORECASE)
QUOTES = re.compile("''+")
SWITCH = re.compile(r"__[A-Z]+__")  # __NOTOC__

PICTURE = re.compile(r"\s*(?:file|image|media)\s*:", re.IGNORECASE)
# These stand where a picture's caption stands.
PICTURE_OPTION = re.compile(
    r"\s*(?:thumb(?:nail)?|frame(?:d|less)?|border|left|right|center|centre|none|upright|middle"
    r"|top|bottom|baseline|[\dx ]+px|(?:upright|alt|link|page|class|lang|thumb)\s*=.*)?\s*",
    re.DOTALL | re.IGNORECASE,
)
# A category, or the same article in another language: the page shows them elsewhere.
ASIDE = re.compile(r"\s*(?:category|[a-z]{2,3}(?:-[a-z-]+)?|simple)\s*:\S", re.IGNORECASE)

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
MARK = re.compile("[\u0300-\u036f]")  # what an accent is when it is parted from its letter
# Letters that are no accented forms of others.
LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "ł": "l", "đ": "d"}
SPELLED = str.maketrans({str(i): f" {word} " for i, word in enumerate(DIGITS)} | LETTERS)


def load_wikipedia_words(path: str | Path | None = None) -> list[str]:
    """Load the words of 106 articles of the English Wikipedia, and fetch them first if missing.

    The articles are from April 2016, the first of the alphabet: Abraham Lincoln to Azerbaijan. The
    gensim package carries them to test itself, so they are to be had from any Python package index.

    Parameters
    ----------
    path : str or path, optional
        Another ``pages-articles`` dump of a Wikipedia, packed with bzip2 or not, to read instead.
        All of it is held in memory.

    Returns
    -------
    list of str
        The words in the order of the text, lower case, a to z only: 503,957.

    Raises
    ------
    DataError
        If the articles can't be fetched.
    ValueError
        If the file is not such a dump.

    Notes
    -----
    The text is licensed CC BY-SA 3.0 by its authors, who are listed with each article's history.

    Examples
    --------
    >>> words = load_wikipedia_words()
    >>> " ".join(words[:8])
    'anarchism is a political philosophy that advocates self'
    """
    path = Path(path) if path is not None else fetch_files("word2vec")[DUMP]
    content = path.read_bytes()
    try:
        if content.startswith(b"BZh"):
            content = bz2.decompress(content)
        root = ElementTree.fromstring(content)
    except (OSError, ValueError, EOFError, ElementTree.ParseError) as error:
        raise ValueError(f"load_wikipedia_words: {path} is no dump of articles: {error}.") from None
    return [word for article in _articles(root) for word in words_of(wikitext_to_text(article))]


def load_questions_words() -> Path:
    """Return the file of 19,544 analogies, and fetch it first where it is missing.

    It comes with the word2vec program: five sections on the meaning of words, such as capitals and
    their countries, and nine on their grammar.

    Returns
    -------
    pathlib.Path
        The file, for :func:`tlcore.nlp.read_analogies_file`.

    Raises
    ------
    DataError
        If it can't be fetched.

    Examples
    --------
    >>> load_questions_words().read_text().splitlines()[:2]
    [': capital-common-countries', 'Athens Greece Baghdad Iraq']
    """
    return fetch_files("word2vec")[QUESTIONS]


def wikitext_to_text(wikitext: str) -> str:
    """Take the markup out of an article.

    Parameters
    ----------
    wikitext : str
        The article as its authors write it.

    Returns
    -------
    str
        What a reader sees as text, with more white space than needed.

    Examples
    --------
    >>> wikitext_to_text("'''Ants''' are [[insect|insects]].<ref>A [[book]].</ref>{{stub}}")
    'Ants are insects.'
    """
    text = COMMENT.sub("", wikitext)
    text = BLOCK.sub(" ", text)
    text = REFERENCE.sub("", text)
    text = _repeat(TEMPLATE, "", text)
    text = _repeat(TABLE, " ", text)
    text = TAG.sub(" ", text)
    text = ADDRESS.sub(r"\1", text)
    text = _repeat(LINK, _shown, text)
    text = BARE_ADDRESS.sub(" ", text)
    text = SWITCH.sub(" ", text)
    return html.unescape(QUOTES.sub("", text))


def words_of(text: str) -> list[str]:
    """Cut a text into words of the letters a to z; digits are spelled out one by one.

    Examples
    --------
    >>> words_of("Café No. 42's door")
    ['cafe', 'no', 'four', 'two', 's', 'door']
    """
    text = unicodedata.normalize("NFKD", text.lower())
    return re.findall("[a-z]+", MARK.sub("", text).translate(SPELLED))


def _articles(root: ElementTree.Element) -> list[str]:
    """Return the wikitext of each article; redirects and pages about the encyclopedia are none."""
    articles = []
    for page in root.iterfind("{*}page"):
        if page.findtext("{*}ns") == "0" and page.find("{*}redirect") is None:
            articles.append(page.findtext("{*}revision/{*}text") or "")
    if not articles:
        raise ValueError("load_wikipedia_words: there is no article in the dump.")
    return articles


def _repeat(pattern: re.Pattern, replacement, text: str) -> str:
    """Replace until there is nothing left to replace."""
    count = 1
    while count:
        text, count = pattern.subn(replacement, text)
    return text


def _shown(match: re.Match) -> str:
    """Return what a page shows of a link or a picture."""
    target, *rest = match[1].split("|")
    if PICTURE.match(target):
        captions = [part for part in rest if not PICTURE_OPTION.fullmatch(part)]
        return f" {captions[-1]} " if captions else " "
    if ASIDE.match(target):
        return " "
    return rest[-1] if rest else target
