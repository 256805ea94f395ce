"""An English-French corpus that the grammar makes: exact, endless, and nobody's property."""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence

from tldata.french_grammar import (
    Phrase,
    clause,
    lexicon,
    name,
    noun_phrase,
    pronoun,
    state,
    there_is,
)
from tldata.text import Pairs

TENSES = ("present", "past", "used", "future", "want", "can", "must")
OFTEN = (6, 5, 3, 3, 1, 1, 1)  # how often each of them is drawn
DEFINITE = ("the", "my", "his", "her", "our", "your", "their", "this")
SUBJECT_PRONOUNS = ("I", "you", "we", "he", "she", "they")
OBJECT_PRONOUNS = ("me", "you", "us", "him", "her", "them")
SAME = {"I": {"me", "us"}, "we": {"me", "us"}, "you": {"you"}}  # I see me: not a sentence to learn


def generate_en_fr(
    n: int = 40_000, seed: int = 0, share: float = 0.05
) -> tuple[Pairs, Pairs, Pairs]:
    """Make a corpus of English sentences and their French translations.

    The sentences come from a small grammar with a lexicon of about 150 words: agreement in gender
    and number, elision, negation, five tenses, questions, possessives, pronouns. No English
    sentence comes twice, so nothing of the test is seen in training.

    Parameters
    ----------
    n : int
        Pairs altogether.
    seed : int
        The same seed gives the same corpus, on every machine.
    share : float
        The share of the validation pairs, and that of the test pairs.

    Returns
    -------
    train, valid, test : list of (str, str)
        English and French.

    Examples
    --------
    >>> train, valid, test = generate_en_fr(2000, seed=1)
    >>> len(train), len(valid), len(test)
    (1800, 100, 100)
    >>> len({english for english, _ in train + valid + test})
    2000
    """
    held_out = round(n * share)
    if n < 3 or held_out < 1 or n - 2 * held_out < 1:
        raise ValueError(
            f"generate_en_fr: n is {n} and share {share}; expected at least one pair in each of "
            "the three parts."
        )
    rng = random.Random(seed)
    pairs: dict[str, str] = {}
    tries = 0
    while len(pairs) < n:
        english, french = sample_en_fr(rng)
        pairs.setdefault(english, french)
        tries += 1
        if tries > 10 * n + 1000:
            raise ValueError(f"generate_en_fr: n is {n}; the grammar gives no more new sentences.")
    # Short sentences come early and seldom late, so the order is drawn anew before the parting.
    found = list(pairs.items())
    rng.shuffle(found)
    cuts = n - 2 * held_out, n - held_out
    return found[: cuts[0]], found[cuts[0] : cuts[1]], found[cuts[1] :]


def sample_en_fr(rng: random.Random) -> tuple[str, str]:
    """Draw one sentence and its translation.

    >>> sample_en_fr(random.Random(3))  # doctest: +ELLIPSIS
    ('...', '...')
    """
    kind = rng.random()
    if kind < 0.16:
        return _state(rng)
    if kind < 0.22:
        plural = rng.random() < 0.4
        noun = _noun(rng, {"person", "animal", "thing"}, ("some",) if plural else ("a",), plural)
        return there_is(noun, _noun(rng, {"in"}), rng.choice(["", "", "not"]))
    return _clause(rng)


def _clause(rng: random.Random) -> tuple[str, str]:
    verb = rng.choice(list(lexicon()["verbs"].values()))
    tense = _draw(rng, [t for t in TENSES if t not in verb["not"]])
    # With être the participle would say who I and you are.
    agrees = tense == "past" and (verb.get("with") == "être" or verb.get("se"))
    subject = _subject(rng, verb["by"], agrees)
    chance = rng.random()
    question = ""
    if chance < 0.16:
        question = rng.choice(["?", "?", "when", "why", "" if verb.get("nowhere") else "where"])
    elif chance < 0.22 and verb["of"] and "prep" not in verb:
        question = "who" if "person" in verb["of"] else "what"
    adverb = "" if question else _adverb(rng, tense)
    what = None if question in ("who", "what") else _object(rng, verb, subject, tense)
    end = ("", "")
    if question in ("", "?") and rng.random() < 0.35:
        end = _end(rng, verb, tense, adverb)
    return clause(subject, verb["en"], what, tense, adverb, end, question)


def _state(rng: random.Random) -> tuple[str, str]:
    words = lexicon()
    tense = _draw(rng, ["present", "past", "future"])
    adverb, question = rng.choice([("", ""), ("", ""), ("not", ""), ("", "?")])
    if rng.random() < 0.3:
        word, kinds, agrees = rng.choice(words["idioms"])[0], {"person"}, False
    else:
        word = rng.choice([en for en, adj in words["adjectives"].items() if adj["place"] == "be"])
        kinds, agrees = set(words["adjectives"][word]["kinds"]), True
    return state(_subject(rng, kinds, agrees), word, tense, adverb, question)


def _subject(rng: random.Random, kinds: set[str], agrees: bool) -> Phrase:
    chance = rng.random()
    if chance < 0.4:
        return pronoun(rng.choice(SUBJECT_PRONOUNS[2 if agrees else 0 :]))
    if chance < 0.55:
        names = [en for en, _ in lexicon()["names"]]
        return name(" and ".join(rng.sample(names, rng.choice([1, 1, 2]))))
    return _noun(rng, kinds, (*DEFINITE, "the", "the", "a"))


def _object(rng: random.Random, verb: dict, subject: Phrase, tense: str) -> Phrase | None:
    if not verb["of"]:
        return None
    if "prep" in verb:
        some = DEFINITE[:-1] if "to" in verb["of"] else DEFINITE  # au parc, but not à ce parc
        return _noun(rng, verb["of"], some) if verb["en"] == "go" or rng.random() < 0.8 else None
    if "person" in verb["of"] and rng.random() < 0.4:
        # In il m'a vue the participle would say who I am; in il l'a vue English says it.
        choice = OBJECT_PRONOUNS[3 if tense == "past" else 0 :]
        return pronoun(rng.choice([en for en in choice if en not in SAME.get(subject.en, ())]))
    return _noun(rng, verb["of"], (*DEFINITE, "the", "a", "a", "some", "some"))


def _noun(
    rng: random.Random, kinds: set[str], determiners: Sequence[str] = DEFINITE,
    plural: bool | None = None,
) -> Phrase:  # fmt: skip
    noun = rng.choice(_nouns_of(frozenset(kinds)))
    mass, one = (kind in lexicon()["nouns"][noun]["kinds"] for kind in ("mass", "one"))
    determiner = rng.choice(determiners)
    if mass and determiner == "a":
        determiner = "some"
    elif one and determiner == "some":
        determiner = "a"
    if plural is None:
        plural = determiner == "some" or determiner != "a" and rng.random() < 0.3
    plural = plural and not mass and not one
    adjectives: tuple[str, ...] = ()
    if rng.random() < 0.35:
        sides = _adjectives_of(noun)
        if rng.random() > 0.15:
            sides = rng.sample(sides, min(1, len(sides)))
        adjectives = tuple(rng.choice(side) for side in sides)
    return noun_phrase(noun, determiner, plural, adjectives)


@functools.cache
def _nouns_of(kinds: frozenset[str]) -> list[str]:
    return [en for en, entry in lexicon()["nouns"].items() if entry["kinds"] & kinds]


@functools.cache
def _adjectives_of(noun: str) -> list[list[str]]:
    """Return those that stand before it and those that stand after it, without empty lists."""
    kinds = lexicon()["nouns"][noun]["kinds"]
    sides = [
        [
            en
            for en, adjective in lexicon()["adjectives"].items()
            if adjective["place"] == place and kinds & set(adjective["kinds"])
        ]
        for place in ("before", "after")
    ]
    return [side for side in sides if side]


def _adverb(rng: random.Random, tense: str) -> str:
    choice = ["", "", "", "", "not", "not", "never"]
    return rng.choice([*choice, "often", "always"] if tense in ("present", "used") else choice)


def _end(rng: random.Random, verb: dict, tense: str, adverb: str) -> tuple[str, str]:
    if "to" not in verb["of"] and not verb.get("nowhere") and rng.random() < 0.4:
        place = _noun(rng, {"in"})
        return f"in {place.en}", " ".join(("dans", *place.fr))
    if adverb not in ("", "not"):
        return "", ""  # he often sleeps today: no
    fitting = [time for time in lexicon()["times"] if tense in time[2].split()]
    return tuple(rng.choice(fitting)[:2]) if fitting else ("", "")


def _draw(rng: random.Random, tenses: list[str]) -> str:
    return rng.choices(tenses, [OFTEN[TENSES.index(tense)] for tense in tenses])[0]
