"""The pickle that holds MNIST, read by an unpickler that knows three harmless names."""

from __future__ import annotations

import gzip
import io
import pickle
import struct
import zlib
from typing import Any

import numpy as np

# The function that a pickled array names; numpy 2 moved it.
_reconstruct = np.empty(0).__reduce__()[0]


class _ArraysOnly(pickle.Unpickler):
    """A pickle may call any function it names. This one may name what arrays need, no more."""

    allowed = {
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.allowed:
            raise ValueError(f"the pickle is refused: it asks for {module}.{name}")
        return _reconstruct if name == "_reconstruct" else getattr(np, name)


def restricted_loads(content: bytes) -> Any:
    """Unpickle numpy arrays, numbers, text and containers of them, and refuse all else.

    >>> restricted_loads(pickle.dumps([np.arange(3)], protocol=4))
    [array([0, 1, 2])]
    >>> restricted_loads(pickle.dumps(print))
    Traceback (most recent call last):
    ...
    ValueError: the pickle is refused: it asks for builtins.print
    """
    try:
        # latin1 maps each byte to one character: how Python 2 wrote the bytes of its arrays
        return _ArraysOnly(io.BytesIO(content), encoding="latin1").load()
    except ValueError:
        raise
    except Exception as error:  # a damaged pickle fails in any way
        raise ValueError(f"the pickle is damaged: {type(error).__name__}: {error}") from None


def mnist_from_pickle(content: bytes) -> dict[str, bytes]:
    """Turn the ``mnist.pkl.gz`` of Theano's tutorials back into the four idx files, by their names.

    It holds 50,000 + 10,000 + 10,000 pairs of images (float32, byte/256) and labels: the first
    two are the training file, in its order.
    """
    try:
        parts = restricted_loads(gzip.decompress(content))
        train, valid, test = [(np.asarray(X), np.asarray(y)) for X, y in parts]
        X_train = np.concatenate([train[0], valid[0]])
        y_train = np.concatenate([train[1], valid[1]])
        return {
            "train-images-idx3-ubyte": _idx(np.rint(X_train * 256).reshape(-1, 28, 28)),
            "train-labels-idx1-ubyte": _idx(y_train),
            "t10k-images-idx3-ubyte": _idx(np.rint(test[0] * 256).reshape(-1, 28, 28)),
            "t10k-labels-idx1-ubyte": _idx(test[1]),
        }
    except (OSError, EOFError, zlib.error, TypeError, ValueError) as error:
        raise ValueError(f"mnist.pkl.gz: {error}") from None


def _idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()
