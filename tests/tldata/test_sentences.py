"""Words the Penn Treebank way: sentence ends, numbers, apostrophes, rare words."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tlcore.nlp import keep_frequent, ptb_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The cat sat. It slept.", "the cat sat <eos> it slept <eos>"),
        ("Who? Me! Yes", "who <eos> me <eos> yes <eos>"),
        ("He met Dr. Ox, J. S. Bach and Mr. Ed.", "he met dr ox j s bach and mr ed <eos>"),
        ("The U.S. Army in No. 4 Main St. Louis", "the u s army in no N main st louis <eos>"),
        ('He said "Go." Then he went.', "he said go <eos> then he went <eos>"),
        ("It costs 1,000.50 or 3 in 1990.", "it costs N or N in N <eos>"),
        ("The king's men don't, they’ll", "the king 's men do n't they 'll <eos>"),
        ("Café na\u00efve", "cafe naive <eos>"),
        ("Die Straße ist groß.", "die straße ist groß <eos>"),
        ("Мой дом. Твой дом!", "мой дом <eos> твой дом <eos>"),
        ("J’ai vu l’œuvre à Łódź", "j ai vu l œuvre a łodz <eos>"),
        ("\ufeffÉmile dit: «Va…» Æthelred, “no”", "emile dit va <eos> æthelred no <eos>"),
        ("मैं हिन्दी पढ़ता हूँ। क्या?", "मैं हिन्दी पढ़ता हूँ <eos> क्या <eos>"),
        ("我喜欢。你呢？ هل تعرف؟ نعم", "我喜欢 <eos> 你呢 <eos> هل تعرف <eos> نعم <eos>"),
        ("می\u200cخواهم 한국어", "می\u200cخواهم 한국어 <eos>"),
        ("a line\nthat goes on\n\nanother", "a line that goes on <eos> another <eos>"),
        ("it was <unk> and N. <eos>", "it was <unk> and n <eos>"),
        ("well-known e.g. this", "well known e g this <eos>"),
        ("", ""),
        ("... -- !", ""),
    ],
)
def test_words(text, words):
    assert ptb_words(text) == words.split()


@settings(max_examples=50)
@given(st.text())
def test_any_text_gives_words_of_letters(text):
    words = ptb_words(text)
    letters = [w.strip("'") for w in words if w not in ("<eos>", "<unk>", "N", "n't")]
    assert all(w and not re.search(r"[\s\d.,!?;:\"'_-]", w) and w == w.lower() for w in letters)
    assert not words or words[-1] == "<eos>"
    assert all(pair != ("<eos>", "<eos>") for pair in zip(words, words[1:], strict=False))


def test_a_to_z_parts_words_at_other_letters():
    assert ptb_words("Die Straße. Été", a_to_z=True) == "die stra e ete <eos>".split()


def test_keep_frequent():
    words, kept = keep_frequent("a b a c b a <unk>".split(), 3)
    assert words == "a b a <unk> b a <unk>".split() and kept == {"a", "b", "<unk>"}
    assert keep_frequent(["a"], 10)[0] == ["a"]


def test_errors():
    with pytest.raises(TypeError, match="text is a list"):
        ptb_words(["a", "b"])
    with pytest.raises(ValueError, match="vocabulary_size is 1"):
        keep_frequent(["a"], 1)
    with pytest.raises(ValueError, match="empty"):
        keep_frequent([], 5)
