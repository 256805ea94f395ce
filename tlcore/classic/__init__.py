"""What the tutorial of 2017 names and one or no chapter uses: kept, tested, and apart.

The translation chapter's plain translator is a `Seq2Seq`. ``tl.layers.Seq2Seq`` and the others go
on working; what is here stands on layers and training.
"""

from tlcore.classic.normalization import LocalResponseNormLayer
from tlcore.classic.recurrent import BiRNNLayer, DynamicRNNLayer, VariationalDropoutLayer
from tlcore.classic.seq2seq import Seq2Seq
from tlcore.classic.wrapper import EmbeddingAttentionSeq2seqWrapper

__all__ = [
    "BiRNNLayer", "DynamicRNNLayer", "EmbeddingAttentionSeq2seqWrapper", "LocalResponseNormLayer",
    "Seq2Seq", "VariationalDropoutLayer",
]  # fmt: skip
