"""Many streams at the pace of a model: what they cost, and how late they come."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.checking import faults_of
from bench.pages import Watcher
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
    upstream_late: float = 0.0
    """Mean milliseconds by which the upstream was late itself: its core was not its own."""
    p50: float = 0.0
    p99: float = 0.0
    first_p50: float = 0.0
    """From sending the question to its reply's first chunk."""
    first_p99: float = 0.0
    first_late_p50: float = 0.0
    """From the upstream's sending of the first chunk."""
    first_late_p99: float = 0.0
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
        await _warm_up(target, session)
        idle = target.family.memory()
        watchers = await target.open(session, streams)
        before, chunks_before = target.family.cpu(), await chunks_sent(target)
        asking = [
            asyncio.create_task(_ask_later(watcher, number, seconds, spread))
            for number, watcher in enumerate(watchers)
        ]
        if seconds > spread + 2 * WARM:
            await _middle(target, result, seconds - spread - 2 * WARM, spread)
        result.memory = (target.family.memory() - idle) / streams / 1024
        await all_ended(asking, watchers)
        result.cpu_with_start = (
            (target.family.cpu() - before) / (await chunks_sent(target) - chunks_before) * 1000
        )
        for watcher in watchers:
            await watcher.close()
        await asyncio.to_thread(check, target, watchers, result)

    await browsers(work)
    target.upstream.forget()
    return result


async def _warm_up(target: Target, session: aiohttp.ClientSession) -> None:
    """A first reply loads what later ones find loaded."""
    [watcher] = await target.open(session, 1)
    await watcher.ask(ask("warm up", chunks=20, rate=RATE))
    await asyncio.wait_for(watcher.ended(), PATIENCE)
    await watcher.close()


async def _ask_later(watcher: Watcher, number: int, seconds: float, spread: float) -> None:
    await asyncio.sleep(random.uniform(0, spread))
    question = ask(f"stream {number}", chunks=int(seconds * RATE), rate=RATE, marks=True)
    await watcher.ask(question)


async def _middle(target: Target, result: Steady, length: float, spread: float) -> None:
    await asyncio.sleep(spread + WARM)
    cpu, services = target.family.cpu(), cpu_of_services()
    count, began = await chunks_sent(target), time.monotonic()
    await asyncio.sleep(length)
    spent, chunks = target.family.cpu() - cpu, (await chunks_sent(target)) - count
    result.cpu = spent / chunks * 1000
    result.services = (cpu_of_services() - services) / chunks * 1000
    result.load = spent / (time.monotonic() - began)


async def all_ended(asking: list[asyncio.Task[None]], watchers: list[Watcher]) -> None:
    for failure in await asyncio.gather(*asking, return_exceptions=True):
        if isinstance(failure, BaseException):
            print("  a question failed:", failure)
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(watcher.ended() for watcher in watchers))
    except TimeoutError:
        print("  some streams did not end")


async def chunks_sent(target: Target) -> int:
    return await asyncio.to_thread(target.upstream.count)


def _note_latencies(result: Steady, watchers: list[Watcher], sent: Mapping[str, dict[str, Any]]) -> None:
    late = [latency * 1000 for watcher in watchers for latency in watcher.latencies]
    began = [watcher for watcher in watchers if watcher.first_at]
    first = [(watcher.first_at - watcher.asked_at) * 1000 for watcher in began]
    first_late = [(watcher.first_at - sent[watcher.question]["first_at"]) * 1000 for watcher in began]
    result.p50, result.p99 = percentile(late, 0.5), percentile(late, 0.99)
    result.first_p50, result.first_p99 = percentile(first, 0.5), percentile(first, 0.99)
    result.first_late_p50 = percentile(first_late, 0.5)
    result.first_late_p99 = percentile(first_late, 0.99)
    result.upstream_late = sum(sent[w.question]["late_ms"] for w in began) / max(1, len(began))
    result.failed = sum(watcher.state != "done" for watcher in watchers)
    result.bytes = sum(watcher.size for watcher in watchers) / max(
        1, sum(sent[watcher.question]["chunks"] for watcher in began)
    )


def check(target: Target, watchers: list[Watcher], result: Steady) -> None:
    """Times of the first chunks; and every character, shown and saved."""
    sent = {str(reply["question"]): reply for reply in target.upstream.all_sent()}
    _note_latencies(result, watchers, sent)
    if not isinstance(target, Workings):
        return
    saved = {reply["question"]: reply for reply in target.saved() if reply["question"] in sent}
    for watcher in watchers:
        if watcher.question not in saved or watcher.question not in sent:
            result.faults.append("a reply is missing")
        else:
            reply = saved[watcher.question]
            result.faults += faults_of(watcher.messages, sent[watcher.question], reply)
