"""Multi30k: captions of photographs, in English and French."""

from __future__ import annotations

from pathlib import Path

from tldata.fetch import fetch_files
from tldata.text import Pairs, read_pairs

SPLITS = ("train", "val", "test_2016_flickr")


def load_multi30k(path: str | Path | None = None) -> tuple[Pairs, Pairs, Pairs]:
    r"""Load Multi30k, and fetch it first where it is missing.

    There are 29,000, 1,014 and 1,000 captions in English and French to train, validate and test;
    the test set is the one of 2016, ``test_2016_flickr``. `path` is the folder with ``train.en``,
    ``train.fr`` and so on, packed with gzip or not.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for split in SPLITS:
    ...         _ = Path(folder, f"{split}.en").write_text("A dog runs.\n")
    ...         _ = Path(folder, f"{split}.fr").write_text("Un chien court.\n")
    ...     load_multi30k(folder)[0]
    [('A dog runs.', 'Un chien court.')]
    """
    if path is None:
        files = fetch_files("multi30k")
    else:
        packed = [Path(path, f"{s}.{language}.gz") for s in SPLITS for language in ("en", "fr")]
        files = {file.name: file if file.exists() else file.with_suffix("") for file in packed}
    train, valid, test = (
        read_pairs(files[f"{split}.en.gz"], files[f"{split}.fr.gz"], who="load_multi30k")
        for split in SPLITS
    )
    return train, valid, test
