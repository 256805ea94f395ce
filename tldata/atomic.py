"""Write a file whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary file beside ``path``, and move it to ``path`` if the block succeeds.

    It lies in the same folder because only there is the move one step (`os.replace`): a reader, or
    a second process, sees the old file or the new one, never a part. Where the block fails, the
    temporary file goes and the old file stays.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(f"{folder}/note.txt") as part:
    ...         _ = part.write_text("whole")
    ...     os.listdir(folder)
    ['note.txt']
    """
    path = Path(path)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give the name of a file.")
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    part.open("xb").close()  # not mkstemp: its files can be read by their owner only
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_bytes(path: str | Path, content: bytes) -> Path:
    """Write ``content`` to ``path``, whole or not at all."""
    with replacing(path) as part, open(part, "wb") as stream:
        stream.write(content)
        stream.flush()
        # Without this a power cut could leave a name that points to an empty file.
        os.fsync(stream.fileno())
    return Path(path)
