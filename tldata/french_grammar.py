"""A small grammar that builds an English sentence and its French translation side by side.

Each English sentence has one translation here. Where French needs to know more than English says,
one answer is taken: *you* is *vous*, *they* is *ils*, *we* is a mixed group. Where *I* or *you*
would make it a question of who speaks (*je suis allé* or *allée*), there is no such sentence.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
IMPERFECT = dict(zip(PERSONS, ("ais", "ait", "ions", "iez", "aient"), strict=True))
ETRE = dict(zip(PERSONS, ("suis", "est", "sommes", "êtes", "sont"), strict=True))
AVOIR = dict(zip(PERSONS, ("ai", "a", "avons", "avez", "ont"), strict=True))
ALLER = dict(zip(PERSONS, ("vais", "va", "allons", "allez", "vont"), strict=True))
SE = {"je": "me", "il": "se", "nous": "nous", "vous": "vous", "ils": "se"}
ADVERBS = {"not": "pas", "never": "jamais", "often": "souvent", "always": "toujours"}
WHERE = {"where": "où", "when": "quand", "why": "pourquoi"}


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
    before: list[dict[str, Any]] = []
    after: list[dict[str, Any]] = []
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
    """Return the regular plural: chats, chevaux, gâteaux, souris."""
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


def clause(
    subject: Phrase, verb: str, what: Phrase | None = None, tense: str = "present",
    adverb: str = "", end: tuple[str, str] = ("", ""), question: str = "",
) -> tuple[str, str]:  # fmt: skip
    """Build a sentence around a verb.

    Parameters
    ----------
    subject : Phrase
        Who does it.
    verb : str
        In the lexicon, by its English infinitive.
    what : Phrase, optional
        The object, or what stands behind the verb's preposition.
    tense, adverb : str
        present, past, used (to), future, want, can, must; not, never, often, always.
    end : (str, str)
        What comes last: a time or a place, in both languages.
    question : str
        ``"?"``, or where, when, why, what, who.

    Examples
    --------
    >>> clause(pronoun("she"), "eat", noun_phrase("apple", "a"), "past", "not")
    ('She did not eat an apple.', "Elle n'a pas mangé de pomme.")
    >>> clause(name("Anne"), "see", question="what")
    ('What does Anne see?', "Qu'est-ce qu'Anne voit ?")
    """
    entry = lexicon()["verbs"][verb]
    negative = adverb in ("not", "never")
    pronouns, english, behind = [], "", []
    if what is not None:
        if what.en in OBJECTS and "prep" in entry:
            raise ValueError(
                f"clause: {what.en!r} behind {verb!r}: this grammar has no word for it."
            )
        en, fr = what.en, what.fr
        if negative and what.negated and "prep" not in entry:
            en, fr = what.negated
        if "prep" in entry:
            english, behind = f"{entry['prep'][0]} {en}", [entry["prep"][1], *fr]
        elif en in OBJECTS:
            english, pronouns = en, list(fr)
        else:
            english, behind = en, list(fr)
    if entry.get("se"):
        pronouns = [SE[subject.person]]
    body = _verb_group(subject, entry, tense, adverb, pronouns, what)
    rest = " ".join(part for part in (english, end[0]) if part)
    return _finish(
        _english_verb(subject, entry, tense, adverb, question), rest, question,
        [*subject.fr, *body, *behind, *end[1].split()],
    )  # fmt: skip


def state(
    subject: Phrase, word: str, tense: str = "present", adverb: str = "", question: str = ""
) -> tuple[str, str]:
    """Build a sentence with *to be*: être with an adjective, or avoir as in *avoir faim*.

    `word` is an adjective or an idiom of the lexicon, `tense` present, past (an imparfait in
    French) or future, `adverb` empty or not.

    >>> state(noun_phrase("queen"), "proud", "past", "not")
    ('The queen was not proud.', "La reine n'était pas fière.")
    >>> state(pronoun("I"), "hungry")
    ('I am hungry.', "J'ai faim.")
    """
    idioms = dict(lexicon()["idioms"])
    if word in idioms:
        said, entry = idioms[word], {"fr": "avoir", "forms": AVOIR, "stem": "av"}
    else:
        forms = lexicon()["adjectives"][word]["fr"]
        said = forms[(subject.gender == "f") + 2 * subject.plural]
        entry = {"fr": "être", "forms": ETRE, "stem": "ét"}
    body = _verb_group(subject, entry, "used" if tense == "past" else tense, adverb, [], None)
    verb = [_be(subject, tense), adverb, "going to be" if tense == "future" else ""]
    parts = [verb[0], subject.en, *verb[1:]] if question else [subject.en, *verb]
    return _finish(parts, word, question, [*subject.fr, *body, said])


def there_is(what: Phrase, place: Phrase, adverb: str = "") -> tuple[str, str]:
    """Build a sentence with *there is*.

    >>> there_is(noun_phrase("owl", "a"), noun_phrase("hotel"), "not")
    ('There is not an owl in the hotel.', "Il n'y a pas de hibou dans l'hôtel.")
    """
    en, fr = what.negated if adverb and what.negated else (what.en, what.fr)
    verb = ["ne", "y", "a", "pas"] if adverb else ["y", "a"]
    parts = ["there", "are" if what.plural else "is", adverb]
    return _finish(parts, f"{en} in {place.en}", "", ["il", *verb, *fr, "dans", *place.fr])


def _verb_group(
    subject: Phrase, entry: dict[str, Any], tense: str, adverb: str, pronouns: list[str],
    what: Phrase | None,
) -> list[str]:  # fmt: skip
    """Return the French verb with ne ... pas, its pronouns, and agreement of the participle."""
    person = subject.person
    ne = ["ne"] if adverb in ("not", "never") else []
    pas = [ADVERBS[adverb]] if adverb else []
    if tense == "present":
        return [*ne, *pronouns, entry["forms"][person], *pas]
    if tense == "used":
        stem, ending = entry["stem"], IMPERFECT[person]
        if stem.endswith("ge") and ending[0] == "i":
            stem = stem[:-1]  # nous mangions
        return [*ne, *pronouns, stem + ending, *pas]
    if tense == "past":
        etre = entry.get("with") == "être" or entry.get("se")
        # With être it agrees with the subject; with avoir, with an object that stands before it.
        agrees = subject if etre else what if pronouns else None
        participle = entry["participle"]
        if agrees is not None:
            participle += "e" * (agrees.gender == "f")
            participle += "s" * (agrees.plural and not participle.endswith("s"))
        return [*ne, *pronouns, (ETRE if etre else AVOIR)[person], *pas, participle]
    forms = ALLER if tense == "future" else lexicon()["modals"][tense]
    return [*ne, forms[person], *pas, *pronouns, entry["fr"]]


def _english_verb(
    subject: Phrase, entry: dict[str, Any], tense: str, adverb: str, question: str
) -> list[str]:
    third, base = subject.person == "il", entry["en"]
    auxiliary, tail = {
        "present": ("does" if third else "do", base), "past": ("did", base),
        "used": ("did", f"use to {base}"), "future": (_be(subject), f"going to {base}"),
        "want": ("does" if third else "do", f"want to {base}"), "can": ("can", base),
        "must": ("must", base),
    }[tense]  # fmt: skip
    if question:
        return [auxiliary, subject.en, tail]
    if adverb == "not":
        return [subject.en, "cannot" if auxiliary == "can" else f"{auxiliary} not", tail]
    if tense in ("future", "can", "must"):
        return [subject.en, auxiliary, adverb, tail]
    if tense == "past":
        return [subject.en, adverb, entry["past"]]
    if tense == "used":
        return [subject.en, adverb, f"used to {base}"]
    first, *others = tail.split()
    return [subject.en, adverb, english_s(first) if third else first, *others]


def _finish(parts: list[str], rest: str, question: str, french: list[str]) -> tuple[str, str]:
    """Put the words together: question words, elision, contraction, a capital, the last sign."""
    if question:
        asked = {"what": ["qu'est-ce"], "who": ["qui", "est-ce"]}.get(question, ["est-ce"])
        french = [*([WHERE[question]] if question in WHERE else []), *asked, "que", *french]
        parts = [question.strip("?"), *parts]
    english = " ".join(part for part in (*parts, rest) if part)
    text = spell(french)
    mark, french_mark = ("?", " ?") if question else (".", ".")
    return _capital(english) + mark, _capital(text) + french_mark


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _be(subject: Phrase, tense: str = "present") -> str:
    if tense == "past":
        return "was" if subject.person in ("je", "il") else "were"
    return {"je": "am", "il": "is"}.get(subject.person, "are")
