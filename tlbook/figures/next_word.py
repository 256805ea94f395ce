"""A trained language model: the words that may come next, and a text that goes on."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Bool, Float, Int, List

from tlcore.check import check_choice, check_count, check_number

from .base import compose
from .language_figure import END, LanguageFigure
from .language_files import load_language_model

#: What the slider of top_k offers; 0 is all words.
TOP_K = (1, 2, 3, 5, 10, 20, 50, 100, 200, 0)


class NextWord(LanguageFigure):
    """Type words, and see what the model expects next; it goes on writing when asked.

    The model runs in the page. Words are drawn as ``tl.nlp.sample`` and ``tl.nlp.sample_top`` do;
    the same seed, text and settings give the same words again.

    Parameters
    ----------
    model, texts
        As in :class:`~tlbook.figures.language_figure.LanguageFigure`.
    temperature : float
        At first, 0 to 2. 0 always takes the likeliest word.
    top_k : int
        At first: one of 1, 2, 3, 5, 10, 20, 50, 100, 200, or 0 for all words.
    seed : int
        At first, 0 to 9999.
    skip_unknown : bool
        Whether ``<unk>`` is left out when the model writes, at first.

    Examples
    --------
    >>> NextWord("weights/ptb.npz", ["the meaning of life is"])  # doctest: +SKIP
    [live figure] The next word: a language model of 10,000 words, 2 LSTM layers of 200 and 200
    units, to ask and to let write.
    """

    _esm = compose("next_word.js")
    shows = "a language model of {0.network}, to ask and to let write"

    temperature = Float().tag(sync=True)
    top_k = Int().tag(sync=True)
    seed = Int().tag(sync=True)
    skip_unknown = Bool().tag(sync=True)
    first = List(help="what may follow the first text, to show before loading").tag(sync=True)

    def __init__(
        self,
        model: str | Path,
        texts: Sequence[str] = ("the company said",),
        temperature: float = 1.0,
        top_k: int = 0,
        seed: int = 0,
        skip_unknown: bool = True,
    ):
        super().__init__(
            model, texts, title="The next word",
            temperature=check_number("temperature", temperature, 0, 2),
            top_k=check_choice("top_k", top_k, TOP_K, "(0: all words)"),
            seed=check_count("seed", seed, 0, 9999),
            skip_unknown=skip_unknown,
        )  # fmt: skip
        self.first = load_language_model(model).expects([END, *"".join(texts[:1]).split()], 8)
