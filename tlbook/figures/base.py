"""What every live figure has in common."""

from collections.abc import Mapping
from pathlib import Path

import anywidget
import numpy as np
from traitlets import Float, List, Unicode

from tlcore.check import require

from .modules import compose, style
from .store import Arrays, pack

__all__ = ["LiveFigure", "compose", "style", "titled", "to_pixels"]


def titled(text: str) -> Unicode:
    """Return the trait `title` of a figure whose heading is `text` unless another is given."""
    return Unicode(text).tag(sync=True)


class LiveFigure(anywidget.AnyWidget):
    """A figure that the reader can move, in a notebook and on a page without a kernel.

    Parameters
    ----------
    files : mapping of path to dict of arrays, optional
        What it loads only when the reader asks: ``.npz`` files, and what `store.load` has read of
        each. A page finds a file by its name without ``.npz``.
    **traits
        Values of the figure's traits.

    Notes
    -----
    A subclass sets ``_esm = compose("its_file.js")``, and says what it shows, for where it can't be
    drawn: in `shows`, such as ``"{0.n_words} words to find"``, or by a method `alternative`.
    """

    _css = style()

    shows = ""

    title = Unicode(help="Heading and accessible name").tag(sync=True)
    files = List(Unicode(), help="names of the files that are loaded when asked for").tag(sync=True)
    megabytes = Float(help="of these files together").tag(sync=True)

    def __init__(self, files: Mapping[str | Path, Arrays] | None = None, **traits):
        self._packed = {}
        for path, arrays in (files or {}).items():
            stem = Path(path).stem
            require(stem not in self._packed, f"Two files are named {stem!r}; rename one of them.")
            self._packed[stem] = pack(arrays)
        size = sum(map(len, self._packed.values())) / 1e6
        super().__init__(files=list(self._packed), megabytes=size, **traits)
        self.on_msg(self._answer)

    def _answer(self, _widget, content: dict, _buffers: list) -> None:
        """Send the file that the figure asks for."""
        if content.get("type") != "asset":
            return
        answer = {"type": "asset", "name": content.get("name")}
        if answer["name"] in self._packed:
            self.send(answer, [self._packed[answer["name"]]])
        else:
            self.send(answer | {"error": f"this figure has no file named {answer['name']!r}"})

    def alternative(self) -> str:
        """Say in words what the figure shows, for where it can't be drawn."""
        return f"{self.title}: {self.shows.format(self)}." if self.shows else self.title

    def __repr__(self) -> str:
        # What a notebook stores as text/plain. It has no addresses, so that runs compare equal.
        return f"[live figure] {self.alternative()}"


def to_pixels(images: np.ndarray, name: str) -> np.ndarray:
    """Return images as uint8, (n, 28, 28).

    Parameters
    ----------
    images : array-like, (n, 28, 28), (n, 784) or (n, 28, 28, 1)
        uint8 in 0..255, or floats in [0, 1) that are byte/256.
    name : str
        Name of the argument, for the error messages.
    """
    images = np.asarray(images)
    require(
        images.ndim >= 2 and len(images) and images[0].size == 784,
        f"{name} has shape {images.shape}; expected (n, 28, 28) or (n, 784), n at least 1.",
    )
    if images.dtype.kind == "f":
        inside = images.min() >= 0 and images.max() <= 1  # NaN isn't
        require(inside, f"{name} are floats outside [0, 1]; divide bytes by 256.")
        images = np.minimum(np.round(images * 256), 255).astype(np.uint8)
    require(
        images.dtype == np.uint8,
        f"{name} are {images.dtype}; expected uint8, or floats in [0, 1].",
    )
    return np.ascontiguousarray(images.reshape(-1, 28, 28))
