"""The tutorial's other vocabulary, of sentences that begin and end with a word of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tlcore.check import check_count, check_words, require
from tlcore.door import guard
from tlcore.nlp.tokenizer import basic_tokenizer
from tlcore.nlp.vocabulary import by_frequency, load_vocab, save_vocab


def process_sentence(
    sentence: str, start_word: str | None = "<S>", end_word: str | None = "</S>"
) -> list[str]:
    """Cut a sentence into words in lower case, between a start and an end word; None is for none.

    >>> process_sentence("How are you?")
    ['<S>', 'how', 'are', 'you', '?', '</S>']
    """
    words = [start_word, *basic_tokenizer(sentence.lower()), end_word]
    return [word for word in words if word is not None]


def create_vocab(
    sentences: Iterable[Sequence[str]], word_counts_output_file: str | Path, min_word_count: int = 1
) -> Vocabulary:
    """Count the words of sentences, write them to a file, and return the vocabulary.

    ``<PAD>`` has id 0; then come the words that occur `min_word_count` times or more, the most
    frequent first. An unknown word has the id behind them all.

    >>> import tempfile
    >>> sentences = [process_sentence("a cat"), process_sentence("a dog")]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vocab = create_vocab(sentences, f"{folder}/counts.txt", min_word_count=2)
    >>> vocab.reverse_vocab, vocab.word_to_id("a"), vocab.word_to_id("cat")
    (['<PAD>', '</S>', '<S>', 'a', '<UNK>'], 3, 4)
    """
    check_count("min_word_count", min_word_count)
    counts = by_frequency(word for words in sentences for word in check_words("sentences", words))
    kept = [(word, n) for word, n in counts if n >= min_word_count and word != "<PAD>"]
    save_vocab([("<PAD>", 0), *kept], word_counts_output_file)
    return Vocabulary(word_counts_output_file, None, None)


class Vocabulary:
    """Words and ids, from the file that :func:`create_vocab` wrote: the line is the id.

    The words for start, end and padding have to be in it, unless None; `unk_word` is added where it
    is missing. `vocab` is word to id, `reverse_vocab` the words; `start_id` and so on are ids.
    """

    def __init__(
        self, vocab_file: str | Path, start_word: str | None = "<S>",
        end_word: str | None = "</S>", unk_word: str = "<UNK>", pad_word: str | None = "<PAD>",
    ):  # fmt: skip
        words = [word for word, _ in load_vocab(vocab_file)]
        self.reverse_vocab = words if unk_word in words else [*words, unk_word]
        self.vocab = {word: i for i, word in enumerate(self.reverse_vocab)}
        for name, word in {"start": start_word, "end": end_word, "pad": pad_word}.items():
            require(
                word is None or word in self.vocab,
                f"{vocab_file} has no {word!r}; expected {name}_word. process_sentence puts it in.",
            )
            setattr(self, f"{name}_id", None if word is None else self.vocab[word])
        self.unk_id = self.vocab[unk_word]

    def word_to_id(self, word: str) -> int:
        """Return the id of a word, or that of `unk_word`."""
        return self.vocab.get(word, self.unk_id)

    def id_to_word(self, word_id: int) -> str:
        """Return the word of an id, or `unk_word` for one that is too high."""
        known = check_count("word_id", word_id, least=0) < len(self.reverse_vocab)
        return self.reverse_vocab[word_id if known else self.unk_id]


guard(globals())
