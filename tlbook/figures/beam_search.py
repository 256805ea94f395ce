"""Beam search, step by step: what is kept, what is dropped, and what is chosen in the end."""

from traitlets import Dict, List

from .base import compose, titled
from .translator_figure import TranslatorFigure


class BeamSearch(TranslatorFigure):
    """Step through a beam search, and compare what it finds with greedy search.

    The network runs in the page, without a kernel, and takes the steps of ``tl.utils.Translator``.
    The parameters are those of :class:`~tlbook.figures.translator_figure.TranslatorFigure`, with a
    beam of up to 5; and `steps`, a search for the first example to show before the network is
    loaded: for each step the lists ``kept`` and ``dropped`` of hypotheses, ``ids`` (the words),
    ``score``, ``done``, ``parent`` (which one it continues) and ``old`` (whether it had ended);
    and `greedy`, what greedy search finds: ``ids``, ``score`` and ``done``.

    >>> BeamSearch("weights/translation.npz", ["I see a cat ."])  # doctest: +SKIP
    [live figure] Beam search: a translator of 8,000 English and 12,000 French words, a GRU layer of
    256 units; the hypotheses that a beam keeps at each step, beside greedy search.
    """

    _esm = compose("beam_search.js")
    shows = "the hypotheses that a beam keeps at each step, beside greedy search"

    title = titled("Beam search")
    steps = List().tag(sync=True)
    greedy = Dict().tag(sync=True)
