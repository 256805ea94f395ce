"""A filter that slides over a digit."""

from collections.abc import Sequence

import numpy as np
from traitlets import Bytes, List

from .base import LiveFigure, compose, style, to_pixels


class SlidingFilter(LiveFigure):
    """A filter slides over a digit: the patch that it lies on, its weights, and the feature map.

    Parameters
    ----------
    image : array-like, (28, 28) or (784,)
        The digit: uint8, or byte/256 floats.
    learned : array-like, (height, height), optional
        Weights of a trained filter, to choose beside those made by hand.
    """

    _esm, _css = compose("sliding_filter.js"), style("images")

    image = Bytes(help="uint8 (28, 28)").tag(sync=True)
    learned = List().tag(sync=True)

    def __init__(self, image, learned: Sequence = (), title: str = "A filter slides over a digit"):
        pixels, weights = to_pixels([image], "image").tobytes(), np.round(np.float64(learned), 2)
        super().__init__(title=title, image=pixels, learned=weights.tolist())

    def alternative(self) -> str:
        """Say what belongs together."""
        return f"{self.title}: the patch under it, its weights, their sum, and the feature map."
