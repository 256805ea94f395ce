"""Small worlds to move: figures on rewards and on word vectors that need no data of their own."""

from collections.abc import Mapping, Sequence

from traitlets import Dict, Float, List

from tlcore.check import check_number

from .base import LiveFigure, compose, style, titled


class Discounting(LiveFigure):
    """A row of rewards and the return of each step, with the discount on a slider.

    Parameters
    ----------
    rewards : sequence of float, from -1 to 1
    gamma : float, the discount at first
    marks : mapping of int to str, what happens at a step

    Examples
    --------
    >>> Discounting([0, 0, 1], gamma=0.5, marks={0: "hit"})
    [live figure] Rewards, and what the steps before them get
    """

    _esm, _css = compose("discounting.js"), style("small_worlds")
    title = titled("Rewards, and what the steps before them get")
    rewards, gamma, marks = List().tag(sync=True), Float().tag(sync=True), Dict().tag(sync=True)

    def __init__(
        self, rewards: Sequence, gamma: float = 0.99, marks: Mapping[int, str] | None = None
    ):
        super().__init__(
            rewards=[check_number("rewards", reward, -1, 1) for reward in rewards],
            gamma=check_number("gamma", gamma, 0, 1),
            marks={str(step): what for step, what in (marks or {}).items()},
        )


class PushUp(LiveFigure):
    """Two actions with rewards: each episode draws one and pushes its probability up or down."""

    _esm, _css = compose("push_up.js"), style("small_worlds")
    title = titled("Push up what won")


class Perplexity(LiveFigure):
    """t-SNE at work on points whose truth can be seen, with perplexity and steps on sliders."""

    _esm, _css = compose("perplexity.js"), style("small_worlds")
    title = titled("t-SNE on points that you can see")


class NegativeSampling(LiveFigure):
    """A centre, its true context and a few drawn words as arrows, moved step by step."""

    _esm, _css = compose("negative_sampling.js"), style("small_worlds")
    title = titled("One step of negative sampling")
