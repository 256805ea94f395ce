"""Word vectors as a map: neighbours of a word in the full space, and arithmetic with words."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from traitlets import Int, List, Unicode

from tlcore.check import check_array, check_count, require

from .base import LiveFigure, compose, style
from .store import check_vocabulary, load, quantise, save, text

QUESTIONS = (("king", "man", "woman"), ("queen", "king", "prince"), ("his", "he", "she"))


class WordMap(LiveFigure):
    """A map of words to zoom into; each word shows its neighbours in the full space.

    The map is where t-SNE has put the words. Neighbours are found by the cosine of the vectors
    themselves, not by what is near on the map. Three words make a question, such as king - man +
    woman; the words of the question are left out of the answer, as is usual.

    Parameters
    ----------
    path_embedding : path
        An .npz file that ``tl.files.save_embedding`` wrote, the most frequent word first.
    path_map : path
        An .npz file that `save_word_map` wrote: `positions` (m, 2) of the first m of these words.
    word : str
        The word to begin with.
    questions : sequence of (str, str, str)
        Questions to try, a - b + c. Those with a word that isn't there are left out.
    n_neighbours : int
        How many words to list, 1 to 20.
    """

    _esm = compose("word_map.js")
    _css = style("words")

    shows = (
        "{0.n_words:,} words to find, each with its {0.n_neighbours} nearest by cosine, and "
        "arithmetic with three of them"
    )

    n_words = Int().tag(sync=True)
    n_neighbours = Int().tag(sync=True)
    word = Unicode().tag(sync=True)
    questions = List(List(Unicode())).tag(sync=True)

    def __init__(
        self,
        path_embedding: str | Path = "weights/word2vec.npz",
        path_map: str | Path = "weights/word2vec_map.npz",
        word: str = "",
        questions: Sequence[Sequence[str]] = QUESTIONS,
        n_neighbours: int = 10,
    ):
        for question in questions:
            three = len(question) == 3 and all(isinstance(w, str) for w in question)
            require(three, f"questions holds {question!r}; expected three words, a - b + c.")
        vectors = load(path_embedding, "embeddings", "words")
        positions = load(path_map, "positions")
        check_array(f"{path_embedding}: embeddings", vectors["embeddings"], ("words", "numbers"))
        n = len(vectors["embeddings"])
        words = check_vocabulary(path_embedding, "words", text(vectors, "words"), n)
        there = check_array(f"{path_map}: positions", positions["positions"], ("words", 2))
        found = f"{path_map}: positions has shape {there.shape} for {n} words"
        require(len(there) <= n, f"{found} in {path_embedding}; expected no more than these.")
        require(not word or word in words, f"word is {word!r}, which isn't among the {n} words.")
        super().__init__(
            {path_embedding: vectors, path_map: positions},
            title="A map of words",
            n_words=n,
            n_neighbours=check_count("n_neighbours", n_neighbours, most=20),
            word=word,
            questions=[list(question) for question in questions],
        )


def save_word_map(path: str | Path, positions: np.ndarray) -> Path:
    """Write the positions of a map of words for `WordMap`.

    Parameters
    ----------
    positions : array-like, (m, 2)
        Where each word stands, for example what ``tl.visualize.tsne`` returns. They are centred,
        and both axes are scaled alike, to whole numbers of 16 bits.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_word_map(f"{folder}/map.npz", [[0.0, 0.0], [4.0, 2.0]])
    ...     print(load(path)["positions"].tolist())
    [[-32000, -16000], [32000, 16000]]
    """
    positions = check_array("positions", positions, ("words", 2)).astype(np.float64)
    centred = positions - (positions.min(0) + positions.max(0)) / 2
    return save(path, {"positions": quantise(centred, largest=32000)[0]})
