"""What the hidden units of a policy look for, as pictures."""

from pathlib import Path

import numpy as np
from traitlets import Float, Int, List, Unicode

from .assets import WHOLE, load_arrays, pack
from .base import LiveFigure, compose, style


class HiddenUnits(LiveFigure):
    """The strongest hidden units: a mosaic of them, and the chosen one large, at several ages.

    A unit's picture are its weights to the pixels of the difference frame. With it come the push
    that it gives the decision, where in the picture it looks, and how it became what it is. The
    pictures are loaded when the reader asks for them.

    Parameters
    ----------
    units : path
        An .npz file that ``tlbook.figures.unit_files.save_units`` wrote.
    title : str
        Heading.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file holds something else.

    Examples
    --------
    >>> HiddenUnits()  # doctest: +SKIP
    [live figure] What the hidden units look for: the 40 strongest, before training, after 200, 500
    and 1,000 episodes. 22 push up, 18 push down.
    """

    _esm = compose("hidden_units.js")
    _css = style("pong")

    asset = Unicode(help="name of the file").tag(sync=True)
    megabytes = Float(help="what loading it takes").tag(sync=True)
    ages = List(Int(), help="episodes that the agent had played").tag(sync=True)
    actions = List(Unicode(), help="names; the last two are opposites").tag(sync=True)
    units = List(Int(), help="numbers of the units, the strongest first").tag(sync=True)

    def __init__(
        self,
        units: str | Path = "../../data/weights/pong_units.npz",
        title: str = "What the hidden units look for",
    ):
        arrays = load_arrays(units, WHOLE)
        if len(arrays) != 6 or arrays[4].ndim != 3 or arrays[5].ndim != 3:
            raise ValueError(
                f"{units} holds {len(arrays)} arrays, no hidden units; expected what save_units "
                "writes"
            )
        ages, names, numbers, _, _, outgoing = arrays
        stem = Path(units).stem
        self._pushes = outgoing[-1, :, -2] - outgoing[-1, :, -1]
        super().__init__(
            {stem: units},
            title=title,
            asset=stem,
            megabytes=round(len(pack(units)) / 1e6, 2),
            ages=ages.tolist(),
            actions=names.tobytes().decode().split("\n"),
            units=numbers.tolist(),
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
