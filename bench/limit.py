"""How many streams at once one core holds before they come late."""

import asyncio
from collections.abc import Callable

from bench.measures import Steady, steady
from bench.targets import Target

LATE = 100.0
"""Milliseconds of added latency at p99."""
STEP = 25
FIRST, MOST = 50, 1000
SECONDS = 10.0


def most_streams(make: Callable[[], Target]) -> int:
    """The largest count, to the nearest 25, with p99 under 100 ms, none failed and no fault."""
    held, refused = 0, MOST + STEP
    count = FIRST
    while refused - held > STEP:
        with make() as target:
            result = asyncio.run(steady(target, count, SECONDS))
        print(f"  {count}: p99 {result.p99:.0f} ms, {result.load:.2f} of a core", flush=True)
        if _holds(result):
            held = count
        else:
            refused = count
        following = held * 2 if refused > MOST else (held + refused) // 2
        count = max(STEP, following // STEP * STEP)
    return held


def _holds(result: Steady) -> bool:
    return result.p99 < LATE and not result.failed and not result.faults
