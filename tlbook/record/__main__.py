"""``python -m tlbook.record [CHAPTER ...] [--run NAME ...]``: make the published runs anew.

Hours of processor time in all. Ctrl-C or a power cut loses an epoch at most: the same command
carries on from the checkpoints, and finishes runs that are whole in no time.
"""

from __future__ import annotations

import argparse
import importlib
import signal
import subprocess
import sys
from pathlib import Path

from tlbook.record.common import Folders
from tlbook.runs import FOLDERS

CHAPTERS = (
    "perceptron", "autoencoders", "convolution", "pong", "pong_cnn", "small_pong", "word2vec",
    "language_model", "text_generation", "translation",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Record the runs that are named: one in this process, several in one of their own each."""
    parser = argparse.ArgumentParser(prog="tlbook.record", description=__doc__)
    parser.add_argument("chapter", nargs="*", help=f"{', '.join(CHAPTERS)} (default: all)")
    parser.add_argument("--run", action="append", help="a run of the chapter (default: all)")
    parser.add_argument("--data", type=Path, default=FOLDERS[0], help="the book's folder data")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.chapter if name not in CHAPTERS]:
        parser.error(f"no chapter {', '.join(unknown)}; expected some of {', '.join(CHAPTERS)}")
    to = Folders(options.data)
    known = {chapter: to.parameters(chapter) for chapter in options.chapter or CHAPTERS}
    names = [name for runs in known.values() for name in runs]
    if unknown := [name for name in options.run or () if name not in names]:
        parser.error(f"no run {', '.join(unknown)}; expected some of {', '.join(names)}")
    todo = [(c, name) for c in known for name in known[c] if name in (options.run or names)]
    if len(todo) == 1:
        [(chapter, name)] = todo
        print(f"== {name}", flush=True)
        importlib.import_module(f"tlbook.record.{chapter}").record(name, known[chapter][name], to)
        return
    # Ctrl-C reaches the run as well: it saves what it has, and this process waits for that.
    signal.signal(signal.SIGINT, lambda *_: None)
    for chapter, name in todo:
        command = [sys.executable, "-m", "tlbook.record", chapter, "--run", name]
        if subprocess.run([*command, "--data", str(options.data)]).returncode:
            raise SystemExit(f"{name} is not recorded: see above.")


if __name__ == "__main__":
    main()
