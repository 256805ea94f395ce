"""A process that is killed in the middle of its work."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Seconds for a training of seconds, on a machine that does other things as well.
PATIENCE = 300


def kill(script: Path, *arguments: Any, when: Callable[[], bool]) -> None:
    """Run a script with Python, and kill it (kill -9: it can't notice) as soon as `when()`."""
    process = subprocess.Popen(
        # -P: the folder of the script has a folder tlcore, the tests of it.
        [sys.executable, "-P", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + PATIENCE
    while not when():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(process.communicate())
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=PATIENCE)
    assert process.returncode == -signal.SIGKILL
