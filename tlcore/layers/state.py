"""The state of a recurrent network as an argument: what carries a text's past along."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tlcore.check import check_count

# The layers stand above this module. It knows a layer by what it has: `below`, `initial_state`,
# `final_state`, and `carries`, which says that the state begins at zero unless it is fed.


def initialize_rnn_state(state: Any, batch_size: int | None = None) -> Any:
    """Return zeros for a state: what it is before the first word.

    Parameters
    ----------
    state : Layer or nested list
        The ``initial_state`` of a layer, or arrays, or lists of such. Or a whole network: then the
        states of all its recurrent layers, the lowest first, for a :class:`RecurrentModel`.
    batch_size : int, optional
        Number of sequences. Needed where the state doesn't know it.

    Returns
    -------
    nested list of tf.Tensor
        Zeros in the same lists.

    Raises
    ------
    TypeError, ValueError
        If the number of sequences is missing, or no positive whole number.

    Examples
    --------
    >>> from tlcore.layers import InputLayer, RNNLayer
    >>> lstm1 = RNNLayer(InputLayer((20, 200)), "lstm", n_hidden=200)
    >>> [tuple(part.shape) for part in initialize_rnn_state(lstm1.initial_state, batch_size=5)]
    [(5, 200), (5, 200)]
    """
    if hasattr(state, "below"):
        state = [list(layer.initial_state) for layer in recurrent_layers(state)]
    if batch_size is not None:
        check_count("initialize_rnn_state: batch_size", batch_size)

    def zeros(part) -> tf.Tensor:
        rows = part.shape[0] if batch_size is None else batch_size
        if rows is None:
            raise ValueError(
                "initialize_rnn_state: batch_size is missing, and the state is symbolic; expected "
                "the number of sequences, such as batch_size=20."
            )
        return tf.zeros([rows, *part.shape[1:]])

    return keras.tree.map_structure(zeros, state)


def recurrent_layers(network: Any) -> list:
    """Return the layers of a network that have a state which begins at zero, the lowest first."""
    found: dict[int, Any] = {}

    def walk(layer) -> None:
        for below in layer.below:
            walk(below)
        if getattr(layer, "carries", False):
            found[id(layer)] = layer

    walk(network)
    return list(found.values())


class RecurrentModel:
    """Call a recurrent network with a state, and get the new state beside the outputs.

    Nothing is remembered between two calls: the same words and the same state give the same
    outputs. Truncated backpropagation through time (Williams and Peng, 1990) is to hand the new
    state on as a value, so that no gradient flows back beyond the piece at hand.

    Parameters
    ----------
    network : Layer
        A network with at least one recurrent layer whose state begins at zero.

    Attributes
    ----------
    model : keras.Model
        The same as an ordinary Keras model: takes ``[x, state]``, gives ``[outputs, state]``.

    Raises
    ------
    ValueError
        If the network has no such layer. When called: if the state doesn't fit.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingInputlayer, InputLayer, RNNLayer
    >>> words = InputLayer((None,), dtype="int32")
    >>> network = RNNLayer(EmbeddingInputlayer(words, 100, 8), "lstm", n_hidden=8)
    >>> model = RecurrentModel(network)
    >>> text = np.array([[7, 3, 9, 4]])
    >>> whole, _ = model(text)
    >>> first, state = model(text[:, :3])
    >>> last, _ = model(text[:, 3:], state)
    >>> bool(np.allclose(whole[:, 3:], last, atol=1e-6))
    True
    """

    def __init__(self, network: Any):
        layers = recurrent_layers(network)
        if not layers:
            raise ValueError(
                f"RecurrentModel: {network!r} has no recurrent layer that begins at zero; expected "
                "one at least, such as an RNNLayer."
            )
        self.network = network
        start = [list(layer.initial_state) for layer in layers]
        final = [list(layer.final_state) for layer in layers]
        x = network.inputs[0] if len(network.inputs) == 1 else list(network.inputs)
        self._start = start
        self.model = keras.Model([x, start], [network.outputs, final])
        self._compiled: dict[bool, Any] = {}

    def zero_state(self, batch_size: int) -> list[list[tf.Tensor]]:
        """Return the state before the first word: a list for each layer, the lowest first."""
        return initialize_rnn_state(self._start, batch_size)

    def __call__(
        self, x: np.ndarray, state: list | None = None, training: bool = False
    ) -> tuple[tf.Tensor, list[list[tf.Tensor]]]:
        """Return outputs and the new state.

        Parameters
        ----------
        x : array_like
            Inputs, such as ids of shape (batch, steps).
        state : nested list, optional
            What the call before gave. Zero unless given.
        training : bool
            Whether dropout is on.

        Raises
        ------
        ValueError
            If a part of the state hasn't the shape (batch, n_hidden) of its layer.
        """
        # A network with several inputs is given a list of arrays; with one, [[3, 1]] is an array.
        several = len(self.network.inputs) > 1
        x = [tf.convert_to_tensor(a) for a in x] if several else tf.convert_to_tensor(x)
        batch = (x[0] if several else x).shape[0]
        state = self.zero_state(batch) if state is None else self._checked(state, batch)
        if training not in self._compiled:
            # A trace for each switch: quick enough to go through a text word by word.
            self._compiled[training] = tf.function(
                lambda x, state: self.model([x, state], training=training),
                autograph=False,
                reduce_retracing=True,
            )
        outputs, state = self._compiled[training](x, state)
        return outputs, state

    def _checked(self, state: list, batch: int | None) -> list[list[tf.Tensor]]:
        expected = [[(batch, part.shape[1]) for part in layer] for layer in self._start]
        try:
            shapes = [[tuple(np.shape(part)) for part in layer] for layer in state]
        except TypeError:
            shapes = type(state).__name__
        if batch is not None and shapes != expected:
            raise ValueError(
                f"RecurrentModel: state has shapes {shapes}; expected {expected}, a list for each "
                f"recurrent layer and {batch} rows, as many as x has. Begin with "
                f"zero_state({batch}), and hand on what the call before gave."
            )
        return [[tf.cast(part, tf.float32) for part in layer] for layer in state]
