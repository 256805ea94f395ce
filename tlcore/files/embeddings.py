"""Save word vectors together with their words, in one ``.npz`` file without pickle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tlcore.check import check_array, check_choice, check_words, require
from tlcore.files.archive import read_archive, write_archive

FIX = (
    "Give a file that save_embedding wrote. A text with a word and its numbers in each line, such "
    "as GloVe's, is split first: word, *numbers = line.split()."
)


def save_embedding(
    path: str | Path, embeddings: np.ndarray, words: Sequence[str] | Mapping[int, str],
    dtype: str = "float32",
) -> Path:  # fmt: skip
    """Write word vectors and their words to one compressed ``.npz`` file, and return its path.

    The file has two arrays: ``embeddings``, (words, dimensions), and ``words`` as the bytes of one
    UTF-8 text with a word a line. ``.npz`` is added where it is missing. `words` are in the order
    of the rows, or the ``reverse_dictionary``; the `dtype` "float16" takes half the space.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_embedding(f"{folder}/animals", [[1.0, 0.5], [0.0, 2.0]], ["cat", "dog"])
    ...     load_embedding(path)
    (array([[1. , 0.5],
           [0. , 2. ]], dtype=float32), ['cat', 'dog'])
    """
    check_choice("dtype", dtype, ["float32", "float16"])
    vectors = check_array("embeddings", embeddings, ("words", "dimensions"))
    if isinstance(words, Mapping):
        require(
            set(words) == set(range(len(words))),
            "words is a mapping whose keys aren't the ids 0, 1, 2, ...; give the reverse "
            "dictionary, id to word.",
        )
        words = [words[i] for i in range(len(words))]
    words = check_words("words", words)
    require(
        len(words) == len(vectors),
        f"words has {len(words)} words for {len(vectors)} rows of embeddings; expected one word a "
        "row. Cut both to the same length.",
    )
    for word, times in Counter(words).items():
        require(
            word and "\n" not in word and times == 1,
            f"words has {word!r} {times} times; expected each word once, of one letter or more and "
            "without a line break.",
        )
    vectors = check_array("embeddings", vectors, fix="Save them as 'float32'.", dtype=dtype)
    text = np.frombuffer("\n".join(words).encode("utf-8"), np.uint8)
    arrays = {"embeddings": vectors, "words": text}
    return write_archive(f"{str(path).removesuffix('.npz')}.npz", arrays)


def load_embedding(path: str | Path) -> tuple[np.ndarray, list[str]]:
    """Read the word vectors, float32 (words, dimensions), and words of :func:`save_embedding`.

    The words are in the order of the rows, so ``dict(enumerate(words))`` is the reverse dictionary.
    Another kind of file, or a damaged one, is a ValueError.
    """
    arrays = read_archive(path, FIX)
    require(
        {"embeddings", "words"} <= arrays.keys(),
        f"{path} holds {list(arrays)}; expected embeddings and words. {FIX} For a list of "
        "parameters use load_npz.",
    )
    vectors = arrays["embeddings"]
    try:
        words = arrays["words"].astype(np.uint8).tobytes().decode("utf-8").split("\n")
    except (TypeError, ValueError):  # no bytes, or bytes that are no text
        words = []
    require(
        vectors.ndim == 2 and vectors.dtype.kind == "f" and len(words) == len(vectors),
        f"{path} is no embedding, or damaged: it has {len(words)} words for {vectors.dtype} "
        f"{vectors.shape}. {FIX}",
    )
    return vectors.astype(np.float32), words
