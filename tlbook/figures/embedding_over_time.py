"""The map of some words while their vectors are learned."""

from collections.abc import Mapping
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
    frames : path or mapping
        An .npz file, or its arrays by name: `positions` (t, k, 2), aligned; `steps` (t,); `words`,
        k of them, as text or as UTF-8 bytes with a line end between two; and optionally `loss`
        (t,), `groups` uint8 (k,) with 255 for none, and `group_names`.
    word : str
        A word to follow from the beginning.

    Examples
    --------
    >>> positions = np.array([[[0, 0], [1, 1], [1, 0]], [[0, 0], [0.1, 0], [1, 1]]])
    >>> frames = {"positions": positions, "steps": [0, 100], "words": ["one", "two", "red"]}
    >>> EmbeddingOverTime(frames)
    [live figure] The map while it is learned: 3 words at 2 moments, steps 0 to 100
    """

    _esm = compose("embedding_over_time.js")
    _css = style("words")

    positions = Bytes(help="int16 (frames, words, 2), little-endian").tag(sync=True)
    steps = List(Int()).tag(sync=True)
    loss = List(Float(), help="of each frame, or nothing").tag(sync=True)
    words = List(Unicode()).tag(sync=True)
    groups = Bytes(help="uint8: number of each word's group; 255: none").tag(sync=True)
    group_names = List(Unicode()).tag(sync=True)
    word = Unicode().tag(sync=True)

    def __init__(
        self,
        frames: str | Path | Mapping = "runs/word2vec_frames.npz",
        word: str = "",
        title: str = "The map while it is learned",
    ):
        needed = ("positions", "steps", "words")
        if isinstance(frames, Mapping):
            name, missing = "frames", [key for key in needed if key not in frames]
            require(not missing, f"frames lacks {', '.join(missing)}; it holds {list(frames)}.")
        else:
            name, frames = str(frames), load(frames, *needed)
        positions, steps = np.asarray(frames["positions"]), np.asarray(frames["steps"])
        loss, words = np.asarray(frames.get("loss", []), float), _words(frames, "words")
        _check(name, positions, steps, words, loss)
        names = _words(frames, "group_names")
        numbers = np.asarray(frames.get("groups", np.full(len(words), NO_GROUP)))
        _check_groups(name, names, numbers, len(words))
        known = not word or word in words
        require(known, f"word is {word!r}, which isn't among the {len(words)} words.")
        super().__init__(
            title=title,
            positions=quantise(positions, largest=32000)[0].astype("<i2").tobytes(),
            steps=steps.tolist(),
            loss=np.round(loss, 4).tolist(),
            words=words,
            groups=numbers.astype(np.uint8).tobytes(),
            group_names=names,
            word=word,
        )

    def alternative(self) -> str:
        """Say which words there are, and when."""
        groups = f"; groups: {', '.join(self.group_names)}" if self.group_names else ""
        return (
            f"{self.title}: {len(self.words)} words at {len(self.steps)} moments, "
            f"steps {self.steps[0]:,} to {self.steps[-1]:,}{groups}"
        )


def _words(frames: Mapping, name: str) -> list[str]:
    words = frames.get(name, [])
    if isinstance(words, np.ndarray) and words.dtype == np.uint8:
        return text(frames, name) if words.size else []
    return [str(word) for word in words]


def _check(
    name: str, positions: np.ndarray, steps: np.ndarray, words: list[str], loss: np.ndarray
) -> None:
    t, k = len(steps), len(words)
    check_array(f"{name}: positions", positions, (t, k, 2), "It is (frames, words, 2).")
    require(t and k, f"{name} has {t} frames and {k} words; expected one at least.")
    require(
        2 * positions.size <= MOST_BYTES,
        f"{name}: positions takes {2 * positions.size:,} bytes; expected at most {MOST_BYTES:,}, "
        "since it is part of the page. Take fewer words or fewer frames.",
    )
    rising = steps.dtype.kind in "iu" and (np.diff(steps) > 0).all()
    require(rising, f"{name}: steps is {steps.tolist()}; expected whole numbers that increase.")
    require(len(set(words)) == k, f"{name}: a word stands there twice; expected different words.")
    if loss.size:
        check_array(f"{name}: loss", loss, (t,))


def _check_groups(name: str, names: list[str], numbers: np.ndarray, k: int) -> None:
    n = len(names)
    require(n <= MOST_GROUPS, f"{name}: {n} groups; expected at most {MOST_GROUPS}.")
    known = (numbers == NO_GROUP) | ((numbers >= 0) & (numbers < n))
    require(
        numbers.shape == (k,) and known.all(),
        f"{name}: groups has shape {numbers.shape} and numbers {np.unique(numbers).tolist()}; "
        f"expected ({k},), numbers below {n}, or {NO_GROUP} for none.",
    )
