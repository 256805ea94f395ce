"""A small Pong against a trained agent, played in the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from traitlets import Bytes, Int, List

from tlbook.runs import load_run
from tlcore.check import check_count, require

from .base import LiveFigure, compose, style
from .store import load, pack

N_INPUTS, N_ACTIONS = 6, 3  # of SmallPong


def check_policy(arrays: Sequence[np.ndarray], name: str) -> None:
    """Refuse arrays unless W1, b1, W2, b2, ... are a policy for `SmallPong`."""
    shapes = [a.shape for a in arrays]
    width = N_INPUTS
    fits = bool(shapes) and len(shapes) % 2 == 0
    for w, b in zip(shapes[::2], shapes[1::2], strict=False):
        fits = fits and len(w) == 2 and w[0] == width and b == w[1:]
        width = w[-1] if w else 0
    require(
        fits and width == N_ACTIONS,
        f"{name} holds {shapes}; expected dense layers W, b, W, b, ... that lead from the "
        f"{N_INPUTS} numbers of SmallPong to its {N_ACTIONS} actions.",
    )
    finite = all(np.isfinite(a).all() for a in arrays)
    require(finite, f"{name} holds NaN or infinity; train it anew with a smaller rate.")


def _read(agent: Any, name: str) -> list[np.ndarray]:
    """Arrays of an agent that is a file, a network, or the arrays themselves."""
    if isinstance(agent, (str, Path)):
        return list(load(agent).values())
    params = getattr(agent, "all_params", agent)
    require(
        isinstance(params, (list, tuple)),
        f"{name} is a {type(agent).__name__}; expected the path of an .npz file, a network, or a "
        "list of arrays W1, b1, W2, b2, ...",
        TypeError,
    )
    return [np.asarray(p.numpy() if hasattr(p, "numpy") else p, np.float32) for p in params]


class PlayPong(LiveFigure):
    """A game of small Pong: the reader on the left, an agent on the right.

    The agent's probabilities and the six numbers that it sees are shown as it plays. The game is
    `tlbook.SmallPong`, computed in the page.

    Parameters
    ----------
    weights : path or None
        An .npz file with the recorded agent at several ages, one after the other. None: only the
        agents that are given by name.
    run : path
        The record of that training; its ``result["ages"]`` has a ``name``, the ``episodes`` and
        the ``n_arrays`` of each age.
    points : int
        What wins a game.
    seed : int, optional
        Of the serves and the agent's draws. Without one each game is another.
    **agents : path, network or list of arrays
        More agents by name: what you have trained yourself. relu between dense layers, three
        logits at the end. They come first; else the game begins
        with the youngest recorded one, which is easy to beat.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> arrays = [rng.normal(size=(6, 8)), np.zeros(8), rng.normal(size=(8, 3)), np.zeros(3)]
    >>> PlayPong(None, mine=arrays)
    [live figure] Play Pong: a game to 5 points, you on the left, an agent on the right: mine.
    """

    _esm = compose("play_pong.js")
    _css = style("play_pong")

    agents = List(help="name of each agent, and how many of the arrays it has").tag(sync=True)
    weights = Bytes(help="all arrays, packed").tag(sync=True)
    points = Int().tag(sync=True)
    seed = Int(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        weights: str | Path | None = "weights/small_pong.npz",
        run: str | Path = "small_pong",
        points: int = 5,
        seed: int | None = None,
        **agents: Any,
    ):
        if seed is not None:
            check_count("seed", seed, 0, 2**32 - 1)
        found = {name.replace("_", " "): _read(agent, name) for name, agent in agents.items()}
        found |= {} if weights is None else _ages(weights, run)
        require(found, "there is no agent; give weights, or an agent by name: mine=network.")
        for name, arrays in found.items():
            check_policy(arrays, name)
        every = [array.astype(np.float32) for arrays in found.values() for array in arrays]
        super().__init__(
            title="Play Pong",
            agents=[{"name": name, "n_arrays": len(arrays)} for name, arrays in found.items()],
            weights=pack({f"{i}": array for i, array in enumerate(every)}),
            points=check_count("points", points),
            seed=seed,
        )

    def alternative(self) -> str:
        """Say what there is to play, and against whom."""
        names = ", ".join(agent["name"] for agent in self.agents)
        return (
            f"{self.title}: a game to {self.points} points, you on the left, "
            f"an agent on the right: {names}."
        )


def _ages(weights: str | Path, run: str | Path) -> dict[str, list[np.ndarray]]:
    """Part the recorded weights into the agent's ages."""
    arrays, ages = list(load(weights).values()), load_run(run)["result"].get("ages", [])
    require(
        ages and len(arrays) == sum(age["n_arrays"] for age in ages),
        f"{weights} holds {len(arrays)} arrays, and {run} doesn't say to which ages they belong; "
        'expected result["ages"] with n_arrays for each.',
    )
    found = {}
    for age in ages:
        name = f"{age['name']} ({age['episodes']:,} games)"
        found[name], arrays = arrays[: age["n_arrays"]], arrays[age["n_arrays"] :]
    return found
