"""Friedrich Nietzsche in English: the text that the tutorial learns to go on with."""

from __future__ import annotations

from pathlib import Path

from tldata.fetch import fetch_files
from tldata.text import read_text

FILE = "nietzsche.txt"


def load_nietzsche(path: str | Path | None = None) -> str:
    r"""Load two books of Nietzsche as one text, and fetch it first where it is missing.

    *Beyond Good and Evil*, and behind it a part of *Human, All Too Human*, in English translations
    of about 1900. Keras's examples made this file known. :func:`tlcore.nlp.ptb_words` cuts it into
    words. There are 600,893 characters. `path` is the file, or the folder of ``nietzsche.txt``.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "nietzsche.txt")
    ...     _ = file.write_text("SUPPOSING that Truth is a woman--what then?\n")
    ...     load_nietzsche(folder)
    'SUPPOSING that Truth is a woman--what then?\n'
    """
    path = fetch_files("nietzsche")[FILE] if path is None else Path(path)
    return read_text(path / FILE if path.is_dir() else path, "load_nietzsche")
