"""Two files, line by line together: a text and its translation."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

__all__ = ["Pairs", "read_pairs", "text_of"]

#: Sentences and their translations.
Pairs = list[tuple[str, str]]


def read_pairs(source: str | Path, target: str | Path, who: str = "read_pairs") -> Pairs:
    r"""Read two text files (UTF-8, packed with gzip or not) as pairs of lines.

    Parameters
    ----------
    source, target : str or path
        Line i of one is the translation of line i of the other.
    who : str
        The function that messages name.

    Returns
    -------
    list of (str, str)
        White space at the ends of lines is cut off, and every run of it within is one space.

    Raises
    ------
    FileNotFoundError
        If a file isn't there.
    ValueError
        If a file is damaged, holds a line that is no text, or has more lines than the other.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     en, fr = Path(folder, "a.en"), Path(folder, "a.fr")
    ...     _ = en.write_text("I go.\nWhy?\n"), fr.write_text("Je vais.\nPourquoi ?\n")
    ...     read_pairs(en, fr)
    [('I go.', 'Je vais.'), ('Why?', 'Pourquoi ?')]
    """
    lines = [lines_of(path, who) for path in (source, target)]
    if len(lines[0]) != len(lines[1]):
        raise ValueError(
            f"{who}: {source} has {len(lines[0]):,} lines and {target} has {len(lines[1]):,}; "
            "expected as many, because line i of one translates line i of the other."
        )
    return list(zip(*lines, strict=True))


def lines_of(path: str | Path, who: str) -> list[str]:
    """Read the lines of a text file; only a line feed ends a line."""
    content = Path(path).read_bytes()
    if Path(path).suffix == ".gz":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{who}: {path} is a damaged gzip file: {error}.") from None
    lines = content.removesuffix(b"\n").split(b"\n") if content else []
    return [text_of(line, number, path, who) for number, line in enumerate(lines, 1)]


def text_of(line: bytes, number: int, path: str | Path, who: str) -> str:
    """Decode one line, or name it."""
    try:
        return " ".join(line.decode("utf-8").split())
    except UnicodeDecodeError as error:
        raise ValueError(f"{who}: line {number} of {path} is not UTF-8 text: {error}.") from None
