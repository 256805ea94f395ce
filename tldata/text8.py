"""Matt Mahoney's text8: Wikipedia as 100,000,000 letters and spaces."""

from __future__ import annotations

import codecs
import warnings
from pathlib import Path

from tldata.archive import read_members
from tldata.fetch import DataError, fetch_files
from tldata.text import Words, read_content

WHO = "load_matt_mahoney_text8_dataset"
WHOLE = "text8.zip"
PREFIX = "text8-first-6877825-bytes.gz"
WHOLE_BYTES, PREFIX_BYTES = 100_000_000, 6_877_825


def load_matt_mahoney_text8_dataset(
    path: str | Path | None = None, *, whole: bool | None = None
) -> Words:
    """Load text8 as a list of words, and fetch it first where it is missing.

    They are lower-case words of the letters a to z; digits are spelled out. All of it, with
    `whole`, is 17,005,207 words, a download of 31 MB, and takes about 150 MB of memory. With
    ``whole=False`` it is the first 1,171,946 words, which a mirror may have alone. With None it is
    all where it can be had; otherwise the first words, and a warning says so. `path` is
    ``text8.zip``, its folder, or its text, packed with gzip or not.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     beginning = Path(folder, "text8")
    ...     _ = beginning.write_text(" anarchism originated as a term of abuse")
    ...     load_matt_mahoney_text8_dataset(beginning)
    ['anarchism', 'originated', 'as', 'a', 'term', 'of', 'abuse']
    """
    if path is not None:
        path = Path(path)
        return _words(path / WHOLE if path.is_dir() else path)
    if whole is False:
        try:
            return _words(fetch_files("text8-prefix")[PREFIX])
        except DataError:
            return _words(fetch_files("text8")[WHOLE], PREFIX_BYTES)
    try:
        return _words(fetch_files("text8")[WHOLE])
    except DataError as error:
        if whole:
            raise
        try:
            words = _words(fetch_files("text8-prefix")[PREFIX])
        except DataError:
            raise error from None
        warnings.warn(
            f"All of text8 can't be had here: these are its first {len(words):,} words of "
            "17,005,207. With whole=True the error says what was tried; whole=False asks for the "
            "first words, without this warning.",
            stacklevel=2,
        )
        return words


def _words(path: Path, nbytes: int | None = None) -> Words:
    if path.suffix == ".zip":
        content = read_members(path, {"text8": WHOLE_BYTES})["text8"]
    else:
        content = read_content(path, WHO)
    try:
        return content.removeprefix(codecs.BOM_UTF8)[:nbytes].decode("ascii").split()
    except UnicodeDecodeError:
        raise ValueError(f"{WHO}: {path} is not text8: it holds more than letters.") from None
