"""What the gates and cells of an LSTM do while it reads a text."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from traitlets import Dict, Int, List

from tlcore.check import check_count

from .base import compose, style
from .language_figure import END, LanguageFigure
from .language_files import load_language_model


class GatesOverText(LanguageFigure):
    """Input, forget and output gate, cell and output of one unit, coloured over a text.

    Parameters
    ----------
    model, texts
        As in :class:`~tlbook.figures.language_figure.LanguageFigure`. The first 80 words of each
        text are read.
    layer, unit : int
        What is shown first, counted from 0. Layer 0 is the one next to the embedding.
    units : mapping of str to (layer, unit), optional
        Units whose task has a name. They are alive before the model is loaded, over the first
        text: words of the vocabulary with blanks between them. The first one is shown first.

    Examples
    --------
    >>> GatesOverText("weights/ptb.npz", ["the company said"])  # doctest: +SKIP
    [live figure] What the units do: a language model of 10,000 words, 2 LSTM layers of 200 and 200
    units; gates, cell and output of each unit over a text.
    """

    _esm = compose("gates_over_text.js")
    _css = style("words", "lm", "pong")
    shows = "a language model of {0.network}; gates, cell and output of each unit over a text"

    layer = Int().tag(sync=True)
    unit = Int().tag(sync=True)
    named = List(Dict()).tag(sync=True)

    def __init__(
        self,
        model: str | Path,
        texts: Sequence[str] = ("the company said it sold the unit to its parent in new york .",),
        layer: int = 0,
        unit: int = 0,
        units: Mapping[str, tuple[int, int]] | None = None,
    ):
        super().__init__(model, texts, title="What the units do")
        self.layer = check_count("layer", layer, 0, len(self.n_units) - 1)
        self.unit = check_count("unit", unit, 0, self.n_units[layer] - 1)
        if units:
            net = load_language_model(model)
            read = net.read([END, *texts[0].split()])
            self.named = [
                {"name": name, "layer": k, "unit": j, "start": float(read[k]["c"][0, j])}
                | {"values": {key: v[1:, j].tolist() for key, v in read[k].items()}}
                for name, (k, j) in units.items()
            ]
