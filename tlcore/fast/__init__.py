"""The same numbers as Keras, quicker. Nothing here is needed to understand the rest: skip it.

Tests compare each of these with what it stands in for, outputs and gradients.
"""
