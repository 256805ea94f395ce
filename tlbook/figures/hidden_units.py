"""What the hidden units of a policy look for, as pictures."""

from pathlib import Path

import numpy as np
from traitlets import Int, List, Unicode

from tlcore.check import check_count

from .base import LiveFigure, compose, style
from .store import load, text
from .unit_files import ARRAYS, push


class HiddenUnits(LiveFigure):
    """The strongest hidden units: a mosaic of them, and the chosen one large, at several ages.

    A unit's picture are its weights to the pixels of the difference frame. With it come the push
    that it gives the decision, where in the picture it looks, and how it became what it is. The
    pictures are loaded when the reader asks for them.

    Parameters
    ----------
    units : path
        An .npz file that ``tlbook.figures.unit_files.save_units`` wrote.
    unit : int
        Which to show large at first; 1 is the strongest.

    Examples
    --------
    >>> HiddenUnits()  # doctest: +SKIP
    [live figure] What the hidden units look for: the 40 strongest, before training, after 200, 500
    and 1,000 episodes. 22 push up, 18 push down.
    """

    _esm = compose("hidden_units.js")
    _css = style("pong")

    ages = List(Int(), help="episodes that the agent had played").tag(sync=True)
    actions = List(Unicode(), help="names; the last two are opposites").tag(sync=True)
    unit = Int().tag(sync=True)
    units = List(Int(), help="numbers of the units, the strongest first").tag(sync=True)

    def __init__(
        self,
        units: str | Path = "weights/pong_units.npz",
        unit: int = 1,
    ):
        arrays = load(units, *ARRAYS)
        self._pushes = push(arrays["outgoing"][-1])
        super().__init__(
            {units: arrays},
            title="What the hidden units look for",
            ages=arrays["ages"].tolist(),
            actions=text(arrays, "names"),
            units=arrays["units"].tolist(),
            unit=check_count("unit", unit, most=len(arrays["units"])),
        )

    def alternative(self) -> str:
        """Name the ages, and say how many units push which way."""
        first, second = self.actions[-2:]
        ages = ", ".join(f"{age:,}" for age in self.ages)
        up = int(np.sum(self._pushes > 0))
        return (
            f"{self.title}: the {len(self.units)} strongest, after {ages} episodes. "
            f"{up} push {first}, {len(self.units) - up} push {second}."
        )
