"""Texts for language models as ids: the words of `tldata`, numbered by their frequency."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tlcore.nlp import build_vocab, words_to_word_ids
from tldata import load_ptb_words, load_wikipedia_ptb_words

Ids = np.ndarray


def load_ptb_dataset(path: str | Path | None = None) -> tuple[Ids, Ids, Ids, int]:
    """Load the Penn Treebank as ids; see :func:`load_ptb_words`.

    There are 929,589 to train on, 73,760 to validate and 82,430 to test, int32, of 10,000 words.
    The more frequent a word in the training text, the lower its id.
    """
    return ids_of_splits(*load_ptb_words(path))


def load_wikipedia_ptb(path: str | Path | None = None) -> tuple[Ids, Ids, Ids, int]:
    """Load the articles of the Wikipedia as ids, as :func:`load_ptb_dataset` does.

    >>> train, valid, test, vocab_size = load_wikipedia_ptb()
    >>> int(train.min()), int(train.max()) + 1 == vocab_size
    (0, True)
    """
    return ids_of_splits(*load_wikipedia_ptb_words(path))


def ids_of_splits(train: list[str], valid: list[str], test: list[str]) -> tuple[Ids, Ids, Ids, int]:
    """Number the words of three texts by their frequency in the first."""
    vocabulary = build_vocab(train)
    found = [words_to_word_ids(words, vocabulary, "<unk>") for words in (train, valid, test)]
    train_ids, valid_ids, test_ids = (np.array(ids, np.int32) for ids in found)
    return train_ids, valid_ids, test_ids, len(vocabulary)
