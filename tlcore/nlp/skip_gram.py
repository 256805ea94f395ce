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
    data: Sequence[int] | np.ndarray, batch_size: int, num_skips: int, skip_window: int,
    data_index: int = 0, rng: np.random.Generator | None = None,
) -> tuple[np.ndarray, np.ndarray, int]:  # fmt: skip
    """Make the next batch of skip-gram pairs. The next call goes on where this one stopped.

    `data` is the corpus as word ids, (words,). Of each centre `num_skips` pairs are made, at most
    ``2 * skip_window``, with words up to `skip_window` on each side; `batch_size` is a multiple of
    it. `data_index` is where the window of the first centre begins: pass on what the last call
    returned. Without `rng` it is ``np.random``, which ``keras.utils.set_random_seed`` seeds.

    Returned are the centres, each repeated `num_skips` times, int32 (batch_size,); a word near each
    of them, int32 (batch_size, 1); and where the next call begins.

    >>> batch, labels, data_index = generate_skip_gram_batch(np.arange(10, 20), 6, 2, skip_window=1)
    >>> batch.tolist(), labels.ravel().tolist(), data_index
    ([11, 11, 12, 12, 13, 13], [10, 12, 11, 13, 12, 14], 3)
    """
    choices = _choices(len(data), num_skips, skip_window)
    n, n_centres = len(data), check_count("batch_size", batch_size) // num_skips
    require(
        batch_size == n_centres * num_skips,
        f"batch_size is {batch_size}; expected a multiple of num_skips, {num_skips}: every centre "
        "gives that many pairs.",
    )
    start = data_index % n
    stop = start + n_centres + 2 * skip_window
    segment = data[start:stop] if stop <= n else [data[i % n] for i in range(start, stop)]
    segment = np.asarray(segment)
    if segment.ndim > 1 or segment.dtype.kind not in "iu":
        check_ids("data", segment)  # says what is wrong; too slow to ask for every batch
    segment = segment.astype(np.int32, copy=False)
    labels = _contexts(segment, choices, num_skips, skip_window, np.random if rng is None else rng)
    batch = segment[skip_window : skip_window + n_centres].repeat(num_skips)
    return batch, labels.reshape(-1, 1), (start + n_centres) % n


def skip_gram_pairs(
    data: Sequence[int] | np.ndarray, num_skips: int, skip_window: int, seed: int | None = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Make the skip-gram pairs of a whole corpus at once: centres and contexts.

    They are those that :func:`generate_skip_gram_batch` makes on its way once round the corpus,
    some hundred times as fast as one centre at a time. Both are int32 of shape
    (words * num_skips,), in the order of the text: shuffle them for training.

    >>> centres, contexts = skip_gram_pairs(np.arange(10, 14), num_skips=2, skip_window=1)
    >>> centres.tolist(), contexts.tolist()
    ([10, 10, 11, 11, 12, 12, 13, 13], [13, 11, 10, 12, 11, 13, 12, 10])
    """
    n, rng = len(data), np.random.default_rng(seed)
    choices = _choices(n, num_skips, skip_window)
    data = check_ids("data", data).astype(np.int32, copy=False)
    ring = np.concatenate([data[-skip_window:], data, data[:skip_window]])
    contexts = np.empty((n, num_skips), np.int32)
    if choices is not None and len(choices) == 1:  # all of the window, place by place: quicker
        for column, place in enumerate(choices[0]):
            contexts[:, column] = ring[place : place + n]
        return data.repeat(num_skips), contexts.reshape(-1)
    for first in range(0, n, CHUNK):
        part = ring[first : first + CHUNK + 2 * skip_window]
        contexts[first : first + CHUNK] = _contexts(part, choices, num_skips, skip_window, rng)
    return data.repeat(num_skips), contexts.reshape(-1)


def subsample(
    data: Sequence[int] | np.ndarray, threshold: float = 1e-3, seed: int | None = 0
) -> np.ndarray:
    """Leave out some of the occurrences of frequent words; return the ids that stay, in order.

    A word that makes up the share f of the text stays with probability
    ``sqrt(threshold / f) + threshold / f``, or always where that is above 1; thresholds from 1e-3
    to 1e-5 are usual. This is the formula of the word2vec program; that of T. Mikolov et al.
    (2013), Distributed representations of words and phrases and their compositionality,
    https://arxiv.org/abs/1310.4546, section 2.3, has no second term. The words that stay move
    closer together, so their windows reach further.

    >>> data = np.array([0] * 90 + [1] * 10)
    >>> np.bincount(subsample(data, threshold=0.1)).tolist()
    [37, 10]
    """
    data = check_ids("data", data).astype(np.int32, copy=False)
    check_positive("threshold", threshold, such_as="0.001")
    share = np.bincount(data).clip(1) / len(data)  # a word that isn't there is never asked for
    ratio = threshold / share
    stays = (np.sqrt(ratio) + ratio)[data]
    return data[np.random.default_rng(seed).random(len(data)) < stays]


def _contexts(
    segment: np.ndarray, choices: np.ndarray | None, num_skips: int, skip_window: int, rng: Any
) -> np.ndarray:
    """Choose from the window of each word that has a whole one in the segment: (n, num_skips)."""
    n = len(segment) - 2 * skip_window
    if choices is None:  # the places of the smallest of so many random numbers
        places = rng.random((n, 2 * skip_window)).argpartition(num_skips - 1, axis=1)[:, :num_skips]
        places = places + (places >= skip_window)  # the centre is none of them
    elif len(choices) == 1:
        places = choices
    else:
        places = choices.take((rng.random(n) * len(choices)).astype(np.intp), axis=0)
    return segment.take(places + np.arange(n)[:, None], mode="clip")  # quicker than segment[...]


@functools.lru_cache(8)  # so batch after batch asks and lists nothing again
def _choices(n_words: int, num_skips: int, skip_window: int) -> np.ndarray | None:
    """List every way to choose from a window, one a row; None where there are too many."""
    most = 2 * check_count("skip_window", skip_window)
    fix = f"A window of skip_window={skip_window} holds {most} words beside its centre."
    check_count("num_skips", num_skips, most=most, fix=fix)
    require(
        n_words > most,
        f"data has {n_words} words; expected at least {most + 1}, the window of "
        f"skip_window={skip_window}. Take a longer text or a smaller window.",
    )
    if math.comb(most, num_skips) > TABLE:
        return None
    places = [place for place in range(most + 1) if place != skip_window]
    choices = np.array(list(itertools.combinations(places, num_skips)), np.intp)
    choices.flags.writeable = False
    return choices
