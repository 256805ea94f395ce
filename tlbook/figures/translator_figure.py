"""What the figures around a trained translator have in common."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Float, Int, List, Unicode

from tlcore.check import check_count, check_number, check_words
from tlcore.nlp.buckets import BUCKETS, check_buckets

from .base import LiveFigure, style
from .store import load
from .translator_files import load_translator


class TranslatorFigure(LiveFigure):
    """A figure that loads a translator when the reader asks for it.

    Parameters
    ----------
    weights : path
        An .npz file that ``tlbook.figures.save_translator`` wrote.
    examples : sequence of str
        English sentences to choose from, at most 12; the first is there at the beginning.
    beam_size : int
        Hypotheses to keep at first; 1 is greedy search.
    length_penalty : float
        0 to 1: 0 chooses the highest probability, 1 the highest mean of a word.
    buckets : sequence of (int, int)
        How long a translation may become, as in ``tl.utils.Translator``.
    **traits
        Values of the subclass's traits.
    """

    _css = style("words", "lm", "translator")
    largest_beam, usual_beam, shows = 5, 3, ""

    n_words = List(Int(), help="of the source, and of the target").tag(sync=True)
    examples = List(Unicode()).tag(sync=True)
    beam_size = Int().tag(sync=True)
    length_penalty = Float().tag(sync=True)
    buckets = List(List(Int())).tag(sync=True)

    def __init__(
        self,
        weights: str | Path,
        examples: Sequence[str],
        beam_size: int | None = None,
        length_penalty: float = 1.0,
        buckets: Sequence[tuple[int, int]] = BUCKETS,
        **traits,
    ):
        beam_size = self.usual_beam if beam_size is None else beam_size
        examples = check_words("examples", examples, least=0)
        check_count("the number of examples", len(examples), most=12)
        self._translator = load_translator(weights)
        super().__init__(
            {weights: load(weights)},
            n_words=[len(self._translator.source_words), len(self._translator.target_words)],
            examples=examples,
            beam_size=check_count("beam_size", beam_size, most=self.largest_beam),
            length_penalty=check_number("length_penalty", length_penalty, 0, 1),
            buckets=[list(bucket) for bucket in check_buckets(buckets)],
            **traits,
        )

    def alternative(self) -> str:
        """Say how large the network is, and what there is to see."""
        n, (source, target) = self._translator.num_layers, self.n_words
        layers, size = "a GRU layer" if n == 1 else f"{n} GRU layers", self._translator.size
        network = f"{source:,} English and {target:,} French words, {layers} of {size} units"
        return f"{self.title}: a translator of {network}; {self.shows}."
