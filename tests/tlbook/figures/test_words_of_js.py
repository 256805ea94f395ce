"""words_of.js: its words and sentences are those of tl.nlp."""

import random
import sys

import pytest

from tlcore.nlp import basic_tokenizer, join_words
from tldata.sentences import plain

SENTENCES = [
    "",
    " \t\n",
    "I go.",
    """He said: "It's 5; go".""",
    "J'ai vu l’homme, et toi\u202f?",  # a typographic apostrophe is an apostrophe
    "Où\xa0? Là\u2009! (non)",
    "\ufeffI go",  # the mark at the beginning of a file is no part of a word
    "a\x1cb\x1dc\x1ed\x1fe\x85f",  # Python's do, JavaScript's don't
    "a\u200bb\u2060c\u180ed",  # no spaces to either
    "e\u0301te\u0301 … ¿Qué? 北京。 👩‍👩‍👧, 🇫🇷.",
    "...''\"\"((",
]


@pytest.fixture
def js(stage):
    return stage().functions("words_of.js")


# What a keyboard, a telephone, an editor or another script may put into a text.
HOSTILE = [
    *" ab'\"’‘‛“”„‟«»‹›…–—‐‑-.,!?:;)(¿¡\ufeff\u200b\u200c\u200d",
    *"\xad\xa0\u202f\u3000\t\n\x1c\x85\u2028",
    *"éÉüßœŁźİıŞĞÆØÑçСЙйёΣςσάאָءُकि्षमไทยก็한국어我们日本語ｶﾞ２½²ﬁ①Ⅷ𝔘𐐀🇫🇷👩‍👩‍👧\u0301\u0327\u0338\u20d0",
    *"؟،؛۔।॥՞։、。！？，：；（）「」『』《》【】・‚‐″′&@#%*/\\_^~$€<>|[]{}",
    "I don’t know.",
    "l’œuvre",
    "Łódź",
    "Straße",
    "Мама мыла раму",
    "¿Qué",
    "我喜欢。",
    "nai\u0308ve",
]


def check(js, sentences):
    words = [basic_tokenizer(sentence) for sentence in sentences]
    assert js("(texts) => texts.map(basicTokenizer)", sentences) == words
    assert js("(texts) => texts.map(plain)", sentences) == [plain(one) for one in sentences]
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


def test_a_thousand_hostile_strings(js):
    rng = random.Random(19)
    check(js, ["".join(rng.choices(HOSTILE, k=rng.randrange(12))) for _ in range(1000)])


def test_typographic_marks():
    assert basic_tokenizer("I don’t know.") == basic_tokenizer("I don't know.")
    words = 'l \' œuvre … " Yes " ¿ Qué ? 我喜欢 。 ماذا ؟ क्या ।'.split()
    assert basic_tokenizer("l’œuvre… “Yes” ¿Qué? 我喜欢。 ماذا؟ क्या।") == words
    assert basic_tokenizer("grand\u2011mère – non") == ["grand-mère", "–", "non"]
