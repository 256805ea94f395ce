"""words_of.js: its words and sentences are those of tl.nlp."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcore.nlp import basic_tokenizer, join_words

SENTENCES = [
    "",
    " \t\n",
    "I go.",
    """He said: "It's 5; go".""",
    "J'ai vu l’homme, et toi\u202f?",  # a typographic apostrophe is part of its word
    "Où\xa0? Là\u2009! (non)",
    "\ufeffI go",  # JavaScript's \s has the mark at the beginning of a file; Python's spaces don't
    "a\x1cb\x1dc\x1ed\x1fe\x85f",  # Python's do, JavaScript's don't
    "a\u200bb\u2060c\u180ed",  # no spaces to either
    "e\u0301te\u0301 … ¿Qué? 北京。 👩‍👩‍👧, 🇫🇷.",
    "...''\"\"((",
]


@pytest.fixture
def js(stage):
    return stage().functions("words_of.js")


@pytest.fixture(scope="module")
def page(browser):
    """One page for many examples."""
    from stage import Stage

    stage = Stage(browser)
    yield stage.functions("words_of.js")
    stage.close()


def check(js, sentences):
    words = [basic_tokenizer(sentence) for sentence in sentences]
    assert js("(texts) => texts.map(basicTokenizer)", sentences) == words
    for language in ("fr", "en"):
        joined = js("([list, l]) => list.map((words) => joinWords(words, l))", [words, language])
        assert joined == [join_words(one, language) for one in words]


def test_awkward_sentences(js):
    check(js, SENTENCES)
    assert js("() => joinWords(['Qui', '?'])") == "Qui ?"  # French unless told otherwise


def test_every_character(js):
    """A letter on both sides shows what is a space, what is a word, what is neither."""
    points = [i for i in range(sys.maxunicode + 1) if not 0xD800 <= i < 0xE000]
    expected = [[i, n] for i in points if (n := len(basic_tokenizer(f"a{chr(i)}b"))) != 1]
    found = js(
        """(last) => {
          const found = [];
          for (let i = 0; i <= last; i++) {
            const n = basicTokenizer(`a${String.fromCodePoint(i)}b`).length;
            if (n !== 1) found.push([i, n]);
          }
          return found;
        }""",
        sys.maxunicode,
    )
    assert found == expected


@settings(deadline=None)  # the browser may be busy
@given(st.lists(st.text("ab'.,(!? \xa0:\"\n"), min_size=20, max_size=20))
def test_any_sentence(page, sentences):
    check(page, sentences)
