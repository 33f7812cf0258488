"""One stream alone: in a burst, at its start against its end, and with many viewers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import aiohttp

from bench.measures import PATIENCE, RATE, WARM, Steady, all_ended, browsers, check, chunks_sent
from bench.pages import PageWatcher
from bench.targets import Target, Workings
from tests.upstreams import ask


@dataclass
class Burst:
    """One stream of 20,000 chunks as fast as it comes. Seconds; CPU seconds of the product."""

    chunks: int
    seconds: float
    direct: float
    cpu: float
    faults: list[str]


async def burst(target: Target, direct: Target, chunks: int) -> Burst:
    """From sending the question to the last text being shown, beside what it takes without a relay."""
    times: list[float] = []
    spent: list[float] = []
    checked = Steady(1)

    async def work(session: aiohttp.ClientSession) -> None:
        for place in (direct, target):
            [watcher] = await place.open(session, 1)
            before = place.family.cpu()
            await watcher.ask(ask(f"burst {place.name}", chunks=chunks, rate=0, marks=True))
            await asyncio.wait_for(watcher.ended(), PATIENCE)
            spent.append(place.family.cpu() - before)
            times.append(watcher.ended_at - watcher.asked_at)
            await watcher.close()
        await asyncio.to_thread(check, target, [watcher], checked)

    await browsers(work)
    target.upstream.forget()
    return Burst(chunks, times[1], times[0], spent[1], checked.faults)


@dataclass
class Flatness:
    """CPU seconds of the first and of the last 2,000 of 20,000 chunks."""

    side: str
    first: float
    last: float


async def flatness(target: Target, *, thinking: float, rate: int = 1000, chunks: int = 20_000) -> Flatness:
    """The start of the stream, which costs once, is left out: chunks 500 to 2,500 are the first."""
    result = Flatness("thinking" if thinking else "answer", 0.0, 0.0)

    async def work(session: aiohttp.ClientSession) -> None:
        [watcher] = await target.open(session, 1)
        await watcher.ask(ask("flat", chunks=chunks, rate=rate, thinking=thinking, marks=True))
        result.first = await _window(target, 500)
        result.last = await _window(target, chunks - 2_100)
        await asyncio.wait_for(watcher.ended(), PATIENCE)
        await watcher.close()

    await browsers(work)
    target.upstream.forget()
    return result


async def _window(target: Target, begin: int, length: int = 2_000) -> float:
    """CPU from chunk `begin` on, scaled to exactly `length` chunks."""
    start = await _reached(target, begin)
    before = target.family.cpu()
    end = await _reached(target, begin + length - 50)
    return (target.family.cpu() - before) / (end - start) * length


async def _reached(target: Target, chunks: int) -> int:
    while True:
        if (count := await chunks_sent(target)) >= chunks:
            return count
        await asyncio.sleep(0.002)


async def viewers(target: Workings, count: int, seconds: float) -> float:
    """CPU seconds per 1,000 chunks of one stream that so many browsers watch."""
    spent: list[float] = []

    async def work(session: aiohttp.ClientSession) -> None:
        [person] = await asyncio.to_thread(target.people, 1)
        watchers = [PageWatcher() for _ in range(count)]
        for watcher in watchers:
            await watcher.open(session, target.url, person, load=watcher is watchers[0])
        await watchers[0].ask(ask("viewed", chunks=int(seconds * RATE), rate=RATE, marks=True))
        await asyncio.sleep(WARM)
        before, chunks = target.family.cpu(), await chunks_sent(target)
        await asyncio.sleep(seconds - 2 * WARM)
        spent.append((target.family.cpu() - before) / (await chunks_sent(target) - chunks) * 1000)
        await all_ended([], list(watchers))
        for watcher in watchers:
            await watcher.close()

    await browsers(work)
    target.upstream.forget()
    return spent[0]
