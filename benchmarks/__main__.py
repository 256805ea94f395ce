"""``python -m benchmarks``: run the comparisons, print them, and record them."""

from __future__ import annotations

import argparse

import tlcore as tl
from benchmarks.mnist import compare


def main() -> None:
    """Time both networks of the MNIST chapters and write benchmarks/mnist.json."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds that count (default 5)")
    parser.add_argument("--rows", type=int, default=50000, help="rows of MNIST (default 50000)")
    parser.add_argument("--record", default="benchmarks/mnist.json", help="file to write")
    options = parser.parse_args()
    results = {}
    for name, rows in (("perceptron", options.rows), ("cnn", options.rows // 5)):
        results[name] = compare(name, rows, options.rounds)
        show(name, results[name])
    settings = {"batch_size": 128, "optimizer": "Adam", "learning_rate": 1e-4}
    tl.files.save_run("mnist", options.record, {}, settings, results)


def show(name: str, result: dict) -> None:
    """Print one comparison."""
    print(f"\n{name}, {result['rows']} rows, median of {result['rounds']} rounds")
    for contender, seconds in result["seconds"].items():
        accuracy = result["test_acc"].get(contender)
        note = "" if accuracy is None else f"   test acc {accuracy:.4f}"
        print(f"  {contender:16} {seconds:6.2f} s an epoch{note}")
    for pair, ratio in result["ratios"].items():
        print(f"  {pair:40} {ratio['median']:.2f}x  ({ratio['least']:.2f} to {ratio['most']:.2f})")


if __name__ == "__main__":
    main()
