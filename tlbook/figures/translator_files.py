"""A translator in one small file, for `TranslateSentence` and `BeamSearch`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tlcore.check import require
from tlcore.nlp.tokenizer import START_WORDS

from .language_files import PARTS
from .store import Arrays, check_shapes, check_vocabulary, floats, load, save, text

if TYPE_CHECKING:  # TensorFlow takes seconds to import, and the figures do without it
    from tlcore.layers import EmbeddingAttentionSeq2seq


class StoredTranslator(NamedTuple):
    """What `load_translator` reads."""

    arrays: dict[str, np.ndarray]  # the weights as float32, by their names in the file
    source_words: list[str]  # the word of each id
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
        """Build the network with these weights, for ``tl.utils.Translator``."""
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
    path: str | Path,
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
    network : EmbeddingAttentionSeq2seq
        GRUs, one or more layers, with attention "general" or "dot".
    source_words, target_words : sequence of str
        The word of each id; all different. The first four are _PAD, _GO, _EOS and _UNK.
    dtype : str
        int8 (a byte for each weight, and a scale for each row), float16 or float32. The rows are
        those of the tables (words) and of the kernels (inputs).

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
    weights = {name: v.numpy() for name, v in _variables(network).items()}
    words = {"source_words": list(source_words), "target_words": list(target_words)}
    for name, listed in words.items():
        first, expected = (", ".join(listed[: len(START_WORDS)]), ", ".join(START_WORDS))
        fix = "Give the list of a vocabulary of tl.nlp: the word of each id."
        require(first == expected, f"{name} begin with {first}; expected {expected}. {fix}")
    _check(path, weights, *words.values())
    return save(path, words, weights, dtype)


def load_translator(path: str | Path) -> StoredTranslator:
    """Read what `save_translator` wrote; ``load_translator(path).network()`` is the network."""
    stored = load(path, *NEEDED)
    weights = floats(stored)
    words = [text(stored, name) for name in ("source_words", "target_words")]
    _check(path, weights, *words)
    return StoredTranslator(weights, *words)


#: What each file has; the rest follows from it.
NEEDED = (
    "source_words", "target_words", "source_vectors", "target_vectors", "W_c", "scores_bias",
)  # fmt: skip


def _variables(network: Any) -> dict[str, Any]:
    """Return the network's Keras variables, by the names that they have in a file."""
    import keras

    from tlcore.layers import EmbeddingAttentionSeq2seq

    require(
        isinstance(network, EmbeddingAttentionSeq2seq),
        f"network is a {type(network).__name__}; expected an EmbeddingAttentionSeq2seq.",
        TypeError,
    )
    by_name = {operation.name: operation for operation in network.operations}
    own = {name.removeprefix(f"{network.name}_"): by_name[name] for name in by_name}
    attend, logits = own["attention"], own["logits"]
    fix = "the page computes GRUs. Train it with use_lstm=False."
    require(isinstance(own["decoder_1"], keras.layers.GRU), f"network has LSTM layers; {fix}")
    fix = "the page computes 'general' and 'dot'. Train it with one of these."
    require(attend.kind != "additive", f"network has attention='additive'; {fix}")
    found = {name: own[name].embeddings for name in ("source_vectors", "target_vectors")}
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


def _check(path: str | Path, weights: Arrays, source: list[str], target: list[str]) -> None:
    """Refuse what isn't a translator between these words."""
    size = weights["target_vectors"].shape[-1]
    expected = {}
    for name, words in [("source", source), ("target", target)]:
        vectors = weights[f"{name}_vectors"]
        expected[f"{name}_vectors"] = (len(vectors), size)
        check_vocabulary(path, f"{name}_words", words, len(vectors))
    grus = {}  # name: inputs, units
    for i in range(1, _num_layers(weights) + 1):
        if i == 1 and "encoder1_bw_kernel" in weights:
            grus |= dict.fromkeys(("encoder1_fw", "encoder1_bw"), (size, size // 2))
        else:
            grus[f"encoder{i}"] = (size, size)
        grus[f"decoder{i}"] = (size, size)
    require(grus, f"{path}: there is no GRU layer; expected one at least.")
    for name, (inputs, n) in grus.items():
        shapes = [(inputs, 3 * n), (n, 3 * n), (2, 3 * n)]
        expected |= {f"{name}_{p}": shape for p, shape in zip(PARTS, shapes, strict=True)}
    if "W_a" in weights:
        expected["W_a"] = (size, size)
    expected["W_c"] = (2 * size, size)
    if "scores" in weights:
        expected["scores"] = (len(target), size)
    check_shapes(path, weights, expected | {"scores_bias": (len(target),)})
