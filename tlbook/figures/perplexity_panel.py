"""What the panels of the language model and the translator have in common: perplexities."""

import numpy as np
from traitlets import Int

from .panel import Panel, rate_setting


class PerplexityPanel(Panel):
    """Train a model of words in the background, and report its perplexities, step by step.

    The curves are perplexities: of the words that were guessed since the last report, with dropout
    as it is set, and of what isn't trained on, without dropout and with the whole softmax.
    `reset` returns to the state in which the trainer is handed over.

    A subclass gives ``_valid()``, the perplexity of what isn't trained on, and ``_rate()``, the
    learning rate after decay.
    """

    curves = ("step", "epoch", "train", "valid", "rate")
    commands = (*Panel.commands, "epoch")

    learning_rate = rate_setting(1e-4, 20, (1, 2, 5))

    n_words = Int(help="of the vocabulary that is guessed from").tag(sync=True)

    def epoch(self) -> None:
        """Train in the background to the end of the epoch under way."""
        n = self.trainer.epoch
        self._launch(lambda: self.trainer.epoch > n)

    def _measure(self) -> dict[str, float | None]:
        trainer, nats = self.trainer, self._loop.mean_loss()
        return {
            "step": self._steps,
            "epoch": trainer.epoch + trainer.step / trainer.n_steps,
            # The loss of a sampled softmax is no perplexity.
            "train": None if trainer.num_sampled else float(np.exp(nats)),
            "valid": self._valid(),
            "rate": self._rate(),
        }

    def _rate(self) -> float:
        return self.trainer.learning_rate
