"""Fair timing on a machine that others use too: take turns, compare within a round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping


def take_turns(
    contenders: Mapping[str, Callable[[], float | None]], rounds: int
) -> list[dict[str, dict[str, float]]]:
    """Let each contender do its work once a round, after one round that doesn't count.

    A contender returns the wall seconds that count, or None for all that its call took.

    Returns
    -------
    list of dict
        For each round: name -> {"wall": seconds, "cpu": seconds of all cores}.
    """
    times = []
    for _ in range(rounds + 1):
        times.append({})
        for name, work in contenders.items():
            wall, cpu = time.perf_counter(), time.process_time()
            counted = work()
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            share = 1.0 if counted is None else counted / wall
            times[-1][name] = {"wall": wall * share, "cpu": cpu * share}
    return times[1:]


def ratios(times: list[dict], name: str, peer: str, clock: str = "wall") -> dict[str, float]:
    """How many times faster `name` is than `peer`: median, least and most of the rounds."""
    each = sorted(turn[peer][clock] / turn[name][clock] for turn in times)
    return {"median": statistics.median(each), "least": each[0], "most": each[-1]}
