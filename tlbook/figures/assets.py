"""Weights as bytes that a browser can read: the same from a kernel and from a static page."""

import json
import struct
import zipfile
from pathlib import Path

import numpy as np

#: Whole numbers that a figure's file may hold beside its weights: text as UTF-8, pixels, counts.
WHOLE = ("uint8", "int8", "uint16", "int16", "int32")


def load_arrays(path: str | Path, whole: tuple[str, ...] = ()) -> list[np.ndarray]:
    """Read the arrays of an .npz file of weights, in their order.

    Parameters
    ----------
    path : str or Path
        What ``tl.files.save_npz`` wrote: float16, float32 or float64 arrays.
    whole : tuple of str
        Integer types that may be among them.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it isn't an .npz file of floating-point arrays.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"no weights at {path} (from {Path.cwd()}): give the path of an .npz file that "
            "tl.files.save_npz wrote"
        )
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = [archive[key] for key in archive.files]
    except (ValueError, TypeError, OSError, zipfile.BadZipFile) as error:  # TypeError: a .npy
        raise ValueError(f"{path} isn't an .npz file of plain arrays: {error}") from error
    for i, array in enumerate(arrays):
        if array.dtype.kind != "f" and array.dtype.name not in whole:
            raise ValueError(f"{path}: array {i} is {array.dtype}, but weights are floats")
    return arrays


def pack(path: str | Path) -> bytes:
    """Pack an .npz file of weights for the browser.

    A little-endian uint32 holds the length of the header; the header is JSON,
    ``{"arrays": [{"shape": [784, 800], "dtype": "float16"}, ...]}``, padded with spaces to a
    multiple of 4 bytes; the raw little-endian arrays follow. float64 becomes float32. Whole
    numbers of the types in `WHOLE` stay what they are, and are unpacked by load.js.

    Raises
    ------
    FileNotFoundError, ValueError
        As `load_arrays` does.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(f"{folder}/net.npz", np.ones((2, 3), np.float16))
    ...     packed = pack(f"{folder}/net.npz")
    >>> packed[4:-12]
    b'{"arrays": [{"shape": [2, 3], "dtype": "float16"}]} '
    """
    arrays = [np.asarray(a, _sent_as(a.dtype), order="C") for a in load_arrays(path, WHOLE)]
    described = [{"shape": list(a.shape), "dtype": a.dtype.name} for a in arrays]
    header = json.dumps({"arrays": described}).encode()
    header += b" " * (-len(header) % 4)
    return struct.pack("<I", len(header)) + header + b"".join(a.tobytes() for a in arrays)


def _sent_as(dtype: np.dtype) -> np.dtype:
    if dtype.kind == "f" and dtype.itemsize != 2:
        return np.dtype("<f4")
    return dtype.newbyteorder("<")
