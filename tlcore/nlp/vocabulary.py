"""Vocabularies: which words there are, how often each occurs, and which id it has."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

__all__ = [
    "build_reverse_dictionary",
    "build_vocab",
    "build_words_dataset",
    "load_vocab",
    "save_vocab",
]


def build_vocab(words: Iterable[str]) -> dict[str, int]:
    """Number the words of a text: the most frequent is 0; ties go in alphabetical order.

    Parameters
    ----------
    words : iterable of str
        The text.

    Returns
    -------
    dict of str to int
        Word to id, in the order of the ids.

    Raises
    ------
    ValueError
        If there is no word.

    Examples
    --------
    >>> build_vocab("the cat saw the dog".split())
    {'the': 0, 'cat': 1, 'dog': 2, 'saw': 3}
    """
    counter = _count(words, "build_vocab")
    return {word: i for i, (word, _) in enumerate(_by_frequency(counter))}


def build_reverse_dictionary(word_to_id: Mapping[str, int]) -> dict[int, str]:
    """Turn a vocabulary round: id to word.

    Parameters
    ----------
    word_to_id : mapping of str to int
        The vocabulary.

    Returns
    -------
    dict of int to str

    Raises
    ------
    ValueError
        If two words share an id.

    Examples
    --------
    >>> build_reverse_dictionary({"the": 0, "cat": 1})
    {0: 'the', 1: 'cat'}
    """
    reverse = {i: word for word, i in word_to_id.items()}
    if len(reverse) != len(word_to_id):
        shared = next(word for word, i in word_to_id.items() if reverse[i] != word)
        raise ValueError(
            f"build_reverse_dictionary: {shared!r} and {reverse[word_to_id[shared]]!r} share the "
            f"id {word_to_id[shared]}; expected one id a word."
        )
    return reverse


def build_words_dataset(
    words: Sequence[str],
    vocabulary_size: int = 50000,
    printable: bool = True,
    unk_key: str = "UNK",
) -> tuple[np.ndarray, list[tuple[str, int]], dict[str, int], dict[int, str]]:
    """Turn a text into ids: the most frequent words get one each, the others share id 0.

    Two things differ from the original. A text that holds ``unk_key`` as a word is counted under
    id 0; there, that word and another then had the same id. A text with fewer different words than
    ``vocabulary_size`` gives a smaller vocabulary; there, it was an error.

    Parameters
    ----------
    words : sequence of str
        The text.
    vocabulary_size : int
        How many ids to give at most, id 0 among them. ``len(dictionary)`` is how many there are.
    printable : bool
        Print how many different words the text has, and how many of them have an id.
    unk_key : str
        The word that stands for those without an id.

    Returns
    -------
    data : numpy.ndarray
        The text as ids, int32, shape (words,).
    count : list of (str, int)
        Each word of the vocabulary and how often it occurs, in the order of the ids: ``count[0]``
        is ``(unk_key, n)``, then the most frequent first, ties in alphabetical order.
    dictionary : dict of str to int
        Word to id.
    reverse_dictionary : dict of int to str
        Id to word.

    Raises
    ------
    ValueError
        If there is no word, or ``vocabulary_size`` is below 2.

    Examples
    --------
    >>> text = "the cat saw the dog and the bird saw the cat".split()
    >>> data, count, dictionary, reverse_dictionary = build_words_dataset(
    ...     text, vocabulary_size=4, printable=False
    ... )
    >>> data
    array([1, 2, 3, 1, 0, 0, 1, 0, 3, 1, 2], dtype=int32)
    >>> count
    [('UNK', 3), ('the', 4), ('cat', 2), ('saw', 2)]
    """
    if vocabulary_size < 2:
        raise ValueError(
            f"build_words_dataset: vocabulary_size is {vocabulary_size}; expected 2 or more: "
            f"{unk_key!r} and at least one word."
        )
    if not hasattr(words, "__len__"):
        words = list(words)  # it is gone through twice
    counter = _count(words, "build_words_dataset")
    n_words = counter.total()
    counter.pop(unk_key, None)  # it has id 0, and its occurrences count with the unknown words
    kept = _by_frequency(counter)[: vocabulary_size - 1]
    count = [(unk_key, n_words - sum(n for _, n in kept)), *kept]
    dictionary = {word: i for i, (word, _) in enumerate(count)}
    data = np.fromiter((dictionary.get(word, 0) for word in words), np.int32, n_words)
    if printable:
        print(f"different words in the text: {len(counter):,}")
        print(f"words in the vocabulary: {len(dictionary):,}, {unk_key} among them")
    return data, count, dictionary, {i: word for word, i in dictionary.items()}


def save_vocab(count: Sequence[tuple[str, int]], name: str | Path = "vocab.txt") -> Path:
    """Write a vocabulary as text, one word and its count a line, in the order of the ids.

    Parameters
    ----------
    count : sequence of (str, int)
        As :func:`build_words_dataset` returns it.
    name : str or path
        The file. It appears whole or not at all.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    ValueError
        If ``count`` is empty, or a word is empty or contains a line break.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_vocab([("UNK", 3), ("the", 4)], f"{folder}/vocab.txt")
    ...     print(path.read_text())
    UNK 3
    the 4
    <BLANKLINE>
    """
    if len(count) == 0:
        raise ValueError("save_vocab: count is empty; expected at least one (word, number).")
    for word, _ in count:
        if not isinstance(word, str) or not word or "\n" in word or "\r" in word:
            raise ValueError(
                f"save_vocab: {word!r} can't be a line of the file; expected text of at least one "
                "letter, without a line break."
            )
    text = "".join(f"{word} {int(n)}\n" for word, n in count)
    path = Path(name)
    # tlcore.files has this as `write_bytes`, but it stands above this module.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        part.write_bytes(text.encode("utf-8"))
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return path


def load_vocab(name: str | Path = "vocab.txt") -> list[tuple[str, int]]:
    """Read the vocabulary that :func:`save_vocab` wrote.

    Parameters
    ----------
    name : str or path
        The file.

    Returns
    -------
    list of (str, int)
        Each word and its count; the place in the list is the word's id.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a line isn't a word and a number, or a word comes twice.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_vocab([("UNK", 3), ("the", 4)], f"{folder}/vocab.txt")
    ...     count = load_vocab(path)
    >>> {word: i for i, (word, _) in enumerate(count)}
    {'UNK': 0, 'the': 1}
    """
    count: dict[str, int] = {}
    try:
        lines = Path(name).read_bytes().decode("utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"load_vocab: {name} is not UTF-8 text: {error}.") from None
    for number, line in enumerate(lines, 1):
        word, _, n = line.removesuffix("\r").rpartition(" ")
        if not word or not n.isdecimal():
            raise ValueError(
                f"load_vocab: line {number} of {name} is {line!r}; expected a word, a space and "
                "a number."
            )
        if word in count:
            raise ValueError(
                f"load_vocab: line {number} of {name} has {word!r} a second time; expected each "
                "word once, because its line is its id."
            )
        count[word] = int(n)
    return list(count.items())


def _count(words: Iterable[str], who: str) -> Counter[str]:
    if isinstance(words, (str, bytes)):
        raise TypeError(
            f"{who}: words is one text, {words[:30]!r}; expected a list of words. "
            "Write words.split()."
        )
    counter = Counter(words)
    if not counter:
        raise ValueError(f"{who}: words is empty; expected a text of at least one word.")
    return counter


def _by_frequency(counter: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))
