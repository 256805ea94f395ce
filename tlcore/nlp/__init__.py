"""Words as numbers: vocabularies, pairs, buckets, neighbours, analogies, sampling. NumPy only."""

# isort: off
from tlcore.door import attributes, guard
from tlcore.nlp.buckets import (
    BUCKETS, BucketedPairs, bucket_of, bucket_scale, bucket_to_translate, choose_bucket, get_batch,
    lay_out_batch, padding_share, put_in_buckets, read_data,
)
from tlcore.nlp.sampling import sample, sample_top
from tlcore.nlp.similarity import (
    Analogies, analogy_accuracy, nearest_words, read_analogies_file, similar,
)
from tlcore.nlp.skip_gram import generate_skip_gram_batch, skip_gram_pairs, subsample
from tlcore.nlp.tokenizer import EOS_ID, GO_ID, PAD_ID, START_WORDS, UNK_ID
from tlcore.nlp.tokenizer import basic_tokenizer, join_words
from tlcore.nlp.vocabulary import (
    build_reverse_dictionary, build_vocab, build_words_dataset, create_vocabulary,
    data_to_token_ids, initialize_vocabulary, load_vocab, read_words, save_vocab,
    sentence_to_token_ids, simple_read_words, word_ids_to_words, words_to_word_ids,
)
from tldata.sentences import keep_frequent, ptb_words

__all__ = [
    "BUCKETS", "EOS_ID", "GO_ID", "PAD_ID", "START_WORDS", "UNK_ID",
    "Analogies", "analogy_accuracy", "basic_tokenizer", "bucket_of", "bucket_scale",
    "bucket_to_translate", "BucketedPairs", "build_reverse_dictionary", "build_vocab",
    "build_words_dataset", "choose_bucket", "create_vocabulary", "data_to_token_ids",
    "generate_skip_gram_batch", "get_batch", "initialize_vocabulary", "join_words", "keep_frequent",
    "lay_out_batch", "load_vocab", "nearest_words", "padding_share", "ptb_words", "put_in_buckets",
    "read_analogies_file", "read_data", "read_words", "sample", "sample_top", "save_vocab",
    "sentence_to_token_ids", "similar", "simple_read_words", "skip_gram_pairs", "subsample",
    "word_ids_to_words", "words_to_word_ids",
]
CLASSIC = ["Vocabulary", "create_vocab", "process_sentence"]
__getattr__ = attributes(__name__, CLASSIC, classic="tlcore.classic.words")
guard(globals())
