"""Ctrl-C in a training loop: stop between two steps, never inside one."""

from __future__ import annotations

import signal
import threading


class HeldInterrupt:
    """Note a Ctrl-C instead of raising it wherever the program happens to be.

    Python would raise KeyboardInterrupt as soon as a compiled call returns: after the weights have
    moved, and before anything has noted that they did. Inside this context the loop asks `count`
    where weights and notes agree. A second Ctrl-C does not wait, and raises at once.

    Outside the main thread, or where a program handles Ctrl-C in a way of its own, nothing changes.

    Attributes
    ----------
    count : int
        How often Ctrl-C came.

    Examples
    --------
    >>> before = signal.signal(signal.SIGINT, signal.default_int_handler)  # as Python begins
    >>> with HeldInterrupt() as interrupt:
    ...     signal.raise_signal(signal.SIGINT)
    ...     interrupt.count
    1
    >>> _ = signal.signal(signal.SIGINT, before)
    """

    def __enter__(self) -> HeldInterrupt:
        self.count = 0
        self._held = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._held:
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *error) -> None:
        if self._held:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _note(self, number, frame) -> None:
        self.count += 1
        if self.count > 1:
            raise KeyboardInterrupt
