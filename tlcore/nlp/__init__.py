"""Words as numbers: vocabularies, skip-gram pairs, neighbours, analogies, sampling. NumPy only."""

from tlcore.nlp.analogies import Analogies, analogy_accuracy, read_analogies_file
from tlcore.nlp.sampling import sample, sample_top
from tlcore.nlp.sentences import keep_frequent, ptb_words
from tlcore.nlp.similarity import nearest_words, similar
from tlcore.nlp.skip_gram import generate_skip_gram_batch, skip_gram_pairs, subsample
from tlcore.nlp.vocabulary import (
    build_reverse_dictionary,
    build_vocab,
    build_words_dataset,
    load_vocab,
    save_vocab,
)
from tlcore.nlp.words import read_words, simple_read_words, word_ids_to_words, words_to_word_ids

__all__ = [
    "Analogies",
    "analogy_accuracy",
    "build_reverse_dictionary",
    "build_vocab",
    "build_words_dataset",
    "generate_skip_gram_batch",
    "keep_frequent",
    "load_vocab",
    "nearest_words",
    "ptb_words",
    "read_analogies_file",
    "read_words",
    "sample",
    "sample_top",
    "save_vocab",
    "similar",
    "simple_read_words",
    "skip_gram_pairs",
    "subsample",
    "word_ids_to_words",
    "words_to_word_ids",
]
