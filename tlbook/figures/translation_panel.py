"""A panel around the training of a translator: perplexity, and one sentence as it is learned."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from traitlets import List, Unicode

from tlcore.check import check_keep, require
from tlcore.nlp import UNK_ID, basic_tokenizer, join_words, sentence_to_token_ids
from tlcore.nlp.buckets import Pair
from tlcore.train import TranslationTrainer, perplexity_by_bucket
from tlcore.utils import Translator

from .base import compose, style
from .panel import KEEPS, Setting, six_digits
from .perplexity_panel import PerplexityPanel


def _check_keep(panel: "TranslationPanel", keep: float) -> float:
    keep = check_keep(keep)
    found = f"keep is {keep}; expected 1, since the network has no dropout"
    require(keep == 1 or panel.network.all_drop, found)
    return keep


def _hand_over_keep(panel: "TranslationPanel", keep: float) -> None:
    panel.network.set_keep(dict.fromkeys(panel.network.all_drop, keep))


def _keep_of(panel: "TranslationPanel") -> float:
    return six_digits(min(map(float, panel.network.all_drop.values()), default=1.0))


class TranslationPanel(PerplexityPanel):
    """Train a translator in the background, and watch how it translates a sentence meanwhile.

    At each report the sentence is translated greedily, and shown with its attention; twelve
    translations are kept to look back at.

    Parameters
    ----------
    trainer, report_steps
        As for `PerplexityPanel`: a TranslationTrainer.
    valid : list of list of (source ids, target ids)
        Pairs for each of the trainer's buckets, to measure at each report; a few hundred are
        enough.
    sentence : str
        What is translated at each report.
    source_vocabulary : mapping of str to int
        Word to id, for the sentence.
    target_words : sequence of str
        ``target_words[i]`` is the word with the id i.
    reference : str
        How the sentence is translated in the corpus, to compare with.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingAttentionSeq2seq
    >>> from tlcore.nlp import START_WORDS
    >>> words = [*START_WORDS, "we", "see"]
    >>> network = EmbeddingAttentionSeq2seq(6, 6, size=8)
    >>> data = [[([4, 5], [4, 5, 2]), ([5, 4], [5, 4, 2])] * 20]
    >>> trainer = TranslationTrainer(network, data, [(4, 6)], batch_size=4)
    >>> vocabulary = {word: i for i, word in enumerate(words)}
    >>> panel = TranslationPanel(trainer, data, "we see", vocabulary, words, report_steps=5)
    >>> panel.run(n_steps=10)["step"]  # in the foreground: for tests, and for a first picture
    [5, 10]
    """

    _esm = compose("translation_panel.js")
    _css = style("words", "lm", "pong", "translator")

    shows = "the perplexity, step by step, of a training that you steer, and how a sentence fares"

    keep = Setting("Keep", KEEPS, _check_keep, _hand_over_keep, _keep_of)

    sentence = Unicode().tag(sync=True)
    reference = Unicode().tag(sync=True)
    words = List(Unicode(), help="the sentence as it is read").tag(sync=True)

    def __init__(
        self,
        trainer: TranslationTrainer,
        valid: Sequence[Sequence[Pair]],
        sentence: str,
        source_vocabulary: Mapping[str, int],
        target_words: Sequence[str],
        reference: str = "",
        report_steps: int = 50,
    ):
        found = f"trainer is a {type(trainer).__name__}; expected a tl.train.TranslationTrainer"
        require(isinstance(trainer, TranslationTrainer), found, TypeError)
        network, buckets = trainer.network, trainer.given_buckets
        for name, given, size in [
            ("source_vocabulary", source_vocabulary, network.source_vocab_size),
            ("target_words", target_words, network.target_vocab_size),
        ]:
            found = f"{name} has {len(given)} words; expected {size}, those of the network"
            require(len(given) == size, found)
        self._ids = sentence_to_token_ids(sentence, source_vocabulary)
        require(self._ids, "sentence has no words; expected one at least")
        self._perplexity = perplexity_by_bucket(network, valid, buckets, trainer.batch_size)
        self._translate = Translator(network, buckets)
        self._target_words = list(target_words)
        read = zip(basic_tokenizer(sentence), self._ids, strict=True)
        super().__init__(
            trainer,
            network,
            report_steps,
            title="A translator to watch and to tune",
            n_words=network.target_vocab_size,
            sentence=sentence,
            reference=reference,
            words=[f"{word} (_UNK)" if i == UNK_ID else word for word, i in read],
        )

    def _look(self) -> tuple[dict[str, Any], bytes]:
        """Translate the sentence as the network is now."""
        [found] = self._translate([self._ids])
        words = [self._target_words[i] for i in found.ids]
        look = {
            "at": self._steps,
            "words": words,
            "text": join_words(words),
            "complete": found.complete,
            "attention": np.round(found.attention.astype(float), 3).tolist(),
        }
        return look, b""

    def _valid(self) -> float:
        return self._perplexity()[0]
