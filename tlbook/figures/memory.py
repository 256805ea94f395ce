"""A network's memory: two figures that need no data, so that each is its ``.js`` file alone."""

from traitlets import Float

from .base import LiveFigure, compose, style, titled


class LSTMCell(LiveFigure):
    """One cell of an LSTM to run by hand: its gates are valves, set at each of six steps."""

    _esm = compose("lstm_cell.js")
    _css = style("lm", "lstm_cell")
    title = titled("One LSTM cell, with its gates as valves")


class Unrolled(LiveFigure):
    """A gradient on its way back through the words, multiplied at each by the same factor."""

    _esm = compose("unrolled.js")
    _css = style("lstm_cell")
    title = titled("A gradient on its way back")
    factor = Float(0.8, min=0.5, max=1.5, help="at first").tag(sync=True)
