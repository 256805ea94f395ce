"""A panel around the training of a language model: watch its perplexity, change its settings."""

import time
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from traitlets import Dict, Float, Int, validate

from tlcore.train.check import check_count
from tlcore.train.interrupt import HeldInterrupt
from tlcore.train.language import LanguageTrainer
from tlcore.train.perplexity import perplexity_measure

from .base import compose
from .steered import Steered

#: Points of the curves. When there are more, every second one goes.
MOST_POINTS = 400

#: Seconds of training between two looks at the sliders and at Pause.
SECONDS_A_RUN = 0.25

CURVES = ("step", "epoch", "train", "valid")


class LanguagePanel(Steered):
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

    _esm = compose("steered.js", "chart.js", "language_panel.js")

    learning_rate = Float().tag(sync=True)
    max_grad_norm = Float().tag(sync=True)
    keep = Dict(help="keeping probability by the name of the layer").tag(sync=True)
    rate = Float(help="of the epoch under way").tag(sync=True)
    history = Dict(help="the curves: lists of equal length, one entry a report").tag(sync=True)
    report_steps = Int().tag(sync=True)
    n_words = Int(help="of the vocabulary").tag(sync=True)

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
        check_count("report_steps", report_steps)
        batch = max(1, min(trainer.batch_size, len(valid) // 2))
        self._measure = perplexity_measure(trainer.network, valid, batch, trainer.num_steps)
        self._trainer = trainer
        self._first = [tf.convert_to_tensor(v).numpy() for v in self._variables()]
        self._first_place = trainer.epoch, trainer.step
        drops = trainer.network.all_drop
        super().__init__(
            title=title,
            # Six digits: a slider has this number among its own, and float32 has no more.
            learning_rate=float(f"{trainer.learning_rate:.6g}"),
            max_grad_norm=float(f"{trainer.max_grad_norm:.6g}"),
            keep={name: float(f"{float(keep):.6g}") for name, keep in drops.items()},
            report_steps=report_steps,
            n_words=trainer.network.outputs.shape[-1],
        )
        self._begin()

    # ---- what the reader does --------------------------------------------------------------

    def run(self, n_steps: int = 100) -> dict[str, list]:
        """Train in the foreground, `n_steps` steps, rounded up to a report; return the curves.

        An interrupt ends it early, and `run` carries on from there.

        Raises
        ------
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        self.pause()
        last = self._steps + n_steps
        self._foreground(lambda: self._steps >= last and self._to_report == self.report_steps)
        return {name: list(values) for name, values in self.history.items()}

    def epoch(self) -> None:
        """Train in the background to the end of the epoch under way."""
        n = self._trainer.epoch
        self._launch(lambda: self._trainer.epoch > n)

    # ---- the training ----------------------------------------------------------------------

    def _variables(self) -> list:
        return [*self._trainer.state, *self._trainer.optimizer.variables]

    def _begin(self) -> None:
        for variable, value in zip(self._variables(), self._first, strict=True):
            variable.assign(value)
        self._trainer.epoch, self._trainer.step = self._first_place
        # These are among the variables, but they are settings, and stay as the sliders are.
        self._trainer.learning_rate = self.learning_rate
        self._trainer.max_grad_norm = self.max_grad_norm
        self._trainer.network.set_keep(self.keep)
        self._steps, self._to_report, self._reports, self._a_run = 0, self.report_steps, 0, 1
        self._nats = self._words = 0
        self._set(history={name: [] for name in CURVES}, rate=self._trainer.rate)

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
        segment = trainer.n_rows // trainer.batch_size  # words that are guessed in each segment
        ends = [min((trainer.step + k) * trainer.num_steps, segment) for k in (0, n)]
        begun = time.perf_counter()
        self._nats += trainer.run(n)
        seconds = max(time.perf_counter() - begun, 1e-6)
        self._words += (ends[1] - ends[0]) * trainer.batch_size
        self._a_run = max(1, min(round(n * SECONDS_A_RUN / seconds), 4 * n))
        self._steps += n
        self._to_report -= n

    def _report(self) -> None:
        trainer = self._trainer
        train = None if trainer.num_sampled else float(np.exp(self._nats / self._words))
        with trainer.averaged():
            valid = self._measure()
        epoch = trainer.epoch + trainer.step / trainer.n_steps
        values = self._steps, round(epoch, 3), _short(train), _short(valid)
        new = dict(zip(CURVES, values, strict=True))
        history = {name: [*self.history[name], new[name]] for name in CURVES}
        if len(history["step"]) > MOST_POINTS:  # an odd number: the last one stays
            history = {name: values[::2] for name, values in history.items()}
        self._to_report, self._nats, self._words = self.report_steps, 0, 0
        self._reports += 1
        self._set(history=history, rate=trainer.rate)

    # ---- the page --------------------------------------------------------------------------

    def _command(self, widget, content: dict, buffers: list) -> None:
        if content.get("type") == "epoch":
            self.epoch()
        else:
            super()._command(widget, content, buffers)

    @validate("learning_rate", "max_grad_norm")
    def _hand_over(self, proposal) -> float:
        setattr(self._trainer, proposal["trait"].name, proposal["value"])  # it checks the value
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


def _short(value: float | None) -> float | None:
    """Six digits; what JSON can't hold becomes None, a gap in the curve."""
    return float(f"{value:.6g}") if value is not None and np.isfinite(value) else None
