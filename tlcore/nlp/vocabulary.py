"""Texts as lists of words, words as ids, and the files that hold them: text, vocabulary, ids.

All files are UTF-8, and appear whole or not at all. A vocabulary file has a word a line, and the
number of the line, from 0, is the word's id.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from tlcore.check import check_count, check_words, require
from tlcore.nlp.tokenizer import START_WORDS, UNK_ID, Tokenizer, basic_tokenizer
from tldata.atomic import replacing

DIGIT = re.compile(r"\d")


def simple_read_words(filename: str | Path) -> list[str]:
    """Read a text file and cut it at white space."""
    return read_words(filename, replace=None)


def read_words(
    filename: str | Path, replace: tuple[str, str] | None = ("\n", " <eos> ")
) -> list[str]:
    r"""Read a text file, put a word in the `replace` of something else, and cut at white space.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "text.txt")
    ...     _ = path.write_text("the best of times\nit was\n")
    ...     read_words(path)
    ['the', 'best', 'of', 'times', '<eos>', 'it', 'was', '<eos>']
    """
    text = "".join(text_lines(filename, ends=True))
    if replace is not None:
        require(
            not isinstance(replace, str) and len(replace) == 2 and replace[0],
            f"replace is {replace!r}; expected a pair such as ('\\n', ' <eos> ').",
        )
        text = text.replace(replace[0], f" {replace[1]} ")
    return text.split()


def build_vocab(words: Iterable[str]) -> dict[str, int]:
    """Number the words of a text: the most frequent is 0; ties go in alphabetical order.

    >>> build_vocab("the cat saw the dog".split())
    {'the': 0, 'cat': 1, 'dog': 2, 'saw': 3}
    """
    return {word: i for i, (word, _) in enumerate(by_frequency(check_words("words", words)))}


def build_reverse_dictionary(word_to_id: Mapping[str, int]) -> dict[int, str]:
    """Turn a vocabulary round: id to word.

    >>> build_reverse_dictionary({"the": 0, "cat": 1})
    {0: 'the', 1: 'cat'}
    """
    reverse = {i: word for word, i in word_to_id.items()}
    if len(reverse) < len(word_to_id):
        word, i = next((word, i) for word, i in word_to_id.items() if reverse[i] != word)
        raise ValueError(f"{word!r} and {reverse[i]!r} share the id {i}; expected one id a word.")
    return reverse


def build_words_dataset(
    words: Iterable[str], vocabulary_size: int = 50000, printable: bool = True,
    unk_key: str = "UNK",
) -> tuple[np.ndarray, list[tuple[str, int]], dict[str, int], dict[int, str]]:  # fmt: skip
    """Turn a text into ids: the most frequent words get one each, the others share id 0.

    There are `vocabulary_size` ids at most, id 0 among them. Where the text holds `unk_key` as a
    word, that has id 0 too. `printable` prints how many different words the text has, and how many
    have an id. Returned are the text as ids, int32, (words,); each word of the vocabulary and how
    often it occurs, in the order of the ids: ``(unk_key, n)``, then the most frequent first, ties
    in alphabetical order; and the dictionaries, word to id and id to word.

    >>> text = "the cat saw the dog and the bird saw the cat".split()
    >>> data, count, *_ = build_words_dataset(text, vocabulary_size=4, printable=False)
    >>> data.tolist(), count
    ([1, 2, 3, 1, 0, 0, 1, 0, 3, 1, 2], [('UNK', 3), ('the', 4), ('cat', 2), ('saw', 2)])
    """
    words = check_words("words", words)
    fix = f"It is for {unk_key!r} and at least one word."
    check_count("vocabulary_size", vocabulary_size, least=2, fix=fix)
    ranked = [(word, n) for word, n in by_frequency(words) if word != unk_key]
    kept = ranked[: vocabulary_size - 1]
    count = [(unk_key, len(words) - sum(n for _, n in kept)), *kept]
    dictionary = {word: i for i, (word, _) in enumerate(count)}
    data = np.fromiter((dictionary.get(word, 0) for word in words), np.int32, len(words))
    if printable:
        print(f"different words in the text: {len(ranked):,}")
        print(f"words in the vocabulary: {len(dictionary):,}, {unk_key} among them")
    return data, count, dictionary, build_reverse_dictionary(dictionary)


def words_to_word_ids(
    words: Iterable[str], word_to_id: Mapping[str, int], unk_key: str = "UNK"
) -> list[int]:
    """Look up the id of each word; that of `unk_key` stands for those not in the vocabulary.

    >>> words_to_word_ids(["the", "cat", "sat"], {"UNK": 0, "the": 1, "sat": 2})
    [1, 0, 2]
    """
    words = check_words("words", words, least=0)
    try:
        return [word_to_id[word if word in word_to_id else unk_key] for word in words]
    except KeyError:
        wrong = next(word for word in words if word not in word_to_id)
        raise ValueError(
            f"{wrong!r} is not in the vocabulary, and there is no {unk_key!r} to stand for it. "
            "Give the vocabulary's word for that as unk_key."
        ) from None


def word_ids_to_words(ids: Iterable[int], id_to_word: Mapping[int, str]) -> list[str]:
    """Look up the word of each id: a list of them, or an array of one axis.

    >>> word_ids_to_words([1, 0, 2], {0: "UNK", 1: "the", 2: "sat"})
    ['the', 'UNK', 'sat']
    """
    try:
        return [id_to_word[i] for i in (ids.tolist() if isinstance(ids, np.ndarray) else ids)]
    except KeyError as error:
        raise ValueError(
            f"ids: the id {error.args[0]!r} is outside the vocabulary of {len(id_to_word)} words. "
            "Ids and vocabulary have to come from the same corpus."
        ) from None


def save_vocab(count: Sequence[tuple[str, int]], name: str | Path = "vocab.txt") -> Path:
    r"""Write the `count` of :func:`build_words_dataset`: a word and its number a line.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_vocab([("UNK", 3), ("the", 4)], f"{folder}/vocab.txt")
    ...     path.read_text(), load_vocab(path)
    ('UNK 3\nthe 4\n', [('UNK', 3), ('the', 4)])
    """
    for word in check_words("count", [word for word, _ in count]):
        require(
            word and not set("\n\r\ufeff") & set(word),
            f"{word!r} can't be a line of the file; expected at least one letter, no line break.",
        )
    return _write_lines(name, (f"{word} {int(n)}" for word, n in count))


def load_vocab(name: str | Path = "vocab.txt") -> list[tuple[str, int]]:
    """Read what :func:`save_vocab` wrote: words and counts; the place in the list is the id."""
    counts = []
    for number, line in enumerate(text_lines(name), 1):
        word, _, n = line.rpartition(" ")
        require(
            word and n.isdecimal(),
            f"line {number} of {name} is {line!r}; expected a word, a space and a number.",
        )
        counts.append((word, int(n)))
    _one_word_a_line(name, [word for word, _ in counts])
    return counts


def create_vocabulary(
    vocabulary_path: str | Path, data_path: str | Path, max_vocabulary_size: int,
    tokenizer: Tokenizer | None = None, normalize_digits: bool = True,
) -> Path:  # fmt: skip
    r"""Write the vocabulary of a text file with a sentence a line, the most frequent word first.

    ``_PAD``, ``_GO``, ``_EOS`` and ``_UNK`` come before it, and count for `max_vocabulary_size`.
    Words that are equally frequent go in alphabetical order. `tokenizer` turns a sentence into its
    words, as :func:`basic_tokenizer` does. With `normalize_digits` every digit becomes 0: 123 and
    456 are both the word 000. A vocabulary that is there already stays. Returns its path.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = Path(folder, "text.en")
    ...     _ = text.write_text("I go.\nI have 12 cats.\n")
    ...     path = create_vocabulary(f"{folder}/vocab.en", text, max_vocabulary_size=8)
    ...     vocabulary, words = initialize_vocabulary(path)
    ...     ids = data_to_token_ids(text, f"{folder}/ids.en", path)
    ...     words, vocabulary["cats"], ids.read_text()
    (['_PAD', '_GO', '_EOS', '_UNK', '.', 'I', '00', 'cats'], 7, '5 3 4\n5 3 6 7 4\n')
    """
    if Path(vocabulary_path).exists():
        return Path(vocabulary_path)
    fix = "There are 4 special words."
    check_count("max_vocabulary_size", max_vocabulary_size, least=5, fix=fix)
    lines = text_lines(data_path)
    words = (word for line in lines for word in _words(line, tokenizer, normalize_digits))
    ranked = [word for word, _ in by_frequency(words) if word not in START_WORDS]
    require(ranked, f"{data_path} has no words; expected a text, a sentence a line.")
    return _write_lines(vocabulary_path, [*START_WORDS, *ranked][:max_vocabulary_size])


def initialize_vocabulary(vocabulary_path: str | Path) -> tuple[dict[str, int], list[str]]:
    """Read what :func:`create_vocabulary` wrote: word to id, and the words in that order."""
    words = [line.strip() for line in text_lines(vocabulary_path)]
    vocabulary = _one_word_a_line(vocabulary_path, words)
    require(
        tuple(words[:4]) == START_WORDS,
        f"{vocabulary_path} begins with {words[:4]}; expected {list(START_WORDS)}, whose ids are 0 "
        "to 3. Make it with create_vocabulary.",
    )
    return vocabulary, words


def sentence_to_token_ids(
    sentence: str, vocabulary: Mapping[str, int], tokenizer: Tokenizer | None = None,
    normalize_digits: bool = True, UNK_ID: int = UNK_ID,
) -> list[int]:  # fmt: skip
    """Turn a sentence into ids, as many as it has words; `UNK_ID` is for the unknown ones.

    `vocabulary` is word to id, as :func:`initialize_vocabulary` returns it; it has to be made with
    this `tokenizer` and `normalize_digits`.

    >>> sentence_to_token_ids("I have 12 dogs", {"I": 4, "have": 5, "00": 6, "a": 7})
    [4, 5, 6, 3]
    """
    words = _words(sentence, tokenizer, normalize_digits)
    return [vocabulary.get(word, UNK_ID) for word in words]


def data_to_token_ids(
    data_path: str | Path, target_path: str | Path, vocabulary_path: str | Path,
    tokenizer: Tokenizer | None = None, normalize_digits: bool = True, UNK_ID: int = UNK_ID,
) -> Path:  # fmt: skip
    """Turn a text file into a file of ids, a sentence a line, the ids with spaces between.

    A file of ids that is there already is left as it is. Delete it after a change of the text or
    the vocabulary. Returns its path. There is an example at :func:`create_vocabulary`; the last
    three arguments are as for :func:`sentence_to_token_ids`.
    """
    if Path(target_path).exists():
        return Path(target_path)
    vocabulary, _ = initialize_vocabulary(vocabulary_path)
    options = vocabulary, tokenizer, normalize_digits, UNK_ID
    sentences = (sentence_to_token_ids(line, *options) for line in text_lines(data_path))
    return _write_lines(target_path, (" ".join(map(str, ids)) for ids in sentences))


def text_lines(path: str | Path, ends: bool = False) -> Iterator[str]:
    r"""Read a text file (UTF-8) line by line, without the ends of the lines or with ``\n``.

    Only ``\n`` and ``\r\n`` end a line: a text may hold other signs that Python's ``splitlines``
    would cut at, and then two files that belong together no longer would.
    """
    with open(path, "rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                # A byte order mark at the beginning is no part of the text.
                text = line.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise ValueError(
                    f"line {number} of {path} is not UTF-8 text: {error}. Convert the file, for "
                    "example with `iconv -f latin1 -t utf-8`."
                ) from None
            yield text.rstrip("\r\n") + "\n" * (ends and text.endswith("\n"))


def _words(sentence: str, tokenizer: Tokenizer | None, normalize_digits: bool) -> list[str]:
    words = (tokenizer or basic_tokenizer)(sentence)
    return [DIGIT.sub("0", word) for word in words] if normalize_digits else words


def _write_lines(path: str | Path, lines: Iterable[str]) -> Path:
    with replacing(path) as part, open(part, "w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(f"{line}\n" for line in lines)
    return Path(path)


def _one_word_a_line(path: str | Path, words: list[str]) -> dict[str, int]:
    """Return the vocabulary, or say which line has no word, or a word a second time."""
    require(words, f"{path} is empty; expected a word a line.")
    vocabulary: dict[str, int] = {}
    for i, word in enumerate(words):
        first = vocabulary.setdefault(word, i)
        if not word or first < i:
            wrong = f"has {word!r} a second time, after line {first + 1}" if word else "is empty"
            raise ValueError(
                f"line {i + 1} of {path} {wrong}; expected each word once: its line is its id."
            )
    return vocabulary


def by_frequency(words: Iterable[str]) -> list[tuple[str, int]]:
    """Return words and their counts, the most frequent first, ties in alphabetical order."""
    return sorted(Counter(words).items(), key=lambda entry: (-entry[1], entry[0]))
