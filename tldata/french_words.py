"""The words of the English-French grammar: their forms, and how they are written together."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "PERSONS",
    "Phrase",
    "elides",
    "english_s",
    "lexicon",
    "name",
    "noun_phrase",
    "pronoun",
    "spell",
]

PERSONS = ("je", "il", "nous", "vous", "ils")  # the order of a verb's forms in the lexicon
SUBJECTS = {
    "I": ("je", "m", False), "you": ("vous", "m", True), "we": ("nous", "m", True),
    "he": ("il", "m", False), "she": ("elle", "f", False), "they": ("ils", "m", True),
}  # fmt: skip
OBJECTS = {
    "me": ("me", "m", False), "you": ("vous", "m", True), "us": ("nous", "m", True),
    "him": ("le", "m", False), "her": ("la", "f", False), "them": ("les", "m", True),
}  # fmt: skip
# Masculine, feminine, plural.
DETERMINERS = {
    "the": ("le", "la", "les"), "a": ("un", "une", "des"), "some": ("un", "une", "des"),
    "this": ("ce", "cette", "ces"), "my": ("mon", "ma", "mes"), "his": ("son", "sa", "ses"),
    "her": ("son", "sa", "ses"), "our": ("notre", "notre", "nos"),
    "your": ("votre", "votre", "vos"), "their": ("leur", "leur", "leurs"),
}  # fmt: skip
VOWELS = "aeiouyhàâéèêëîïôûùœ"
ELIDE = {"le", "la", "de", "je", "me", "se", "ne", "que"}
CONTRACT = {("à", "le"): "au", ("à", "les"): "aux", ("de", "le"): "du", ("de", "les"): "des"}


@dataclass(frozen=True)
class Phrase:
    """A noun phrase, or a pronoun, in both languages."""

    en: str
    fr: tuple[str, ...]
    gender: str = "m"
    plural: bool = False
    person: str = "il"  # the verb form that it takes as a subject
    negated: tuple[str, tuple[str, ...]] | None = None  # where pas changes it: un chat, pas de chat


@functools.cache
def lexicon() -> dict[str, Any]:
    """Return the words, by their English form.

    >>> lexicon()["nouns"]["horse"]["fr"]
    ('cheval', 'chevaux')
    """
    with open(Path(__file__).with_name("french_lexicon.toml"), "rb") as stream:
        table = tomllib.load(stream)
    nouns = {}
    for en, fr, gender, kinds, *more in table["nouns"]:
        en_plural, fr_plural = (*more, "", "")[:2]
        nouns[en] = {
            "en": (en, en_plural or english_s(en)), "fr": (fr, fr_plural or _french_plural(fr)),
            "gender": gender, "kinds": set(kinds.split()),
        }  # fmt: skip
    adjectives = {}
    for en, fr, place, kinds, *more in table["adjectives"]:
        feminine, plural, vowel = (*more, "", "", "")[:3]
        feminine = feminine or (fr if fr.endswith("e") else fr + "e")
        forms = (fr, feminine, plural or _french_plural(fr), feminine + "s")
        adjectives[en] = {"fr": forms, "vowel": vowel or fr, "place": place, "kinds": kinds.split()}
    verbs = {verb["en"]: _conjugated(verb) for verb in table["verbs"]}
    modals = {
        modal["en"].split()[0]: dict(zip(PERSONS, modal["fr"].split(), strict=True))
        for modal in table["modals"]
    }
    rest = {key: table[key] for key in ("idioms", "times", "names")}
    return {"nouns": nouns, "adjectives": adjectives, "verbs": verbs, "modals": modals, **rest}


def pronoun(en: str) -> Phrase:
    """Return a personal pronoun, as a subject (*he*) or as an object (*him*).

    >>> pronoun("she").fr, pronoun("them").fr
    (('elle',), ('les',))
    """
    fr, gender, plural = SUBJECTS[en] if en in SUBJECTS else OBJECTS[en]
    return Phrase(en, (fr,), gender, plural, "il" if fr == "elle" else fr)


def name(en: str) -> Phrase:
    """Return a first name, or two: ``"Paul and Anne"``.

    >>> name("Marie and Anne").gender, name("Paul and Anne").gender
    ('f', 'm')
    """
    genders = dict(lexicon()["names"])
    parts = en.split(" and ")
    gender = "m" if "m" in {genders[part] for part in parts} else "f"
    several = len(parts) > 1
    return Phrase(
        en, tuple(en.replace("and", "et").split()), gender, several, "ils" if several else "il"
    )


def noun_phrase(
    noun: str, determiner: str = "the", plural: bool = False, adjectives: tuple[str, ...] = ()
) -> Phrase:
    """Build a noun phrase; adjectives stand before or behind the noun as French has them.

    >>> " ".join(noun_phrase("tree", "this", adjectives=("old", "green")).fr)
    'ce vieil arbre vert'
    >>> noun_phrase("cat", "some", True, ("small",)).fr
    ('de', 'petits', 'chats')
    """
    words, entry = lexicon(), lexicon()["nouns"][noun]
    gender, mass = entry["gender"], "mass" in entry["kinds"]
    form = (gender == "f") + 2 * plural
    before, after = [], []
    for en in adjectives:
        adjective = words["adjectives"][en]
        (before if adjective["place"] == "before" else after).append(adjective)
    fr = [entry["fr"][plural], *(adjective["fr"][form] for adjective in after)]
    for adjective in reversed(before):
        bel = form == 0 and elides(fr[0])
        fr.insert(0, adjective["vowel"] if bel else adjective["fr"][form])
    article = DETERMINERS[determiner][2 if plural else gender == "f"]
    if article in ("ma", "sa") and elides(fr[0]):
        article = {"ma": "mon", "sa": "son"}[article]
    elif article == "ce" and elides(fr[0]):
        article = "cet"
    elif article == "des" and before:
        article = "de"
    front = ["de", "le" if gender == "m" else "la"] if determiner == "some" and mass else [article]
    if determiner == "this" and plural:
        determiner = "these"
    english = " ".join([*adjectives, entry["en"][plural]])
    if determiner == "a":
        determiner = "an" if english[0].lower() in "aeiou" else "a"
    negated = None
    if determiner in ("a", "an", "some"):
        negated = ("any" if determiner == "some" else determiner) + " " + english, ("de", *fr)
    person = "ils" if plural else "il"
    return Phrase(f"{determiner} {english}", (*front, *fr), gender, plural, person, negated)


def spell(words: list[str]) -> str:
    """Write French words as text: le ami -> l'ami, à le roi -> au roi."""
    text, i = "", 0
    while i < len(words):
        word, following = words[i], words[i + 1] if i + 1 < len(words) else ""
        beyond = words[i + 2] if i + 2 < len(words) else ""
        if (word, following) in CONTRACT and not (following == "le" and elides(beyond)):
            word, i = CONTRACT[word, following], i + 1
        if word in ELIDE and elides(following):
            text += word[:-1] + "'"
        else:
            text += word + " "
        i += 1
    return text.strip().replace("*", "")


def elides(word: str) -> bool:
    """Tell whether a word begins with a vowel that the word before it elides to.

    >>> [elides(word) for word in ("ami", "homme", "*hibou", "chat")]
    [True, True, False, False]
    """
    return word[:1].lower() in VOWELS and word != ""


def english_s(word: str) -> str:
    """Return a noun's plural, or a verb's form for he and she; only its first word changes.

    >>> [english_s(word) for word in ("box", "story", "boy", "go", "have", "wait for")]
    ['boxes', 'stories', 'boys', 'goes', 'has', 'waits for']
    """
    first, *others = word.split()
    if first == "have":
        first = "has"
    elif first.endswith(("s", "x", "ch", "sh", "o")):
        first += "es"
    elif first[-1] == "y" and first[-2] not in "aeou":
        first = first[:-1] + "ies"
    else:
        first += "s"
    return " ".join([first, *others])


def _french_plural(word: str) -> str:
    """Return the regular plural.

    >>> [_french_plural(word) for word in ("chat", "cheval", "gâteau", "souris")]
    ['chats', 'chevaux', 'gâteaux', 'souris']
    """
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("al"):
        return word[:-2] + "aux"
    return word + ("x" if word.endswith(("eau", "eu")) else "s")


def _conjugated(verb: dict[str, Any]) -> dict[str, Any]:
    """Add what the lexicon leaves out of a regular verb in -er, and the stem of the imparfait."""
    stem = verb["fr"][:-2]
    soft = stem + "e" * stem.endswith("g")  # nous mangeons
    regular = f"{stem}e {stem}e {soft}ons {stem}ez {stem}ent"
    forms = dict(zip(PERSONS, verb.get("forms", regular).split(), strict=True))
    return {
        "participle": stem + "é", **verb, "forms": forms, "stem": forms["nous"].removesuffix("ons"),
        "of": set(verb.get("of", "").split()), "by": set(verb.get("by", "person").split()),
        "not": verb.get("not", "").split(),
    }  # fmt: skip
