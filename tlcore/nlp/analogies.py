"""Analogies: a is to b as c is to d, asked of word vectors as b - a + c.

Source: the word2vec program's question file, and T. Mikolov, W. Yih and G. Zweig (2013), Linguistic
regularities in continuous space word representations, https://aclanthology.org/N13-1090.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tlcore.nlp.similarity import _matrix, unit_rows

__all__ = ["Analogies", "analogy_accuracy", "read_analogies_file"]

WORK = 1 << 23  # cosines in memory at a time: 32 MB


@dataclass(frozen=True)
class Analogies:
    """The questions of an analogies file, as word ids.

    Attributes
    ----------
    questions : numpy.ndarray
        int32, shape (n, 4): a, b, c and the answer d.
    sections : dict of str to slice
        Name of a section to its rows of `questions`; a section may have none.
    skipped : dict of str to int
        How many lines were left out: "unknown" because a word is not in the vocabulary, "broken"
        because they are not four words.
    """

    questions: np.ndarray
    sections: dict[str, slice]
    skipped: dict[str, int]

    def __len__(self) -> int:
        return len(self.questions)


def read_analogies_file(
    eval_file: str | Path | Iterable[str], word2id: Mapping[str, int]
) -> Analogies:
    """Read a file of analogies, and keep the questions whose four words are in the vocabulary.

    A line holds four words, "athens greece baghdad iraq", in any case; they are looked up in lower
    case. A line that begins with a colon names a section. What can't be asked is left out and
    counted: a line with a word outside the vocabulary as "unknown", one that isn't four words as
    "broken". Empty lines don't count.

    Parameters
    ----------
    eval_file : str, path, or iterable of str
        The file (UTF-8), such as :func:`tlcore.files.load_questions_words` returns, or its lines.
    word2id : mapping of str to int
        The vocabulary, in lower case.

    Returns
    -------
    Analogies
        ``.questions``, ``.sections`` and ``.skipped``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not UTF-8.

    Examples
    --------
    >>> lines = [": capitals", "Athens Greece Oslo Norway", "Athens Greece Rome Italy", "Rome"]
    >>> vocabulary = {"athens": 0, "greece": 1, "oslo": 2, "norway": 3}
    >>> analogies = read_analogies_file(lines, vocabulary)
    >>> analogies.questions
    array([[0, 1, 2, 3]], dtype=int32)
    >>> analogies.sections
    {'capitals': slice(0, 1, None)}
    >>> analogies.skipped
    {'unknown': 1, 'broken': 1}
    """
    rows: dict[str, list[list[int]]] = {}
    section = rows.setdefault("", [])  # for questions above the first section's name
    skipped = {"unknown": 0, "broken": 0}
    for line in _lines(eval_file):
        if line.startswith(":"):
            section = rows.setdefault(line[1:].strip(), [])
            continue
        words = line.lower().split()
        ids = [word2id.get(word) for word in words]
        if not words:
            continue
        if len(words) != 4:
            skipped["broken"] += 1
        elif None in ids:
            skipped["unknown"] += 1
        else:
            section.append(ids)
    if not rows[""]:
        del rows[""]
    questions = np.array([ids for part in rows.values() for ids in part], np.int32).reshape(-1, 4)
    sections, first = {}, 0
    for name, part in rows.items():
        sections[name] = slice(first, first + len(part))
        first += len(part)
    return Analogies(questions, sections, skipped)


def analogy_accuracy(
    embeddings: np.ndarray, analogies: Analogies | np.ndarray
) -> dict[str, dict[str, float | int | None]]:
    """Ask word vectors for the fourth word of each analogy.

    The words are ranked by their cosine to b - a + c, computed on vectors of length 1, and the
    three words of the question are left out. "top1" is the share of questions whose answer comes
    first. It is what the original printed: a comment there says that one of four guesses may be
    right, but its loop goes on to the next guess only past a word of the question. "top4" is
    what the comment says. A word that is as near as the answer counts as nearer, so that vectors
    which are all alike get nothing.

    Parameters
    ----------
    embeddings : array_like
        One vector a word, shape (words, dimensions), of any lengths.
    analogies : Analogies or array_like
        What :func:`read_analogies_file` returned, or questions of shape (n, 4).

    Returns
    -------
    dict of str to dict
        For each section, and for all together under "total": "questions", how many were asked, and
        "top1" and "top4", shares from 0 to 1, or None where nothing was asked.

    Raises
    ------
    ValueError
        If an id is outside the vocabulary, or the shapes are others.

    Examples
    --------
    >>> embeddings = np.array([[1, 1, 0], [1, 0, 1], [2, 1, 0], [2, 0, 1], [-1, 0, 0.0]])
    >>> analogy_accuracy(embeddings, [[0, 1, 2, 3], [0, 1, 2, 4]])
    {'total': {'questions': 2, 'top1': 0.5, 'top4': 1.0}}
    """
    vectors = unit_rows(_matrix(embeddings, "analogy_accuracy"))
    sections = {}
    if isinstance(analogies, Analogies):
        analogies, sections = analogies.questions, analogies.sections
    questions = np.asarray(analogies)
    if questions.ndim != 2 or questions.shape[1] != 4:
        raise ValueError(
            f"analogy_accuracy: analogies has shape {questions.shape}; expected (questions, 4)."
        )
    outside = (questions < 0) | (questions >= len(vectors))
    if outside.any():
        raise ValueError(
            f"analogy_accuracy: the id {questions[outside][0]} is outside the vocabulary; expected "
            f"ids below {len(vectors)}. Read the questions with the vocabulary of the embeddings."
        )
    step = max(1, WORK // len(vectors))
    parts = [_nearer(vectors, questions[i : i + step]) for i in range(0, len(questions), step)]
    nearer = np.concatenate([*parts, np.zeros(0, int)])
    return {
        name: {
            "questions": len(nearer[rows]),
            "top1": _share(nearer[rows] < 1),
            "top4": _share(nearer[rows] < 4),
        }
        for name, rows in {**sections, "total": slice(None)}.items()
    }


def _nearer(vectors: np.ndarray, questions: np.ndarray) -> np.ndarray:
    """How many words that might be the answer are at least as near as the answer is, (n,)."""
    a, b, c, d = questions.T
    row = np.arange(len(questions))
    cosines = (vectors[b] - vectors[a] + vectors[c]) @ vectors.T  # (n, words); b - a + c any length
    answer = cosines[row, d].copy()
    # A word of the question is no answer; where it is the one that was asked for, none is right.
    impossible = (d == a) | (d == b) | (d == c)
    for ids in (a, b, c, d):
        cosines[row, ids] = -np.inf
    nearer = np.count_nonzero(cosines >= answer[:, None], axis=1)
    return np.where(impossible, len(vectors), nearer)


def _share(right: np.ndarray) -> float | None:
    return float(right.mean()) if len(right) else None


def _lines(eval_file: str | Path | Iterable[str]) -> list[str]:
    if not isinstance(eval_file, (str, Path)):
        return [line.strip() for line in eval_file]
    try:
        text = Path(eval_file).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"read_analogies_file: {eval_file} is not UTF-8 text: {error}.") from None
    return [line.strip() for line in text.split("\n")]
