"""A language model in one small file, for `NextWord` and `GatesOverText`."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .weight_files import (
    as_floats,
    check_arrays,
    check_different,
    check_dtype,
    read_weights,
    write_weights,
)
from .word_map import check_words


class LanguageModel(NamedTuple):
    """What `load_language_model` reads; all arrays are float32.

    Attributes
    ----------
    embeddings : ndarray, (words, d)
    lstm_weights : list of (kernel, recurrent_kernel, bias)
        As Keras's LSTM layers have them, gate order i, f, c, o.
    softmax : (W, b), (None, b) or None
        W is (hidden, words); None: the embedding's vectors are used again.
    words : list of str
        The word of each id.
    """

    embeddings: np.ndarray
    lstm_weights: list
    softmax: tuple | None
    words: list


def save_language_model(
    path: str | os.PathLike,
    embeddings: np.ndarray,
    lstm_weights: Sequence[Sequence[np.ndarray]],
    softmax: Sequence[np.ndarray | None] | None,
    words: Sequence[str],
    dtype: str = "float16",
) -> Path:
    """Write a language model: embedding, LSTM layers, softmax and words.

    10,000 words, 200 numbers each, and two layers of 200 units are 5.4 MB in float16 if the softmax
    is tied, 4.8 MB in int8 if it isn't. Biases stay float32.

    Parameters
    ----------
    path : path
        Where to; ends in .npz. It appears whole or not at all.
    embeddings : ndarray, (words, d)
        The vector of each word.
    lstm_weights : sequence of (kernel, recurrent_kernel, bias)
        ``layer.get_weights()`` of each ``keras.layers.LSTM``, the first one first: shapes
        (inputs, 4 * n), (n, 4 * n) and (4 * n,), gate order i, f, c, o, activations tanh and
        sigmoid. What the forget gate begins with is part of the bias.
    softmax : (W, b), (None, b) or None
        W (n of the last layer, words) and b (words,). Where W is None, the embedding is used again
        (tied weights), which needs d = n; None: without a bias as well.
    words : sequence of str
        The word of each id; all different.
    dtype : str
        float16, int8 (a byte for each weight, and a scale for each row) or float32. The rows are
        those of the embedding (words), of W's transpose (words) and of the kernels (inputs).

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ValueError
        If the shapes don't fit each other, or numbers aren't finite.

    Examples
    --------
    >>> import tempfile
    >>> layer = [np.ones((2, 8)), np.ones((2, 8)), np.zeros(8)]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/lm.npz"
    ...     _ = save_language_model(path, np.eye(3, 2), [layer], None, ["a", "b", "c"])
    ...     load_language_model(path).words
    ['a', 'b', 'c']
    """
    check_dtype(dtype)
    W, b = (None, None) if softmax is None else softmax
    matrices = {"embeddings": embeddings}
    biases = {} if b is None else {"softmax_bias": b}
    for i, (kernel, recurrent, bias) in enumerate(lstm_weights):
        matrices |= {f"lstm{i}_kernel": kernel, f"lstm{i}_recurrent": recurrent}
        biases[f"lstm{i}_bias"] = bias
    if W is not None:
        matrices["softmax"] = np.transpose(W)
    matrices, biases = as_floats(matrices), as_floats(biases)
    check_shapes(path, matrices | biases, list(words))
    return write_weights(path, {"words": words}, matrices, biases, dtype)


def load_language_model(path: str | os.PathLike) -> LanguageModel:
    """Read what `save_language_model` wrote.

    Parameters
    ----------
    path : path
        The .npz file.

    Returns
    -------
    LanguageModel
        Its weights as float32, and its words.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it holds something else.

    Examples
    --------
    >>> model = load_language_model("language.npz")  # doctest: +SKIP
    >>> model.embeddings.shape, len(model.lstm_weights)  # doctest: +SKIP
    ((10000, 200), 2)
    """
    arrays, stored = read_weights(path, ["words"], ["embeddings", "lstm0_kernel"])
    words = check_words(path, arrays["embeddings"], stored["words"])
    n = check_shapes(path, arrays, words)
    layers = [[arrays[f"lstm{i}_{part}"] for part in PARTS] for i in range(n)]
    W, b = arrays.get("softmax"), arrays.get("softmax_bias")
    softmax = None if W is None and b is None else (None if W is None else W.T, b)
    return LanguageModel(arrays["embeddings"], layers, softmax, words)


PARTS = ("kernel", "recurrent", "bias")


def check_shapes(path: str | os.PathLike, arrays: dict[str, np.ndarray], words: list) -> int:
    """Return how many LSTM layers there are, if all arrays fit each other.

    Raises
    ------
    ValueError
        If they don't, or numbers aren't finite.
    """
    check_different(path, words)
    d = arrays["embeddings"].shape[-1]
    expected = {"embeddings": (len(words), d)}
    n_layers, n = 0, d
    while f"lstm{n_layers}_recurrent" in arrays:
        inputs, n = n, len(arrays[f"lstm{n_layers}_recurrent"])
        shapes = [(inputs, 4 * n), (n, 4 * n), (4 * n,)]
        expected |= {f"lstm{n_layers}_{p}": s for p, s in zip(PARTS, shapes, strict=True)}
        n_layers += 1
    if not n_layers:
        raise ValueError(f"{path}: there is no LSTM layer; expected one at least")
    if "softmax" in arrays:
        expected["softmax"] = (len(words), n)
    elif d != n:
        raise ValueError(
            f"{path}: embeddings have {d} numbers and the last layer {n}; to tie the softmax to "
            "them they must be as many. Else give softmax=(W, b)."
        )
    if "softmax_bias" in arrays:
        expected["softmax_bias"] = (len(words),)
    check_arrays(path, arrays, expected)
    return n_layers
