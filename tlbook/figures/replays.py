"""Games of an agent at several ages, moment by moment."""

from pathlib import Path

from traitlets import Float, Int, List, Unicode

from tlcore.check import check_number

from .base import LiveFigure, compose, style
from .replay_files import load_replays
from .store import load


class Replays(LiveFigure):
    """Stretches of games on a scrubber: what the agent sees, what it answers, what it gets for it.

    Beside each frame stand the difference to the frame before, which is the network's input, the
    probabilities of the actions, the score, and the discounted reward, which begins anew after
    each point. The games are loaded when the reader asks for them.

    Parameters
    ----------
    replays : path
        An .npz file that ``tlbook.figures.replay_files.save_replays`` wrote.
    gamma : float
        Discount, from 0 to 1.

    Examples
    --------
    >>> Replays()  # doctest: +SKIP
    [live figure] Games of the agent at several ages: before training (0 : 4), after 200 episodes
    (0 : 4), after 500 episodes (1 : 3), after 1,000 episodes (4 : 0).
    """

    _esm = compose("replays.js")
    _css = style("pong")

    ages = List(Int(), help="episodes that the agent had played").tag(sync=True)
    actions = List(Unicode(), help="names of the actions").tag(sync=True)
    scores = List(List(Int()), help="agent's and opponent's points, by age").tag(sync=True)
    gamma = Float().tag(sync=True)

    def __init__(
        self,
        replays: str | Path = "weights/pong_replays.npz",
        gamma: float = 0.99,
    ):
        games, actions = load_replays(replays)
        super().__init__(
            {replays: load(replays)},
            title="Games of the agent at several ages",
            ages=[game.age for game in games],
            actions=actions,
            scores=[[int((s * g.rewards > 0).sum()) for s in (1, -1)] for g in games],
            gamma=check_number("gamma", gamma, 0, 1, such_as="0.99"),
        )

    def alternative(self) -> str:
        """Name the ages, and the score at each."""
        names = [f"after {age:,} episodes" if age else "before training" for age in self.ages]
        scores = [f"{us} : {them}" for us, them in self.scores]
        games = ", ".join(f"{n} ({s})" for n, s in zip(names, scores, strict=True))
        return f"{self.title}: {games}."
