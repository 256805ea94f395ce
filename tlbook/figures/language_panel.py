"""A panel around the training of a language model: watch its perplexity, change its settings."""

from collections.abc import Sequence

import numpy as np

from tlcore.check import check_positive, require
from tlcore.train.language import LanguageTrainer, perplexity_measure

from .base import compose, titled
from .panel import Setting, keep_setting, log
from .perplexity_panel import PerplexityPanel


class LanguagePanel(PerplexityPanel):
    """Train a language model in the background, and move rate, clipping and keep meanwhile.

    The learning rate of the slider is that of the first epochs; the trainer's decay goes on.

    Parameters
    ----------
    trainer, report_steps
        As for `PerplexityPanel`: a LanguageTrainer.
    valid : array_like of int
        A text to measure at each report, as ids; a few thousand words are enough.

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

    shows = "the perplexity, step by step, of a training that you steer"

    title = titled("A language model to watch and to tune")
    max_grad_norm = Setting(
        "Longest gradient",
        log(0.05, 1000, (1, 2, 5)),
        lambda _, norm: check_positive("max_grad_norm", norm),
    )
    keep = keep_setting()

    def __init__(
        self,
        trainer: LanguageTrainer,
        valid: Sequence[int] | np.ndarray,
        report_steps: int = 50,
    ):
        found = f"trainer is a {type(trainer).__name__}; expected a tl.train.LanguageTrainer"
        require(isinstance(trainer, LanguageTrainer), found, TypeError)
        network = trainer.network
        batch = max(1, min(trainer.batch_size, len(valid) // 2))
        self._perplexity = perplexity_measure(network, valid, batch, trainer.num_steps)
        n_words = network.outputs.shape[-1]
        super().__init__(trainer, network, report_steps, n_words=n_words)

    def _valid(self) -> float:
        with self.trainer.averaged():
            return self._perplexity()

    def _rate(self) -> float:
        return self.trainer.rate
