"""What the figures around a trained translator have in common."""

from collections.abc import Sequence
from pathlib import Path

from traitlets import Dict, Float, Int, List, Unicode

from tlcore.nlp.buckets import BUCKETS, check_buckets

from .assets import pack
from .base import LiveFigure, style
from .translator_files import load_translator
from .word_map import read_arrays

MOST_EXAMPLES = 12


class TranslatorFigure(LiveFigure):
    """A figure that loads a translator when the reader asks for it.

    Parameters
    ----------
    weights : path
        An .npz file that ``tlbook.figures.save_translator`` wrote.
    examples : sequence of str
        English sentences to choose from; the first is there at the beginning.
    buckets : sequence of (int, int)
        As in ``tl.utils.Translator``: how long a translation may become.
    **traits
        Values of the subclass's traits.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    TypeError, ValueError
        If it holds something else, or there are no examples.
    """

    _css = style("words", "lm", "translator")

    file = Unicode(help="name of the file").tag(sync=True)
    megabytes = Float(help="what loading it takes").tag(sync=True)
    arrays = Dict(help="place of each array in the file").tag(sync=True)
    n_words = List(Int(), help="of the source, and of the target").tag(sync=True)
    examples = List(Unicode()).tag(sync=True)
    buckets = List(List(Int())).tag(sync=True)

    def __init__(
        self,
        weights: str | Path,
        examples: Sequence[str],
        buckets: Sequence[tuple[int, int]] = BUCKETS,
        **traits,
    ):
        if isinstance(examples, str):
            raise TypeError(f"examples is one text, {examples[:30]!r}; expected a list of them")
        if not 1 <= len(examples) <= MOST_EXAMPLES:
            raise ValueError(f"examples are {len(examples)}; expected 1 to {MOST_EXAMPLES}")
        penalty = traits.get("length_penalty", 0.0)
        if not 0 <= penalty <= 1:
            raise ValueError(f"length_penalty is {penalty}; expected 0 to 1")
        check_buckets(buckets)
        stored = load_translator(weights)
        self._layers, self._size = stored.num_layers, stored.size
        stem = Path(weights).stem
        super().__init__(
            {stem: weights},
            file=stem,
            megabytes=round(len(pack(weights)) / 1e6, 2),
            arrays={name: i for i, name in enumerate(read_arrays(weights, []))},
            n_words=[len(stored.source_words), len(stored.target_words)],
            examples=list(examples),
            buckets=[list(bucket) for bucket in buckets],
            **traits,
        )

    def _network(self) -> str:
        """Say how large the network is."""
        n, (source, target) = self._layers, self.n_words
        layers = "a GRU layer" if n == 1 else f"{n} GRU layers"
        return f"{source:,} English and {target:,} French words, {layers} of {self._size} units"
