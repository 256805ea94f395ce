"""A text cut into rows and windows: what ``tl.iterate.ptb_iterator`` hands out."""

from collections.abc import Sequence

from traitlets import Int, List, Unicode

from tlcore.check import check_count, check_list, require

from .base import LiveFigure, compose, style

FEWEST, MOST_WORDS = 4, 60  # of a text; more would not be seen at once
LARGEST = 10  # batch_size and num_steps
NUMBERS = tuple(range(20))
RIVER = (
    "the river comes down from the hills and runs past the mill <eos> the miller opens the gate "
    "in the morning and the water turns the wheel <eos> in the evening he closes the gate and the "
    "wheel stands still <eos>"
)


class SyncedSequences(LiveFigure):
    """A text becomes ``batch_size`` rows; windows of ``num_steps`` words move over all of them.

    Inputs and targets are those of ``tl.iterate.ptb_iterator``; arrows are the state.

    Parameters
    ----------
    texts : sequence of str, or of sequences of words or ids
        What the reader may choose from, each of 4 to 60 words.
    batch_size, num_steps : int
        Rows, and words of a window, at first; 1 to 10.

    Examples
    --------
    >>> SyncedSequences([range(20)], batch_size=2, num_steps=3)
    [live figure] Rows and windows of a text: 20 words in 2 rows of 10; 3 windows of up to 3 words.
    18 words are inputs, 2 are targets only, 0 are never used.
    """

    _esm = compose("synced_sequences.js")
    _css = style("words", "lm")

    texts = List(List(Unicode())).tag(sync=True)
    batch_size = Int().tag(sync=True)
    num_steps = Int().tag(sync=True)

    def __init__(
        self,
        texts: Sequence[str] | Sequence[Sequence[str | int]] = (NUMBERS, RIVER),
        batch_size: int = 2,
        num_steps: int = 3,
        title: str = "Rows and windows of a text",
    ):
        one = isinstance(texts, str)
        require(not one, "texts is one text; expected a list of them.", TypeError)
        texts = check_list("texts", texts, 1, "texts")
        split = [t.split() if isinstance(t, str) else [f"{word}" for word in t] for t in texts]
        for words in split:
            require(
                FEWEST <= len(words) <= MOST_WORDS,
                f"texts holds one of {len(words)} words, {' '.join(words)[:40]!r}; expected "
                f"{FEWEST} to {MOST_WORDS}.",
            )
        fix = "Each row needs a word and the next of the first text."
        check_count("batch_size", batch_size, most=min(LARGEST, len(split[0]) // 2), fix=fix)
        check_count("num_steps", num_steps, most=LARGEST)
        super().__init__(title=title, texts=split, batch_size=batch_size, num_steps=num_steps)

    def alternative(self) -> str:
        """Say how many rows and windows there are, and how many words are used."""
        n = len(self.texts[0])
        row = n // self.batch_size
        windows = -(-(row - 1) // self.num_steps)
        inputs = self.batch_size * (row - 1)
        return (
            f"{self.title}: {n} words in {self.batch_size} rows of {row}; {windows} windows of up "
            f"to {self.num_steps} words. {inputs} words are inputs, {self.batch_size} are targets "
            f"only, {n - inputs - self.batch_size} are never used."
        )
