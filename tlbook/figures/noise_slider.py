"""How much noise a denoising autoencoder can take back."""

from pathlib import Path

import numpy as np
from traitlets import Bytes, Enum, Float, Unicode

from .assets import load_arrays, pack
from .base import LiveFigure, compose, to_pixels

ACTIVATIONS = ("sigmoid", "relu", "softplus", "linear")


class NoiseSlider(LiveFigure):
    """A slider for the noise; rows of clean, corrupted and mended digits, and the error of each.

    A pixel is kept with probability keep and then divided by keep, else it is 0: the dropout with
    which the autoencoder was trained.

    Parameters
    ----------
    weights : path
        An .npz file with four arrays: encoder W (784, h) and b (h,), decoder W (h, 784), b (784,).
    images : array-like
        Up to 16 digits to show: uint8 or byte/256 floats, (n, 28, 28) or (n, 784).
        Eight fill a row.
    encoder, decoder : {"sigmoid", "relu", "softplus", "linear"}
        The activations that the autoencoder was trained with.
    title : str
        Heading.

    Raises
    ------
    FileNotFoundError
        If there are no weights at that path.
    ValueError
        If the weights aren't an autoencoder of 784 pixels, or `images` aren't such images.

    Examples
    --------
    >>> figure = NoiseSlider("autoencoder.npz", X_test[:8])  # doctest: +SKIP
    """

    _esm = compose("noise_slider.js")

    asset = Unicode(help="name of the weights").tag(sync=True)
    size = Float(help="size of the weights, in MB").tag(sync=True)
    images = Bytes(help="uint8 (n, 28, 28)").tag(sync=True)
    encoder = Enum(ACTIVATIONS, "sigmoid").tag(sync=True)
    decoder = Enum(ACTIVATIONS, "sigmoid").tag(sync=True)

    def __init__(
        self,
        weights: str | Path = "../../data/weights/autoencoder.npz",
        images: np.ndarray | None = None,
        encoder: str = "sigmoid",
        decoder: str = "sigmoid",
        title: str = "Noise, and what the autoencoder makes of it",
    ):
        if images is None:
            raise ValueError("images is missing; give some digits to show, such as X_test[:8]")
        pixels = to_pixels(images, "images")
        if len(pixels) > 16:
            raise ValueError(f"images holds {len(pixels)} digits; expected at most 16")
        for name, act in {"encoder": encoder, "decoder": decoder}.items():
            if act not in ACTIVATIONS:
                raise ValueError(f"{name} is {act!r}; expected one of {', '.join(ACTIVATIONS)}")
        shapes = [a.shape for a in load_arrays(weights)]
        hidden = shapes[0][-1] if shapes and shapes[0] else 0
        expected = [(784, hidden), (hidden,), (hidden, 784), (784,)]
        if shapes != expected:
            raise ValueError(
                f"{weights} holds {shapes}; expected encoder and decoder: "
                "(784, h), (h,), (h, 784), (784,)"
            )
        stem = Path(weights).stem
        super().__init__(
            {stem: weights},
            title=title,
            asset=stem,
            size=len(pack(weights)) / 1e6,
            images=pixels.tobytes(),
            encoder=encoder,
            decoder=decoder,
        )

    def alternative(self) -> str:
        """Say what the rows are."""
        n = len(self.images) // 784
        return f"{self.title}: {n} digits, clean, corrupted and mended, with the error of each."
