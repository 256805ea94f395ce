"""What the figures around a trained language model have in common."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Int, List, Unicode

from tlcore.check import check_count, check_words

from .base import LiveFigure, style
from .language_files import load_language_model
from .store import load

#: The words for those that the vocabulary lacks, and for the end of a sentence, one of which the
#: model has read before the text begins.
UNKNOWN, END = "<unk>", "<eos>"


class LanguageFigure(LiveFigure):
    """A figure that loads a language model when the reader asks for it.

    Parameters
    ----------
    model : path
        An .npz file that ``tlbook.figures.save_language_model`` wrote.
    texts : sequence of str
        Texts to choose from, at most 8; the first is there at the beginning.
    **traits
        Values of the subclass's traits.
    """

    _css = style("words", "lm")

    n_words = Int().tag(sync=True)
    n_units = List(Int(), help="of each LSTM layer").tag(sync=True)
    texts = List(Unicode()).tag(sync=True)
    unk_key = Unicode().tag(sync=True)
    eos_key = Unicode().tag(sync=True)

    def __init__(self, model: str | Path, texts: Sequence[str], **traits):
        texts = check_words("texts", texts, least=0)
        check_count("the number of texts", len(texts), most=8)
        loaded = load_language_model(model)
        super().__init__(
            {model: load(model)},
            n_words=len(loaded.words),
            n_units=[len(recurrent) for _, recurrent, _ in loaded.lstm_weights],
            texts=texts,
            unk_key=UNKNOWN if UNKNOWN in loaded.words else "",
            eos_key=END if END in loaded.words else "",
            **traits,
        )

    @property
    def network(self) -> str:
        """How large the network is."""
        sizes = " and ".join(f"{n}" for n in self.n_units)
        layers = "an LSTM layer" if len(self.n_units) == 1 else f"{len(self.n_units)} LSTM layers"
        return f"{self.n_words:,} words, {layers} of {sizes} units"
