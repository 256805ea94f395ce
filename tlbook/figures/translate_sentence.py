"""A trained translator: a sentence to type, its translation, and where attention looked."""

from traitlets import Bool, List

from tlcore.nlp import basic_tokenizer, sentence_to_token_ids

from .base import compose, style, titled
from .translator_figure import TranslatorFigure


class TranslateSentence(TranslatorFigure):
    """Type an English sentence, and see its translation and where each French word looked.

    The network runs in the page, without a kernel, and finds what ``tl.utils.Translator`` finds.
    The translations of the examples are there before it is loaded.

    Parameters
    ----------
    copy_unknown : bool
        Whether, at first, an English word is shown instead of each _UNK: the one that it looked at
        most.
    weights, examples, **settings
        As in :class:`~tlbook.figures.translator_figure.TranslatorFigure`,
        with a beam of up to 8; greedy search at first.

    Examples
    --------
    >>> TranslateSentence("weights/translation.npz", ["I see a cat ."])  # doctest: +SKIP
    [live figure] Translate a sentence: a translator of 8,000 English and 12,000 French words, a GRU
    layer of 256 units; the translation of a sentence, and where attention looks for each word.
    """

    _esm = compose("translate_sentence.js")
    _css = style("words", "lm", "translator", "pong")
    largest_beam, usual_beam = 8, 1
    shows = "the translation of a sentence, and where attention looks for each word"

    title = titled("Translate a sentence")
    copy_unknown = Bool(True).tag(sync=True)
    found = List(help="what is found for each example").tag(sync=True)

    def __init__(self, weights, examples, *settings, **traits):
        from tlcore.utils import Translator  # TensorFlow takes seconds to import

        super().__init__(weights, examples, *settings, **traits)
        words = self._translator.target_words
        index = {word: i for i, word in enumerate(self._translator.source_words)}
        read = [sentence_to_token_ids(text, index, normalize_digits=False) for text in examples]
        network, beam = self._translator.network(), (self.beam_size, self.length_penalty)
        self.found = [
            {
                "read": list(zip(basic_tokenizer(text), ids, strict=True)),
                "ids": one.ids,
                "words": [words[i] for i in one.ids],
                "score": round(one.score, 4),
                "done": one.complete,
                "looked": one.attention.astype(float).round(3).tolist(),
            }
            for text, ids, one in zip(
                examples, read, Translator(network, self.buckets, *beam)(read), strict=True
            )
        ]
