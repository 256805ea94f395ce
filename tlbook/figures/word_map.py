"""Word vectors as a map: neighbours of a word in the full space, and arithmetic with words."""

import io
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from traitlets import Dict, Float, Int, List, Unicode

from tldata.atomic import write_bytes

from .assets import pack
from .base import LiveFigure, compose, style

QUESTIONS = (("king", "man", "woman"), ("paris", "france", "germany"), ("walking", "walk", "go"))


class WordMap(LiveFigure):
    """A map of words to zoom into; each word shows its neighbours in the full space.

    The map is where t-SNE has put the words. Neighbours are found by the cosine of the vectors
    themselves, not by what is near on the map. Three words make a question, such as king - man +
    woman; the words of the question are left out of the answer, as is usual.

    Parameters
    ----------
    path_embedding : path
        An .npz file that ``tl.files.save_embedding`` wrote: `embeddings` (n, d) and `words`, UTF-8
        bytes with a line end between two words, the most frequent word first.
    path_map : path
        An .npz file that `save_word_map` wrote: `positions` (m, 2) of the first m of these words.
    word : str
        The word to begin with.
    questions : sequence of (str, str, str)
        Questions to try, a - b + c. Those with a word that isn't there are left out.
    n_neighbours : int
        How many words to list.
    title : str
        Heading.

    Raises
    ------
    FileNotFoundError
        If one of the files isn't there.
    ValueError
        If a file doesn't hold such arrays, or they don't fit each other.

    Examples
    --------
    >>> figure = WordMap("word2vec.npz", "word2vec_map.npz", word="river")  # doctest: +SKIP
    """

    _esm = compose("word_map.js")
    _css = style("words")

    files = List(Unicode(), help="names of the two files").tag(sync=True)
    megabytes = Float(help="of both files").tag(sync=True)
    arrays = Dict(help="place of each array in its file").tag(sync=True)
    n_words = Int().tag(sync=True)
    n_neighbours = Int().tag(sync=True)
    word = Unicode().tag(sync=True)
    questions = List(List(Unicode())).tag(sync=True)

    def __init__(
        self,
        path_embedding: str | Path = "../../data/weights/word2vec.npz",
        path_map: str | Path = "../../data/weights/word2vec_map.npz",
        word: str = "",
        questions: Sequence[Sequence[str]] = QUESTIONS,
        n_neighbours: int = 10,
        title: str = "A map of words",
    ):
        if not 1 <= n_neighbours <= 20:
            raise ValueError(f"n_neighbours is {n_neighbours}; expected 1 to 20")
        for question in questions:
            if len(question) != 3 or not all(isinstance(w, str) for w in question):
                raise ValueError(f"questions holds {question!r}; expected three words, a - b + c")
        vectors = read_arrays(path_embedding, ["embeddings", "words"])
        positions = read_arrays(path_map, ["positions"])
        words = check_words(path_embedding, vectors["embeddings"], vectors["words"])
        shape = positions["positions"].shape
        if len(shape) != 2 or shape[1] != 2 or not 1 <= shape[0] <= len(words):
            raise ValueError(
                f"{path_map}: positions has shape {shape}; expected (m, 2) for the first m of the "
                f"{len(words)} words in {path_embedding}"
            )
        if word and word not in words:
            raise ValueError(f"word is {word!r}, which isn't among the {len(words)} words")
        places = {name: list(vectors).index(name) for name in ("embeddings", "words")}
        places["positions"] = list(positions).index("positions")
        assets = {Path(path).stem: path for path in (path_embedding, path_map)}
        if len(assets) < 2:
            raise ValueError(f"both files are named {Path(path_map).stem!r}; rename one of them")
        super().__init__(
            assets,
            title=title,
            files=list(assets),
            megabytes=sum(len(pack(path)) for path in assets.values()) / 1e6,
            arrays=places,
            n_words=len(words),
            n_neighbours=n_neighbours,
            word=word,
            questions=[list(question) for question in questions],
        )

    def alternative(self) -> str:
        """Say how many words there are, and what there is to do."""
        return (
            f"{self.title}: {self.n_words:,} words to find, each with its {self.n_neighbours} "
            "nearest by cosine, and arithmetic with three of them."
        )


def save_word_map(
    path: str | os.PathLike, positions: np.ndarray, counts: np.ndarray | None = None
) -> Path:
    """Write the positions of a map of words for `WordMap`.

    Parameters
    ----------
    path : path
        Where to; ends in .npz. It appears whole or not at all.
    positions : array-like, (m, 2)
        Where each word stands, for example what ``tl.visualize.tsne`` returns. They are centred,
        and both axes are scaled alike, to whole numbers of 16 bits.
    counts : array-like of int, (m,), optional
        How often each word stands in the corpus.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ValueError
        If the shapes are others, or positions aren't finite.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_word_map(f"{folder}/map.npz", [[0.0, 0.0], [4.0, 2.0]])
    ...     print(read_arrays(path, ["positions"])["positions"].tolist())
    [[-32000, -16000], [32000, 16000]]
    """
    positions = np.asarray(positions, np.float64)
    if positions.ndim != 2 or positions.shape[1] != 2 or len(positions) == 0:
        raise ValueError(f"positions has shape {positions.shape}; expected (m, 2) with m >= 1")
    if not np.isfinite(positions).all():
        raise ValueError("positions holds NaN or infinity; expected finite numbers")
    centred = positions - (positions.min(0) + positions.max(0)) / 2
    scaled = np.round(centred * (32000 / max(np.abs(centred).max(), 1e-12)))
    arrays = {"positions": scaled.astype(np.int16)}
    if counts is not None:
        arrays["counts"] = np.asarray(counts, np.int32)
        if arrays["counts"].shape != (len(positions),):
            raise ValueError(
                f"counts has shape {arrays['counts'].shape}; expected ({len(positions)},)"
            )
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return write_bytes(Path(path), buffer.getvalue())


def read_arrays(path: str | Path, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Read all arrays of an .npz file, in their order, and check that these are among them.

    Raises
    ------
    FileNotFoundError, ValueError
        If there is no such file, or one of the arrays isn't in it.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"there is no file {path} (from {Path.cwd()})")
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (ValueError, TypeError, OSError, zipfile.BadZipFile) as error:  # TypeError: a .npy
        raise ValueError(f"{path} isn't an .npz file of plain arrays: {error}") from error
    missing = [name for name in names if name not in arrays]
    if missing:
        raise ValueError(f"{path} holds {list(arrays)}; expected {', '.join(missing)} too")
    return arrays


def check_words(path: str | Path, embeddings: np.ndarray, words: np.ndarray) -> list[str]:
    """Return the words of an embedding as text, if they fit its vectors.

    Raises
    ------
    ValueError
        If they don't.
    """
    if embeddings.ndim != 2 or embeddings.dtype.kind != "f" or not np.isfinite(embeddings).all():
        raise ValueError(
            f"{path}: embeddings is {embeddings.dtype} {embeddings.shape}; expected finite floats "
            "(words, dimensions)"
        )
    if words.dtype != np.uint8:
        raise ValueError(
            f"{path}: words is {words.dtype}; expected uint8, text as UTF-8 with a line end "
            "between two words, as tl.files.save_embedding writes it"
        )
    text = words.tobytes().decode("utf-8").split("\n")
    if len(text) != len(embeddings) or len(set(text)) != len(text):
        raise ValueError(
            f"{path}: {len(text)} words, {len(set(text))} of them different, for "
            f"{len(embeddings)} vectors; expected one word a vector"
        )
    return text
