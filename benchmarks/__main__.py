"""``python -m benchmarks [SUITE ...]``: run the comparisons, print them, and record them.

A suite is a module of this package with a function ``main(options)``, which writes
``benchmarks/<suite>.json``. Without a name, all run.
"""

from __future__ import annotations

import argparse
import importlib

SUITES = ("mnist", "word2vec", "pong")


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
    for name in options.suite or SUITES:
        print(f"\n{name}", flush=True)
        importlib.import_module(f"benchmarks.{name}").main(options)


if __name__ == "__main__":
    main()
