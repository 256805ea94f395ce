"""Costs: one number that says how far the outputs are from the targets.

Each function takes `output`, then `target`, and returns a scalar tensor. Costs are computed in
float32 whatever the network computes in, since a mean over a batch needs the digits that bfloat16
lacks. The regularizers take a scale and return a function of a weight matrix.
"""

from tlcore.cost.examples import binary_cross_entropy, cross_entropy, mean_squared_error
from tlcore.cost.regularizers import li_regularizer, lo_regularizer, maxnorm_regularizer
from tlcore.cost.sequences import cross_entropy_seq, cross_entropy_seq_with_mask

__all__ = [
    "binary_cross_entropy",
    "cross_entropy",
    "cross_entropy_seq",
    "cross_entropy_seq_with_mask",
    "li_regularizer",
    "lo_regularizer",
    "maxnorm_regularizer",
    "mean_squared_error",
]
