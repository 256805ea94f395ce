"""How much noise a denoising autoencoder can take back."""

from pathlib import Path

import numpy as np
from traitlets import Bytes

from tlcore.check import require

from .base import LiveFigure, compose, to_pixels
from .store import load


class NoiseSlider(LiveFigure):
    """A slider for the noise; rows of clean, corrupted and mended digits, and the error of each.

    A pixel is kept with probability keep and then divided by keep, else it is 0: the dropout with
    which the autoencoder was trained.

    Parameters
    ----------
    weights : path
        An .npz file with four arrays: encoder W (784, h) and b (h,), decoder W (h, 784), b (784,).
        Both layers are sigmoid.
    images : array-like, (n, 28, 28) or (n, 784)
        Digits to show: uint8 or byte/256 floats. Eight fill a row.
    """

    _esm = compose("noise_slider.js")

    images = Bytes(help="uint8 (n, 28, 28)").tag(sync=True)

    def __init__(
        self,
        weights: str | Path = "weights/autoencoder.npz",
        images: np.ndarray = (),
        title: str = "Noise, and what the autoencoder makes of it",
    ):
        arrays = load(weights)
        shapes = [a.shape for a in arrays.values()]
        expected = [(784, *(h := shapes[0][1:])), h, (*h, 784), (784,)]
        require(shapes == expected, f"{weights} holds {shapes}; expected encoder and decoder.")
        pixels = to_pixels(images, "images").tobytes()
        super().__init__({weights: arrays}, title=title, images=pixels)

    def alternative(self) -> str:
        """Say what the rows are."""
        n = len(self.images) // 784
        return f"{self.title}: {n} digits, clean, corrupted and mended, with the error of each."
