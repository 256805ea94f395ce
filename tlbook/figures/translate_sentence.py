"""A trained translator: a sentence to type, its translation, and where attention looked."""

from traitlets import Bool, Unicode

from .base import compose, style
from .translator_figure import TranslatorFigure


class TranslateSentence(TranslatorFigure):
    """Type an English sentence, and see its translation and where each French word looked.

    The network runs in the page, without a kernel, and finds what ``tl.utils.Translator`` finds.
    Sentences are cut as ``tl.nlp.basic_tokenizer`` does; digits stay. The reader can step along the
    French words, and see at each the row of attention and the likeliest next words.

    Parameters
    ----------
    copy_unknown : bool
        Whether, at first, an English word is shown instead of each _UNK: the one that it looked at
        most.
    **settings
        As in :class:`~tlbook.figures.translator_figure.TranslatorFigure`,
        with a beam of up to 8; greedy search at first.

    Examples
    --------
    >>> path = "weights/translation.npz"
    >>> TranslateSentence(path, ["I see a cat ."])  # doctest: +SKIP
    [live figure] Translate a sentence: a translator of 8,000 English and 12,000 French words, a GRU
    layer of 256 units; the translation of a sentence, and where attention looks for each word.
    """

    _esm = compose("translate_sentence.js")
    _css = style("words", "lm", "translator", "pong")
    largest_beam, usual_beam = 8, 1

    title = Unicode("Translate a sentence").tag(sync=True)
    copy_unknown = Bool().tag(sync=True)

    def alternative(self) -> str:
        """Say what the network is, and what there is to see."""
        return (
            f"{self.title}: a translator of {self._network()}; the translation of a sentence, and "
            "where attention looks for each word."
        )
