"""Multi30k: captions of photographs, in English and French."""

from __future__ import annotations

from pathlib import Path

from tldata.fetch import fetch_files
from tldata.parallel import Pairs, read_pairs

__all__ = ["load_multi30k"]

SPLITS = ("train", "val", "test_2016_flickr")


def load_multi30k(path: str | Path | None = None) -> tuple[Pairs, Pairs, Pairs]:
    r"""Load Multi30k, and fetch it first where it is missing.

    Parameters
    ----------
    path : str or path, optional
        The folder with ``train.en``, ``train.fr`` and so on, packed with gzip or not. Nothing is
        fetched then.

    Returns
    -------
    train, valid, test : list of (str, str)
        29,000, 1,014 and 1,000 captions in English and French. The test set is the one of 2016,
        ``test_2016_flickr``.

    Raises
    ------
    DataError
        If it can't be fetched.
    FileNotFoundError
        If ``path`` is given and a file isn't there.
    ValueError
        If a file is not what it should be; see :func:`~tlcore.files.read_pairs`.

    References
    ----------
    D. Elliott, S. Frank, L. Barrault, F. Bougares and L. Specia (2017). Findings of the second
    shared task on multimodal machine translation and multilingual image description.

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
    names = [f"{split}.{language}" for split in SPLITS for language in ("en", "fr")]
    if path is None:
        fetched = fetch_files("multi30k")
        files = [fetched[f"{name}.gz"] for name in names]
    else:
        packed = [Path(path, f"{name}.gz") for name in names]
        files = [p if p.exists() else p.with_suffix("") for p in packed]
    splits = [read_pairs(*files[i : i + 2], who="load_multi30k") for i in range(0, len(files), 2)]
    return tuple(splits)
