"""Fetch data sets ahead of time: ``python -m tldata [fetch] mnist``, ``all`` or ``list``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tldata.fetch import DataError, cache_folder, fetch, find
from tldata.registry import registry


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or 1 if a set can't be had."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if arguments[:1] == ["fetch"]:
        arguments = arguments[1:]
    sets = registry()
    parser = argparse.ArgumentParser(
        prog="python -m tldata", description="Fetch the data sets of the tutorial."
    )
    parser.add_argument(
        "names", nargs="+", choices=[*sets, "all", "list"], metavar="name",
        help=f"{', '.join(sets)}; 'all' for all of them, 'list' to see what there is",
    )  # fmt: skip
    parser.add_argument("--mirror", help="a folder or web address (TLCORE_DATA_MIRROR)")
    parser.add_argument("--refresh", action="store_true", help="fetch again what is there")
    options = parser.parse_args(arguments)
    if "list" in options.names:
        for name, data in sets.items():
            size = sum(file.bytes for file in data.files) / 1e6
            there = len(find(data, cache_folder() / data.folder)) == len(data.files)
            print(f"{name}: {data.title}\n  {size:.1f} MB, {'in' if there else 'not in'} the cache")
            print(f"  licence: {data.licence}\n  cite: {data.citation}")
        print(f"cache: {cache_folder()}")
        return 0
    failed = False
    for name in sets if "all" in options.names else options.names:
        try:
            print(f"{name}: {fetch(name, mirror=options.mirror, refresh=options.refresh)}")
        except DataError as error:
            if sets[name].only_mirrored and "all" in options.names:
                print(f"{name}: left out; only a mirror may have it, and none that is set does")
                continue
            print(error, file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
