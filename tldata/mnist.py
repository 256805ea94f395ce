"""Load MNIST as arrays, and read the idx format that it comes in.

An idx file is a big-endian header and then the numbers: two zero bytes, a type code (8: unsigned
byte), the number of dimensions, and each dimension in four bytes.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tldata.fetch import fetch_files
from tldata.text import read_content

N_VALIDATION = 10_000  # the last images of the training file
SIDE = 28
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def load_mnist_dataset(
    shape: Sequence[int] = (-1, 784), path: str | Path | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Load the handwritten digits of MNIST, and fetch them first where they are missing.

    Parameters
    ----------
    shape : sequence of int
        Shape of the image arrays: -1 for the images, then any shape with 784 entries, such as
        ``(-1, 784)`` or ``(-1, 28, 28, 1)``.
    path : str or path, optional
        A folder that holds the four idx files, packed (``.gz``) or not. Nothing is fetched then,
        and other data of these sizes will do, such as Fashion-MNIST. By default the files come
        from :func:`~tlcore.files.fetch`.

    Returns
    -------
    X_train, y_train, X_val, y_val, X_test, y_test : numpy.ndarray
        50,000, 10,000 and 10,000 examples. Images are float32, the byte divided by 256, so in
        [0, 1) with the largest at 255/256. Labels are int32, 0 to 9. The validation set is the
        last 10,000 of the training file, as in the original tutorial.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to document
    recognition, Proceedings of the IEEE 86(11).

    Examples
    --------
    >>> X_train, y_train, X_val, y_val, X_test, y_test = load_mnist_dataset(shape=(-1, 28, 28, 1))
    >>> X_train.shape, X_val.shape, X_test.shape
    ((50000, 28, 28, 1), (10000, 28, 28, 1), (10000, 28, 28, 1))
    >>> y_train[:5].tolist()
    [5, 0, 4, 1, 9]
    """
    shape = _image_shape(shape)
    files = fetch_files("mnist") if path is None else {name: _find(path, name) for name in FILES}
    images, labels, test_images, test_labels = (files[name] for name in FILES)
    X, y = _load_pair(images, labels, shape)
    X_test, y_test = _load_pair(test_images, test_labels, shape)
    if len(X) <= N_VALIDATION:
        raise ValueError(
            f"load_mnist_dataset: {images} has {len(X)} images; more than {N_VALIDATION} are "
            "needed, because the last of them become the validation set."
        )
    cut = len(X) - N_VALIDATION
    return X[:cut], y[:cut], X[cut:], y[cut:], X_test, y_test


def read_idx(path: str | Path) -> np.ndarray:
    """Read one idx file of unsigned bytes, packed with gzip or not.

    Returns
    -------
    numpy.ndarray
        uint8, in the shape that the header names.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "two-by-two")
    ...     _ = path.write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]))
    ...     read_idx(path)
    array([[1, 2],
           [3, 4]], dtype=uint8)
    """
    content = read_content(path, "read_idx")
    if len(content) < 4 or content[:3] != b"\0\0\x08" or content[3] == 0:
        raise ValueError(
            f"read_idx: {path} is not an idx file of bytes: it begins with {content[:4].hex()}, "
            "00 00 08 and the number of dimensions was expected."
        )
    start = 4 + 4 * content[3]
    if len(content) < start:
        raise ValueError(f"read_idx: {path} ends within its header.")
    shape = struct.unpack(f">{content[3]}I", content[4:start])
    if len(content) - start != math.prod(shape):
        raise ValueError(
            f"read_idx: {path} holds {len(content) - start} bytes of data, its header says "
            f"{shape}, that is {math.prod(shape)}."
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def _image_shape(shape: Sequence[int]) -> tuple[int, ...]:
    try:
        sizes = tuple(int(size) for size in shape)
    except TypeError:
        sizes = ()
    if len(sizes) < 2 or sizes[0] != -1 or min(sizes[1:]) < 1 or math.prod(sizes[1:]) != SIDE**2:
        raise ValueError(
            f"load_mnist_dataset: shape={shape!r} doesn't fit images of 28 x 28 = 784 pixels. "
            "Give -1 and a shape with 784 entries: (-1, 784), (-1, 28, 28) or (-1, 28, 28, 1)."
        )
    return sizes


def _load_pair(images: Path, labels: Path, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    X, y = read_idx(images), read_idx(labels)
    if X.ndim != 3 or X.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"{images} has shape {X.shape}, expected (images, 28, 28).")
    if y.shape != X.shape[:1]:
        raise ValueError(
            f"{labels} has shape {y.shape}, expected {X.shape[:1]}: one label an image."
        )
    if len(y) and y.max() > 9:
        raise ValueError(f"{labels} has the label {y.max()}; labels are 0 to 9.")
    # A byte has 8 bits and 256 is a power of two, so the division is exact in float32.
    return X.reshape(shape).astype(np.float32) / np.float32(256), y.astype(np.int32)


def _find(folder: str | Path, name: str) -> Path:
    """Return a file in a folder of the user's, packed or not."""
    plain = name.removesuffix(".gz")
    dotted = plain.replace("-idx", ".idx")  # as some sites and tools write it
    for form in (name, plain, f"{dotted}.gz", dotted):
        if Path(folder, form).is_file():
            return Path(folder, form)
    raise FileNotFoundError(
        f"load_mnist_dataset: neither {name} nor {name.removesuffix('.gz')} is in {folder}. "
        "Without path= the files are fetched."
    )
