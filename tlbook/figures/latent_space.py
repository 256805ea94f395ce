"""The map of digits that an autoencoder with a code of two numbers has made."""

from pathlib import Path

import numpy as np
from traitlets import Bytes, List

from tlcore.check import check_array

from .base import LiveFigure, compose, style, to_pixels
from .store import load


class LatentSpace(LiveFigure):
    """Digits by their code of two numbers; the decoder draws what lies where the reader walks.

    Parameters
    ----------
    codes : array-like, (n, 2), and labels, (n,)
        Where digits lie on the map, and which they are.
    images : array-like, (m, 28, 28) or (m, 784)
        The first m of these digits, to be seen beside what is decoded.
    ends : (int, int)
        Between which of the digits the way leads at first.
    weights : path
        W and b of each layer; the decoder begins with the W of two rows. ReLUs, then a sigmoid.
    """

    _esm, _css = compose("latent_space.js"), style("images")

    codes, labels, images = (Bytes().tag(sync=True) for _ in range(3))
    ends = List().tag(sync=True)

    def __init__(self, codes, labels, images, ends=(0, 1), title: str = "A map of digits",
                 weights: str | Path = "weights/latent.npz"):  # fmt: skip
        codes = check_array("codes", codes, ("n", 2))
        super().__init__(
            {weights: load(weights)}, title=title, codes=np.float32(codes).tobytes(),
            labels=np.uint8(labels).tobytes(), images=to_pixels(images, "images").tobytes(),
            ends=[int(i) for i in ends],
        )  # fmt: skip

    def alternative(self) -> str:
        """Say what there is to see."""
        return f"{self.title}: {len(self.labels)} digits, and what the decoder draws between them."
