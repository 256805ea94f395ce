"""The Penn Treebank as Tomáš Mikolov prepared it for language models."""

from __future__ import annotations

from pathlib import Path

from tldata.archive import read_members
from tldata.fetch import fetch_files
from tldata.text import Words, decoded

ARCHIVE = "ptb.zip"
#: The three texts in the archive, and their sizes in bytes.
SPLITS = {"train": 5_101_618, "valid": 399_782, "test": 449_945}


def load_ptb_words(path: str | Path | None = None) -> tuple[Words, Words, Words]:
    r"""Load the Penn Treebank as words, and fetch it first where it is missing.

    It is a million words of the Wall Street Journal of 1989. Letters are lower case, numbers are
    N, words that are not among the 10,000 most frequent are ``<unk>``, and each sentence ends in
    ``<eos>``.

    There are 929,589 words to train, 73,760 to validate and 82,430 to test;
    :func:`tlcore.files.load_ptb_dataset` numbers them. `path` is the folder with
    ``ptb.train.txt``, ``ptb.valid.txt`` and ``ptb.test.txt``, or ``ptb.zip``.

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
    path = fetch_files("ptb")[ARCHIVE] if path is None else Path(path)
    if path.is_dir():
        contents = [(path / f"ptb.{name}.txt").read_bytes() for name in SPLITS]
    else:
        sizes = {f"ptb/ptb.{name}.txt": nbytes for name, nbytes in SPLITS.items()}
        contents = list(read_members(path, sizes).values())
    splits = []
    for name, content in zip(SPLITS, contents, strict=True):
        text = decoded(content, f"{path}, {name},", "load_ptb_words")
        splits.append(text.replace("\n", " <eos> ").split())
        if not splits[-1]:
            raise ValueError(f"load_ptb_words: {path}: the {name} text is empty.")
    train, valid, test = splits
    return train, valid, test
