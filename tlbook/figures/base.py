"""What every live figure has in common."""

from collections.abc import Mapping
from pathlib import Path

import anywidget
import numpy as np
from traitlets import Unicode

from .assets import pack
from .modules import compose, style

__all__ = ["LiveFigure", "compose", "style", "to_pixels"]


class LiveFigure(anywidget.AnyWidget):
    """A figure that the reader can move, in a notebook and on a page without a kernel.

    Parameters
    ----------
    assets : mapping of str to path, optional
        Weight files (.npz), by the name under which the figure asks for them. They are sent only
        when it asks. On a static page the name is that of the file without ``.npz``.
    **traits
        Values of the figure's traits.

    Notes
    -----
    A subclass sets ``_esm = compose("its_file.js")`` and the text of `alternative`.
    """

    _css = style()

    title = Unicode(help="Heading and accessible name").tag(sync=True)

    def __init__(self, assets: Mapping[str, str | Path] | None = None, **traits):
        self._assets = {name: Path(path) for name, path in (assets or {}).items()}
        super().__init__(**traits)
        self.on_msg(self._answer)

    def _answer(self, _widget, content: dict, _buffers: list) -> None:
        """Send the weights that the figure asks for, or the reason why they can't be had."""
        if content.get("type") != "asset":
            return
        name = content.get("name")
        answer = {"type": "asset", "name": name}
        try:
            packed = pack(self._assets[name])
        except KeyError:
            self.send(answer | {"error": f"this figure has no weights named {name!r}"})
        except (OSError, ValueError) as error:
            self.send(answer | {"error": str(error)})
        else:
            self.send(answer, [packed])

    def alternative(self) -> str:
        """Say in words what the figure shows, for where it can't be drawn."""
        return self.title

    def __repr__(self) -> str:
        # What a notebook stores as text/plain. It has no addresses, so that runs compare equal.
        return f"[live figure] {self.alternative()}"


def to_pixels(images, name: str) -> np.ndarray:
    """Return images as uint8 (n, 28, 28).

    Parameters
    ----------
    images : array-like
        uint8 in 0..255, or floats in [0, 1) that are byte/256; shape (n, 28, 28), (n, 784) or
        (n, 28, 28, 1).
    name : str
        Name of the argument, for the error messages.

    Raises
    ------
    ValueError
        If shape, type or values are others.
    """
    images = np.asarray(images)
    if images.ndim < 2 or len(images) == 0 or images[0].size != 784:
        raise ValueError(
            f"{name} has shape {images.shape}; expected (n, 28, 28) or (n, 784) with n >= 1"
        )
    if images.dtype.kind == "f":
        if not (np.isfinite(images).all() and images.min() >= 0 and images.max() <= 1):
            raise ValueError(f"{name} are floats outside [0, 1]; divide bytes by 256")
        images = np.minimum(np.round(images * 256), 255).astype(np.uint8)
    elif images.dtype != np.uint8:
        raise ValueError(f"{name} are {images.dtype}; expected uint8, or floats in [0, 1]")
    return np.ascontiguousarray(images.reshape(-1, 28, 28))
