"""A panel around the training of a language model: watch its perplexity, change its settings."""

from collections.abc import Sequence

import numpy as np
from traitlets import Dict, Float, validate

from tlcore.train.language import LanguageTrainer, perplexity_measure

from .base import compose
from .perplexity_panel import PerplexityPanel, six_digits


class LanguagePanel(PerplexityPanel):
    """Train a language model in the background, and move rate, clipping and keep meanwhile.

    The curves are perplexities: of the words that were guessed since the last report, with dropout
    as it is set, and of a text that isn't trained on, without dropout and with the whole softmax.
    The learning rate of the slider is that of the first epochs; the trainer's decay goes on. On a
    page without a kernel the panel shows what it had recorded.

    Parameters
    ----------
    trainer : LanguageTrainer
        What trains. `reset` returns to the state in which it is handed over.
    valid : array_like of int
        A text to measure at each report, as ids; a few thousand words are enough.
    report_steps : int
        Steps between two points of the curves; the end of an epoch is a point too. The Step button
        trains up to the next one.
    title : str
        Heading.

    Raises
    ------
    TypeError, ValueError
        If `trainer` is something else, or `valid` is no text for its network.

    Examples
    --------
    >>> from tlcore.layers import EmbeddingInputlayer, InputLayer, RNNLayer, WordLogitsLayer
    >>> words = EmbeddingInputlayer(InputLayer((None,), dtype="int32"), 4, 8)
    >>> network = WordLogitsLayer(RNNLayer(words, "lstm", n_hidden=8, return_seq_2d=True), 4)
    >>> trainer = LanguageTrainer(network, [0, 1, 2, 3] * 100, batch_size=2, num_steps=10)
    >>> panel = LanguagePanel(trainer, [0, 1, 2, 3] * 10, report_steps=5)
    >>> panel.run(n_steps=10)["step"]  # in the foreground: for tests, and for a first picture
    [5, 10]
    """

    _esm = compose("language_panel.js")

    max_grad_norm = Float().tag(sync=True)
    keep = Dict(help="keeping probability by the name of the layer").tag(sync=True)

    def __init__(
        self,
        trainer: LanguageTrainer,
        valid: Sequence[int] | np.ndarray,
        report_steps: int = 50,
        title: str = "A language model to watch and to tune",
    ):
        if not isinstance(trainer, LanguageTrainer):
            raise TypeError(
                f"trainer is a {type(trainer).__name__}; expected a tl.train.LanguageTrainer"
            )
        batch = max(1, min(trainer.batch_size, len(valid) // 2))
        self._measure = perplexity_measure(trainer.network, valid, batch, trainer.num_steps)
        drops = trainer.network.all_drop
        super().__init__(
            trainer,
            report_steps,
            title=title,
            max_grad_norm=six_digits(trainer.max_grad_norm),
            keep={name: six_digits(keep) for name, keep in drops.items()},
            n_words=trainer.network.outputs.shape[-1],
        )

    def _valid(self) -> float:
        with self._trainer.averaged():
            return self._measure()

    def _words(self, n: int) -> int:
        trainer = self._trainer
        segment = trainer.n_examples // trainer.batch_size  # words that are guessed in each segment
        end = trainer.step or trainer.n_steps  # 0: the epoch has ended
        first, last = (min(k * trainer.num_steps, segment) for k in (end - n, end))
        return (last - first) * trainer.batch_size

    def _rate(self) -> float:
        return self._trainer.rate

    def _settings(self) -> None:
        super()._settings()
        self._trainer.max_grad_norm = self.max_grad_norm
        self._trainer.network.set_keep(self.keep)

    @validate("max_grad_norm")
    def _hand_over_norm(self, proposal) -> float:
        self._trainer.max_grad_norm = proposal["value"]  # it checks the value
        return proposal["value"]

    @validate("keep")
    def _hand_over_keep(self, proposal) -> dict[str, float]:
        drops = self._trainer.network.all_drop
        if proposal["value"].keys() != drops.keys():
            raise ValueError(f"keep has {list(proposal['value'])}; expected {list(drops)}")
        self._trainer.network.set_keep(proposal["value"])
        return proposal["value"]

    def alternative(self) -> str:
        """Say what the panel does."""
        return f"{self.title}: the perplexity, step by step, of a training that you steer."
