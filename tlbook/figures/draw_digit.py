"""Draw a digit and watch networks answer: their probabilities, and what each layer makes of it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from traitlets import Bytes, List

from tlcore.check import check_pair, require

from .base import LiveFigure, compose, style, to_pixels
from .store import load

WEIGHTS = {name: f"weights/{name}.npz" for name in ("perceptron", "cnn")}


def one_of_each(images: np.ndarray, labels: Sequence[int]) -> np.ndarray:
    """Return the first image of each digit 0..9, for `DrawDigit`'s example buttons.

    >>> one_of_each(np.zeros((20, 784)), list(range(10)) * 2).shape
    (10, 784)
    """
    images, labels = check_pair("images", images, "labels", labels)
    missing = sorted(set(range(10)) - set(labels.tolist()))
    require(not missing, f"labels has no {missing}; expected each digit 0..9 at least once.")
    return images[[int(np.argmax(labels == digit)) for digit in range(10)]]


def check_classifier(shapes: list[tuple[int, ...]], name: str) -> None:
    """Refuse arrays of these shapes, W1, b1, W2, b2, ..., that make no classifier of images."""
    height, n = 28, 1  # a dense layer has no height
    for i, (w, b) in enumerate(zip(shapes[::2], shapes[1::2], strict=False), start=1):
        below = n if len(w) == 4 and height else height**2 * n or n
        fits = w[-2:-1] == (below,) and b == w[-1:] and (len(w) == 2 or height)
        require(fits, f"{name}: {w} and {b} of layer {i} don't fit the layer below.")
        height, n = height // 2 if len(w) == 4 else 0, w[-1]
    whole = not len(shapes) % 2 and (height, n) == (0, 10)
    require(whole, f"{name} holds {shapes}; expected weights and biases that end in 10 outputs.")


class DrawDigit(LiveFigure):
    """A pad to draw a digit on; networks answer while the pen moves.

    Parameters
    ----------
    examples : array-like, (10, 28, 28) or (10, 784), optional
        Images of the digits 0..9 in this order, for the "try an example" buttons: uint8 or
        byte/256 floats. See `one_of_each`.
    **networks : path
        Name of a network = path of its weights (.npz). The architecture follows from the shapes:
        2-D weights are dense layers with relu, 4-D weights are convolutions (SAME, stride 1) with
        relu and 2x2 max pooling; the last layer is softmax. Without any: the book's perceptron
        and CNN.
    """

    _esm, _css = compose("draw_digit.js"), style("images")

    networks = List(help="name of each network, in the order of its file").tag(sync=True)
    examples = Bytes(b"", help="uint8 images (10, 28, 28), or nothing").tag(sync=True)

    def __init__(self, examples=None, title: str = "Draw a digit", **networks: str | Path):
        networks, files = networks or WEIGHTS, {}
        for name, path in networks.items():
            require(path not in files, f"{name} has the weights of another network; expected own.")
            files[path] = load(path)
            check_classifier([a.shape for a in files[path].values()], name)
        pixels = np.array([]) if examples is None else to_pixels(examples, "examples")
        n = len(pixels)
        require(n in (0, 10), f"examples holds {n} images; expected 10, digits 0..9.")
        names = ["CNN" if name == "cnn" else name.replace("_", " ") for name in networks]
        super().__init__(files, title=title, networks=names, examples=pixels.tobytes())

    def alternative(self) -> str:
        """Say what there is to do, and which networks answer."""
        names = " and ".join(self.networks)
        return f"{self.title}: a pad to draw on; {names} answer with ten probabilities each."
