"""Neighbours of a word: the vectors that point in the most similar direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

__all__ = ["nearest_words", "similar", "unit_rows"]


def similar(
    embeddings: np.ndarray,
    query: int | Sequence[float] | np.ndarray,
    k: int = 8,
    exclude: Iterable[int] = (),
) -> tuple[np.ndarray, np.ndarray]:
    """Find the `k` rows that are most similar to one row, or to any vector, by cosine.

    Parameters
    ----------
    embeddings : array_like
        One vector a word, shape (words, dimensions), of any lengths.
    query : int or array_like
        A word's id, or a vector of shape (dimensions,).
    k : int
        How many to find; fewer come back where there are no more.
    exclude : iterable of int
        Ids to leave out. The query's own is left out anyway.

    Returns
    -------
    ids : numpy.ndarray
        int64, shape (k,), the most similar first.
    cosines : numpy.ndarray
        float32, shape (k,), from -1 to 1. A vector of zeros has cosine 0 to all.

    Raises
    ------
    ValueError
        If an id is outside the vocabulary, a vector has another number of dimensions, or ``k`` is
        below 1.

    Examples
    --------
    >>> embeddings = np.array([[1.0, 0.0], [2.0, 0.1], [0.0, 1.0]])
    >>> ids, cosines = similar(embeddings, 0, k=2)
    >>> ids, cosines.round(3)
    (array([1, 2]), array([0.999, 0.   ], dtype=float32))
    """
    embeddings = _matrix(embeddings, "similar")
    if k < 1:
        raise ValueError(f"similar: k is {k}; expected 1 or more.")
    n, width = embeddings.shape
    exclude = [_id(i, n, "similar: exclude") for i in exclude]
    vector = np.asarray(query)
    if vector.ndim == 0:
        query = _id(query, n, "similar: query")
        exclude.append(query)
        vector = embeddings[query]
    elif vector.shape != (width,):
        raise ValueError(
            f"similar: query has shape {vector.shape}; expected an id, or a vector of {width} "
            "numbers."
        )
    cosines = unit_rows(embeddings) @ unit_rows(vector[None].astype(np.float32))[0]
    cosines[exclude] = -np.inf
    k = min(int(k), n - len(set(exclude)))
    # Stable: of equal cosines the lower id comes first, which is the more frequent word.
    order = np.argsort(-cosines, kind="stable")[:k]
    return order, cosines[order]


def nearest_words(
    embeddings: np.ndarray,
    query: str | int | Sequence[float] | np.ndarray,
    dictionary: Mapping[str, int],
    reverse_dictionary: Mapping[int, str],
    k: int = 8,
    exclude: Iterable[str] = (),
) -> list[tuple[str, float]]:
    """Find the `k` words that are most similar to a word, or to any vector, by cosine.

    Parameters
    ----------
    embeddings : array_like
        One vector a word, shape (words, dimensions).
    query : str, int or array_like
        A word, its id, or a vector of shape (dimensions,), such as the sum of some words' vectors.
    dictionary, reverse_dictionary : mapping
        Word to id and id to word, as :func:`build_words_dataset` returns them.
    k : int
        How many to find.
    exclude : iterable of str
        Words to leave out. The query itself is left out anyway.

    Returns
    -------
    list of (str, float)
        Words and cosines, the most similar first.

    Raises
    ------
    ValueError
        If a word or an id is not in the vocabulary, or as :func:`similar`.

    Examples
    --------
    >>> embeddings = np.array([[1.0, 0.0], [2.0, 0.1], [0.0, 1.0]])
    >>> dictionary = {"king": 0, "queen": 1, "car": 2}
    >>> reverse = {0: "king", 1: "queen", 2: "car"}
    >>> nearest_words(embeddings, "king", dictionary, reverse, k=1)
    [('queen', 0.9987...)]
    """
    ids = [_word_id(word, dictionary, "exclude") for word in exclude]
    if isinstance(query, str):
        query = _word_id(query, dictionary, "query")
    found, cosines = similar(embeddings, query, k, ids)
    return [
        (reverse_dictionary[i], c) for i, c in zip(found.tolist(), cosines.tolist(), strict=True)
    ]


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Scale each row to length 1, in float32; a row of zeros stays one.

    >>> unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6000000238418579, 0.800000011920929], [0.0, 0.0]]
    """
    vectors = np.asarray(vectors, np.float32)
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)


def _matrix(embeddings: np.ndarray, who: str) -> np.ndarray:
    embeddings = np.asarray(embeddings, np.float32)
    if embeddings.ndim != 2 or len(embeddings) == 0:
        raise ValueError(
            f"{who}: embeddings has shape {embeddings.shape}; expected (words, dimensions), such "
            "as network.normalized_embeddings."
        )
    return embeddings


def _id(i: int, n: int, where: str) -> int:
    if not isinstance(i, (int, np.integer)) and not np.issubdtype(np.asarray(i).dtype, np.integer):
        raise TypeError(f"{where} is {i!r}; expected a word's id, a whole number.")
    if not 0 <= i < n:
        raise ValueError(f"{where} is {i}, outside the vocabulary; expected an id below {n}.")
    return int(i)


def _word_id(word: str, dictionary: Mapping[str, int], argument: str) -> int:
    if word not in dictionary:
        raise ValueError(
            f"nearest_words: {argument}: {word!r} is not in the vocabulary of {len(dictionary)} "
            "words. Choose a more frequent word, written as in the corpus."
        )
    return dictionary[word]
