"""The map of some words while their vectors are learned."""

from pathlib import Path

import numpy as np
from traitlets import Bytes, Float, Int, List, Unicode

from tlcore.check import check_array, require

from .base import LiveFigure, compose, style
from .store import load, quantise, text

NO_GROUP = 255
MOST_GROUPS = 8  # shapes and colours that can be told apart
MOST_BYTES = 100_000  # of positions: they are part of the page


class EmbeddingOverTime(LiveFigure):
    """A slider over the training steps; the words move to where they are then.

    The positions are maps that have been aligned with each other, one for each of some training
    steps. Words of a group have a colour and a shape. Beside each group stands how far it is
    spread: the root mean square distance to its middle, divided by that of all words.

    Parameters
    ----------
    frames : path
        An .npz file: `positions` (t, k, 2), aligned; `steps` and `loss` (t,); `words`, k of them;
        `groups` uint8 (k,), a number for each word, 255 for none; and `group_names`, at most 8.
    word : str
        A word to follow from the beginning.

    Examples
    --------
    >>> EmbeddingOverTime(word="april")
    [live figure] The map while it is learned: 300 words at 24 moments, steps 0 to ...
    """

    _esm = compose("embedding_over_time.js")
    _css = style("words")

    positions = Bytes(help="int16 (frames, words, 2), little-endian").tag(sync=True)
    steps = List(Int()).tag(sync=True)
    loss = List(Float(), help="of each frame").tag(sync=True)
    words = List(Unicode()).tag(sync=True)
    groups = Bytes(help="uint8: number of each word's group; 255: none").tag(sync=True)
    group_names = List(Unicode()).tag(sync=True)
    word = Unicode().tag(sync=True)

    def __init__(self, frames: str | Path = "runs/word2vec_frames.npz", word: str = ""):
        stored = load(frames, "positions", "steps", "loss", "words", "groups", "group_names")
        words, names = text(stored, "words"), text(stored, "group_names")
        steps, groups = stored["steps"], stored["groups"]
        t, k, n = len(steps), len(words), len(names)
        positions = check_array(f"{frames}: positions", stored["positions"], (t, k, 2))
        size = 2 * positions.size
        fix = "since it is part of the page. Take fewer words or fewer frames."
        most = f"{frames}: positions takes {size:,} bytes; expected 1 to {MOST_BYTES:,}, {fix}"
        require(0 < size <= MOST_BYTES, most)
        rising = (np.diff(steps) > 0).all()
        require(rising, f"{frames}: steps is {steps.tolist()}; expected numbers that increase.")
        check_array(f"{frames}: loss", stored["loss"], (t,))
        found = f"{frames}: groups has shape {groups.shape} and {np.unique(groups).tolist()}"
        fit = groups.shape == (k,) and np.isin(groups, [*range(n), NO_GROUP]).all()
        wanted = f"({k},), numbers below {n}, which is at most {MOST_GROUPS}, or {NO_GROUP}"
        require(fit and n <= MOST_GROUPS, f"{found}; expected {wanted}.")
        known = not word or word in words
        require(known, f"word is {word!r}, which isn't among the {k} words.")
        super().__init__(
            title="The map while it is learned",
            positions=quantise(positions, largest=32000)[0].astype("<i2").tobytes(),
            steps=steps.tolist(),
            loss=np.round(stored["loss"].astype(float), 4).tolist(),
            words=words,
            groups=groups.tobytes(),
            group_names=names,
            word=word,
        )

    def alternative(self) -> str:
        """Say which words there are, and when."""
        return (
            f"{self.title}: {len(self.words)} words at {len(self.steps)} moments, steps "
            f"{self.steps[0]:,} to {self.steps[-1]:,}; groups: {', '.join(self.group_names)}"
        )
