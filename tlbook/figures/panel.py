"""One panel for every training: settings to move, curves to watch; start, pause, step and reset."""

import contextlib
import threading
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from traitlets import Bytes, Dict, Int, List, TraitType, Unicode

from tlcore.check import check_count, check_keep, check_positive, require
from tlcore.layers import Layer
from tlcore.train.loop import Loop, Trainable

from .base import LiveFigure

#: Points of the curves, and looks at what is learned, that are kept at most.
MOST_POINTS, MOST_LOOKS = 400, 12

#: Where a slider of a keeping probability stops.
KEEPS = [k / 10 for k in range(1, 11)]


class Setting(TraitType):
    """What a reader may move while training runs: a trait of the panel, with a slider.

    Parameters
    ----------
    label : str
        What the slider is called. A setting that is a dictionary has a slider for each key.
    stops : iterable of float
        Where the slider stops, beside the value that the panel begins with. What `check` refuses
        is left out.
    check : callable
        Takes the panel and a value; returns the value, or raises ValueError.
    hand_over : callable, optional
        Takes the panel and a value, between two steps. Unless given, the trainer has an attribute
        of the setting's name.
    begin : callable, optional
        Takes the panel; returns the value to begin with. Unless given, it is the trainer's.
    """

    def __init__(
        self,
        label: str,
        stops: Iterable[float],
        check: Callable[["Panel", Any], Any],
        hand_over: Callable[["Panel", Any], None] | None = None,
        begin: Callable[["Panel"], Any] | None = None,
    ):
        super().__init__()
        self.tag(sync=True)
        self.label, self.stops, self.check = label, list(stops), check
        self.hand_over = hand_over or self._assign
        self.begin = begin or (lambda panel: six_digits(getattr(panel.trainer, self.name)))

    def validate(self, panel: "Panel", value: Any) -> Any:
        """Check what is assigned, for traitlets."""
        return self.check(panel, value)

    def _assign(self, panel: "Panel", value: Any) -> None:
        setattr(panel.trainer, self.name, value)

    def slider(self, panel: "Panel") -> dict[str, Any]:
        """Return what the page needs for a slider."""
        parts, stops = isinstance(getattr(panel, self.name), dict), []
        for stop in self.stops:
            with contextlib.suppress(ValueError):
                stops.append(stop if parts else self.check(panel, stop))
        return {"name": self.name, "label": self.label, "stops": stops}


def log(low: float, high: float, digits: tuple[int, ...] = (1, 3)) -> list[float]:
    """Return stops from `low` to `high`: these digits times the powers of ten.

    >>> log(0.01, 1)
    [0.01, 0.03, 0.1, 0.3, 1.0]
    """
    stops = [float(f"{digit}e{power}") for power in range(-9, 10) for digit in digits]
    return [stop for stop in stops if low <= stop <= high]


def rate_setting(low: float, high: float, digits: tuple[int, ...] = (1, 3)) -> Setting:
    """Return the setting of a learning rate."""
    return Setting(
        "Learning rate",
        log(low, high, digits),
        lambda _, rate: check_positive("learning_rate", rate, "0.001"),
    )


def keep_setting() -> Setting:
    """Return the setting of a keeping probability for each dropout layer of the panel's network."""

    def check(panel: Panel, keep: dict[str, float]) -> dict[str, float]:
        drops = panel.network.all_drop
        fits = isinstance(keep, dict) and keep.keys() == drops.keys()
        require(fits, f"keep is {keep!r}; expected a dictionary with the keys {list(drops)}.")
        return {name: check_keep(value) for name, value in keep.items()}

    def begin(panel: Panel) -> dict[str, float]:
        return {name: six_digits(float(keep)) for name, keep in panel.network.all_drop.items()}

    return Setting("Keep", KEEPS, check, lambda panel, keep: panel.network.set_keep(keep), begin)


class EvenlySpread(list):
    """Some of what is taken, evenly spread over it however much it gets: `most` at most.

    When there are more, every second one goes, and from then on only every second one stays. The
    first and the newest are always there.

    Examples
    --------
    >>> some = EvenlySpread(4)
    >>> for step in range(10):
    ...     some.take(step)
    >>> some
    [0, 4, 8, 9]
    """

    def __init__(self, most: int):
        super().__init__()
        self._most, self._stride, self._n = most, 1, 0

    def take(self, one: Any) -> None:
        """Add the newest."""
        if self._n and (self._n - 1) % self._stride:  # the one before was there as the newest only
            self.pop()
        if len(self) == self._most:
            del self[1::2]
            self._stride *= 2
        self.append(one)
        self._n += 1


class Panel(LiveFigure):
    """A training that a reader starts, pauses and changes while it runs.

    It runs in a thread of its own, so that the notebook's other cells stay usable, or by `run` in
    the foreground. Settings are handed over between two calls of about a quarter of a second. On a
    page without a kernel the panel shows what it had recorded.

    A subclass declares its settings (`Setting`) and the names of its `curves`, and says what it
    measures and shows: ``_measure()`` gives the numbers of a report, by curve; ``_look()``, unless
    there is nothing to look at, a dictionary for JSON, ``at`` among its keys, and bytes.

    Parameters
    ----------
    trainer : Trainable, optional
        What trains. `reset` returns to the state in which it is handed over. Without one,
        ``_restart()`` makes it and the network.
    network : Layer, optional
        What is trained.
    report_steps : int
        Steps between two points of the curves, and what the Step button does. The end of an epoch
        is a point too.
    **traits
        Title, settings that don't begin as the trainer has them, and the figure's other traits.
    """

    status = Unicode("paused", help="paused, running or error").tag(sync=True)
    message = Unicode(help="what went wrong").tag(sync=True)
    sliders = List(help="name, label and stops of each").tag(sync=True)
    report_steps = Int().tag(sync=True)
    history = Dict(help="the curves: lists of equal length, one entry a report").tag(sync=True)
    looks = List(help="at which point, and what was to be seen there").tag(sync=True)
    pictures = Bytes(help="those of all looks; each look says how many bytes").tag(sync=True)

    curves: tuple[str, ...]
    commands = ("start", "pause", "step", "reset")  # of the page's buttons

    _thread: threading.Thread | None = None  # here, since ipywidgets closes what failed half-made

    def __init__(
        self,
        trainer: Trainable | None = None,
        network: Layer | None = None,
        report_steps: int = 1,
        **traits,
    ):
        self.network = network
        # Both the thread and messages from the page set traits; traitlets expects one at a time.
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._used: dict[str, Any] = {}  # settings that the trainer has
        if trainer is not None:
            self._loop = Loop(trainer)
            self._loop.snapshot()
            traits = {s.name: s.begin(self) for s in self._settings()} | traits
        super().__init__(report_steps=check_count("report_steps", report_steps), **traits)
        if trainer is None:
            self._restart()
        sliders = [setting.slider(self) for setting in self._settings()]
        self.sliders = [slider for slider in sliders if len(slider["stops"]) > 1]
        self.on_msg(self._command)
        self._begin()

    @property
    def trainer(self) -> Trainable:
        """What trains."""
        return self._loop.trainer

    # ---- what the reader does --------------------------------------------------------------

    def run(self, n_steps: int = 100) -> dict[str, list]:
        """Train in the foreground, `n_steps` steps, rounded up to a report; return the curves.

        Ctrl-C ends it early, between two steps; `run` and Start carry on from there.

        Raises
        ------
        FloatingPointError
            If the loss becomes NaN or infinite.
        """
        last = self._steps + n_steps
        return self._foreground(
            lambda: self._steps >= last and self._to_report == self.report_steps
        )

    def start(self) -> None:
        """Train in the background until `pause`."""
        self._launch(lambda: False)

    def step(self) -> None:
        """Train in the background until the next report."""
        n = self._reports
        self._launch(lambda: self._reports > n)

    def pause(self) -> None:
        """Stop after the steps under way; returns when the thread has ended."""
        if self._thread is not None:
            self._stop.set()
            self._thread.join()
            self._stop.clear()
            self._thread = None

    def reset(self) -> None:
        """Stop, and go back to the first weights. The settings stay as they are."""
        self.pause()
        self._restart()
        self._begin()
        self._set(status="paused", message="")

    def close(self) -> None:
        """Stop the training, and take the figure off the page."""
        self.pause()
        super().close()

    # ---- the training ----------------------------------------------------------------------

    def _foreground(self, done: Callable[[], bool]) -> dict[str, list]:
        self.pause()
        failure = self._train(done)
        if failure is not None:
            raise failure
        return {name: list(values) for name, values in self.history.items()}

    def _launch(self, done: Callable[[], bool]) -> None:
        if self.status != "paused":
            return
        self._set(status="running")  # here already: two clicks may come before the thread begins
        self._thread = threading.Thread(target=self._train, args=(done,), daemon=True)
        self._thread.start()

    def _train(self, done: Callable[[], bool]) -> Exception | None:
        """Train until `done()`, a pause or Ctrl-C; show a failure in the figure, and return it."""
        failure, status, message = None, "paused", ""
        try:
            self._set(status="running", message="")
            self._loop.run(lambda: done() or self._stop.is_set(), self._advance)
        except Exception as error:
            failure, status, message = error, "error", f"{type(error).__name__}: {error}"
        finally:
            self._set(status=status, message=message)
        return failure

    def _advance(self) -> None:
        """Train for about a quarter of a second, and report where a report is due."""
        self._hand_over()
        self._train_some()
        if self._to_report <= 0 or self.trainer.step == 0:  # 0: the epoch has ended
            self._report()

    def _train_some(self) -> None:
        done = self._loop.advance(self._to_report)
        self._steps += done
        self._to_report -= done

    def _begin(self) -> None:
        """Show the first weights: no step is done, and no report made."""
        self._steps = self._reports = 0
        self._to_report = self.report_steps
        self._hand_over()
        self._points, self._looks = EvenlySpread(MOST_POINTS), EvenlySpread(MOST_LOOKS)
        self._show()

    def _restart(self) -> None:
        """Go back to the first weights."""
        self._loop.reset()
        self._used = {}  # some are among the variables, but they stay as the sliders are

    def _hand_over(self) -> None:
        """Give the trainer the settings that have changed."""
        changed = [s for s in self._settings() if self._used.get(s.name) != getattr(self, s.name)]
        for setting in changed:
            value = getattr(self, setting.name)
            setting.hand_over(self, value)
            self._used[setting.name] = value

    def _report(self) -> None:
        measured = self._measure()
        self._points.take({name: six_digits(measured[name]) for name in self.curves})
        self._to_report = self.report_steps
        self._reports += 1
        self._show()

    def _look(self) -> tuple[dict[str, Any], bytes] | None:
        return None

    def _show(self) -> None:
        look = self._look()
        if look is not None:
            self._looks.take(look)
        history = {name: [point[name] for point in self._points] for name in self.curves}
        self._set(history=history, **to_look_at(self._looks))

    # ---- traits ----------------------------------------------------------------------------

    @classmethod
    def _settings(cls) -> list[Setting]:
        """Return the settings in the order in which they are declared."""
        declared = [one for base in reversed(cls.__mro__) for one in vars(base).values()]
        return [one for one in declared if isinstance(one, Setting)]

    def _set(self, **traits) -> None:
        with self._lock, self.hold_sync():  # one message
            for name, value in traits.items():
                setattr(self, name, value)

    def set_state(self, sync_data: dict) -> None:
        """Take over what the page has changed."""
        with self._lock:
            super().set_state(sync_data)

    def _command(self, _widget, content: dict, _buffers: list) -> None:
        if content.get("type") in self.commands:
            getattr(self, content["type"])()


def to_look_at(looks: list[tuple[dict[str, Any], bytes]]) -> dict[str, Any]:
    """Return the traits that show these."""
    return {
        "looks": [look | {"bytes": len(picture)} for look, picture in looks],
        "pictures": b"".join(picture for _, picture in looks),
    }


def six_digits(value: float | None) -> float | None:
    """Round: more digits than float32 has are noise. What JSON can't hold becomes None, a gap.

    >>> six_digits(float(np.float32(0.1))), six_digits(1234567), six_digits(np.inf)
    (0.1, 1234567, None)
    """
    if isinstance(value, int):
        return value
    return float(f"{value:.6g}") if value is not None and np.isfinite(value) else None
