"""Buckets to move until little is padding: what ``tl.nlp.put_in_buckets`` does with pairs."""

from collections import Counter
from collections.abc import Sequence

from traitlets import Int, List

from tlcore.check import check_count, require
from tlcore.nlp import BUCKETS, basic_tokenizer, padding_share, put_in_buckets
from tlcore.nlp.buckets import check_buckets

from .base import LiveFigure, compose, style, titled

MOST_BUCKETS = 6
LARGEST = 100  # of a slider, unless a bucket is larger to begin with
EXAMPLES = 4
Buckets = Sequence[tuple[int, int]]


class BucketGame(LiveFigure):
    """Pairs of sentences fall into buckets; the reader moves the sizes and counts the padding.

    A pair goes into the first bucket (I, O) with fewer than I words in the source, and fewer than O
    in the target with its ``_EOS``; the padding is that of ``tl.nlp.padding_share``. A sentence of
    the reader's own is shown as the network reads it. The game: less padding than the first buckets
    leave, with no more buckets and no more pairs left out. With a kernel, `buckets` is what the
    reader has made.

    Parameters
    ----------
    pairs : sequence of (str, str)
        Sentences and their translations; a few thousand are enough. Only their lengths are sent,
        and four of them to choose from. Pairs with an empty side are left out.
    buckets : sequence of (int, int)
        The first buckets, 1 to 6, small ones first.

    Examples
    --------
    >>> pairs = [("I see.", "Je vois."), ("He sees the old house.", "Il voit la vieille maison.")]
    >>> BucketGame(pairs, [(4, 6), (10, 12)])
    [live figure] Buckets and padding: 2 pairs in the buckets (4, 6), (10, 12). 31.2 % of what the
    network reads is padding; 0 pairs are too long.
    """

    _esm = compose("bucket_game.js")
    _css = style("words", "bucket_game")

    lengths = List(help="[source words, target words, how many pairs]").tag(sync=True)
    examples = List(help="a few pairs of text").tag(sync=True)
    first = List(help="the buckets to be beaten").tag(sync=True)
    title = titled("Buckets and padding")
    buckets = List(help="the buckets as the reader has them").tag(sync=True)
    largest = List(Int(), help="ends of the sliders of I and O").tag(sync=True)

    def __init__(self, pairs: Sequence[tuple[str, str]], buckets: Buckets = BUCKETS):
        first = [list(bucket) for bucket in check_buckets(buckets)]
        check_count("the number of buckets", len(first), most=MOST_BUCKETS)
        found = [(pair, *_count(i, pair)) for i, pair in enumerate(pairs)]
        found = [(pair, n, m) for pair, n, m in found if n and m]
        counts = Counter((n, m) for _, n, m in found)
        lengths = [[n, m, count] for (n, m), count in sorted(counts.items())]
        require(
            any(_in_buckets(lengths, first)),
            f"pairs has {len(found)} pairs with words on both sides, and none of them fits into "
            f"the buckets {buckets}; expected one at least.",
        )
        ends = [max(row[side] for row in lengths) + 1 + side for side in (0, 1)]
        # From the short to the long, those that fit, so that they fall into several buckets.
        fit = sorted(
            ([n + m, *pair] for pair, n, m in found if any(_in_buckets([[n, m, 1]], first))),
            key=lambda row: row[0],
        )
        k = min(EXAMPLES, len(fit))
        super().__init__(
            lengths=lengths,
            examples=[fit[(2 * i + 1) * len(fit) // (2 * k)][1:] for i in range(k)],
            first=first,
            buckets=first,
            largest=[max(first[-1][side], min(ends[side], LARGEST)) for side in (0, 1)],
        )

    def alternative(self) -> str:
        """Say how much is padding in the buckets as they are."""
        data = _in_buckets(self.lengths, self.buckets)
        n = sum(count for *_, count in self.lengths)
        buckets = ", ".join(str(tuple(bucket)) for bucket in self.buckets)
        share = f"{100 * padding_share(data, self.buckets):.1f} %" if any(data) else "Nothing"
        return (
            f"{self.title}: {n:,} pairs in the buckets {buckets}. {share} of what the network "
            f"reads is padding; {data.too_long:,} pairs are too long."
        )


def _count(number: int, pair: tuple[str, str]) -> list[int]:
    """Return the words of both sides."""
    two = isinstance(pair, Sequence) and len(pair) == 2 and not isinstance(pair, str)
    require(
        two and all(isinstance(one, str) for one in pair),
        f"pairs: {pair!r} at {number}; expected a sentence and its translation, both text.",
        TypeError,
    )
    return [len(basic_tokenizer(one)) for one in pair]


def _in_buckets(lengths: Sequence[Sequence[int]], buckets: Buckets):
    """Sort pairs of these lengths into buckets; only how long they are counts."""
    pairs = ((range(n), range(m)) for n, m, count in lengths for _ in range(count))
    return put_in_buckets(pairs, buckets)
