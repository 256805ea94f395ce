"""What the tutorial of 2017 names and one or no chapter uses: kept, tested, and apart.

The translation chapter's plain translator is a `Seq2Seq`. ``tl.layers.Seq2Seq`` and the others go
on working; what is here stands on layers and training.
"""

from tlcore.classic.costs import (
    li_regularizer,
    lo_regularizer,
    maxnorm_i_regularizer,
    maxnorm_o_regularizer,
    sigmoid_cross_entropy,
)  # fmt: skip
from tlcore.classic.normalization import LocalResponseNormLayer
from tlcore.classic.recurrent import BiRNNLayer, DynamicRNNLayer, VariationalDropoutLayer
from tlcore.classic.seq2seq import Seq2Seq
from tlcore.classic.words import Vocabulary, create_vocab, process_sentence
from tlcore.classic.wrapper import EmbeddingAttentionSeq2seqWrapper

__all__ = [
    "BiRNNLayer", "DynamicRNNLayer", "EmbeddingAttentionSeq2seqWrapper", "LocalResponseNormLayer",
    "Seq2Seq", "VariationalDropoutLayer", "Vocabulary", "create_vocab", "li_regularizer",
    "lo_regularizer", "maxnorm_i_regularizer", "maxnorm_o_regularizer", "process_sentence",
    "sigmoid_cross_entropy",
]  # fmt: skip
