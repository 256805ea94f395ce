"""A small grammar that builds an English sentence and its French translation side by side.

Each English sentence has one translation here. Where French needs to know more than English says,
one answer is taken: *you* is *vous*, *they* is *ils*, *we* is a mixed group. Where *I* or *you*
would make it a question of who speaks (*je suis allé* or *allée*), there is no such sentence.
"""

from __future__ import annotations

from typing import Any

from tldata.french_words import OBJECTS, PERSONS, Phrase, english_s, lexicon, spell

__all__ = ["clause", "state", "there_is"]

IMPERFECT = dict(zip(PERSONS, ("ais", "ait", "ions", "iez", "aient"), strict=True))
ETRE = dict(zip(PERSONS, ("suis", "est", "sommes", "êtes", "sont"), strict=True))
AVOIR = dict(zip(PERSONS, ("ai", "a", "avons", "avez", "ont"), strict=True))
ALLER = dict(zip(PERSONS, ("vais", "va", "allons", "allez", "vont"), strict=True))
SE = {"je": "me", "il": "se", "nous": "nous", "vous": "vous", "ils": "se"}
ADVERBS = {"not": "pas", "never": "jamais", "often": "souvent", "always": "toujours"}
WHERE = {"where": "où", "when": "quand", "why": "pourquoi"}


def clause(
    subject: Phrase,
    verb: str,
    what: Phrase | None = None,
    tense: str = "present",
    adverb: str = "",
    end: tuple[str, str] = ("", ""),
    question: str = "",
) -> tuple[str, str]:
    """Build a sentence around a verb.

    Parameters
    ----------
    subject : Phrase
        Who does it.
    verb : str
        In the lexicon, by its English infinitive.
    what : Phrase, optional
        The object, or what stands behind the verb's preposition.
    tense : str
        present, past, used (to), future, want, can, must.
    adverb : str
        not, never, often, always.
    end : (str, str)
        What comes last: a time or a place, in both languages.
    question : str
        ``"?"``, or where, when, why, what, who.

    Returns
    -------
    english, french : str

    Examples
    --------
    >>> from tldata.french_words import name, noun_phrase, pronoun
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

    Parameters
    ----------
    subject, adverb, question
        As for :func:`clause`; adverb is empty or not.
    word : str
        An adjective or an idiom of the lexicon.
    tense : str
        present, past (an imparfait in French) or future.

    Examples
    --------
    >>> from tldata.french_words import noun_phrase, pronoun
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

    >>> from tldata.french_words import noun_phrase
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
    signs = ("?", " ?") if question else (".", ".")
    return tuple(
        t[0].upper() + t[1:] + sign for t, sign in zip((english, text), signs, strict=True)
    )


def _be(subject: Phrase, tense: str = "present") -> str:
    if tense == "past":
        return "was" if subject.person in ("je", "il") else "were"
    return {"je": "am", "il": "is"}.get(subject.person, "are")
