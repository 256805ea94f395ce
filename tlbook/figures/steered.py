"""Figures around a training that runs in the background: start, pause, step and reset."""

import threading
from collections.abc import Callable

from traitlets import Dict, Int, Unicode

from .base import LiveFigure


class Steered(LiveFigure):
    """A figure that the reader steers while it trains in a thread of its own.

    The notebook's other cells stay usable meanwhile. A subclass says what training is:

    - ``_begin()``: go back to the first weights, and show them;
    - ``_advance()``: train for about a quarter of a second, and show what is new;
    - ``_count()``: how many times the figure has reported. `step` ends at the next one.

    Parameters
    ----------
    assets, **traits
        As for `LiveFigure`. Call this ``__init__`` when the training is there, and then ``_begin``.
    """

    status = Unicode("paused", help="paused, running or error").tag(sync=True)
    message = Unicode(help="what went wrong").tag(sync=True)

    # ipywidgets closes also what was never finished, so all this is there before __init__.
    _thread: threading.Thread | None = None
    _failure: Exception | None = None

    def __new__(cls, *args, **kwargs):
        """Add what has to be there before ``__init__``, one for each figure."""
        figure = super().__new__(cls, *args, **kwargs)
        figure._stop = threading.Event()
        # Both the thread and messages from the page set traits; traitlets expects one at a time.
        figure._lock = threading.RLock()
        return figure

    def __init__(self, assets=None, **traits):
        super().__init__(assets, **traits)
        self.on_msg(self._command)

    def start(self) -> None:
        """Train in the background until `pause`."""
        self._launch(lambda: False)

    def step(self) -> None:
        """Train in the background until the next report."""
        n = self._count()
        self._launch(lambda: self._count() > n)

    def pause(self) -> None:
        """Stop after the steps under way; returns when the thread has ended."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._stop.clear()

    def reset(self) -> None:
        """Stop, and go back to the first weights. The settings stay as they are."""
        self.pause()
        self._begin()
        self._set(status="paused", message="")

    def close(self) -> None:
        """Stop the training, and take the figure off the page."""
        self.pause()
        super().close()

    def _foreground(self, done: Callable[[], bool]) -> None:
        """Train here until `done()`: an interrupt ends it early, a failure is raised."""
        self._train(done)
        if self._failure is not None:
            raise self._failure

    def _launch(self, done: Callable[[], bool]) -> None:
        if self.status == "error" or (self._thread is not None and self._thread.is_alive()):
            return
        self._thread = threading.Thread(target=self._train, args=(done,), daemon=True)
        self._thread.start()

    def _train(self, done: Callable[[], bool]) -> None:
        """Train until `done()` or a pause; a failure is shown in the figure."""
        self._failure = None
        self._set(status="running", message="")
        try:
            while not done() and not self._stop.is_set():
                self._advance()
        except KeyboardInterrupt:
            pass  # the network has the weights of the last steps; a new start carries on
        except Exception as error:
            self._failure = error
            self._set(status="error", message=f"{type(error).__name__}: {error}")
            return
        self._set(status="paused")

    def _set(self, **traits) -> None:
        with self._lock:
            for name, value in traits.items():
                setattr(self, name, value)

    def set_state(self, sync_data: dict) -> None:
        """Take over what the page has changed."""
        with self._lock:
            super().set_state(sync_data)

    def _command(self, _widget, content: dict, _buffers: list) -> None:
        commands = {"start": self.start, "pause": self.pause}
        commands |= {"step": self.step, "reset": self.reset}
        if content.get("type") in commands:
            commands[content["type"]]()


class SteeredSteps(Steered):
    """A steered training that is counted in steps, and reports after `report_steps` of them.

    A subclass's ``_begin()`` calls this one. Its ``_advance()`` adds the steps it has done to
    ``_steps`` and takes them from ``_to_report``, and where it reports it sets ``_to_report`` back
    to `report_steps`.
    """

    history = Dict(help="the curves: lists of equal length, one entry a report").tag(sync=True)
    report_steps = Int().tag(sync=True)

    def _begin(self) -> None:
        self._steps, self._to_report = 0, self.report_steps

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
