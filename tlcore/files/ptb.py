"""Texts for language models as ids: the words of `tldata`, numbered by their frequency."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tlcore.nlp import build_vocab, words_to_word_ids
from tldata import load_ptb_words, load_wikipedia_ptb_words

Ids = np.ndarray


def load_ptb_dataset(path: str | Path | None = None) -> tuple[Ids, Ids, Ids, int]:
    """Load the Penn Treebank as ids; see :func:`load_ptb_words`.

    Returns
    -------
    train, valid, test : numpy.ndarray
        The texts as ids, int32: 929,589, 73,760 and 82,430. The more frequent a word in the
        training text, the lower its id.
    vocab_size : int
        10,000.
    """
    return ids_of_splits(*load_ptb_words(path))


def load_wikipedia_ptb(path: str | Path | None = None) -> tuple[Ids, Ids, Ids, int]:
    """Load the articles of the Wikipedia as ids, as :func:`load_ptb_dataset` does.

    Examples
    --------
    >>> train, valid, test, vocab_size = load_wikipedia_ptb()
    >>> int(train.min()), int(train.max()) + 1 == vocab_size
    (0, True)
    """
    return ids_of_splits(*load_wikipedia_ptb_words(path))


def ids_of_splits(train: list[str], valid: list[str], test: list[str]) -> tuple[Ids, Ids, Ids, int]:
    """Number the words of three texts by their frequency in the first.

    Examples
    --------
    >>> [part if isinstance(part, int) else part.tolist()
    ...  for part in ids_of_splits("a b a <unk>".split(), "b c".split(), ["a"])]
    [[0, 2, 0, 1], [2, 1], [0], 3]
    """
    vocabulary = build_vocab(train)
    train_ids, valid_ids, test_ids = (
        np.array(words_to_word_ids(words, vocabulary, unk_key="<unk>"), np.int32)
        for words in (train, valid, test)
    )
    return train_ids, valid_ids, test_ids, len(vocabulary)
