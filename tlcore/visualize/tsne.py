"""Maps of words: vectors of many dimensions, laid out on a plane by t-SNE."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from tlcore.check import check_array, check_count, require

FEW = 1000  # vectors, up to which one thread lays them out


def tsne(
    vectors: np.ndarray, perplexity: float | None = None, seed: int = 0,
    init: np.ndarray | None = None, max_iter: int = 1000,
) -> np.ndarray:  # fmt: skip
    """Lay vectors out on a plane, so that neighbours stay neighbours.

    The vectors, (n, dimensions), are scaled to length 1 first, so near means a large cosine. The
    positions, float32 (n, 2), keep who is near whom; not how far groups are apart, nor how large or
    dense they are. Equal seeds give equal layouts on the same machine. (L. van der Maaten and G.
    Hinton, 2008, Visualizing data using t-SNE, Journal of Machine Learning Research 9, 2579-2605.)

    `perplexity` is about how many neighbours each vector looks at, less than n: 30 unless given, or
    a third of the vectors where there are few. `init`, (n, 2), is where the points start, such as
    an earlier layout; only its form counts, not its size. By default they are the first two
    principal components. `max_iter` steps are 250 at least.

    >>> vectors = np.random.default_rng(0).normal(size=(50, 8))
    >>> tsne(vectors, perplexity=10, max_iter=250).shape
    (50, 2)
    """
    vectors = check_array("vectors", vectors, ("n", "dimensions"), dtype="float32")
    n, dimensions = vectors.shape
    require(dimensions > 1, f"vectors has shape {vectors.shape}; expected 2 dimensions or more.")
    perplexity = min(30.0, (n - 1) / 3) if perplexity is None else perplexity
    require(
        0 < perplexity < n,
        f"perplexity is {perplexity} for {n} vectors; expected more than 0 and less than {n}. It "
        f"counts neighbours: take {max(2, n // 4)}, or more vectors.",
    )
    if init is not None:
        init = check_array("init", init, (n, 2), dtype="float32")
        # A spread of 1e-4 is so small that the neighbours decide.
        init = (init - init.mean(0)) * np.float32(1e-4 / max(init[:, 0].std(), 1e-12))
    from sklearn.manifold import TSNE  # takes a second to import
    from threadpoolctl import threadpool_limits

    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    layout = TSNE(
        perplexity=perplexity, init="pca" if init is None else init, max_iter=max_iter,
        random_state=seed, n_jobs=-1,
    )  # fmt: skip
    # Threads that wait for one another take longer than one does, where there are few vectors.
    with threadpool_limits(1 if n < FEW else None):
        return layout.fit_transform(vectors).astype(np.float32, copy=False)


def tsne_embedding(
    embeddings: np.ndarray, reverse_dictionary: Mapping[int, str] | Sequence[str],
    plot_only: int = 500, perplexity: float | None = None, seed: int = 0,
    positions: np.ndarray | None = None, title: str = "",
) -> Figure:  # fmt: skip
    """Draw a map of the most frequent words: dots, and their names as texts beside them.

    `embeddings` are (words, dimensions), the most frequent word first, and `plot_only` how many to
    draw; if there are fewer, a warning says so. `positions`, (plot_only, 2), say where the words
    go, if :func:`tsne` has been called before.

    >>> figure = tsne_embedding(np.eye(4), ["a", "b", "c", "d"], 4, perplexity=2)
    """
    embeddings = check_array("embeddings", embeddings, ("words", "dimensions"), dtype="float32")
    n = min(check_count("plot_only", plot_only), len(embeddings))
    if n < plot_only:
        warnings.warn(
            f"plot_only is {plot_only}, but there are {n} words; all of them are drawn.",
            stacklevel=2,
        )
    try:
        words = [reverse_dictionary[i] for i in range(n)]
    except (KeyError, IndexError):
        raise ValueError(
            f"reverse_dictionary has {len(reverse_dictionary)} words and lacks one of the ids 0 to "
            f"{n - 1}; expected id to word, of the same vocabulary as embeddings."
        ) from None
    if positions is None:
        positions = tsne(embeddings[:n], perplexity=perplexity, seed=seed)
    positions = check_array("positions", positions, (n, 2))
    side = float(np.clip(0.45 * np.sqrt(n), 4, 14))  # inches; the words overlap little
    figure, axis = plt.subplots(figsize=(side, side), layout="tight")
    axis.scatter(positions[:, 0], positions[:, 1], s=6, color="tab:orange")
    for word, position in zip(words, positions, strict=True):
        # A dollar sign would begin a formula.
        axis.annotate(
            word, position, xytext=(2, 1), textcoords="offset points", fontsize=7, parse_math=False
        )
    axis.set_title(title)
    axis.set(xticks=[], yticks=[])  # the numbers mean nothing: a map may be turned round
    return figure
