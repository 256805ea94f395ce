"""Layers that the tutorial names and the chapters hardly use: kept, tested, and apart.

``tl.layers.Seq2Seq`` and the others go on working; what is here stands on layers and training.
"""

from tlcore.classic.recurrent import BiRNNLayer, DynamicRNNLayer
from tlcore.classic.seq2seq import Seq2Seq
from tlcore.classic.wrapper import EmbeddingAttentionSeq2seqWrapper

__all__ = ["BiRNNLayer", "DynamicRNNLayer", "EmbeddingAttentionSeq2seqWrapper", "Seq2Seq"]
