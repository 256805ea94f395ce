"""Skip-gram pairs: a word, and one of the words that stand near it.

The window of a position is the `skip_window` words before it and as many after it. From those,
`num_skips` are chosen for each position, none twice. The corpus is a ring: the window of the last
word reaches on to the first words. So every position is a centre equally often, and the few pairs
across the seam are the price.

Source: T. Mikolov, K. Chen, G. Corrado and J. Dean (2013), Efficient estimation of word
representations in vector space, https://arxiv.org/abs/1301.3781, section 3.2.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tlcore.check import check_count, check_ids, check_positive, require

CHUNK = 1 << 16  # centres at a time: what is in work then fits the processor's cache
TABLE = 20_000  # rows; up to here all choices of words in a window are listed ahead


def generate_skip_gram_batch(
    data: Sequence[int] | np.ndarray,
    batch_size: int,
    num_skips: int,
    skip_window: int,
    data_index: int = 0,
    rng: np.random.Generator | None = None,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Make the next batch of skip-gram pairs. The next call goes on where this one stopped.

    Parameters
    ----------
    data : sequence of int
        The corpus as word ids, shape (words,).
    batch_size : int
        Pairs in the batch; a multiple of ``num_skips``.
    num_skips : int
        How many pairs to make of each centre, ``2 * skip_window`` at most.
    skip_window : int
        How many words to consider on each side.
    data_index : int
        Where the window of the first centre begins; the centre stands ``skip_window`` further.
        Pass on what the last call returned.
    rng : numpy.random.Generator, optional
        Where the choices come from. ``np.random`` unless given, which ``np.random.seed`` and
        ``keras.utils.set_random_seed`` make repeatable.

    Returns
    -------
    batch : numpy.ndarray
        The centres, each repeated ``num_skips`` times, int32, shape (batch_size,).
    labels : numpy.ndarray
        A word near each, int32, shape (batch_size, 1).
    data_index : int
        For the next call.

    Examples
    --------
    >>> batch, labels, data_index = generate_skip_gram_batch(
    ...     np.arange(10, 20), batch_size=6, num_skips=2, skip_window=1
    ... )
    >>> batch
    array([11, 11, 12, 12, 13, 13], dtype=int32)
    >>> labels.ravel()
    array([10, 12, 11, 13, 12, 14], dtype=int32)
    >>> data_index
    3
    """
    _check_window(len(data), num_skips, skip_window)
    require(
        check_count("batch_size", batch_size) % num_skips == 0,
        f"batch_size is {batch_size}; expected a multiple of num_skips, {num_skips}: every centre "
        "gives that many pairs.",
    )
    n, n_centres = len(data), batch_size // num_skips
    start = data_index % n
    stop = start + n_centres + 2 * skip_window
    segment = data[start:stop] if stop <= n else [data[i % n] for i in range(start, stop)]
    segment = check_ids("data", segment).astype(np.int32, copy=False)
    chosen = _choose(n_centres, num_skips, skip_window, np.random if rng is None else rng)
    labels = segment[chosen + np.arange(n_centres)[:, None]]
    batch = segment[skip_window : skip_window + n_centres].repeat(num_skips)
    return batch, labels.reshape(-1, 1), (start + n_centres) % n


def skip_gram_pairs(
    data: Sequence[int] | np.ndarray, num_skips: int, skip_window: int, seed: int | None = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Make the skip-gram pairs of a whole corpus at once.

    The pairs are those that :func:`generate_skip_gram_batch` makes on its way once round the
    corpus, some hundred times as fast as one centre at a time.

    Parameters
    ----------
    data, num_skips, skip_window
        As for :func:`generate_skip_gram_batch`.
    seed : int, optional
        The same seed gives the same pairs. None draws new ones each time.

    Returns
    -------
    centres, contexts : numpy.ndarray
        int32, both of shape (words * num_skips,). The centres are in the order of the text, so
        shuffle them for training.

    Examples
    --------
    >>> centres, contexts = skip_gram_pairs(np.arange(10, 14), num_skips=2, skip_window=1)
    >>> centres
    array([10, 10, 11, 11, 12, 12, 13, 13], dtype=int32)
    >>> contexts
    array([13, 11, 10, 12, 11, 13, 12, 10], dtype=int32)
    """
    n = len(data)
    _check_window(n, num_skips, skip_window)
    data = check_ids("data", data).astype(np.int32, copy=False)
    ring = np.concatenate([data[n - skip_window :], data, data[:skip_window]])
    contexts = np.empty((n, num_skips), np.int32)
    if num_skips == 2 * skip_window:  # nothing to choose: all of the window, place by place
        places = np.delete(np.arange(2 * skip_window + 1), skip_window)  # all but the centre's
        for column, place in enumerate(places):
            contexts[:, column] = ring[place : place + n]
        return data.repeat(num_skips), contexts.reshape(-1)
    rng = np.random.default_rng(seed)
    for first in range(0, n, CHUNK):
        rows = slice(first, min(first + CHUNK, n))
        n_rows = rows.stop - first
        chosen = _choose(n_rows, num_skips, skip_window, rng)
        part = ring[first : rows.stop + 2 * skip_window]
        part.take(chosen + np.arange(n_rows)[:, None], out=contexts[rows], mode="clip")
    return data.repeat(num_skips), contexts.reshape(-1)


def subsample(
    data: Sequence[int] | np.ndarray, threshold: float = 1e-3, seed: int | None = 0
) -> np.ndarray:
    """Leave out some of the occurrences of frequent words.

    A word that makes up the share f of the text stays with probability
    ``sqrt(threshold / f) + threshold / f``, or always where that is above 1. This is the formula of
    the word2vec program; that of T. Mikolov et al. (2013), Distributed representations of words and
    phrases and their compositionality, https://arxiv.org/abs/1310.4546, section 2.3, has no second
    term. The words that stay move closer together, so their windows reach further.

    Parameters
    ----------
    data : sequence of int
        The corpus as word ids, shape (words,).
    threshold : float
        The share of the text above which a word becomes rarer; 1e-3 to 1e-5 is usual.
    seed : int, optional
        The same seed keeps the same words. None draws anew each time.

    Returns
    -------
    numpy.ndarray
        The ids that stay, in order, int32.

    Examples
    --------
    >>> data = np.array([0] * 90 + [1] * 10)
    >>> np.bincount(subsample(data, threshold=0.1)).tolist()
    [37, 10]
    """
    data = check_ids("data", data).astype(np.int32, copy=False)
    check_positive("threshold", threshold, such_as="0.001")
    share = np.bincount(data) / len(data)
    with np.errstate(divide="ignore"):
        ratio = threshold / share
    stays = (np.sqrt(ratio) + ratio)[data]
    return data[np.random.default_rng(seed).random(len(data)) < stays]


def _choose(n: int, num_skips: int, skip_window: int, rng: Any) -> np.ndarray:
    """Places in n windows, (n or 1, num_skips): from 0, without the centre's, none twice."""
    table = _choices(num_skips, skip_window)
    if table is not None:
        if len(table) == 1:
            return table
        return table.take((rng.random(n) * len(table)).astype(np.intp), axis=0)
    order = rng.random((n, 2 * skip_window)).argpartition(num_skips - 1, axis=1)[:, :num_skips]
    return order + (order >= skip_window)


@functools.cache
def _choices(num_skips: int, skip_window: int) -> np.ndarray | None:
    """List every way to choose from a window, one a row; None where there are too many."""
    if math.comb(2 * skip_window, num_skips) > TABLE:
        return None
    places = [place for place in range(2 * skip_window + 1) if place != skip_window]
    table = np.array(list(itertools.combinations(places, num_skips)), np.intp)
    table.flags.writeable = False
    return table


def _check_window(n: int, num_skips: int, skip_window: int) -> None:
    most = 2 * check_count("skip_window", skip_window)
    fix = f"A window of skip_window={skip_window} holds {most} words beside its centre."
    check_count("num_skips", num_skips, most=most, fix=fix)
    require(
        n > most,
        f"data has {n} words; expected at least {most + 1}, the window of "
        f"skip_window={skip_window}. Take a longer text or a smaller window.",
    )
