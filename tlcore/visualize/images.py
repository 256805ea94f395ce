"""Pictures of weights and images, on one grid."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from tlcore.check import require


def W(
    W: np.ndarray, shape: tuple[int, int] = (28, 28), n: int | None = None, title: str = ""
) -> Figure:
    """Draw what each unit of a dense layer looks for: its weights as a picture.

    `W` is (pixels, units), of which the first `n` are drawn; a picture is `shape`, height and
    width. Each column is scaled to length 1, so that strong and weak units can be compared. Grey is
    zero, white positive, black negative.

    >>> figure = W(np.eye(784)[:, :25])
    """
    matrix = np.asarray(W, dtype="float32")
    height, width = shape
    require(
        matrix.ndim == 2 and len(matrix) == height * width,
        f"W has shape {matrix.shape}; expected ({height * width}, units) for {height} x {width} "
        "pixels. Give the first layer's weights, or another shape.",
    )
    units = matrix.T[:n]
    units = units / np.maximum(np.linalg.norm(units, axis=1, keepdims=True), 1e-12)
    return images2d(units.reshape(-1, height, width), title=title, signed=True)


def CNN2d(W: np.ndarray, n: int | None = None, title: str = "") -> Figure:
    """Draw the filters of a convolution.

    `W` is (height, width, channels, filters), of which the first `n` are drawn. One channel is
    drawn in grey, three as colours; of any other number the first.
    """
    filters = np.asarray(W, dtype="float32")
    require(
        filters.ndim == 4,
        f"W has shape {filters.shape}; expected (height, width, channels, filters), the first "
        "parameter of a Conv2dLayer.",
    )
    filters = np.moveaxis(filters, -1, 0)[:n]  # (filters, height, width, channels)
    if filters.shape[-1] == 3:
        low, high = filters.min((1, 2, 3), keepdims=True), filters.max((1, 2, 3), keepdims=True)
        return images2d((filters - low) / np.maximum(high - low, 1e-12), title=title)
    return images2d(filters[..., 0], title=title, signed=True)


def images2d(
    images: np.ndarray, title: str = "", n_columns: int | None = None, signed: bool = False,
    labels: Sequence[object] | None = None,
) -> Figure:  # fmt: skip
    """Draw many small images side by side, on one grid.

    `images` is (images, height, width) in grey, or (images, height, width, 3) in colours from 0 to
    1; a last axis of length 1 is left away. There are about as many columns as rows unless told.
    Where `signed`, zero is mid-grey; otherwise the smallest value of all is black, the largest
    white. `labels` are written above the images.

    >>> figure = images2d(np.random.default_rng(0).random((6, 28, 28)), n_columns=3)
    >>> figure.axes[0].images[0].get_array().shape
    (59, 88)
    """
    images = np.asarray(images, dtype="float32")
    if images.shape[3:] == (1,):
        images = images[..., 0]
    require(
        images.size and images.ndim > 2 and images.shape[3:] in ((), (3,)),
        f"images has shape {images.shape}; expected (images, height, width), or the same with 3 "
        "colours. For rows of pixels use images.reshape(-1, 28, 28).",
    )
    n, height, width, *colours = images.shape
    labels = [] if labels is None else list(labels)
    require(len(labels) in (0, n), f"labels has {len(labels)} entries for {n} images.")
    n_columns = min(n, n_columns or int(np.ceil(np.sqrt(n))))
    n_rows = -(-n // n_columns)
    gap = 1 + bool(labels) * (height // 3)  # room for the text
    limit = max(np.abs(images).max(), 1e-12)
    low, high = (-limit, limit) if signed else (images.min(), images.max())
    step_y, step_x = height + gap, width + 1
    grid = np.full((n_rows * step_y + 1, n_columns * step_x + 1, *colours), np.nan, "float32")
    places = [(i // n_columns * step_y + gap, i % n_columns * step_x + 1) for i in range(n)]
    for image, (y, x) in zip(images, places, strict=True):
        grid[y : y + height, x : x + width] = image
    size = min(8.0, 0.3 + grid.shape[1] / 40)  # inches
    tall = size * grid.shape[0] / grid.shape[1] + 0.35 * bool(title)
    figure, axis = plt.subplots(figsize=(size, tall))
    axis.imshow(grid, cmap="gray", vmin=low, vmax=max(high, low + 1e-12), interpolation="nearest")
    for label, (y, x) in zip(labels, places, strict=False):
        axis.text(x + width / 2, y - 2, str(label), ha="center", va="bottom", fontsize=8)
    axis.set_title(title, fontsize=11)
    axis.axis("off")
    figure.tight_layout(pad=0.3)
    return figure
