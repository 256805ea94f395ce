"""Draw a digit and watch networks answer: their probabilities, and what each layer makes of it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from traitlets import Bytes, List

from .assets import load_arrays, pack
from .base import LiveFigure, compose, to_pixels

WEIGHTS = {
    "perceptron": "../../data/weights/perceptron.npz",
    "cnn": "../../data/weights/cnn.npz",
}


def one_of_each(images: np.ndarray, labels: Sequence[int]) -> np.ndarray:
    """Return the first image of each digit 0..9, for `DrawDigit`'s example buttons.

    Parameters
    ----------
    images : array-like, (n, ...)
    labels : sequence of int, (n,)

    Raises
    ------
    ValueError
        If a digit is missing, or the lengths differ.

    Examples
    --------
    >>> import numpy as np
    >>> images = np.zeros((20, 784), np.float32)
    >>> one_of_each(images, list(range(10)) * 2).shape
    (10, 784)
    """
    images, labels = np.asarray(images), np.asarray(labels)
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images but {len(labels)} labels; expected as many")
    missing = sorted(set(range(10)) - set(labels.tolist()))
    if missing:
        raise ValueError(f"labels has no {missing}; expected each digit 0..9 at least once")
    return images[[int(np.argmax(labels == digit)) for digit in range(10)]]


def check_classifier(shapes: list[tuple[int, ...]], name: str) -> None:
    """Check that arrays of these shapes, W1, b1, W2, b2, ..., make a classifier of 28x28 images.

    A 4-D W is a convolution (SAME, stride 1), followed by 2x2 pooling. A 2-D W is a dense layer.

    Raises
    ------
    ValueError
        If a shape doesn't fit the one before it.
    """
    height, channels, flat = 28, 1, None
    layers = [] if len(shapes) % 2 else list(zip(shapes[::2], shapes[1::2], strict=True))
    for i, (w, b) in enumerate(layers, 1):
        if len(w) == 4 and flat is None and w[2] == channels and height % 2 == 0:
            height, channels = height // 2, w[3]
        elif len(w) == 2 and w[0] == (height * height * channels if flat is None else flat):
            flat = w[1]
        else:
            raise ValueError(f"{name}: the weights {w} of layer {i} don't fit the layer below")
        if b != w[-1:]:
            raise ValueError(f"{name}: layer {i} has weights {w} but biases {b}")
    if flat != 10:
        raise ValueError(
            f"{name} holds {shapes}; expected pairs of weights and biases that end in 10 outputs"
        )


class DrawDigit(LiveFigure):
    """A pad to draw a digit on; networks answer while the pen moves.

    Parameters
    ----------
    examples : array-like, optional
        Ten images, of the digits 0..9 in this order, for the "try an example" buttons: uint8 or
        byte/256 floats, (10, 28, 28) or (10, 784). See `one_of_each`.
    title : str
        Heading.
    **networks : path
        Name of a network = path of its weights (.npz). The architecture follows from the shapes:
        2-D weights are dense layers with relu, 4-D weights are convolutions (SAME, stride 1) with
        relu and 2x2 max pooling; the last layer is softmax. Without any: the book's perceptron
        and CNN.

    Raises
    ------
    FileNotFoundError
        If a file of weights isn't there.
    ValueError
        If weights don't make a classifier of 28x28 images, or `examples` aren't ten such images.

    Examples
    --------
    >>> figure = DrawDigit(perceptron="perceptron.npz")  # doctest: +SKIP
    """

    _esm = compose("draw_digit.js")

    networks = List(help="name, asset and size in bytes of each network").tag(sync=True)
    examples = Bytes(b"", help="uint8 images (10, 28, 28), or nothing").tag(sync=True)

    def __init__(self, examples=None, title: str = "Draw a digit", **networks: str | Path):
        listed, assets = [], {}
        for name, path in (networks or WEIGHTS).items():
            check_classifier([a.shape for a in load_arrays(path)], name)
            stem = Path(path).stem
            if stem in assets:
                raise ValueError(f"two networks have weights named {stem!r}; rename one file")
            assets[stem] = path
            label = "CNN" if name == "cnn" else name.replace("_", " ")
            listed.append({"name": label, "asset": stem, "bytes": len(pack(path))})
        pixels = b""
        if examples is not None:
            array = to_pixels(examples, "examples")
            if len(array) != 10:
                raise ValueError(f"examples holds {len(array)} images; expected 10, digits 0..9")
            pixels = array.tobytes()
        super().__init__(assets, title=title, networks=listed, examples=pixels)

    def alternative(self) -> str:
        """Say what there is to do, and which networks answer."""
        names = " and ".join(net["name"] for net in self.networks)
        return f"{self.title}: a pad to draw on; {names} answer with ten probabilities each."
