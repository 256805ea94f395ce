"""Vocabulary files, and text files turned into files of ids."""

from __future__ import annotations

import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import TextIO

from tlcore.nlp.buckets import BUCKETS, Bucket, BucketedPairs, Pair, put_in_buckets
from tlcore.nlp.tokenizer import (
    EOS_ID,
    START_WORDS,
    UNK_ID,
    Tokenizer,
    basic_tokenizer,
    digits_as_zeros,
    sentence_to_token_ids,
    text_lines,
)
from tlcore.nlp.vocabulary import _by_frequency

__all__ = ["create_vocabulary", "data_to_token_ids", "initialize_vocabulary", "read_data"]


def create_vocabulary(
    vocabulary_path: str | Path,
    data_path: str | Path,
    max_vocabulary_size: int,
    tokenizer: Tokenizer | None = None,
    normalize_digits: bool = True,
) -> Path:
    r"""Write the vocabulary of a text file: one word a line, the most frequent first.

    The line is the id, from 0: ``_PAD``, ``_GO``, ``_EOS`` and ``_UNK`` come first. Words that are
    equally frequent go in alphabetical order. A vocabulary that is there already is left as it is.

    Parameters
    ----------
    vocabulary_path : str or path
        The file to write. It appears whole or not at all.
    data_path : str or path
        The text (UTF-8), a sentence a line.
    max_vocabulary_size : int
        Words at most, the four special ones among them.
    tokenizer : callable, optional
        From a sentence to its words; :func:`basic_tokenizer` by default.
    normalize_digits : bool
        Put 0 for every digit: 123 and 456 are both the word 000. Otherwise each number is a word,
        and there are many.

    Returns
    -------
    pathlib.Path
        The vocabulary file.

    Raises
    ------
    FileNotFoundError
        If there is no text.
    ValueError
        If the text is not UTF-8 (the line is named) or has no words, or there is no room for a
        word besides the special ones.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = Path(folder, "text.en")
    ...     _ = text.write_text("I go.\nI have 12 cats.\n")
    ...     create_vocabulary(f"{folder}/vocab.en", text, 8).read_text().split()
    ['_PAD', '_GO', '_EOS', '_UNK', '.', 'I', '00', 'cats']
    """
    path = Path(vocabulary_path)
    if path.exists():
        return path
    if max_vocabulary_size <= len(START_WORDS):
        raise ValueError(
            f"create_vocabulary: max_vocabulary_size is {max_vocabulary_size}; expected more than "
            f"the {len(START_WORDS)} special words."
        )
    counter: Counter[str] = Counter()
    for line in text_lines(data_path, "create_vocabulary"):
        counter.update(digits_as_zeros((tokenizer or basic_tokenizer)(line), normalize_digits))
    for word in START_WORDS:
        counter.pop(word, None)  # they have their ids, also where a text holds them
    if not counter:
        raise ValueError(f"create_vocabulary: {data_path} has no words.")
    words = [*START_WORDS, *(word for word, _ in _by_frequency(counter))][:max_vocabulary_size]
    with _replacing(path) as stream:
        stream.writelines(f"{word}\n" for word in words)
    return path


def initialize_vocabulary(vocabulary_path: str | Path) -> tuple[dict[str, int], list[str]]:
    r"""Read a vocabulary file.

    Parameters
    ----------
    vocabulary_path : str or path
        As :func:`create_vocabulary` writes it.

    Returns
    -------
    vocabulary : dict of str to int
        Word to id.
    words : list of str
        ``words[i]`` is the word with the id i.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If a line is empty or no text, a word comes twice, or the special words aren't the first
        four. Each message names the line.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "vocab.en")
    ...     _ = path.write_text("_PAD\n_GO\n_EOS\n_UNK\ndog\ncat\n")
    ...     vocabulary, words = initialize_vocabulary(path)
    >>> vocabulary["cat"], words[5]
    (5, 'cat')
    """
    who, name = "initialize_vocabulary", vocabulary_path
    vocabulary: dict[str, int] = {}
    for i, word in enumerate(text_lines(vocabulary_path, who)):
        if not word.strip():
            raise ValueError(f"{who}: line {i + 1} of {name} is empty; expected a word a line.")
        if word in vocabulary:
            raise ValueError(
                f"{who}: line {i + 1} of {name} has {word!r} a second time, after line "
                f"{vocabulary[word] + 1}; expected each word once, because its line is its id."
            )
        vocabulary[word] = i
    if tuple(vocabulary)[: len(START_WORDS)] != START_WORDS:
        raise ValueError(
            f"{who}: {name} begins with {list(vocabulary)[:4]}; expected {list(START_WORDS)}, "
            "whose ids are 0 to 3. Make it with create_vocabulary."
        )
    return vocabulary, list(vocabulary)


def data_to_token_ids(
    data_path: str | Path,
    target_path: str | Path,
    vocabulary_path: str | Path,
    tokenizer: Tokenizer | None = None,
    normalize_digits: bool = True,
    UNK_ID: int = UNK_ID,
) -> Path:
    r"""Turn a text file into a file of ids, a sentence a line, the ids with spaces between.

    A file of ids that is there already is left as it is. Delete it after a change of the text or
    the vocabulary.

    Parameters
    ----------
    data_path : str or path
        The text (UTF-8), a sentence a line.
    target_path : str or path
        The file to write. It appears whole or not at all.
    vocabulary_path : str or path
        The vocabulary file.
    tokenizer, normalize_digits, UNK_ID
        As for :func:`sentence_to_token_ids`.

    Returns
    -------
    pathlib.Path
        The file of ids, with as many lines as the text.

    Raises
    ------
    FileNotFoundError
        If the text or the vocabulary isn't there.
    ValueError
        If one of them is not what it should be; see :func:`initialize_vocabulary`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text, vocabulary = Path(folder, "text.en"), Path(folder, "vocab.en")
    ...     _ = text.write_text("a dog\na cat and a dog\n")
    ...     _ = create_vocabulary(vocabulary, text, max_vocabulary_size=6)
    ...     data_to_token_ids(text, f"{folder}/ids.en", vocabulary).read_text().splitlines()
    ['4 5', '4 3 3 4 5']
    """
    path = Path(target_path)
    if path.exists():
        return path
    vocabulary, _ = initialize_vocabulary(vocabulary_path)
    with _replacing(path) as stream:
        for line in text_lines(data_path, "data_to_token_ids"):
            ids = sentence_to_token_ids(line, vocabulary, tokenizer, normalize_digits, UNK_ID)
            stream.write(" ".join(map(str, ids)) + "\n")
    return path


def read_data(
    source_path: str | Path,
    target_path: str | Path,
    buckets: Sequence[Bucket] = BUCKETS,
    EOS_ID: int = EOS_ID,
    max_size: int | None = None,
) -> BucketedPairs:
    r"""Read two files of ids, line by line together, into buckets.

    Parameters
    ----------
    source_path, target_path : str or path
        As :func:`data_to_token_ids` writes them: line i of one belongs to line i of the other.
    buckets, EOS_ID, max_size
        As for :func:`put_in_buckets`.

    Returns
    -------
    BucketedPairs
        As :func:`put_in_buckets` returns it.

    Raises
    ------
    FileNotFoundError
        If a file isn't there.
    ValueError
        If a line holds more than ids, or the files differ in their number of lines.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source, target = Path(folder, "ids.en"), Path(folder, "ids.fr")
    ...     _ = source.write_text("4 5 6\n7\n"), target.write_text("8 9 10 11 12 13\n14\n")
    ...     read_data(source, target, [(5, 10), (10, 15)])
    [[([4, 5, 6], [8, 9, 10, 11, 12, 13, 2]), ([7], [14, 2])], []]
    """
    return put_in_buckets(_id_pairs(source_path, target_path), buckets, EOS_ID, max_size)


def _id_pairs(source_path: str | Path, target_path: str | Path) -> Iterator[Pair]:
    paths = source_path, target_path
    files = (text_lines(path, "read_data") for path in paths)
    for number, lines in enumerate(zip_longest(*files), 1):
        if None in lines:
            short = paths[lines.index(None)]
            raise ValueError(
                f"read_data: {short} ends after {number - 1} lines, and the other file goes on; "
                "expected as many lines in both, because line i of one translates line i of the "
                "other."
            )
        ids = []
        for path, line in zip(paths, lines, strict=True):
            try:
                ids.append([int(word) for word in line.split()])
            except ValueError:
                raise ValueError(
                    f"read_data: line {number} of {path} is {line[:40]!r}; expected ids with "
                    "spaces between. data_to_token_ids makes such a file from a text."
                ) from None
        yield tuple(ids)


@contextmanager
def _replacing(path: Path) -> Iterator[TextIO]:
    # tlcore.files has this as `replacing`, but it stands above this module.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(part, "w", encoding="utf-8", newline="\n") as stream:
            yield stream
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
