"""A language model in one small file, for `NextWord` and `GatesOverText`."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tlcore.check import require

from .store import Arrays, check_shapes, check_vocabulary, floats, load, save, text

PARTS = ("kernel", "recurrent", "bias")


class LanguageModel(NamedTuple):
    """What `load_language_model` reads; all arrays are float32."""

    embeddings: np.ndarray  # (words, d)
    lstm_weights: list  # [(kernel, recurrent_kernel, bias), ...], gate order i, f, c, o as in Keras
    softmax: tuple | None  # (W, b), W (hidden, words); None for W: the embeddings' transpose
    words: list  # the word of each id

    def read(self, words: Sequence[str]) -> list[dict[str, np.ndarray]]:
        """Return what each layer does at each word: i, f, g, o, c and h, each (words, units)."""
        index = {word: i for i, word in enumerate(self.words)}
        x, layers = self.embeddings[[index[word] for word in words]], []
        for W, R, b in self.lstm_weights:
            h = c = np.zeros(len(R))
            steps = []
            for wx in x @ W + b:  # (4 * units,)
                i, f, g, o = np.split(wx + h @ R, 4)
                i, f, o = (1 / (1 + np.exp(-z)) for z in (i, f, o))
                c = f * c + i * np.tanh(g)
                h = o * np.tanh(c)
                steps.append((i, f, np.tanh(g), o, c, h))
            layers.append(dict(zip("ifgoch", map(np.array, zip(*steps, strict=True)), strict=True)))
            x = layers[-1]["h"]
        return layers

    def expects(self, words: Sequence[str], n: int) -> list[tuple[str, float]]:
        """Return the likeliest n next words, each with its probability."""
        W, b = self.softmax or (None, None)
        known = [word for word in words if word in self.words]
        if not known:
            return []
        z = self.read(known)[-1]["h"][-1] @ (self.embeddings.T if W is None else W)
        z = np.exp(z + (0 if b is None else b))
        return [(self.words[i], float(z[i] / z.sum())) for i in np.argsort(-z)[:n]]


def save_language_model(
    path: str | Path,
    embeddings: np.ndarray,
    lstm_weights: Sequence[Sequence[np.ndarray]],
    softmax: Sequence[np.ndarray | None] | None,
    words: Sequence[str],
    dtype: str = "float16",
) -> Path:
    """Write a language model: embedding, LSTM layers, softmax and words.

    Parameters
    ----------
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
        float16, int8 (a byte for each weight, and a scale for each row) or float32.

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
    W, b = (None, None) if softmax is None else softmax
    weights = {"embeddings": embeddings, "softmax": None if W is None else np.transpose(W)}
    for i, layer in enumerate(lstm_weights):
        weights |= {f"lstm{i}_{part}": a for part, a in zip(PARTS, layer, strict=True)}
    weights["softmax_bias"] = b
    weights = {n: np.asarray(a, np.float32) for n, a in weights.items() if a is not None}
    words = list(words)
    _check(path, weights, words)
    return save(path, {"words": words}, weights, dtype)


def load_language_model(path: str | Path) -> LanguageModel:
    """Read what `save_language_model` wrote."""
    stored = load(path, "words", "embeddings", "lstm0_kernel")
    weights, words = floats(stored), text(stored, "words")
    n = _check(path, weights, words)
    layers = [[weights[f"lstm{i}_{part}"] for part in PARTS] for i in range(n)]
    W, b = weights.get("softmax"), weights.get("softmax_bias")
    softmax = None if W is None and b is None else (None if W is None else W.T, b)
    return LanguageModel(weights["embeddings"], layers, softmax, words)


def _check(path: str | Path, weights: Arrays, words: list[str]) -> int:
    """Return how many LSTM layers there are, if all arrays fit each other."""
    check_vocabulary(path, "words", words, len(weights["embeddings"]))
    d = n = weights["embeddings"].shape[-1]
    expected = {"embeddings": (len(words), d)}
    n_layers = 0
    while f"lstm{n_layers}_recurrent" in weights:
        inputs, n = n, len(weights[f"lstm{n_layers}_recurrent"])
        shapes = [(inputs, 4 * n), (n, 4 * n), (4 * n,)]
        expected |= {f"lstm{n_layers}_{p}": s for p, s in zip(PARTS, shapes, strict=True)}
        n_layers += 1
    require(n_layers, f"{path}: there is no LSTM layer; expected one at least.")
    if "softmax" in weights:
        expected["softmax"] = (len(words), n)
    else:
        require(
            d == n,
            f"{path}: embeddings have {d} numbers and the last layer {n}; to tie the softmax to "
            "them they must be as many. Else give softmax=(W, b).",
        )
    if "softmax_bias" in weights:
        expected["softmax_bias"] = (len(words),)
    check_shapes(path, weights, expected)
    return n_layers
