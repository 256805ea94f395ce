"""Pictures of weights and images, on one grid."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

__all__ = ["CNN2d", "W", "images2d"]


def W(
    W: np.ndarray, shape: tuple[int, int] = (28, 28), n: int | None = None, title: str = ""
) -> Figure:
    """Draw what each unit of a dense layer looks for: its weights as a picture.

    Each column of the matrix is scaled to length 1, as in the original, so that strong and weak
    units can be compared. Grey is zero, white positive, black negative.

    Parameters
    ----------
    W : array_like
        Weights, shape (pixels, units).
    shape : tuple of int
        Height and width of the picture; their product is the number of pixels.
    n : int, optional
        How many units to draw, from the first. All unless told.
    title : str
        Text above the picture.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If `W` isn't a matrix whose columns fill `shape`.

    Examples
    --------
    >>> len(W(np.eye(784)[:, :25]).axes)
    1
    """
    matrix = np.asarray(W, dtype="float32")
    if matrix.ndim != 2 or matrix.shape[0] != shape[0] * shape[1]:
        raise ValueError(
            f"W has shape {matrix.shape}; expected ({shape[0] * shape[1]}, units) for pictures of "
            f"{shape[0]} x {shape[1]} pixels. Give the first layer's weights, or another shape."
        )
    matrix = matrix[:, :n]
    matrix = matrix / np.maximum(np.linalg.norm(matrix, axis=0), 1e-12)
    return images2d(matrix.T.reshape(-1, *shape), title=title, signed=True)


def CNN2d(W: np.ndarray, n: int | None = None, title: str = "") -> Figure:
    """Draw the filters of a convolution.

    Parameters
    ----------
    W : array_like
        Weights, shape (height, width, channels, filters). One channel is drawn in grey, three as
        colours; of any other number the first.
    n : int, optional
        How many filters to draw, from the first.
    title : str
        Text above the picture.

    Raises
    ------
    ValueError
        If `W` doesn't have four axes.

    Examples
    --------
    >>> len(CNN2d(np.zeros((5, 5, 1, 32))).axes)
    1
    """
    filters = np.asarray(W, dtype="float32")
    if filters.ndim != 4:
        raise ValueError(
            f"CNN2d: W has shape {filters.shape}; expected (height, width, channels, filters), the "
            "first parameter of a Conv2dLayer."
        )
    filters = np.moveaxis(filters, -1, 0)[:n]  # (filters, height, width, channels)
    if filters.shape[-1] == 3:
        low, high = filters.min((1, 2, 3), keepdims=True), filters.max((1, 2, 3), keepdims=True)
        return images2d((filters - low) / np.maximum(high - low, 1e-12), title=title)
    return images2d(filters[..., 0], title=title, signed=True)


def images2d(
    images: np.ndarray,
    title: str = "",
    n_columns: int | None = None,
    signed: bool = False,
    labels: Sequence[object] | None = None,
) -> Figure:
    """Draw many small images side by side, on one grid.

    Parameters
    ----------
    images : array_like
        Shape (images, height, width) in grey, or (images, height, width, 3) in colours from 0 to 1.
        A last axis of length 1 is left away.
    title : str
        Text above the picture.
    n_columns : int, optional
        Images in a row; about as many as there are rows unless told.
    signed : bool
        Zero is mid-grey. Otherwise the smallest value of all is black and the largest white.
    labels : sequence, optional
        What is written above each image.

    Raises
    ------
    ValueError
        If there is no image, the shape is another, or labels don't match.

    Examples
    --------
    >>> figure = images2d(np.random.default_rng(0).random((6, 28, 28)), n_columns=3)
    >>> figure.axes[0].images[0].get_array().shape
    (59, 88)
    """
    images = np.asarray(images, dtype="float32")
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if (
        images.ndim not in (3, 4)
        or len(images) == 0
        or (images.ndim == 4 and images.shape[-1] != 3)
    ):
        raise ValueError(
            f"images2d: images has shape {images.shape}; expected (images, height, width), or the "
            "same with 3 colours. For rows of pixels use images.reshape(-1, 28, 28)."
        )
    if labels is not None and len(labels) != len(images):
        raise ValueError(
            f"images2d: {len(labels)} labels for {len(images)} images; expected as many."
        )
    n_columns = min(len(images), n_columns or int(np.ceil(np.sqrt(len(images)))))
    n_rows = -(-len(images) // n_columns)
    gap = 1 if labels is None else 1 + images.shape[1] // 3  # room for the text
    limit = max(np.abs(images).max(), 1e-12) if signed else None
    low, high = (-limit, limit) if signed else (images.min(), images.max())

    step_y, step_x = images.shape[1] + gap, images.shape[2] + 1
    grid = np.full(
        (n_rows * step_y + 1, n_columns * step_x + 1, *images.shape[3:]), np.nan, "float32"
    )
    places = [
        (i // n_columns * step_y + gap, i % n_columns * step_x + 1) for i in range(len(images))
    ]
    for image, (y, x) in zip(images, places, strict=True):
        grid[y : y + image.shape[0], x : x + image.shape[1]] = image

    width = min(8.0, 0.3 + grid.shape[1] / 40)
    figure, axis = plt.subplots(
        figsize=(width, width * grid.shape[0] / grid.shape[1] + 0.35 * bool(title))
    )
    axis.imshow(grid, cmap="gray", vmin=low, vmax=max(high, low + 1e-12), interpolation="nearest")
    for label, (y, x) in zip(labels if labels is not None else [], places, strict=False):
        axis.text(x + images.shape[2] / 2, y - 2, label, ha="center", va="bottom", fontsize=8)
    axis.set_title(title, fontsize=11)
    axis.axis("off")
    figure.tight_layout(pad=0.3)
    return figure
