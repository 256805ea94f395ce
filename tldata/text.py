"""Text files are read in one way: whole, as UTF-8, packed with gzip or not."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path
from typing import Any

#: Sentences and their translations.
Pairs = list[tuple[str, str]]
#: A text, cut into words.
Words = list[str]


#: Bytes that a packed file may unpack to; more if it is large itself.
MOST = 2**29


def read_content(path: str | Path, who: str) -> bytes:
    """Return what a file holds, unpacked if its name ends in ``.gz``."""
    if Path(path).suffix != ".gz":
        return Path(path).read_bytes()
    with open(path, "rb") as stream:
        try:
            return unpacked(gzip.GzipFile(fileobj=stream), Path(path).stat().st_size)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(f"{who}: {path} is a damaged gzip file: {error}.") from None


def unpacked(stream: Any, nbytes: int) -> bytes:
    """Read all of a packed stream of so many bytes, unless that is more than it can mean."""
    most = max(MOST, 100 * nbytes)
    content = stream.read(most + 1)
    if len(content) > most:
        raise EOFError(f"it unpacks to more than {most / 1e9:.1f} GB")
    return content


def decoded(content: bytes, where: str, who: str) -> str:
    """Return a text, without the mark that some editors put in front of it."""
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{who}: {where} is not UTF-8 text: {error}.") from None


def read_text(path: str | Path, who: str) -> str:
    """Return the text in a file, which isn't empty."""
    text = decoded(read_content(path, who), str(path), who)
    if not text.strip():
        raise ValueError(f"{who}: {path} is empty.")
    return text


def sentence(line: bytes, number: int, path: str | Path, who: str) -> str:
    """Return one line of a file with single spaces."""
    return " ".join(decoded(line, f"line {number} of {path}", who).split())


def read_pairs(source: str | Path, target: str | Path, who: str = "read_pairs") -> Pairs:
    r"""Read two text files (UTF-8, packed with gzip or not) as pairs of lines.

    Line i of one is the translation of line i of the other, and only a line feed ends a line. White
    space at the ends is cut off, and every run of it within is one space. Messages name `who`.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     en, fr = Path(folder, "a.en"), Path(folder, "a.fr")
    ...     _ = en.write_text("I go.\nWhy?\n"), fr.write_text("Je vais.\nPourquoi ?\n")
    ...     read_pairs(en, fr)
    [('I go.', 'Je vais.'), ('Why?', 'Pourquoi ?')]
    """
    sides = []
    for path in (source, target):
        content = read_content(path, who)
        lines = content.removesuffix(b"\n").split(b"\n") if content else []
        sides.append([sentence(line, i, path, who) for i, line in enumerate(lines, 1)])
    first, second = sides
    if len(first) != len(second):
        raise ValueError(
            f"{who}: {source} has {len(first):,} lines and {target} has {len(second):,}; "
            "expected as many, because line i of one translates line i of the other."
        )
    return list(zip(first, second, strict=True))
