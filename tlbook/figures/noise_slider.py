"""How much noise a denoising autoencoder can take back."""

from pathlib import Path

import numpy as np
from traitlets import Bytes, Unicode

from tlcore.check import check_choice, require

from .base import LiveFigure, compose, to_pixels
from .store import load

ACTIVATIONS = ("sigmoid", "relu", "softplus", "linear")


class NoiseSlider(LiveFigure):
    """A slider for the noise; rows of clean, corrupted and mended digits, and the error of each.

    A pixel is kept with probability keep and then divided by keep, else it is 0: the dropout with
    which the autoencoder was trained.

    Parameters
    ----------
    weights : path
        An .npz file with four arrays: encoder W (784, h) and b (h,), decoder W (h, 784), b (784,).
    images : array-like, (n, 28, 28) or (n, 784)
        Up to 16 digits to show: uint8 or byte/256 floats. Eight fill a row.
    encoder, decoder : {"sigmoid", "relu", "softplus", "linear"}
        The activations that the autoencoder was trained with.
    """

    _esm = compose("noise_slider.js")

    images = Bytes(help="uint8 (n, 28, 28)").tag(sync=True)
    encoder = Unicode().tag(sync=True)
    decoder = Unicode().tag(sync=True)

    def __init__(
        self,
        weights: str | Path = "weights/autoencoder.npz",
        images: np.ndarray | None = None,
        encoder: str = "sigmoid",
        decoder: str = "sigmoid",
        title: str = "Noise, and what the autoencoder makes of it",
    ):
        require(images is not None, "images is missing; give digits to show, such as X_test[:8].")
        pixels = to_pixels(images, "images")
        require(len(pixels) <= 16, f"images holds {len(pixels)} digits; expected at most 16.")
        arrays = load(weights)
        shapes = [a.shape for a in arrays.values()]
        hidden = shapes[0][-1] if shapes and shapes[0] else 0
        require(
            shapes == [(784, hidden), (hidden,), (hidden, 784), (784,)],
            f"{weights} holds {shapes}; expected encoder and decoder: (784, h), (h,), (h, 784), "
            "(784,).",
        )
        super().__init__(
            {weights: arrays},
            title=title,
            images=pixels.tobytes(),
            encoder=check_choice("encoder", encoder, ACTIVATIONS),
            decoder=check_choice("decoder", decoder, ACTIVATIONS),
        )

    def alternative(self) -> str:
        """Say what the rows are."""
        n = len(self.images) // 784
        return f"{self.title}: {n} digits, clean, corrupted and mended, with the error of each."
