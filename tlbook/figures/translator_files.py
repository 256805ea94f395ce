"""A translator in one small file, for `TranslateSentence` and `BeamSearch`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tlcore.nlp.tokenizer import START_WORDS

from .weight_files import (
    Arrays,
    as_floats,
    check_arrays,
    check_different,
    check_dtype,
    read_weights,
    write_weights,
)
from .word_map import check_words

if TYPE_CHECKING:  # TensorFlow takes seconds to import, and the figures do without it
    from tlcore.layers import EmbeddingAttentionSeq2seq


class StoredTranslator(NamedTuple):
    """What `load_translator` reads.

    Attributes
    ----------
    arrays : dict of str to ndarray
        The weights as float32, by their names in the file.
    source_words, target_words : list of str
        The word of each id.
    """

    arrays: dict[str, np.ndarray]
    source_words: list[str]
    target_words: list[str]

    @property
    def size(self) -> int:
        """Units of each layer."""
        return self.arrays["target_vectors"].shape[1]

    @property
    def num_layers(self) -> int:
        """Layers of the encoder, and of the decoder."""
        return _num_layers(self.arrays)

    def network(self) -> EmbeddingAttentionSeq2seq:
        """Build the network with these weights, to use it with ``tl.utils.Translator``."""
        from tlcore.layers import EmbeddingAttentionSeq2seq

        network = EmbeddingAttentionSeq2seq(
            len(self.source_words),
            len(self.target_words),
            self.size,
            self.num_layers,
            attention="general" if "W_a" in self.arrays else "dot",
            bidirectional="encoder1_bw_kernel" in self.arrays,
            tied="scores" not in self.arrays,
        )
        for name, variable in _variables(network).items():
            variable.assign(self.arrays[name])
        return network


def save_translator(
    path: str | os.PathLike,
    network: EmbeddingAttentionSeq2seq,
    source_words: Sequence[str],
    target_words: Sequence[str],
    dtype: str = "int8",
) -> Path:
    """Write a trained translator and its words.

    A GRU layer of 256 units that reads in both directions, with 8,000 words to read and 12,000 to
    write and a tied output, takes 6.3 MB in int8. Biases stay float32.

    Parameters
    ----------
    path : path
        Where to; ends in .npz. It appears whole or not at all.
    network : EmbeddingAttentionSeq2seq
        GRUs, one or more layers, with attention "general" or "dot".
    source_words, target_words : sequence of str
        The word of each id; all different. The first four are _PAD, _GO, _EOS and _UNK.
    dtype : str
        int8 (a byte for each weight, and a scale for each row), float16 or float32. The rows are
        those of the tables (words) and of the kernels (inputs).

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    TypeError
        If `network` is something else.
    ValueError
        If it has what the page can't compute (LSTMs, attention "additive"), the words don't fit
        it, or numbers aren't finite.

    Examples
    --------
    >>> import tempfile
    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> network = EmbeddingAttentionSeq2seq(6, 7, size=4, bidirectional=True)
    >>> words = ["_PAD", "_GO", "_EOS", "_UNK"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/translator.npz"
    ...     _ = save_translator(path, network, words + ["a", "cat"], words + ["un", "chat", "."])
    ...     load_translator(path).target_words[4:]
    ['un', 'chat', '.']
    """
    check_dtype(dtype)
    arrays = as_floats({name: v.numpy() for name, v in _variables(network).items()})
    words = {"source_words": list(source_words), "target_words": list(target_words)}
    for what, list_ in words.items():
        first = tuple(list_[: len(START_WORDS)])
        if first != START_WORDS:
            raise ValueError(
                f"{what} begin with {', '.join(first)}; expected {', '.join(START_WORDS)}. "
                "Give the list of a vocabulary of tl.nlp: the word of each id."
            )
        check_different(f"{path}: {what}", list_)
    check_shapes(path, arrays, *map(len, words.values()))
    matrices = {name: array for name, array in arrays.items() if not name.endswith("bias")}
    biases = {name: array for name, array in arrays.items() if name.endswith("bias")}
    return write_weights(path, words, matrices, biases, dtype)


def load_translator(path: str | os.PathLike) -> StoredTranslator:
    """Read what `save_translator` wrote.

    Parameters
    ----------
    path : path
        The .npz file.

    Returns
    -------
    StoredTranslator
        Its weights as float32, and its words. ``load_translator(path).network()`` is the network.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it holds something else.

    Examples
    --------
    >>> stored = load_translator("translation.npz")  # doctest: +SKIP
    >>> stored.size, stored.num_layers, len(stored.target_words)  # doctest: +SKIP
    (256, 1, 12000)
    """
    needed = ["source_vectors", "target_vectors", "W_c", "scores_bias"]
    arrays, text = read_weights(path, ["source_words", "target_words"], needed)
    words = [
        check_words(path, arrays[f"{way}_vectors"], text[f"{way}_words"])
        for way in ("source", "target")
    ]
    check_shapes(path, arrays, *map(len, words))
    return StoredTranslator(arrays, *words)


PARTS = ("kernel", "recurrent", "bias")


def _variables(network: Any) -> dict[str, Any]:
    """Return the network's Keras variables, by the names that they have in a file."""
    import keras

    from tlcore.layers import EmbeddingAttentionSeq2seq

    if not isinstance(network, EmbeddingAttentionSeq2seq):
        raise TypeError(
            f"network is a {type(network).__name__}; expected an EmbeddingAttentionSeq2seq"
        )
    by_name = {operation.name: operation for operation in network.operations}
    own = {name.removeprefix(f"{network.name}_"): by_name[name] for name in by_name}
    attend, logits = own["attention"], own["logits"]
    if not isinstance(own["decoder_1"], keras.layers.GRU):
        raise ValueError(
            "network has LSTM layers; the page computes GRUs. Train it with use_lstm=False."
        )
    if attend.kind == "additive":
        raise ValueError(
            "network has attention='additive'; the page computes 'general' and 'dot'. Train it "
            "with one of these."
        )
    found = {
        "source_vectors": own["source_vectors"].embeddings,
        "target_vectors": own["target_vectors"].embeddings,
    }
    for name, operation in own.items():
        if isinstance(operation, keras.layers.GRU):
            which = name.replace("coder_", "coder")  # encoder1_fw, decoder1
            found |= {f"{which}_{p}": w for p, w in zip(PARTS, operation.weights, strict=True)}
    if attend.kind == "general":
        found["W_a"] = attend.W_a
    found["W_c"] = attend.W_c
    if logits.table is not found["target_vectors"]:
        found["scores"] = logits.table
    return found | {"scores_bias": logits.b}


def _num_layers(arrays: Arrays) -> int:
    return sum(name.startswith("decoder") and name.endswith("_kernel") for name in arrays)


def check_shapes(path: str | os.PathLike, arrays: Arrays, n_source: int, n_target: int) -> None:
    """Raise a ValueError unless the arrays are those of a translator of so many words."""
    size = arrays["target_vectors"].shape[-1]
    expected = {"source_vectors": (n_source, size), "target_vectors": (n_target, size)}
    grus = {}  # name: inputs, units
    for i in range(1, _num_layers(arrays) + 1):
        if i == 1 and "encoder1_bw_kernel" in arrays:
            grus |= dict.fromkeys(("encoder1_fw", "encoder1_bw"), (size, size // 2))
        else:
            grus[f"encoder{i}"] = (size, size)
        grus[f"decoder{i}"] = (size, size)
    if not grus:
        raise ValueError(f"{path}: there is no GRU layer; expected one at least")
    for name, (inputs, n) in grus.items():
        shapes = [(inputs, 3 * n), (n, 3 * n), (2, 3 * n)]
        expected |= {f"{name}_{p}": shape for p, shape in zip(PARTS, shapes, strict=True)}
    if "W_a" in arrays:
        expected["W_a"] = (size, size)
    expected["W_c"] = (2 * size, size)
    if "scores" in arrays:
        expected["scores"] = (n_target, size)
    check_arrays(path, arrays, expected | {"scores_bias": (n_target,)})
