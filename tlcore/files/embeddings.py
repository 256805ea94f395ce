"""Save word vectors together with their words, in one ``.npz`` file without pickle."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tldata.atomic import write_bytes

__all__ = ["load_embedding", "save_embedding"]


def save_embedding(
    path: str | Path,
    embeddings: np.ndarray,
    words: Sequence[str] | Mapping[int, str],
    dtype: str = "float32",
) -> Path:
    """Write word vectors and their words to one compressed ``.npz`` file.

    The file has two arrays: ``embeddings``, and ``words`` as the bytes of one UTF-8 text with a
    word a line. It appears whole or not at all.

    Parameters
    ----------
    path : str or path
        The file. ``.npz`` is added where it is missing. The folder has to exist.
    embeddings : array_like
        One vector a word, shape (words, dimensions).
    words : sequence of str, or mapping of int to str
        The words in the order of the rows, or the ``reverse_dictionary``, id to word.
    dtype : str
        How to store the numbers: ``"float32"``, or ``"float16"`` for half the size.

    Returns
    -------
    pathlib.Path
        The file that was written.

    Raises
    ------
    ValueError
        If there isn't one word a row, a word comes twice, is empty or has a line break, or a number
        isn't finite or beyond the range of ``dtype``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_embedding(f"{folder}/animals", [[1.0, 0.5], [0.0, 2.0]], ["cat", "dog"])
    ...     load_embedding(path)
    (array([[1. , 0.5],
           [0. , 2. ]], dtype=float32), ['cat', 'dog'])
    """
    if dtype not in ("float32", "float16"):
        raise ValueError(f"save_embedding: dtype is {dtype!r}; expected 'float32' or 'float16'.")
    vectors = np.asarray(embeddings)
    if vectors.ndim != 2 or len(vectors) == 0 or vectors.dtype.kind not in "fiu":
        raise ValueError(
            f"save_embedding: embeddings has shape {vectors.shape} and holds {vectors.dtype}; "
            "expected numbers of shape (words, dimensions)."
        )
    if isinstance(words, Mapping):
        if sorted(words) != list(range(len(words))):
            raise ValueError(
                "save_embedding: words is a mapping whose keys aren't the ids 0, 1, 2, ...; give "
                "the reverse dictionary, id to word."
            )
        words = [words[i] for i in range(len(words))]
    words = list(words)
    if len(words) != len(vectors):
        raise ValueError(
            f"save_embedding: {len(words)} words for {len(vectors)} rows; expected one word a row. "
            "Cut both to the same length."
        )
    _check_words(words)
    with np.errstate(over="ignore"):
        vectors = vectors.astype(dtype)
    if not np.isfinite(vectors).all():
        raise ValueError(
            f"save_embedding: embeddings has values that {dtype} can't hold: NaN, infinite or too "
            "large. Did the training diverge?"
        )
    buffer = io.BytesIO()
    text = np.frombuffer("\n".join(words).encode("utf-8"), np.uint8)
    np.savez_compressed(buffer, embeddings=vectors, words=text)
    path = Path(path)
    if path.suffix != ".npz":
        path = path.with_name(path.name + ".npz")
    return write_bytes(path, buffer.getvalue())


def load_embedding(path: str | Path) -> tuple[np.ndarray, list[str]]:
    """Read the word vectors and words that :func:`save_embedding` wrote.

    Parameters
    ----------
    path : str or path
        The file.

    Returns
    -------
    embeddings : numpy.ndarray
        float32, shape (words, dimensions).
    words : list of str
        In the order of the rows, so ``dict(enumerate(words))`` is the reverse dictionary.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is another kind of file, or damaged.

    Examples
    --------
    >>> load_embedding("no-such-file.npz")
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no-such-file.npz'
    """
    with open(path, "rb") as stream:
        try:
            with np.load(stream, allow_pickle=False) as archive:
                vectors, text = archive["embeddings"], archive["words"]
                words = text.astype(np.uint8).tobytes().decode("utf-8").split("\n")
                if vectors.ndim != 2 or vectors.dtype.kind != "f" or len(words) != len(vectors):
                    raise ValueError(f"{len(words)} words for an array of shape {vectors.shape}")
        except KeyError as error:
            raise ValueError(
                f"load_embedding: {path} lacks {error}. Give a file that save_embedding wrote; for "
                "a list of parameters use load_npz."
            ) from None
        except (
            AttributeError, EOFError, OSError, TypeError, ValueError, zipfile.BadZipFile, zlib.error
        ) as error:  # fmt: skip
            raise ValueError(
                f"load_embedding: {path} is no embedding, or damaged ({error}). Give a file that "
                "save_embedding wrote."
            ) from None
    return vectors.astype(np.float32), words


def _check_words(words: list[str]) -> None:
    for word in words:
        if not isinstance(word, str) or not word or "\n" in word:
            raise ValueError(
                f"save_embedding: {word!r} is no word; expected text of one letter or more, "
                "without a line break."
            )
    if len(set(words)) != len(words):
        seen: set[str] = set()
        twice = next(word for word in words if word in seen or seen.add(word))
        raise ValueError(f"save_embedding: {twice!r} comes twice; expected each word once.")
