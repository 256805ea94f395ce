"""One cell of an LSTM, with its gates as valves."""

from .base import LiveFigure, compose, style


class LSTMCell(LiveFigure):
    """A cell to run by hand: set its gates at each step, and see what it remembers.

    Three tasks are there with valves that solve them; half open, as before training, none is.

    Examples
    --------
    >>> LSTMCell()
    [live figure] One LSTM cell: four valves to set, and what the cell keeps over six steps.
    """

    _esm = compose("lstm_cell.js")
    _css = style("lm", "lstm_cell")

    def __init__(self, title: str = "One LSTM cell"):
        super().__init__(title=title)

    def alternative(self) -> str:
        """Say what can be moved, and what it changes."""
        return f"{self.title}: four valves to set, and what the cell keeps over six steps."
