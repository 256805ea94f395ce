"""The Penn Treebank as Tomáš Mikolov prepared it for language models."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tlcore.files.fetch import fetch_files
from tlcore.files.package import read_member
from tlcore.nlp import build_vocab, words_to_word_ids

__all__ = ["ids_of_splits", "load_ptb_dataset", "load_ptb_words"]

ARCHIVE = "ptb.zip"
#: The three texts in the archive, and their sizes in bytes.
SPLITS = {"train": 5_101_618, "valid": 399_782, "test": 449_945}

Words = list[str]
Ids = np.ndarray


def load_ptb_dataset(path: str | Path | None = None) -> tuple[Ids, Ids, Ids, int]:
    r"""Load the Penn Treebank as ids, and fetch it first where it is missing.

    It is a million words of the Wall Street Journal of 1989. Letters are lower case, numbers are
    N, words that are not among the 10,000 most frequent are ``<unk>``, and each sentence ends in
    ``<eos>``. The more frequent a word in the training text, the lower its id.

    Parameters
    ----------
    path : str or path, optional
        The folder with ``ptb.train.txt``, ``ptb.valid.txt`` and ``ptb.test.txt``, or ``ptb.zip``.
        Nothing is fetched then.

    Returns
    -------
    train, valid, test : numpy.ndarray
        The texts as ids, int32: 929,589, 73,760 and 82,430.
    vocab_size : int
        10,000.

    Raises
    ------
    DataError
        If it can't be fetched.
    FileNotFoundError
        If ``path`` is given and isn't there.
    ValueError
        If a file is not what it should be.

    References
    ----------
    M. P. Marcus, B. Santorini and M. A. Marcinkiewicz (1993). Building a large annotated corpus of
    English: the Penn Treebank. Computational Linguistics 19(2).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in SPLITS:
    ...         _ = Path(folder, f"ptb.{name}.txt").write_text("the cat saw the <unk>\n")
    ...     train, valid, test, vocab_size = load_ptb_dataset(folder)
    >>> train.tolist(), vocab_size
    ([0, 3, 4, 0, 2, 1], 5)
    """
    return ids_of_splits(*load_ptb_words(path))


def load_ptb_words(path: str | Path | None = None) -> tuple[Words, Words, Words]:
    """Load the Penn Treebank as words; see :func:`load_ptb_dataset`.

    Returns
    -------
    train, valid, test : list of str
        ``build_vocab(train)`` gives the ids of :func:`load_ptb_dataset`.
    """
    if path is None:
        path = fetch_files("ptb")[ARCHIVE]
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"load_ptb_dataset: there is no {path}, folder or archive.")
    splits = []
    for name, nbytes in SPLITS.items():
        if path.is_dir():
            content = (path / f"ptb.{name}.txt").read_bytes()
        else:
            content = read_member(path, f"ptb/ptb.{name}.txt", nbytes)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"load_ptb_words: {path}, {name}: not a text: {error}.") from None
        words = text.replace("\n", " <eos> ").split()
        if not words:
            raise ValueError(f"load_ptb_words: {path}: the {name} text is empty.")
        splits.append(words)
    return tuple(splits)


def ids_of_splits(train: Words, valid: Words, test: Words) -> tuple[Ids, Ids, Ids, int]:
    """Number the words of three texts by their frequency in the first.

    Examples
    --------
    >>> [part if isinstance(part, int) else part.tolist()
    ...  for part in ids_of_splits("a b a <unk>".split(), "b c".split(), ["a"])]
    [[0, 2, 0, 1], [2, 1], [0], 3]
    """
    vocabulary = build_vocab(train)
    ids = [
        np.array(words_to_word_ids(words, vocabulary, unk_key="<unk>"), np.int32)
        for words in (train, valid, test)
    ]
    return *ids, len(vocabulary)
