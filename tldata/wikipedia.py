"""Words of Wikipedia articles, freed from the markup.

An article is wikitext: ``'''bold'''``, ``[[target|text]]``, ``{{template|...}}``, tables,
references and some HTML. What a reader of the page sees as text stays, captions of pictures
included; the rest goes. Then letters become lower case, accents go, digits are spelled out, and
everything else parts words. It follows in spirit the script that made text8, http://mattmahoney.net/dc/textdata.html.
"""

from __future__ import annotations

import bz2
import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

from tldata.fetch import fetch_files
from tldata.sentences import UNKNOWN, keep_frequent, plain, ptb_words
from tldata.text import Words, unpacked

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
# Letters that are no accented forms of others.
LETTERS = {"æ": "ae", "œ": "oe", "ø": "o", "ß": "ss", "ð": "d", "þ": "th", "ł": "l", "đ": "d"}
SPELLED = str.maketrans({str(i): f" {word} " for i, word in enumerate(DIGITS)} | LETTERS)

VOCABULARY = 10_000
#: Where in an article, as a share of its words, the paragraphs for validation and test begin.
VALID_FROM, TEST_FROM = 0.9, 0.95

# Headings, lists, indented lines and what is left of tables: no prose.
NO_PROSE = re.compile(r"\s*(?:[=*#:;|!{}-]|$)")
# What the markup leaves behind where it had foreign letters: (, i.e. ...), ().
HOLLOW = re.compile(r"\(\s*[,;:.]?\s*\)|(?<=\()\s*[,;:]\s*")
FEWEST = 6  # words in a line that is prose


def load_wikipedia_words(path: str | Path | None = None) -> Words:
    """Load the words of 106 articles of the English Wikipedia, and fetch them first if missing.

    The articles are from April 2016, the first of the alphabet: Abraham Lincoln to Azerbaijan. The
    gensim package carries them to test itself, so they are to be had from any Python package index.

    These are 503,957 words in the order of the text, lower case, a to z only. `path` is another
    ``pages-articles`` dump, packed with bzip2 or not; all of it is held in memory. The text is
    licensed CC BY-SA 3.0 by its authors, who are listed with each article's history.

    Examples
    --------
    >>> words = load_wikipedia_words()
    >>> " ".join(words[:8])
    'anarchism is a political philosophy that advocates self'
    """
    texts = map(wikitext_to_text, articles(path, "load_wikipedia_words"))
    return [word for text in texts for word in words_of(text)]


def load_wikipedia_ptb_words(path: str | Path | None = None) -> tuple[Words, Words, Words]:
    """Load 106 articles of the English Wikipedia as words, and fetch them first where missing.

    A stand-in for the Penn Treebank that is free and to be had from any Python package index. It
    has the same form: lower case, N for numbers, ``<unk>`` for words that aren't among the 10,000
    most frequent of the training text, ``<eos>`` at the end of each sentence. Headings, lists and
    tables are left out. The last tenth of each article is not for training: its first half is for
    validation, its second for the test. `path` is as for :func:`load_wikipedia_words`.

    Examples
    --------
    >>> train, valid, test = load_wikipedia_ptb_words()
    >>> " ".join(train[:9])
    'anarchism is a political philosophy that advocates self governed'
    """
    parts: tuple[Words, Words, Words] = ([], [], [])
    for article in articles(path, "load_wikipedia_ptb_words"):
        lines = prose(wikitext_to_text(article)).split("\n\n")
        paragraphs = [ptb_words(line, a_to_z=True) for line in lines]
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


def load_questions_words() -> Path:
    """Return the file of 19,544 analogies, and fetch it first where it is missing.

    It comes with the word2vec program: five sections on the meaning of words, such as capitals and
    their countries, and nine on their grammar. :func:`tlcore.nlp.read_analogies_file` reads it.

    >>> load_questions_words().read_text().splitlines()[:2]
    [': capital-common-countries', 'Athens Greece Baghdad Iraq']
    """
    return fetch_files("word2vec")[QUESTIONS]


def wikitext_to_text(wikitext: str) -> str:
    """Take the markup out of an article; what a reader sees as text stays.

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


def prose(text: str) -> str:
    r"""Return the paragraphs of an article without headings, lists and captions of a few words.

    Examples
    --------
    >>> prose("==History==\nThe ants (, from the Greek) are old and many.\n* a list")
    'The ants (from the Greek) are old and many.'
    """
    lines = (HOLLOW.sub("", line.strip()) for line in text.splitlines() if not NO_PROSE.match(line))
    return "\n\n".join(line for line in lines if len(line.split()) >= FEWEST)


def words_of(text: str) -> Words:
    """Cut a text into words of the letters a to z; digits are spelled out one by one.

    >>> words_of("Café No. 42's door")
    ['cafe', 'no', 'four', 'two', 's', 'door']
    """
    return re.findall("[a-z]+", plain(text).translate(SPELLED))


def articles(path: str | Path | None, who: str) -> list[str]:
    """Return the wikitext of each article of a dump; redirects and pages on the project are none.

    By default the dump is that of gensim, which is fetched where it is missing.
    """
    path = Path(path) if path is not None else fetch_files("word2vec")[DUMP]
    content = path.read_bytes()
    try:
        if content.startswith(b"BZh"):
            content = unpacked(bz2.BZ2File(io.BytesIO(content)), len(content))
        root = ElementTree.fromstring(content)
    except (OSError, ValueError, EOFError, ElementTree.ParseError) as error:
        raise ValueError(f"{who}: {path} is no dump of articles: {error}.") from None
    texts = [
        page.findtext("{*}revision/{*}text") or ""
        for page in root.iterfind("{*}page")
        if page.findtext("{*}ns") == "0" and page.find("{*}redirect") is None
    ]
    if not texts:
        raise ValueError(f"{who}: there is no article in {path}.")
    return texts


def _repeat(
    pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str], text: str
) -> str:
    """Replace until there is nothing left to replace."""
    count = 1
    while count:
        text, count = pattern.subn(replacement, text)
    return text


def _shown(match: re.Match[str]) -> str:
    """Return what a page shows of a link or a picture."""
    target, *rest = match[1].split("|")
    if PICTURE.match(target):
        captions = [part for part in rest if not PICTURE_OPTION.fullmatch(part)]
        return f" {captions[-1]} " if captions else " "
    if ASIDE.match(target):
        return " "
    return rest[-1] if rest else target
