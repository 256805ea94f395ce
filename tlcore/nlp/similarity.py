"""Neighbours of a word, and analogies: what the directions of word vectors say.

Source: the word2vec program's question file, and T. Mikolov, W. Yih and G. Zweig (2013), Linguistic
regularities in continuous space word representations, https://aclanthology.org/N13-1090.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tlcore.check import check_array, check_count, check_ids, require
from tlcore.nlp.vocabulary import text_lines

WORK = 1 << 23  # cosines in memory at a time: 32 MB


def similar(
    embeddings: np.ndarray, query: int | Sequence[float] | np.ndarray, k: int = 8,
    exclude: Iterable[int] = (),
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Find the `k` rows that are most similar to one row, or to any vector, by cosine.

    `embeddings` are (words, dimensions), of any lengths; `query` is a word's id, or a vector. The
    query's own id is left out, and so are those in `exclude`. What comes back is ids, int64, and
    cosines, float32, (k,) or fewer: the most similar first, of equals the lower id. A vector of
    zeros has cosine 0 to all.

    >>> ids, cosines = similar(np.array([[1.0, 0.0], [2.0, 0.1], [0.0, 1.0]]), 0, k=2)
    >>> ids, cosines.round(3)
    (array([1, 2]), array([0.999, 0.   ], dtype=float32))
    """
    embeddings = np.asarray(embeddings)
    require(
        embeddings.ndim == 2,
        f"embeddings has shape {embeddings.shape}; expected (words, dimensions). Take "
        "network.normalized_embeddings, for example.",
    )
    n, width = embeddings.shape
    left_out = [check_count("exclude", i, least=0, most=n - 1) for i in exclude]
    if np.ndim(query) == 0:
        own = check_count("query", query, least=0, most=n - 1)  # type: ignore[arg-type]
        left_out.append(own)
        query = embeddings[own]
    query = check_array("query", query, (width,), fix="Or give the id of a word.")
    # Where a row isn't finite its cosine isn't: to ask here is quicker than to ask the whole table.
    cosines = check_array("embeddings", unit_rows(embeddings) @ unit_rows(query[None])[0])
    cosines[left_out] = -np.inf
    k = min(check_count("k", k), n - len(set(left_out)))
    # Stable: of equal cosines the lower id comes first, which is the more frequent word.
    order = np.argsort(-cosines, kind="stable")[:k]
    return order, cosines[order]


def nearest_words(
    embeddings: np.ndarray, query: str | int | Sequence[float] | np.ndarray,
    dictionary: Mapping[str, int], reverse_dictionary: Mapping[int, str], k: int = 8,
    exclude: Iterable[str] = (),
) -> list[tuple[str, float]]:  # fmt: skip
    """Find the words that :func:`similar` finds, and their cosines, the most similar first.

    Here `query` may also be a word, `exclude` holds words, and :func:`build_words_dataset` returns
    the two dictionaries.

    >>> embeddings = np.array([[1.0, 0.0], [2.0, 0.1], [0.0, 1.0]])
    >>> ids = {"king": 0, "queen": 1, "car": 2}
    >>> nearest_words(embeddings, "king", ids, {0: "king", 1: "queen", 2: "car"}, k=1)
    [('queen', 0.9987...)]
    """

    def id_of(name: str, word: str) -> int:
        require(
            word in dictionary,
            f"{name}: {word!r} is not in the vocabulary of {len(dictionary)} words. Choose a more "
            "frequent word, written as in the corpus.",
        )
        return dictionary[word]

    ids = [id_of("exclude", word) for word in exclude]
    query = id_of("query", query) if isinstance(query, str) else query
    found, cosines = similar(embeddings, query, k, ids)
    words = [reverse_dictionary[i] for i in found.tolist()]
    return list(zip(words, cosines.tolist(), strict=True))


@dataclass(frozen=True)
class Analogies:
    """The questions of an analogies file, a is to b as c is to d, as word ids."""

    questions: np.ndarray  #: int32, shape (n, 4): a, b, c and the answer d.
    sections: dict[str, slice]  #: Name of a section to its rows of `questions`; it may have none.
    #: How many lines were left out: "unknown" because a word is not in the vocabulary, "broken"
    #: because they are not four words.
    skipped: dict[str, int]

    def __len__(self) -> int:
        return len(self.questions)


def read_analogies_file(
    eval_file: str | Path | Iterable[str], word2id: Mapping[str, int]
) -> Analogies:
    """Read a file of analogies, and keep the questions whose four words are in the vocabulary.

    A line holds four words, "athens greece baghdad iraq", in any case; they are looked up in lower
    case. A line that begins with a colon names a section. Empty lines don't count. `eval_file` is
    such as :func:`tlcore.files.load_questions_words` returns, or the lines themselves.

    >>> lines = [": capitals", "Athens Greece Oslo Norway", "Athens Greece Rome Italy", "Rome"]
    >>> read_analogies_file(lines, {"athens": 0, "greece": 1, "oslo": 2, "norway": 3})
    Analogies(questions=array([[0, 1, 2, 3]], dtype=int32),
              sections={'capitals': slice(0, 1, None)}, skipped={'unknown': 1, 'broken': 1})
    """
    rows: dict[str, list[list[int]]] = {}
    section = rows.setdefault("", [])  # for questions above the first section's name
    skipped = {"unknown": 0, "broken": 0}
    for line in text_lines(eval_file) if isinstance(eval_file, (str, Path)) else eval_file:
        line = line.removeprefix("\ufeff").strip()  # where lines were read as plain UTF-8
        words = line.lower().split()
        if line.startswith(":"):
            section = rows.setdefault(line[1:].strip(), [])
        elif len(words) == 4 and all(word in word2id for word in words):
            section.append([word2id[word] for word in words])
        elif words:
            skipped["unknown" if len(words) == 4 else "broken"] += 1
    questions: list[list[int]] = []
    sections = {}
    for name, part in rows.items():
        if name or part:
            sections[name] = slice(len(questions), len(questions) + len(part))
            questions += part
    return Analogies(np.array(questions, np.int32).reshape(-1, 4), sections, skipped)


def analogy_accuracy(
    embeddings: np.ndarray, analogies: Analogies | np.ndarray
) -> dict[str, dict[str, float | int | None]]:
    """Ask word vectors for the fourth word of each analogy.

    The words are ranked by their cosine to b - a + c, computed on vectors of length 1, and the
    three words of the question are left out. A word that is as near as the answer counts as nearer,
    so that vectors which are all alike get nothing. `analogies` may also be questions, (n, 4).

    Returned is, for each section, and for all together under "total": "questions", how many were
    asked; "top1" and "top4", the shares whose answer comes first or among the first four, or None
    where nothing was asked. Word2vec's published shares are "top1".

    >>> embeddings = np.array([[1, 1, 0], [1, 0, 1], [2, 1, 0], [2, 0, 1], [-1, 0, 0.0]])
    >>> analogy_accuracy(embeddings, [[0, 1, 2, 3], [0, 1, 2, 4]])
    {'total': {'questions': 2, 'top1': 0.5, 'top4': 1.0}}
    """
    vectors = unit_rows(check_array("embeddings", embeddings, ("words", "dimensions")))
    if not isinstance(analogies, Analogies):
        analogies = Analogies(np.asarray(analogies), {}, {})
    questions = analogies.questions
    if len(questions):
        check_ids("analogies", questions, len(vectors), ("questions", 4))
    step = max(1, WORK // len(vectors))
    parts = [_nearer(vectors, questions[i : i + step]) for i in range(0, len(questions), step)]
    nearer = np.concatenate([*parts, np.zeros(0, int)])

    def scores(nearer: np.ndarray) -> dict[str, float | int | None]:
        tops = {f"top{n}": float((nearer < n).mean()) if len(nearer) else None for n in (1, 4)}
        return {"questions": len(nearer), **tops}

    sections = {**analogies.sections, "total": slice(None)}
    return {name: scores(nearer[rows]) for name, rows in sections.items()}


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Scale each row to length 1, in float32; a row of zeros stays one."""
    with np.errstate(over="ignore", invalid="ignore"):  # who asks for the products hears of it
        vectors = np.asarray(vectors, np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def _nearer(vectors: np.ndarray, questions: np.ndarray) -> np.ndarray:
    """How many words that might be the answer are at least as near as the answer is, (n,)."""
    a, b, c, d = questions.T
    row = np.arange(len(questions))
    cosines = (vectors[b] - vectors[a] + vectors[c]) @ vectors.T  # (n, words); b - a + c any length
    answer = cosines[row, d]
    # A word of the question is no answer; where it is the one that was asked for, none is right.
    impossible = (d == a) | (d == b) | (d == c)
    cosines[row, questions.T] = -np.inf
    nearer = np.count_nonzero(cosines >= answer[:, None], axis=1)
    return np.where(impossible, len(vectors), nearer)
