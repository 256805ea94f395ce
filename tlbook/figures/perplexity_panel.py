"""What the panels of the models of words have in common: perplexities, step by step."""

import time
from typing import Any

import numpy as np
import tensorflow as tf
from traitlets import Float, Int, validate

from tlcore.check import check_count
from tlcore.train.loop import HeldInterrupt

from .steered import SteeredSteps

#: Points of the curves. When there are more, every second one goes.
MOST_POINTS = 400

#: Seconds of training between two looks at the sliders and at Pause.
SECONDS_A_RUN = 0.25

CURVES = ("step", "epoch", "train", "valid")


class PerplexityPanel(SteeredSteps):
    """Train a model of words in the background, and report its perplexities.

    A report comes after `report_steps` steps, and at the end of an epoch. A subclass says what is
    measured, and what the reader may change:

    - ``_valid()``: the perplexity of what isn't trained on;
    - ``_words(n)``: how many words the last `n` steps of the trainer guessed;
    - ``_rate()``: the learning rate that is used now;
    - ``_settings()``: hand over what the sliders say;
    - ``_show()``: show more at each report, if there is more.

    Parameters
    ----------
    trainer : LanguageTrainer or TranslationTrainer
        What trains. `reset` returns to the state in which it is handed over.
    report_steps : int
        Steps between two points of the curves.
    **traits
        Values of the figure's other traits.
    """

    learning_rate = Float().tag(sync=True)
    rate = Float(help="as it is now, after decay").tag(sync=True)
    n_words = Int(help="of the vocabulary that is guessed from").tag(sync=True)

    def __init__(self, trainer: Any, report_steps: int, **traits):
        self._trainer = trainer
        self._first = [tf.convert_to_tensor(v).numpy() for v in self._variables()]
        self._first_place = trainer.epoch, trainer.step
        super().__init__(
            report_steps=check_count("report_steps", report_steps),
            learning_rate=six_digits(trainer.learning_rate),
            **traits,
        )
        self._begin()

    def epoch(self) -> None:
        """Train in the background to the end of the epoch under way."""
        n = self._trainer.epoch
        self._launch(lambda: self._trainer.epoch > n)

    def _valid(self) -> float:
        raise NotImplementedError

    def _words(self, n: int) -> int:
        raise NotImplementedError

    def _rate(self) -> float:
        raise NotImplementedError

    def _settings(self) -> None:
        self._trainer.learning_rate = self.learning_rate

    def _show(self) -> None:
        pass

    def _variables(self) -> list:
        return [*self._trainer.state, *self._trainer.optimizer.variables]

    def _begin(self) -> None:
        super()._begin()
        for variable, value in zip(self._variables(), self._first, strict=True):
            variable.assign(value)
        self._trainer.epoch, self._trainer.step = self._first_place
        self._settings()  # some are among the variables, but they stay as the sliders are
        self._reports, self._a_run = 0, 1
        self._nats = self._guessed = 0
        self._set(history={name: [] for name in CURVES}, rate=self._rate())

    def _count(self) -> int:
        return self._reports

    def _advance(self) -> None:
        with HeldInterrupt() as interrupt:  # Ctrl-C comes when weights and notes agree
            self._train_some()
            if self._to_report <= 0 or self._trainer.step == 0:  # 0: the epoch has ended
                self._report()
        if interrupt.count:
            raise KeyboardInterrupt

    def _train_some(self) -> None:
        trainer = self._trainer
        n = min(self._a_run, self._to_report, trainer.n_steps - trainer.step)
        begun = time.perf_counter()
        self._nats += trainer.run(n)
        seconds = max(time.perf_counter() - begun, 1e-6)
        self._guessed += self._words(n)
        self._a_run = max(1, min(round(n * SECONDS_A_RUN / seconds), 4 * n))
        self._steps += n
        self._to_report -= n

    def _report(self) -> None:
        trainer = self._trainer
        # The loss of a sampled softmax is no perplexity.
        train = None if trainer.num_sampled else float(np.exp(self._nats / self._guessed))
        epoch = trainer.epoch + trainer.step / trainer.n_steps
        values = self._steps, round(epoch, 3), _or_none(train), _or_none(self._valid())
        new = dict(zip(CURVES, values, strict=True))
        history = {name: [*self.history[name], new[name]] for name in CURVES}
        if len(history["step"]) > MOST_POINTS:  # an odd number: the last one stays
            history = {name: values[::2] for name, values in history.items()}
        self._to_report, self._nats, self._guessed = self.report_steps, 0, 0
        self._reports += 1
        self._show()
        self._set(history=history, rate=self._rate())

    def _command(self, widget, content: dict, buffers: list) -> None:
        if content.get("type") == "epoch":
            self.epoch()
        else:
            super()._command(widget, content, buffers)

    @validate("learning_rate")
    def _hand_over_rate(self, proposal) -> float:
        self._trainer.learning_rate = proposal["value"]  # it checks the value
        return proposal["value"]


def six_digits(value: float) -> float:
    """Round: a slider has this number among its own, and float32 has no more digits.

    >>> six_digits(float(np.float32(0.1)))
    0.1
    """
    return float(f"{float(value):.6g}")


def _or_none(value: float | None) -> float | None:
    """Six digits; what JSON can't hold becomes None, a gap in the curve."""
    return six_digits(value) if value is not None and np.isfinite(value) else None
