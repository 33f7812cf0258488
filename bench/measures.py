"""The measurements: what is done with a target, and what is noted."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import aiohttp

from bench.checking import faults_of
from bench.pages import PageWatcher, Watcher
from bench.processes import cpu_of_services
from bench.targets import Target, Workings
from tests.upstreams import ask

RATE = 50
SPREAD = 2.0
"""Seconds over which streams start, unless they start at once."""
WARM = 1.0
PATIENCE = 60.0


@dataclass
class Steady:
    """Some streams of 50 chunks a second. CPU in seconds per 1,000 chunks, times in milliseconds."""

    streams: int
    cpu: float = 0.0
    cpu_with_start: float = 0.0
    services: float = 0.0
    load: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    first_p50: float = 0.0
    first_p99: float = 0.0
    memory: float = 0.0
    """Kilobytes for each stream, its page's socket included."""
    bytes: float = 0.0
    """Bytes sent to one browser for each chunk."""
    failed: int = 0
    faults: list[str] = field(default_factory=list)


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


async def browsers(work: Callable[[aiohttp.ClientSession], Awaitable[None]]) -> None:
    """Runs with a client that opens as many connections as it is asked for."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        await work(session)


async def steady(target: Target, streams: int, seconds: float, *, spread: float = SPREAD) -> Steady:
    """Measures the middle of the run, where every stream is running, and all of it."""
    result = Steady(streams)

    async def work(session: aiohttp.ClientSession) -> None:
        idle = target.family.memory()
        watchers = await target.open(session, streams)
        before, chunks_before = target.family.cpu(), await _count(target)
        asking = [
            asyncio.create_task(_ask_later(watcher, number, seconds, spread))
            for number, watcher in enumerate(watchers)
        ]
        if seconds > spread + 2 * WARM:
            await _middle(target, result, seconds - spread - 2 * WARM, spread)
        result.memory = (target.family.memory() - idle) / streams / 1024
        await _all_ended(asking, watchers)
        result.cpu_with_start = (target.family.cpu() - before) / (await _count(target) - chunks_before) * 1000
        for watcher in watchers:
            await watcher.close()
        _note_latencies(result, watchers)
        await asyncio.to_thread(_check, target, watchers, result)

    await browsers(work)
    target.upstream.forget()
    return result


async def _ask_later(watcher: Watcher, number: int, seconds: float, spread: float) -> None:
    await asyncio.sleep(random.uniform(0, spread))
    question = ask(f"stream {number}", chunks=int(seconds * RATE), rate=RATE, marks=True)
    await watcher.ask(question)


async def _middle(target: Target, result: Steady, length: float, spread: float) -> None:
    await asyncio.sleep(spread + WARM)
    cpu, services = target.family.cpu(), cpu_of_services()
    count, began = await _count(target), time.monotonic()
    await asyncio.sleep(length)
    spent, chunks = target.family.cpu() - cpu, (await _count(target)) - count
    result.cpu = spent / chunks * 1000
    result.services = (cpu_of_services() - services) / chunks * 1000
    result.load = spent / (time.monotonic() - began)


async def _all_ended(asking: list[asyncio.Task[None]], watchers: list[Watcher]) -> None:
    for failure in await asyncio.gather(*asking, return_exceptions=True):
        if isinstance(failure, BaseException):
            print("  a question failed:", failure)
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(watcher.ended() for watcher in watchers))
    except TimeoutError:
        print("  some streams did not end")


async def _count(target: Target) -> int:
    return await asyncio.to_thread(target.upstream.count)


def _note_latencies(result: Steady, watchers: list[Watcher]) -> None:
    late = [latency * 1000 for watcher in watchers for latency in watcher.latencies]
    first = [(watcher.first_at - watcher.asked_at) * 1000 for watcher in watchers if watcher.first_at]
    result.p50, result.p99 = percentile(late, 0.5), percentile(late, 0.99)
    result.first_p50, result.first_p99 = percentile(first, 0.5), percentile(first, 0.99)
    result.failed = sum(watcher.state != "done" for watcher in watchers)
    result.bytes = sum(watcher.size for watcher in watchers) / max(1, len(late) * 10)


def _check(target: Target, watchers: list[Watcher], result: Steady) -> None:
    """Every character, shown and saved."""
    if not isinstance(target, Workings):
        return
    sent = {str(reply["question"]): reply for reply in target.upstream.all_sent()}
    saved = {reply["question"]: reply for reply in target.saved() if reply["question"] in sent}
    pages = [cast(PageWatcher, watcher) for watcher in watchers]
    for page in pages:
        if page.question not in saved or page.question not in sent:
            result.faults.append("a reply is missing")
        else:
            result.faults += faults_of(page.messages, sent[page.question], saved[page.question])


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
        await asyncio.to_thread(_check, target, [watcher], checked)

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
        if (count := await _count(target)) >= chunks:
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
        before, chunks = target.family.cpu(), await _count(target)
        await asyncio.sleep(seconds - 2 * WARM)
        spent.append((target.family.cpu() - before) / (await _count(target) - chunks) * 1000)
        await _all_ended([], list(watchers))
        for watcher in watchers:
            await watcher.close()

    await browsers(work)
    target.upstream.forget()
    return spent[0]
