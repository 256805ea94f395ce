"""The layers of the tutorial, each a thin cover around Keras, one idea a file."""

from tlcore.layers.autoencoder import ReconLayer
from tlcore.layers.convolution import Conv2d, Conv2dLayer, MaxPool2d, MeanPool2d, PoolLayer
from tlcore.layers.core import InputLayer, Layer
from tlcore.layers.dense import DenseLayer
from tlcore.layers.dropout import DropconnectDenseLayer, DropoutLayer
from tlcore.layers.embedding import EmbeddingInputlayer, Word2vecEmbeddingInputlayer
from tlcore.layers.normalization import BatchNormLayer
from tlcore.layers.shape import ConcatLayer, ElementwiseLayer, FlattenLayer, ReshapeLayer

__all__ = [
    "BatchNormLayer",
    "ConcatLayer",
    "Conv2d",
    "Conv2dLayer",
    "DenseLayer",
    "DropconnectDenseLayer",
    "DropoutLayer",
    "ElementwiseLayer",
    "EmbeddingInputlayer",
    "FlattenLayer",
    "InputLayer",
    "Layer",
    "MaxPool2d",
    "MeanPool2d",
    "PoolLayer",
    "ReconLayer",
    "ReshapeLayer",
    "Word2vecEmbeddingInputlayer",
]
