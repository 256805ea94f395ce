"""What the figures around a trained language model have in common."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Int, List, Unicode

from tlcore.check import check_count, check_words

from .base import LiveFigure, style
from .language_files import read_language_model
from .store import load


class LanguageFigure(LiveFigure):
    """A figure that loads a language model when the reader asks for it.

    Parameters
    ----------
    model : path
        An .npz file that ``tlbook.figures.save_language_model`` wrote.
    texts : sequence of str
        Texts to choose from, at most 8; the first is there at the beginning.
    unk_key, eos_key : str
        The words for those that the vocabulary lacks, and for the end of a sentence. The model has
        read one end before the text begins.
    **traits
        Values of the subclass's traits.
    """

    _css = style("words", "lm")

    n_words = Int().tag(sync=True)
    n_units = List(Int(), help="of each LSTM layer").tag(sync=True)
    texts = List(Unicode()).tag(sync=True)
    unk_key = Unicode().tag(sync=True)
    eos_key = Unicode().tag(sync=True)

    def __init__(
        self, model: str | Path, texts: Sequence[str], unk_key: str, eos_key: str, **traits
    ):
        texts = check_words("texts", texts, least=0)
        check_count("the number of texts", len(texts), most=8)
        arrays = load(model, "words", "embeddings", "lstm0_kernel")
        loaded = read_language_model(model, arrays)
        super().__init__(
            {model: arrays},
            n_words=len(loaded.words),
            n_units=[len(recurrent) for _, recurrent, _ in loaded.lstm_weights],
            texts=texts,
            unk_key=unk_key if unk_key in loaded.words else "",
            eos_key=eos_key if eos_key in loaded.words else "",
            **traits,
        )

    def _network(self) -> str:
        """Say how large the network is."""
        sizes = " and ".join(f"{n}" for n in self.n_units)
        layers = "an LSTM layer" if len(self.n_units) == 1 else f"{len(self.n_units)} LSTM layers"
        return f"{self.n_words:,} words, {layers} of {sizes} units"
