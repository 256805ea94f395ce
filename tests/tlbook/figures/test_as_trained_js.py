"""as_trained.js: what is typed, written as the sentences of the corpus are."""

import pytest

VOCABULARY = """I don ' t know . ? How are you Hello hello Is it m tired doesn he He lives in
Paris What s that Isn won Tom""".split()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("I don't know.", "I don ' t know ."),  # as it should be, so it stays
        ("i dont know", "I don ' t know ."),
        ("I don’t know.", "I don ' t know ."),
        ("how are you?", "How are you ?"),
        ("how are you", "How are you ?"),
        ("HELLO", "Hello ."),
        ("HOW ARE YOU", "How are you ?"),
        ("im tired", "I ' m tired ."),
        ("Tom wont know", "Tom won ' t know ."),
        ("isnt it? he lives in paris", "Isn ' t it ? He lives in Paris ."),
        ("whats that", "What ' s that ?"),
        ("Hello Ottoline", "Hello Ottoline ."),  # unknown words stay as they are
        ("", ""),
    ],
)
def test_typed_as_trained(stage, typed, expected):
    js = stage().functions("as_trained.js")
    found = js("([text, words]) => asTrained(text, new Map(words.map((w, i) => [w, i])))",
               [typed, VOCABULARY])  # fmt: skip
    assert " ".join(found) == expected
