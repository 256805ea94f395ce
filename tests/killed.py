"""Processes that are killed in the middle of their work."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: Seconds for a training of seconds, on a machine that does other things as well.
PATIENCE = 300


class Nursery:
    """A process that has imported what takes seconds, and makes a child of its own for each run.

    Parameters
    ----------
    script : path
        A script that ends in ``serve(work)``.
    """

    def __init__(self, script: Path):
        self.parent = subprocess.Popen(
            # -P: the folder of the script has a folder tlcore, the tests of it.
            [sys.executable, "-P", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def kill(self, *arguments: Any, when: Callable[[], bool]) -> None:
        """Run the work in a child, and kill it (kill -9: it can't notice) as soon as `when()`."""
        print(*arguments, sep="\t", file=self.parent.stdin, flush=True)
        child = int(self.parent.stdout.readline())
        deadline = time.monotonic() + PATIENCE
        while not when() and time.monotonic() < deadline:
            os.kill(child, 0)  # an error if it has ended by itself
            time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
        assert int(self.parent.stdout.readline()) == -signal.SIGKILL
        assert time.monotonic() < deadline, "waited in vain"

    def close(self) -> None:
        """End the process."""
        self.parent.stdin.close()
        self.parent.wait(PATIENCE)
        self.parent.stdout.close()


def serve(work: Callable[..., None]) -> None:
    """For each line of arguments: do the work in a child, say its number, and how it ended."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            work(*line.rstrip("\n").split("\t"))
            os._exit(0)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
