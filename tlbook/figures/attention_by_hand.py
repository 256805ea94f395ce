"""Attention under the hand: a query, keys and values as arrows."""

from traitlets import List

from .base import LiveFigure, compose, style, titled


class AttentionByHand(LiveFigure):
    """Arrows of two numbers to drag: scores, their softmax, and the weighted mean of the values.

    Parameters are `words`, a key (`key_vectors`) and a value for each, from -3 to 3, and `queries`
    (name, query), the first of which is there at the beginning.

    >>> AttentionByHand(words=["a"], key_vectors=[[1, 0]], values=[[0, 1]], queries=[("", [2, 0])])
    [live figure] Attention by hand: a query and the keys of a; their weights mix the values.
    """

    _esm = compose("attention_by_hand.js")
    _css = style("attention_by_hand")
    title = titled("Attention by hand")
    words, key_vectors, values, queries = (List().tag(sync=True) for _ in range(4))

    def alternative(self) -> str:
        """Say what there is to see."""
        words = ", ".join(self.words)
        return f"{self.title}: a query and the keys of {words}; their weights mix the values."
