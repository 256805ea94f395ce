"""Tatoeba: everyday sentences, translated by people all over the world."""

from __future__ import annotations

import random
import re
import zipfile
from pathlib import Path

from tldata.archive import read_members
from tldata.fetch import fetch_files
from tldata.text import MOST, Pairs, sentence

WHO = "load_tatoeba_en_fr"
ARCHIVE, TEXT = "fra-eng.zip", "fra.txt"
MEMBERS = ("fra-eng/fra.txt", "fra.txt")  # as the classroom copies have it, and as the site has


def load_tatoeba_en_fr(
    path: str | Path | None = None, *, n_valid: int = 2500, n_test: int = 2500, seed: int = 0
) -> tuple[Pairs, Pairs, Pairs]:
    r"""Load English-French sentence pairs of Tatoeba, and fetch them first where they are missing.

    The file has many English sentences several times, each time with another translation. A random
    split of its lines would put the same sentence into training and test. So only the first
    translation of each English sentence is kept, and the split comes after that. Sentences that
    differ in nothing but capitals and punctuation count as one.

    `n_valid` and `n_test` pairs are for validation and test; the same `seed` gives the same on
    every machine. `path` is ``fra-eng.zip`` or ``fra.txt``, or the folder of one of them. Newer
    files of http://www.manythings.org/anki/ will do; they hold more. Licensed CC BY 2.0 FR: name
    https://tatoeba.org where you show sentences.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = "Go.\tVa !\nGo!\tAllez !\nHi.\tSalut !\nRun!\tCours !\n"
    ...     _ = Path(folder, "fra.txt").write_text(text)
    ...     train, valid, test = load_tatoeba_en_fr(folder, n_valid=1, n_test=1)
    >>> sorted(train + valid + test)
    [('Go.', 'Va !'), ('Hi.', 'Salut !'), ('Run!', 'Cours !')]
    """
    path = fetch_files("fra-eng")[ARCHIVE] if path is None else Path(path)
    if path.is_dir():
        path = path / (ARCHIVE if (path / ARCHIVE).exists() else TEXT)
    first: dict[str, tuple[str, str]] = {}
    for number, line in enumerate(_content(path).splitlines(), 1):
        # Newer files name the sentences' authors in a third column.
        english, _, rest = line.partition(b"\t")
        french = rest.partition(b"\t")[0]
        pair = sentence(english, number, path, WHO), sentence(french, number, path, WHO)
        if not all(pair):
            raise ValueError(
                f"{WHO}: line {number} of {path} is {line[:40]!r}; expected an "
                "English and a French sentence with a tab between."
            )
        first.setdefault(_key(pair[0]), pair)
    pairs = list(first.values())
    if min(n_valid, n_test) < 0 or len(pairs) <= n_valid + n_test:
        raise ValueError(
            f"{WHO}: n_valid is {n_valid} and n_test {n_test}; {path} has "
            f"{len(pairs):,} different English sentences. Ask for fewer."
        )
    random.Random(seed).shuffle(pairs)
    cuts = len(pairs) - n_valid - n_test, len(pairs) - n_test
    return pairs[: cuts[0]], pairs[cuts[0] : cuts[1]], pairs[cuts[1] :]


def _key(english: str) -> str:
    """Return what makes a sentence the same as another.

    >>> _key("Don't go!") == _key("don\u2019t go.")
    True
    """
    return " ".join(re.findall(r"\w+", english.lower()))


def _content(path: Path) -> bytes:
    if path.suffix != ".zip":
        return path.read_bytes()
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
        member = next((name for name in MEMBERS if name in sizes), None)
        if member is None:
            raise ValueError(f"it holds neither of {', '.join(MEMBERS)}")
        if sizes[member] > max(MOST, 100 * path.stat().st_size):
            raise ValueError(f"it would unpack to {sizes[member] / 1e9:.1f} GB")
        return read_members(path, {member: sizes[member]})[member]
    except (ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"{WHO}: {path}: {error}.") from None
