"""The Penn Treebank as Tomáš Mikolov prepared it for language models."""

from __future__ import annotations

from pathlib import Path

from tldata.fetch import fetch_files
from tldata.package import read_member

__all__ = ["load_ptb_words"]

ARCHIVE = "ptb.zip"
#: The three texts in the archive, and their sizes in bytes.
SPLITS = {"train": 5_101_618, "valid": 399_782, "test": 449_945}

Words = list[str]


def load_ptb_words(path: str | Path | None = None) -> tuple[Words, Words, Words]:
    r"""Load the Penn Treebank as words, and fetch it first where it is missing.

    It is a million words of the Wall Street Journal of 1989. Letters are lower case, numbers are
    N, words that are not among the 10,000 most frequent are ``<unk>``, and each sentence ends in
    ``<eos>``.

    Parameters
    ----------
    path : str or path, optional
        The folder with ``ptb.train.txt``, ``ptb.valid.txt`` and ``ptb.test.txt``, or ``ptb.zip``.
        Nothing is fetched then.

    Returns
    -------
    train, valid, test : list of str
        929,589, 73,760 and 82,430 words. :func:`tlcore.files.load_ptb_dataset` numbers them.

    Raises
    ------
    DataError
        If it can't be fetched.
    FileNotFoundError
        If ``path`` is given and isn't there.
    ValueError
        If a file is not what it should be.

    References
    ----------
    M. P. Marcus, B. Santorini and M. A. Marcinkiewicz (1993). Building a large annotated corpus of
    English: the Penn Treebank. Computational Linguistics 19(2).

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name in SPLITS:
    ...         _ = Path(folder, f"ptb.{name}.txt").write_text("the cat saw the <unk>\n")
    ...     train, valid, test = load_ptb_words(folder)
    >>> train
    ['the', 'cat', 'saw', 'the', '<unk>', '<eos>']
    """
    if path is None:
        path = fetch_files("ptb")[ARCHIVE]
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"load_ptb_words: there is no {path}, folder or archive.")
    splits = []
    for name, nbytes in SPLITS.items():
        if path.is_dir():
            content = (path / f"ptb.{name}.txt").read_bytes()
        else:
            content = read_member(path, f"ptb/ptb.{name}.txt", nbytes)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"load_ptb_words: {path}, {name}: not a text: {error}.") from None
        words = text.replace("\n", " <eos> ").split()
        if not words:
            raise ValueError(f"load_ptb_words: {path}: the {name} text is empty.")
        splits.append(words)
    return tuple(splits)
