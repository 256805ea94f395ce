"""Beam search, step by step: what is kept, what is dropped, and what is chosen in the end."""

from traitlets import Unicode

from .base import compose
from .translator_figure import TranslatorFigure


class BeamSearch(TranslatorFigure):
    """Step through a beam search, and compare what it finds with greedy search.

    The network runs in the page, without a kernel, and takes the steps of ``tl.utils.Translator``.
    The parameters are those of
    :class:`~tlbook.figures.translator_figure.TranslatorFigure`, with a beam of up to 5.

    Examples
    --------
    >>> path = "weights/translation.npz"
    >>> BeamSearch(path, ["I see a cat ."])  # doctest: +SKIP
    [live figure] Beam search: a translator of 8,000 English and 12,000 French words, a GRU layer of
    256 units; the hypotheses that a beam keeps at each step, beside greedy search.
    """

    _esm = compose("beam_search.js")

    title = Unicode("Beam search").tag(sync=True)

    def alternative(self) -> str:
        """Say what the network is, and what there is to see."""
        return (
            f"{self.title}: a translator of {self._network()}; the hypotheses that a beam keeps at "
            "each step, beside greedy search."
        )
