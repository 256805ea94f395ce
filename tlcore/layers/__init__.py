"""The layers of the tutorial, each a thin cover around Keras, one idea a file.

Read `core` first. What the tutorial names and only few need (`tlcore.classic`) has its names here
too, and is loaded when one of them is used.
"""

from tlcore.door import attributes
from tlcore.layers.attention import AttentionLayer
from tlcore.layers.autoencoder import ReconLayer
from tlcore.layers.convolution import Conv2d, Conv2dLayer, MaxPool2d, MeanPool2d, PoolLayer
from tlcore.layers.core import InputLayer, Layer
from tlcore.layers.dense import DenseLayer
from tlcore.layers.dropout import DropconnectDenseLayer, DropoutLayer
from tlcore.layers.embedding import EmbeddingInputlayer, Word2vecEmbeddingInputlayer
from tlcore.layers.normalization import BatchNormLayer
from tlcore.layers.recurrent import RecurrentModel, RNNLayer, initialize_rnn_state
from tlcore.layers.shape import ConcatLayer, ElementwiseLayer, FlattenLayer, ReshapeLayer
from tlcore.layers.translator import EmbeddingAttentionSeq2seq
from tlcore.layers.words import WordLogitsLayer

__all__ = [
    "AttentionLayer", "BatchNormLayer", "BiRNNLayer", "ConcatLayer", "Conv2d", "Conv2dLayer",
    "DenseLayer", "DropconnectDenseLayer", "DropoutLayer", "DynamicRNNLayer", "ElementwiseLayer",
    "EmbeddingAttentionSeq2seq", "EmbeddingAttentionSeq2seqWrapper", "EmbeddingInputlayer",
    "FlattenLayer", "InputLayer", "Layer", "LocalResponseNormLayer", "MaxPool2d", "MeanPool2d",
    "PoolLayer", "RNNLayer", "ReconLayer", "RecurrentModel", "ReshapeLayer", "Seq2Seq",
    "VariationalDropoutLayer",
    "Word2vecEmbeddingInputlayer", "WordLogitsLayer", "initialize_rnn_state",
]  # fmt: skip

__getattr__ = attributes(__name__, __all__)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
