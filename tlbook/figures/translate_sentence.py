"""A trained translator: a sentence to type, its translation, and where attention looked."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Bool, Float, Int

from tlcore.nlp.buckets import BUCKETS

from .base import compose, style
from .translator_figure import TranslatorFigure


class TranslateSentence(TranslatorFigure):
    """Type an English sentence, and see its translation and where each French word looked.

    The network runs in the page, without a kernel, and finds what ``tl.utils.Translator`` finds.
    Sentences are cut as ``tl.nlp.basic_tokenizer`` does; digits stay. The reader can step along the
    French words, and see at each the row of attention and the likeliest next words.

    Parameters
    ----------
    weights : path
        An .npz file that ``tlbook.figures.save_translator`` wrote.
    examples : sequence of str
        English sentences to choose from, at most 12; the first is translated at the beginning. Of
        each the first 40 words are read.
    beam_size : int
        At first, 1 to 8. 1 is greedy.
    length_penalty : float
        0 to 1, for the end of a beam.
    copy_unknown : bool
        Whether, at first, an English word is shown instead of each _UNK: the one that it looked at
        most.
    buckets : sequence of (int, int)
        How long a translation may become, as in ``tl.utils.Translator``.
    title : str
        Heading.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError, ValueError
        If it holds something else, or a setting is out of its range.

    Examples
    --------
    >>> path = "../../data/weights/translation.npz"
    >>> TranslateSentence(path, ["I see a cat ."])  # doctest: +SKIP
    [live figure] Translate a sentence: a translator of 8,000 English and 12,000 French words, a GRU
    layer of 256 units; the translation of a sentence, and where attention looks for each word.
    """

    _esm = compose("translate_sentence.js")
    _css = style("words", "lm", "translator", "pong")

    beam_size = Int().tag(sync=True)
    length_penalty = Float().tag(sync=True)
    copy_unknown = Bool().tag(sync=True)

    def __init__(
        self,
        weights: str | Path,
        examples: Sequence[str],
        beam_size: int = 1,
        length_penalty: float = 1.0,
        copy_unknown: bool = False,
        buckets: Sequence[tuple[int, int]] = BUCKETS,
        title: str = "Translate a sentence",
    ):
        if not 1 <= beam_size <= 8:
            raise ValueError(f"beam_size is {beam_size}; expected 1 to 8")
        super().__init__(
            weights,
            examples,
            buckets,
            beam_size=beam_size,
            length_penalty=float(length_penalty),
            copy_unknown=copy_unknown,
            title=title,
        )

    def alternative(self) -> str:
        """Say what the network is, and what there is to see."""
        return (
            f"{self.title}: a translator of {self._network()}; the translation of a sentence, and "
            "where attention looks for each word."
        )
