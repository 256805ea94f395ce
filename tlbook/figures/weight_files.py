"""Weights and words in one small file: what `language_files` and `translator_files` share."""

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from tldata.atomic import write_bytes

from .word_map import read_arrays

DTYPES = ("float16", "int8", "float32")

Arrays = Mapping[str, np.ndarray]


def check_dtype(dtype: str) -> None:
    """Raise a ValueError if a file can't hold matrices of this type."""
    if dtype not in DTYPES:
        raise ValueError(f"dtype is {dtype!r}; expected one of {', '.join(DTYPES)}")


def as_floats(arrays: Mapping) -> dict[str, np.ndarray]:
    """Return all arrays as float32."""
    return {name: np.asarray(array, np.float32) for name, array in arrays.items()}


def write_weights(
    path: str | os.PathLike,
    words: Mapping[str, Iterable[str]],
    matrices: Arrays,
    biases: Arrays,
    dtype: str,
) -> Path:
    """Write an .npz file: it appears whole or not at all.

    Words travel as UTF-8 with a line end between two. In int8 a matrix takes a byte for each
    number, and an array ``<name>_scale`` with a float32 for each row. Biases stay float32.

    Parameters
    ----------
    path : path
        Where to; ends in .npz.
    words : mapping of str to list of str
        Lists of words by the name of their array.
    matrices, biases : mapping of str to ndarray
        float32 arrays; matrices have two axes.
    dtype : str
        One of `DTYPES`, for the matrices.

    Raises
    ------
    ValueError
        If the type is another.
    """
    check_dtype(dtype)
    arrays = {
        name: np.frombuffer("\n".join(text).encode(), np.uint8) for name, text in words.items()
    }
    for name, matrix in matrices.items():
        if dtype == "int8":
            scale = np.maximum(np.abs(matrix).max(axis=1), 1e-12) / 127
            arrays[name] = np.round(matrix / scale[:, None]).astype(np.int8)
            arrays[f"{name}_scale"] = scale.astype(np.float32)
        else:
            largest = np.finfo(dtype).max
            arrays[name] = np.clip(matrix, -largest, largest).astype(dtype)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays, **biases)
    return write_bytes(Path(path), buffer.getvalue())


def read_weights(
    path: str | os.PathLike, words: Sequence[str], names: Sequence[str]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Read what `write_weights` wrote.

    Parameters
    ----------
    path : path
        The .npz file.
    words : sequence of str
        Names of its lists of words.
    names : sequence of str
        Weights that it must hold, at the least.

    Returns
    -------
    weights : dict of str to ndarray
        Matrices and biases as float32.
    text : dict of str to ndarray
        The lists of words, as they are stored: `check_words` of ``word_map.py`` reads them.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or one of the arrays isn't in it.
    """
    stored = read_arrays(path, [*words, *names])
    weights = {}
    for name, array in stored.items():
        if name in words or name.endswith("_scale"):
            continue
        weights[name] = array.astype(np.float32)
        if f"{name}_scale" in stored:
            weights[name] *= stored[f"{name}_scale"][:, None]
    return weights, {name: stored[name] for name in words}


def check_different(path: str | os.PathLike, words: list[str]) -> None:
    """Raise a ValueError unless each word can be a line of its own, and is there once."""
    if len(set(words)) != len(words) or any("\n" in word or not word for word in words):
        raise ValueError(f"{path}: words are not all different, or one is empty or has a line end")


def check_arrays(path: str | os.PathLike, arrays: Arrays, expected: Mapping[str, tuple]) -> None:
    """Raise a ValueError unless the arrays have these names and shapes, and are finite."""
    if set(arrays) != set(expected):
        raise ValueError(f"{path} holds {list(arrays)}; expected {list(expected)}")
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{path}: {name} has shape {arrays[name].shape}; expected {shape}")
        if not np.isfinite(arrays[name]).all():
            raise ValueError(f"{path}: {name} holds NaN or infinity; expected finite numbers")
