"""``python -m benchmarks [SUITE ...]``: run the comparisons, print them, and record them.

A suite is a module of this package with a function ``main(options)``, which writes
``benchmarks/<suite>.json``. Without a name, all run. Each has a process of its own, so that one
suite's threads and leftovers don't reach the next.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

SUITES = ("mnist", "word2vec", "language", "translation", "pong")


def main() -> None:
    """Run the suites that are named."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("suite", nargs="*", help=f"{', '.join(SUITES)} (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default 5)")
    parser.add_argument(
        "--scale", type=float, default=1.0, help="share of the work in a round (default 1)"
    )
    options = parser.parse_args()
    unknown = [name for name in options.suite if name not in SUITES]
    if unknown:
        parser.error(f"no suite {', '.join(unknown)}; expected some of {', '.join(SUITES)}")
    if options.rounds < 1 or not options.scale > 0:
        parser.error("--rounds and --scale must be above 0")
    names = options.suite or SUITES
    if len(names) == 1:
        print(f"\n{names[0]}", flush=True)
        importlib.import_module(f"benchmarks.{names[0]}").main(options)
        return
    sizes = ["--rounds", str(options.rounds), "--scale", str(options.scale)]
    for name in names:
        if subprocess.run([sys.executable, "-m", "benchmarks", name, *sizes]).returncode:
            raise SystemExit(f"{name} failed: see above")


if __name__ == "__main__":
    main()
