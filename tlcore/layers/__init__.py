"""The layers of the tutorial, each a thin cover around Keras, one idea a file."""

from tlcore.layers.attention import AttentionLayer
from tlcore.layers.autoencoder import ReconLayer
from tlcore.layers.convolution import Conv2d, Conv2dLayer, MaxPool2d, MeanPool2d, PoolLayer
from tlcore.layers.core import InputLayer, Layer
from tlcore.layers.dense import DenseLayer
from tlcore.layers.dropout import DropconnectDenseLayer, DropoutLayer
from tlcore.layers.embedding import EmbeddingInputlayer, Word2vecEmbeddingInputlayer
from tlcore.layers.normalization import BatchNormLayer
from tlcore.layers.recurrent import RNNLayer
from tlcore.layers.recurrent_more import BiRNNLayer, DynamicRNNLayer
from tlcore.layers.seq2seq import Seq2Seq
from tlcore.layers.seq2seq_attention import EmbeddingAttentionSeq2seq
from tlcore.layers.seq2seq_wrapper import EmbeddingAttentionSeq2seqWrapper
from tlcore.layers.shape import ConcatLayer, ElementwiseLayer, FlattenLayer, ReshapeLayer
from tlcore.layers.state import RecurrentModel, initialize_rnn_state
from tlcore.layers.variational import VariationalDropoutLayer
from tlcore.layers.words import WordLogitsLayer

__all__ = [
    "AttentionLayer",
    "BatchNormLayer",
    "BiRNNLayer",
    "ConcatLayer",
    "Conv2d",
    "Conv2dLayer",
    "DenseLayer",
    "DropconnectDenseLayer",
    "DropoutLayer",
    "DynamicRNNLayer",
    "ElementwiseLayer",
    "EmbeddingAttentionSeq2seq",
    "EmbeddingAttentionSeq2seqWrapper",
    "EmbeddingInputlayer",
    "FlattenLayer",
    "InputLayer",
    "Layer",
    "MaxPool2d",
    "MeanPool2d",
    "PoolLayer",
    "RNNLayer",
    "ReconLayer",
    "RecurrentModel",
    "ReshapeLayer",
    "Seq2Seq",
    "VariationalDropoutLayer",
    "Word2vecEmbeddingInputlayer",
    "WordLogitsLayer",
    "initialize_rnn_state",
]
