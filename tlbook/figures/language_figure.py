"""What the figures around a trained language model have in common."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Dict, Float, Int, List, Unicode

from .assets import pack
from .base import LiveFigure, style
from .language_files import load_language_model
from .word_map import read_arrays

MOST_TEXTS = 8


class LanguageFigure(LiveFigure):
    """A figure that loads a language model when the reader asks for it.

    Parameters
    ----------
    model : path
        An .npz file that ``tlbook.figures.language_files.save_language_model`` wrote.
    texts : sequence of str
        Texts to choose from; the first is there at the beginning.
    unk_key : str
        The word that stands for those that the vocabulary lacks.
    eos_key : str
        The word that ends a sentence. The model has read one before the text begins.
    **traits
        Values of the subclass's traits.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError, ValueError
        If it holds something else, or the texts are none.
    """

    _css = style("words", "lm")

    file = Unicode(help="name of the file").tag(sync=True)
    megabytes = Float(help="what loading it takes").tag(sync=True)
    arrays = Dict(help="place of each array in the file").tag(sync=True)
    n_words = Int().tag(sync=True)
    n_units = List(Int(), help="of each LSTM layer").tag(sync=True)
    texts = List(Unicode()).tag(sync=True)
    unk_key = Unicode().tag(sync=True)
    eos_key = Unicode().tag(sync=True)

    def __init__(
        self,
        model: str | Path,
        texts: Sequence[str],
        unk_key: str = "<unk>",
        eos_key: str = "<eos>",
        **traits,
    ):
        if isinstance(texts, str):
            raise TypeError(f"texts is one text, {texts[:30]!r}; expected a list of them")
        if not 1 <= len(texts) <= MOST_TEXTS:
            raise ValueError(f"texts are {len(texts)}; expected 1 to {MOST_TEXTS}")
        loaded = load_language_model(model)
        stem = Path(model).stem
        super().__init__(
            {stem: model},
            file=stem,
            megabytes=round(len(pack(model)) / 1e6, 2),
            arrays={name: i for i, name in enumerate(read_arrays(model, []))},
            n_words=len(loaded.words),
            n_units=[len(recurrent) for _, recurrent, _ in loaded.lstm_weights],
            texts=list(texts),
            unk_key=unk_key if unk_key in loaded.words else "",
            eos_key=eos_key if eos_key in loaded.words else "",
            **traits,
        )

    def _network(self) -> str:
        """Say how large the network is."""
        sizes = " and ".join(f"{n}" for n in self.n_units)
        layers = "an LSTM layer" if len(self.n_units) == 1 else f"{len(self.n_units)} LSTM layers"
        return f"{self.n_words:,} words, {layers} of {sizes} units"
