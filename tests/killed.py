"""Trainings in processes of their own, that are killed or interrupted in the middle.

A script gets the folder that it works in as its first argument. It adds a mark to ``steps`` with
each step, keeps its checkpoint in ``run.npz``, and writes its history to ``history.json`` and, if
the test asks for them, its weights to ``end.npz`` when it is done.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

# Seconds for a training of seconds, on a machine that does other things as well.
PATIENCE = 300


def start(script: str, folder: Path, *arguments: Any) -> subprocess.Popen:
    """Start a script."""
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(script: str, folder: Path, *arguments: Any) -> dict[str, list]:
    """Run a script to its end; return its history, but for the times."""
    process = start(script, folder, *arguments)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    history = json.loads((folder / "history.json").read_text())
    return {name: its for name, its in history.items() if "seconds" not in name}


def cut_short(
    script: str,
    folder: Path,
    *arguments: Any,
    by: signal.Signals,
    steps: int,
    after: Callable[[Path], bool] = lambda folder: (folder / "run.npz").exists(),
) -> str:
    """Start a script, and send it a signal ``steps`` steps ``after`` something; return its output.

    Unless it is told otherwise that is the first checkpoint, at the end of an epoch.
    """
    process = start(script, folder, *arguments)
    deadline = time.monotonic() + PATIENCE

    def wait_until(done: Callable[[], bool]) -> None:
        while not done():
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise AssertionError(process.communicate())
            time.sleep(0.01)

    wait_until(lambda: after(folder))
    marks = (folder / "steps").stat().st_size
    wait_until(lambda: (folder / "steps").stat().st_size >= marks + steps)
    process.send_signal(by)
    output, errors = process.communicate(timeout=PATIENCE)
    if by == signal.SIGKILL:
        assert process.returncode == -signal.SIGKILL
        assert not (folder / "history.json").exists() and not (folder / "end.npz").exists()
    else:
        assert process.returncode == 0, errors
    return output


def weights(folder: Path) -> list[np.ndarray]:
    """Return the weights at the end of a run."""
    with np.load(folder / "end.npz") as file:
        return [file[key] for key in sorted(file)]
