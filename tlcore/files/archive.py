"""One way to write an ``.npz`` archive, whole or not at all, and one to read it, without pickle."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tlcore.check import require
from tldata.atomic import write_bytes

#: Bytes that an archive may unpack to; more if it is large itself.
MOST = 2**29


def write_archive(path: str | Path, arrays: Mapping[str, Any], compressed: bool = True) -> Path:
    """Write arrays by name to one file; a full disk or an interrupt leaves the old file."""
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)
    return write_bytes(path, buffer.getvalue())


def read_archive(path: str | Path, fix: str = "Fetch it once more.") -> dict[str, np.ndarray]:
    """Read all arrays of a file, in their order. `fix` says what to do about another file.

    A ValueError says whether it is not an ``.npz``, is damaged, or holds Python objects, which
    could run code.
    """
    with open(path, "rb") as stream:
        require(stream.read(4) == b"PK\x03\x04", f"{path} is not an .npz file. {fix}")
        stream.seek(0)
        unsafe = (
            f"{path} can't be read safely: it holds more than plain arrays, and a file of Python "
            f"objects may run any code when it is opened. {fix}"
        )
        try:
            with zipfile.ZipFile(stream) as packed:
                size = sum(member.file_size for member in packed.infolist())
            if size > max(MOST, 100 * Path(path).stat().st_size):
                raise EOFError(f"it would unpack to {size / 1e9:.1f} GB")
            with np.load(stream, allow_pickle=False) as archive:
                arrays = {key: archive[key] for key in archive.files}
        except Exception as error:  # a damaged archive fails in any way
            if "allow_pickle" in str(error):  # which would be NumPy's advice
                raise ValueError(unsafe) from None
            raise ValueError(f"{path} is damaged ({error}). {fix}") from error
    # NumPy hands over what it doesn't know as bytes.
    require(all(isinstance(array, np.ndarray) for array in arrays.values()), unsafe)
    return arrays
