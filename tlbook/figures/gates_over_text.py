"""What the gates and cells of an LSTM do while it reads a text."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Int

from tlcore.check import check_count

from .base import compose, style
from .language_figure import LanguageFigure


class GatesOverText(LanguageFigure):
    """Input, forget and output gate, cell and output of one unit, coloured over a text.

    The network runs in the page, without a kernel, over a text of the reader's own or one that is
    given. Units can be put in the order of how active they are on this text.

    Parameters
    ----------
    model, texts, unk_key, eos_key
        As in :class:`~tlbook.figures.language_figure.LanguageFigure`.
        The first 80 words of each text are read.
    layer, unit : int
        What is shown first, counted from 0. Layer 0 is the one next to the embedding.

    Examples
    --------
    >>> GatesOverText("weights/ptb.npz", ["the company said"])  # doctest: +SKIP
    [live figure] What the units do: a language model of 10,000 words, 2 LSTM layers of 200 and 200
    units; gates, cell and output of each unit over a text.
    """

    _esm = compose("gates_over_text.js")
    _css = style("words", "lm", "pong")

    layer = Int().tag(sync=True)
    unit = Int().tag(sync=True)

    def __init__(
        self,
        model: str | Path,
        texts: Sequence[str] = ("the company said it sold the unit to its parent in new york .",),
        layer: int = 0,
        unit: int = 0,
        unk_key: str = "<unk>",
        eos_key: str = "<eos>",
        title: str = "What the units do",
    ):
        super().__init__(model, texts, unk_key, eos_key, title=title)
        self.layer = check_count("layer", layer, 0, len(self.n_units) - 1)
        self.unit = check_count("unit", unit, 0, self.n_units[layer] - 1)

    def alternative(self) -> str:
        """Say what the model is, and what is shown of it."""
        return (
            f"{self.title}: a language model of {self._network()}; gates, cell and output of each "
            "unit over a text."
        )
