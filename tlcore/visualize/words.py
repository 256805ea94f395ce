"""Maps of words: vectors of many dimensions, laid out on a plane by t-SNE."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

__all__ = ["tsne", "tsne_embedding"]

SPREAD = 1e-4  # of the first positions: so small that the neighbours decide


def tsne(
    vectors: np.ndarray,
    perplexity: float = 30,
    seed: int = 0,
    init: np.ndarray | None = None,
    max_iter: int = 1000,
) -> np.ndarray:
    """Lay vectors out on a plane, so that neighbours stay neighbours.

    The vectors are scaled to length 1 first, so near means a large cosine. t-SNE keeps who is near
    whom. It does not keep how far groups are apart, nor how large or dense they are.

    Parameters
    ----------
    vectors : array_like
        Shape (n, dimensions).
    perplexity : float
        About how many neighbours each vector looks at; less than n, 5 to 50 is usual.
    seed : int
        The same seed gives the same layout on the same machine.
    init : array_like, optional
        Where the points start, shape (n, 2), such as the layout of vectors from an earlier step of
        the training; only its form counts, not its size. By default the first two principal
        components.
    max_iter : int
        Steps of the optimization, 250 at least. (The original took 5,000.)

    Returns
    -------
    numpy.ndarray
        Positions, float32, shape (n, 2).

    Raises
    ------
    ValueError
        If the vectors aren't finite numbers of shape (n, 2 or more), or ``perplexity`` or ``init``
        doesn't fit their number.

    References
    ----------
    L. van der Maaten and G. Hinton (2008), Visualizing data using t-SNE, Journal of Machine
    Learning Research 9, 2579-2605.

    Examples
    --------
    >>> vectors = np.random.default_rng(0).normal(size=(50, 8))
    >>> tsne(vectors, perplexity=10, max_iter=250).shape
    (50, 2)
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    if vectors.ndim != 2 or vectors.shape[1] < 2 or not np.isfinite(vectors).all():
        raise ValueError(
            f"tsne: vectors has shape {vectors.shape}; expected finite numbers of shape "
            "(n, dimensions), with 2 dimensions or more."
        )
    n = len(vectors)
    if not 0 < perplexity < n:
        raise ValueError(
            f"tsne: perplexity is {perplexity} for {n} vectors; expected more than 0 and less than "
            f"{n}. It counts neighbours: take {max(2, n // 4)}, or more vectors."
        )
    if init is not None:
        init = np.asarray(init, dtype=np.float32)
        if init.shape != (n, 2) or not np.isfinite(init).all():
            raise ValueError(
                f"tsne: init has shape {init.shape}; expected finite positions of shape ({n}, 2)."
            )
        init = (init - init.mean(0)) * np.float32(SPREAD / max(init[:, 0].std(), 1e-12))

    from sklearn.manifold import TSNE  # takes a second to import

    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    layout = TSNE(
        perplexity=perplexity,
        init="pca" if init is None else init,
        max_iter=max_iter,
        random_state=seed,
        n_jobs=-1,
    )
    return layout.fit_transform(vectors).astype(np.float32, copy=False)


def tsne_embedding(
    embeddings: np.ndarray,
    reverse_dictionary: Mapping[int, str] | Sequence[str],
    plot_only: int = 500,
    perplexity: float = 30,
    seed: int = 0,
    positions: np.ndarray | None = None,
    title: str = "",
) -> Figure:
    """Draw a map of the most frequent words.

    Parameters
    ----------
    embeddings : array_like
        One vector a word, shape (words, dimensions), the most frequent word first.
    reverse_dictionary : mapping of int to str, or sequence of str
        Id to word.
    plot_only : int
        How many words to draw, from the first. Where there are fewer, all are drawn, and a warning
        says so.
    perplexity, seed
        As in :func:`tsne`.
    positions : array_like, optional
        Where the words go, shape (plot_only, 2), if :func:`tsne` has been called before.
    title : str
        Text above the map.

    Returns
    -------
    matplotlib.figure.Figure
        The words are its texts, the positions its only collection:
        ``figure.axes[0].collections[0].get_offsets()``.

    Raises
    ------
    ValueError
        If ``plot_only`` is below 1, a word to draw has no name, the positions don't fit, or as
        :func:`tsne`.

    Examples
    --------
    >>> vectors = np.random.default_rng(0).normal(size=(40, 8))
    >>> words = [f"word{i}" for i in range(40)]
    >>> figure = tsne_embedding(vectors, words, plot_only=30, perplexity=5)
    >>> len(figure.axes[0].texts)
    30
    """
    embeddings = np.asarray(embeddings, dtype=np.float32)
    if plot_only < 1:
        raise ValueError(f"tsne_embedding: plot_only is {plot_only}; expected 1 or more.")
    if plot_only > len(embeddings):
        warnings.warn(
            f"tsne_embedding: plot_only is {plot_only}, but there are {len(embeddings)} words; "
            "all of them are drawn.",
            stacklevel=2,
        )
    n = min(plot_only, len(embeddings))
    try:
        words = [reverse_dictionary[i] for i in range(n)]
    except (KeyError, IndexError):
        raise ValueError(
            f"tsne_embedding: reverse_dictionary has {len(reverse_dictionary)} words and lacks one "
            f"of the ids 0 to {n - 1}; expected id to word, of the same vocabulary as embeddings."
        ) from None
    if positions is None:
        positions = tsne(embeddings[:n], perplexity=perplexity, seed=seed)
    positions = np.asarray(positions)
    if positions.shape != (n, 2):
        raise ValueError(
            f"tsne_embedding: positions has shape {positions.shape}; expected ({n}, 2)."
        )
    side = float(np.clip(0.45 * np.sqrt(n), 4, 14))  # inches; the words overlap little
    figure, axis = plt.subplots(figsize=(side, side))
    axis.scatter(*positions.T, s=6, color="tab:orange")
    for word, position in zip(words, positions, strict=True):
        # A dollar sign would begin a formula.
        axis.annotate(
            word, position, xytext=(2, 1), textcoords="offset points", fontsize=7, parse_math=False
        )
    axis.set_title(title)
    axis.set(xticks=[], yticks=[])  # the numbers mean nothing: a map may be turned round
    figure.tight_layout()
    return figure
