"""Pooling, and what one unit of a convolutional network sees."""

from collections.abc import Mapping

import numpy as np
from traitlets import Bytes, List

from tlcore.check import require

from .base import LiveFigure, compose, style


class Pooling(LiveFigure):
    """A small map to change and to move, and what max or mean pooling keeps of each window."""

    _esm, _css = compose("pooling.js"), style("images")

    def __init__(self, title: str = "One number for each window"):
        super().__init__(title=title)


class ReceptiveField(LiveFigure):
    """The layers of a convolutional network; point at a unit of one, and see what it looks at.

    Parameters
    ----------
    maps : mapping of str to array-like, (height, height)
        The image, then a feature map of each layer, by the names to show.
    layers : sequence of (int, int)
        Filter size and stride of each of these layers; the padding is SAME.
    """

    _esm, _css = compose("receptive_field.js"), style("images")

    names, sizes, layers = (List().tag(sync=True) for _ in range(3))
    maps = Bytes(help="greys of all maps, one after another").tag(sync=True)

    def __init__(self, maps: Mapping, layers, title: str = "What one unit sees"):
        pictures = {name: np.maximum(0, np.float64(value)) for name, value in maps.items()}
        require(len(maps) == len(layers) + 1, "maps are the image and one map for each layer.")
        super().__init__(
            title=title,
            names=list(pictures),
            sizes=[len(p) for p in pictures.values()],
            layers=[list(pair) for pair in layers],
            maps=b"".join(np.uint8(255 * p / (p.max() or 1)).tobytes() for p in pictures.values()),
        )
