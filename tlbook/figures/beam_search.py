"""Beam search, step by step: what is kept, what is dropped, and what is chosen in the end."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Float, Int

from tlcore.nlp.buckets import BUCKETS

from .base import compose
from .translator_figure import TranslatorFigure


class BeamSearch(TranslatorFigure):
    """Step through a beam search, and compare what it finds with greedy search.

    The network runs in the page, without a kernel, and takes the steps of ``tl.utils.Translator``.

    Parameters
    ----------
    weights : path
        An .npz file that ``tlbook.figures.save_translator`` wrote.
    examples : sequence of str
        English sentences to choose from, at most 12. Of each the first 40 words are read.
    beam_size : int
        Beginnings to keep at first, 1 to 5.
    length_penalty : float
        At first, 0 to 1: 0 chooses the highest probability, 1 the highest mean a word.
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
    >>> BeamSearch(path, ["I see a cat ."])  # doctest: +SKIP
    [live figure] Beam search: a translator of 8,000 English and 12,000 French words, a GRU layer of
    256 units; the beginnings that a beam keeps at each step, beside greedy search.
    """

    _esm = compose("beam_search.js")

    beam_size = Int().tag(sync=True)
    length_penalty = Float().tag(sync=True)

    def __init__(
        self,
        weights: str | Path,
        examples: Sequence[str],
        beam_size: int = 3,
        length_penalty: float = 1.0,
        buckets: Sequence[tuple[int, int]] = BUCKETS,
        title: str = "Beam search",
    ):
        if not 1 <= beam_size <= 5:
            raise ValueError(f"beam_size is {beam_size}; expected 1 to 5")
        super().__init__(
            weights,
            examples,
            buckets,
            beam_size=beam_size,
            length_penalty=float(length_penalty),
            title=title,
        )

    def alternative(self) -> str:
        """Say what the network is, and what there is to see."""
        return (
            f"{self.title}: a translator of {self._network()}; the beginnings that a beam keeps at "
            "each step, beside greedy search."
        )
