"""Texts as lists of words, and words as ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

__all__ = ["read_words", "simple_read_words", "word_ids_to_words", "words_to_word_ids"]


def simple_read_words(filename: str | Path) -> list[str]:
    r"""Read a text file (UTF-8) and cut it at white space.

    Parameters
    ----------
    filename : str or path
        The file. (The original read ``nietzsche.txt``, whatever name it was given.)

    Returns
    -------
    list of str
        The words, in order.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not UTF-8.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "text.txt")
    ...     _ = path.write_text("it was the best of times\nit was")
    ...     simple_read_words(path)
    ['it', 'was', 'the', 'best', 'of', 'times', 'it', 'was']
    """
    return _text(filename, "simple_read_words").split()


def read_words(
    filename: str | Path, replace: tuple[str, str] | None = ("\n", " <eos> ")
) -> list[str]:
    r"""Read a text file (UTF-8), and put a word where each line ends.

    The original joined the last word of a line, ``<eos>`` and the first word of the next line into
    one, unless the file had spaces there. Here the new word always stands alone.

    Parameters
    ----------
    filename : str or path
        The file.
    replace : pair of str, or None
        What to look for, and the word to put there. None only cuts at white space.

    Returns
    -------
    list of str
        The words, in order.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not UTF-8, or ``replace`` is not a pair.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "text.txt")
    ...     _ = path.write_text("the best of times\nit was\n")
    ...     read_words(path)
    ['the', 'best', 'of', 'times', '<eos>', 'it', 'was', '<eos>']
    """
    text = _text(filename, "read_words")
    if replace is not None:
        if isinstance(replace, str) or len(replace) != 2 or not replace[0]:
            raise ValueError(
                f"read_words: replace is {replace!r}; expected a pair such as ('\\n', ' <eos> ')."
            )
        text = text.replace(replace[0], f" {replace[1]} ")
    return text.split()


def words_to_word_ids(
    words: Iterable[str], word_to_id: Mapping[str, int], unk_key: str = "UNK"
) -> list[int]:
    """Look up the id of each word.

    Parameters
    ----------
    words : iterable of str
        The words.
    word_to_id : mapping of str to int
        The vocabulary, such as the ``dictionary`` of :func:`build_words_dataset`.
    unk_key : str
        The word whose id stands for every word that is not in the vocabulary.

    Returns
    -------
    list of int
        As many ids as there are words.

    Raises
    ------
    TypeError
        If ``words`` is one text, whose letters would be looked up.
    ValueError
        If a word is not in the vocabulary and ``unk_key`` is not either.

    Examples
    --------
    >>> words_to_word_ids(["the", "cat", "sat"], {"UNK": 0, "the": 1, "sat": 2})
    [1, 0, 2]
    """
    if isinstance(words, (str, bytes)):
        raise TypeError(
            f"words_to_word_ids: words is one text, {words[:30]!r}; expected a list of words. "
            "Write words.split()."
        )
    unknown = word_to_id.get(unk_key)
    words = list(words)
    ids = [word_to_id.get(word, unknown) for word in words]
    if unknown is None and None in ids:
        raise ValueError(
            f"words_to_word_ids: {words[ids.index(None)]!r} is not in the vocabulary, and there is "
            f"no {unk_key!r} to stand for it. Give the vocabulary's word for that as unk_key."
        )
    return ids


def word_ids_to_words(ids: Iterable[int], id_to_word: Mapping[int, str]) -> list[str]:
    """Look up the word of each id.

    Parameters
    ----------
    ids : iterable of int
        The ids: a list, or an array of one axis.
    id_to_word : mapping of int to str
        Such as the ``reverse_dictionary`` of :func:`build_words_dataset`.

    Returns
    -------
    list of str
        As many words as there are ids.

    Raises
    ------
    ValueError
        If an id is outside the vocabulary.

    Examples
    --------
    >>> word_ids_to_words([1, 0, 2], {0: "UNK", 1: "the", 2: "sat"})
    ['the', 'UNK', 'sat']
    """
    ids = ids.tolist() if hasattr(ids, "tolist") else ids
    try:
        return [id_to_word[i] for i in ids]
    except KeyError as error:
        raise ValueError(
            f"word_ids_to_words: the id {error.args[0]!r} is outside the vocabulary of "
            f"{len(id_to_word)} words. Ids and vocabulary have to come from the same corpus."
        ) from None


def _text(filename: str | Path, who: str) -> str:
    try:
        return Path(filename).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ValueError(f"{who}: {filename} is not UTF-8 text: {error}.") from None
