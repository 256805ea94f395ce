"""A panel around the training of a translator: perplexity, and one sentence as it is learned."""

from collections.abc import Mapping, Sequence

import numpy as np
from traitlets import Bool, Float, List, Unicode, validate

from tlcore.check import check_keep
from tlcore.nlp import UNK_ID, basic_tokenizer, join_words, sentence_to_token_ids
from tlcore.nlp.buckets import Pair
from tlcore.train.translation import TranslationTrainer, check_pairs, perplexity_by_bucket
from tlcore.utils import Translator

from .base import compose, style
from .perplexity_panel import PerplexityPanel, six_digits
from .snapshots import Snapshots

MOST_SNAPSHOTS = 12
STYLES = ("words", "lm", "pong", "translator")


class TranslationPanel(PerplexityPanel):
    """Train a translator in the background, and watch how it translates a sentence meanwhile.

    The curves are perplexities: of the words that were guessed since the last report, with dropout
    as it is set, and of pairs that aren't trained on, without dropout and with the whole softmax.
    At each report the sentence is translated greedily, and shown with its attention; twelve
    translations are kept to look back at. The slider sets the learning rate, from which the
    trainer's decay goes on. On a page without a kernel the panel shows what it had recorded.

    Parameters
    ----------
    trainer : TranslationTrainer
        What trains. `reset` returns to the state in which it is handed over.
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
    report_steps : int
        Steps between two points of the curves; the end of an epoch is a point too. The Step button
        trains up to the next one.
    title : str
        Heading.

    Raises
    ------
    TypeError, ValueError
        If `trainer` is something else, or pairs, sentence and words don't fit its network.

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
    _css = style(*STYLES)

    keep = Float(help="keeping probability of all dropout").tag(sync=True)
    drops = Bool(help="whether the network has dropout").tag(sync=True)
    sentence = Unicode().tag(sync=True)
    reference = Unicode().tag(sync=True)
    words = List(Unicode(), help="the sentence as it is read").tag(sync=True)
    snapshots = List(help="{step, words, text, complete, attention}").tag(sync=True)

    def __init__(
        self,
        trainer: TranslationTrainer,
        valid: Sequence[Sequence[Pair]],
        sentence: str,
        source_vocabulary: Mapping[str, int],
        target_words: Sequence[str],
        reference: str = "",
        report_steps: int = 50,
        title: str = "A translator to watch and to tune",
    ):
        if not isinstance(trainer, TranslationTrainer):
            raise TypeError(
                f"trainer is a {type(trainer).__name__}; expected a tl.train.TranslationTrainer"
            )
        network, buckets = trainer.network, trainer.given_buckets
        for name, given, size in [
            ("source_vocabulary", source_vocabulary, network.source_vocab_size),
            ("target_words", target_words, network.target_vocab_size),
        ]:
            if len(given) != size:
                raise ValueError(
                    f"{name} has {len(given)} words; expected {size}, those of the network"
                )
        self._ids = sentence_to_token_ids(sentence, source_vocabulary)
        if not self._ids:
            raise ValueError("sentence has no words; expected one at least")
        check_pairs("valid", network, valid, buckets)
        self._measure = perplexity_by_bucket(network, valid, buckets, trainer.batch_size)
        self._translate = Translator(network, buckets)
        self._target_words = list(target_words)
        read = zip(basic_tokenizer(sentence), self._ids, strict=True)
        keeps = [float(keep) for keep in network.all_drop.values()]
        super().__init__(
            trainer,
            report_steps,
            title=title,
            n_words=network.target_vocab_size,
            keep=six_digits(min(keeps, default=1.0)),
            drops=bool(keeps),
            sentence=sentence,
            reference=reference,
            words=[f"{word} (_UNK)" if i == UNK_ID else word for word, i in read],
        )

    def _begin(self) -> None:
        super()._begin()
        self._taken = Snapshots(MOST_SNAPSHOTS)
        self._show()

    def _show(self) -> None:
        """Translate the sentence as the network is now."""
        [found] = self._translate([self._ids])
        words = [self._target_words[i] for i in found.ids]
        snapshot = {
            "step": self._steps,
            "words": words,
            "text": join_words(words),
            "complete": found.complete,
            "attention": np.round(found.attention.astype(float), 3).tolist(),
        }
        self._taken.take(snapshot)
        self._set(snapshots=self._taken.kept)

    def _valid(self) -> float:
        return self._measure()[0]

    def _words(self, n: int) -> int:
        return self._trainer.seen

    def _rate(self) -> float:
        return self._trainer.learning_rate

    def _settings(self) -> None:
        super()._settings()
        self._set_keep(self.keep)

    def _set_keep(self, keep: float) -> None:
        network = self._trainer.network
        network.set_keep(dict.fromkeys(network.all_drop, keep))

    @validate("keep")
    def _hand_over_keep(self, proposal) -> float:
        keep = check_keep(proposal["value"])
        if keep < 1 and not self._trainer.network.all_drop:
            raise ValueError(f"keep is {keep}; expected 1, since the network has no dropout")
        self._set_keep(keep)
        return keep

    def alternative(self) -> str:
        """Say what the panel does."""
        return (
            f"{self.title}: the perplexity, step by step, of a training that you steer, and how it "
            f"translates “{self.sentence}”."
        )
