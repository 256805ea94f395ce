"""Named arrays in a file, and as bytes that a browser can read.

All that figures show is stored in one way: an ``.npz`` file of arrays by name. Text is UTF-8 in a
uint8 array, with a line end between two. Weights may take two bytes (float16) or one (int8, with a
scale for each row in an array ``<name>_scale``). ``load.js`` reads what `pack` sends.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from tlbook.runs import find
from tlcore.check import check_choice, require
from tlcore.files.archive import read_archive, write_archive

#: How the matrices of a trained network may be stored.
DTYPES = ("float16", "int8", "float32")
#: Whole numbers that a browser is sent; floats are sent as float16 or float32.
WHOLE = ("uint8", "int8", "uint16", "int16", "int32")

Arrays = Mapping[str, np.ndarray]


def save(
    path: str | Path,
    arrays: Mapping[str, np.ndarray | Sequence[str]],
    weights: Arrays | None = None,
    dtype: str = "float32",
) -> Path:
    """Write an ``.npz`` file; it appears whole or not at all.

    Parameters
    ----------
    arrays : mapping of str to ndarray or list of str
        What is stored as it is, and text.
    weights : mapping of str to ndarray
        Matrices (rows, columns), stored as `dtype`: ``"float16"``, ``"int8"`` or ``"float32"``; and
        biases, by the end of their names, which stay float32.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save(f"{folder}/a.npz", {"words": ["a", "b"]}, {"W": [[1, -2], [0, 5]]}, "int8")
    ...     stored = load(path)
    >>> stored["W"].tolist(), floats(stored)["W"].tolist(), text(stored, "words")
    ([[64, -127], [0, 127]], [[1.0078740119934082, -2.0], [0.0, 5.0]], ['a', 'b'])
    """
    check_choice("dtype", dtype, DTYPES)
    stored = {}
    for name, value in arrays.items():
        if isinstance(value, (list, tuple)):
            value = np.frombuffer("\n".join(value).encode(), np.uint8)
        stored[name] = np.asarray(value)
    for name, weight in (weights or {}).items():
        if dtype == "int8" and not name.endswith("bias"):
            stored[name], scale = quantise(weight, axis=1)
            stored[f"{name}_scale"] = scale[:, 0].astype(np.float32)
        else:
            kept = np.float32 if name.endswith("bias") else dtype
            stored[name] = np.clip(weight, np.finfo(kept).min, np.finfo(kept).max).astype(kept)
    return write_archive(path, stored)


def quantise(
    values: np.ndarray, axis: int | tuple | None = None, largest: int = 127
) -> tuple[np.ndarray, np.ndarray]:
    """Return whole numbers from -`largest` to `largest`, and the scale that gives `values` back.

    There is one scale for all that lies along `axis`, which stays as an axis of length 1.
    """
    scale = np.maximum(np.abs(values).max(axis, keepdims=True), 1e-12) / largest
    return np.round(values / scale).astype(np.int8 if largest <= 127 else np.int16), scale


def load(path: str | Path, *needed: str) -> dict[str, np.ndarray]:
    """Read the arrays of an ``.npz`` file in order; those that are `needed` are among them."""
    arrays = read_archive(find(path), fix="Give an .npz file of plain arrays.")
    missing = [name for name in needed if name not in arrays]
    require(not missing, f"{path} holds {list(arrays)}; expected {', '.join(missing)} too.")
    return arrays


def floats(arrays: Arrays) -> dict[str, np.ndarray]:
    """Return the weights among `arrays` as float32, multiplied by their scales."""
    weights = {}
    for name, array in arrays.items():
        scale = arrays.get(f"{name}_scale")
        if scale is not None:
            weights[name] = array.astype(np.float32) * scale[:, None]
        elif array.dtype.kind == "f" and not name.endswith("_scale"):
            weights[name] = array.astype(np.float32)
    return weights


def text(arrays: Arrays, name: str) -> list[str]:
    """Return the texts of an array."""
    stored = arrays[name]
    require(
        stored.dtype == np.uint8,
        f"{name} is {stored.dtype}; expected uint8, texts as UTF-8 with a line end between two.",
    )
    return stored.tobytes().decode("utf-8").split("\n")


def check_shapes(path: str | Path, arrays: Arrays, expected: Mapping[str, tuple]) -> None:
    """Refuse arrays unless they have these names and shapes, and hold finite numbers."""
    require(
        set(arrays) == set(expected), f"{path} holds {list(arrays)}; expected {list(expected)}."
    )
    for name, shape in expected.items():
        found = arrays[name].shape
        require(found == shape, f"{path}: {name} has shape {found}; expected {shape}.")
        require(np.isfinite(arrays[name]).all(), f"{path}: {name} holds NaN or infinity.")


def check_vocabulary(path: str | Path, name: str, words: Sequence[str], n: int) -> list[str]:
    """Return `n` words that are all different and each a line of its own."""
    words = list(words)
    different = len(set(words)) == len(words) and all(w and "\n" not in w for w in words)
    require(different, f"{path}: {name} are not all different, or one is empty or has a line end.")
    require(len(words) == n, f"{path}: {name} are {len(words)} for {n} vectors; expected as many.")
    return words


def pack(arrays: Arrays) -> bytes:
    """Pack arrays for the browser.

    A little-endian uint32 holds the length of the header; the header is JSON, padded with spaces to
    a multiple of 4 bytes; the raw little-endian arrays follow. Whole numbers and float16 stay what
    they are, and other floats become float32.

    Examples
    --------
    >>> packed = pack({"W": np.ones((2, 3), np.float16)})
    >>> packed[4:-12]
    b'{"arrays": [{"name": "W", "shape": [2, 3], "dtype": "float16"}]}'
    """
    sent = {}
    for name, array in arrays.items():
        whole = array.dtype.name in WHOLE
        require(
            whole or array.dtype.kind == "f",
            f"{name} is {array.dtype}; expected floats, or one of {', '.join(WHOLE)}.",
        )
        dtype = array.dtype.newbyteorder("<") if whole or array.dtype.itemsize == 2 else "<f4"
        sent[name] = np.asarray(array, dtype, order="C")
    described = [
        {"name": n, "shape": list(a.shape), "dtype": a.dtype.name} for n, a in sent.items()
    ]
    header = json.dumps({"arrays": described}).encode()
    header += b" " * (-len(header) % 4)
    return struct.pack("<I", len(header)) + header + b"".join(a.tobytes() for a in sent.values())
