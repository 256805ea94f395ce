"""The window that slides over a sentence, and the pairs of words that it leaves behind."""

import re
from collections.abc import Mapping, Sequence

from traitlets import Dict, Int, List, Unicode

from tlcore.check import check_count, check_list, require

from .base import LiveFigure, compose, style

#: Letters and digits, with apostrophes inside; the page splits a typed sentence the same way.
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
MOST_WORDS = 40  # of a sentence; more would not be seen at once
MOST_IDS = 1000  # frequent words whose ids are sent, for the sentences that the reader types


class SkipGramWindow(LiveFigure):
    """A sentence, a window to slide over it, and the skip-gram pairs in the order they come.

    The pairs are those of ``tl.nlp.skip_gram_pairs``, with the sentence for a corpus: all words in
    the window where ``num_skips == 2 * skip_window``, else as many as that, chosen at random. The
    sentence is a ring: the window of its first word reaches on to the last ones.

    Parameters
    ----------
    sentences : sequence of str, or of lists of words
        What the reader may choose from; any other sentence can be typed. Of text, the letters and
        digits count, in lower case. Each has 3 to 40 words.
    skip_window : int
        Words on each side, at first.
    num_skips : int, optional
        Pairs of each centre, at first. All of the window unless given.
    word_to_id : mapping of str to int, optional
        The vocabulary: ids stand beside the words then. Words that it lacks get the id of
        UNK, if it has that.

    Examples
    --------
    >>> figure = SkipGramWindow(["The quick brown fox jumps over the lazy dog."], skip_window=1)
    >>> figure
    [live figure] A window over a sentence: a window of 1 word on each side; 2 pairs of each of...
    """

    _esm = compose("skip_gram_window.js")
    _css = style("words")

    sentences = List(List(Unicode())).tag(sync=True)
    skip_window = Int().tag(sync=True)
    num_skips = Int().tag(sync=True)
    seed = Int().tag(sync=True)
    ids = Dict(help="id by word: of the sentences' words, and of the most frequent").tag(sync=True)
    unknown = Int(-1, help="id of the words that the vocabulary lacks; -1: none").tag(sync=True)

    def __init__(
        self,
        sentences: Sequence[str] | Sequence[Sequence[str]],
        skip_window: int = 2,
        num_skips: int | None = None,
        word_to_id: Mapping[str, int] | None = None,
        seed: int = 0,
    ):
        one = isinstance(sentences, str)
        require(not one, "sentences is one text; expected a list of them.", TypeError)
        listed = check_list("sentences", sentences, 1, "sentences")
        split = [WORD.findall(s.lower()) if isinstance(s, str) else list(s) for s in listed]
        for words in split:
            require(
                3 <= len(words) <= MOST_WORDS,
                f"sentences holds one of {len(words)} words, {' '.join(words)[:40]!r}; expected 3 "
                f"to {MOST_WORDS}.",
            )
        fix = "A window has to fit into the first sentence."
        check_count("skip_window", skip_window, most=(len(split[0]) - 1) // 2, fix=fix)
        num_skips = 2 * skip_window if num_skips is None else num_skips
        fix = f"A window of skip_window={skip_window} holds no more beside its centre."
        check_count("num_skips", num_skips, most=2 * skip_window, fix=fix)
        ids = dict(word_to_id or {})
        known = sorted(ids, key=ids.get)[:MOST_IDS] + [w for words in split for w in words]
        super().__init__(
            title="A window over a sentence",
            sentences=split,
            skip_window=skip_window,
            num_skips=num_skips,
            seed=seed,
            ids={word: int(ids[word]) for word in known if word in ids},
            unknown=int(ids.get("UNK", -1)),
        )

    def alternative(self) -> str:
        """Say how wide the window is, and how many pairs it gives."""
        words = "word" if self.skip_window == 1 else "words"
        pairs = "pair" if self.num_skips == 1 else "pairs"
        return (
            f"{self.title}: a window of {self.skip_window} {words} on each side; {self.num_skips} "
            f"{pairs} of each of the {len(self.sentences[0])} words of a sentence."
        )
