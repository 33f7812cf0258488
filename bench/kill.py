"""What a `kill -9` costs: the server, or the worker of a scaled installation, at a random moment.

    python -m bench.kill --rounds 100 --mode embedded|scaled [--server daphne|uvicorn] [--write]

Each round asks a question, lets the upstream log what it sends, kills, starts anew, and compares
what was saved with what was sent. Then it continues the reply, and retries it.
"""

import argparse
import asyncio
import os
import random
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

from bench import report
from bench.measures import browsers
from bench.pages import PageWatcher
from bench.processes import Cores
from bench.targets import Embedded, Scaled, Workings
from tests.upstreams import RunningUpstream, ask, upstream

MODES: dict[str, type[Workings]] = {"embedded": Embedded, "scaled": Scaled}
ALLOWED = 0.150
"""Seconds: two ticks of 50 ms, and a commit."""
LONGEST = 3.0
RATE, CHUNKS, LATER = 100, 400, 10
PATIENCE = 60.0


class Lost(Exception):
    """A promise was broken, in words."""


@dataclass(frozen=True)
class Round:
    """`loss`: seconds between the kill and the sending of the oldest chunk that was not saved."""

    loss: float
    chunks: int
    killed_in: str


async def one_round(target: Workings, session: aiohttp.ClientSession, number: int) -> Round:
    """Raises Lost when what was saved is not what it has to be."""
    [person] = await asyncio.to_thread(target.people, 1)
    page = PageWatcher()
    await page.open(session, target.url, person)
    question = ask(f"round {number}", chunks=CHUNKS, later_chunks=LATER, rate=RATE, thinking=0.4)
    before = len(target.upstream.all_sent())
    await page.ask(question)
    await _begun(target.upstream, before)
    await asyncio.sleep(random.uniform(0, LONGEST))
    killed_at = await asyncio.to_thread(kill_and_start, target)
    saved = await _ended(target, page.message_id)
    sent = [chunk for chunk in target.upstream.logged() if chunk["n"] == before]
    await _goes_on(target, page, saved)
    await page.close()
    return judge(saved, sent, killed_at)


def kill_and_start(target: Workings) -> float:
    """Ends the newest process of the product without a word, and starts it anew. Returns when."""
    victim = target.family.members.pop()
    killed_at = time.time()
    os.kill(victim.pid, signal.SIGKILL)
    victim.wait()
    if isinstance(target, Scaled):
        target.work()
    else:
        target.start()
    return killed_at


def judge(saved: dict[str, str], sent: list[dict[str, Any]], killed_at: float) -> Round:
    """Compares what was saved with the upstream's log of what it sent."""
    if saved["state"] != "interrupted":
        raise Lost(f"the reply is {saved['state']}, not interrupted")
    sides = {side: [chunk for chunk in sent if chunk["side"] == side] for side in ("thinking", "answer")}
    kept = 0
    for side, chunks in sides.items():
        text = "".join(chunk["text"] for chunk in chunks)
        if not text.strip().startswith(saved[side].strip()):
            raise Lost(f"the saved {side} is no beginning of what was sent")
        kept += _chunks_in(saved[side], chunks)
    if saved["answer"] and saved["thinking"].strip() != "".join(c["text"] for c in sides["thinking"]).strip():
        raise Lost("the answer was saved without all of the thinking before it")
    missed = [chunk["at"] for chunk in sent[kept:] if chunk["at"] <= killed_at]
    loss = killed_at - min(missed) if missed else 0.0
    if loss > ALLOWED:
        raise Lost(f"something sent {loss * 1000:.0f} ms before the kill is gone")
    return Round(loss, kept, "answering" if saved["answer"] else "thinking")


def _chunks_in(saved: str, chunks: list[dict[str, Any]]) -> int:
    """How many whole chunks the saved text holds, white space at its ends aside."""
    length, total = len(saved.strip()), 0
    for number, chunk in enumerate(chunks):
        total += len(chunk["text"].lstrip() if number == 0 else chunk["text"])
        if total > length:
            return number
    return len(chunks)


async def _begun(source: RunningUpstream, number: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        sent = await asyncio.to_thread(source.all_sent)
        if len(sent) > number and sent[number]["chunks"]:
            return
        if time.monotonic() > deadline:
            raise Lost("the upstream was not asked")
        await asyncio.sleep(0.02)


async def _ended(target: Workings, message_id: str) -> dict[str, str]:
    deadline = time.monotonic() + PATIENCE
    while True:
        saved = await asyncio.to_thread(target.reply, message_id)
        if saved["state"] != "running":
            return saved
        if time.monotonic() > deadline:
            raise Lost("the reply does not end")
        await asyncio.sleep(0.05)


async def _goes_on(target: Workings, page: PageWatcher, partial: dict[str, str]) -> None:
    """Continue adds to the same reply; Retry makes another."""
    first = page.message_id
    await page.press("continue")
    whole = await _ended(target, first)
    grown = all(whole[side].startswith(partial[side].rstrip()) for side in ("thinking", "answer"))
    if whole["state"] != "done" or not grown or not whole["answer"]:
        raise Lost(f"Continue left the reply {whole['state']}")
    await page.press("retry")
    other = await _ended(target, page.message_id)
    if page.message_id == first or other["state"] != "done" or not other["answer"]:
        raise Lost(f"Retry left a reply {other['state']}")


def rounds(kind: type[Workings], count: int, server: str) -> list[Round]:
    """So many rounds on one installation. Raises Lost at the first broken promise."""
    cores = Cores.divided()
    done: list[Round] = []
    with (
        TemporaryDirectory() as folder,
        upstream(log=Path(folder) / "sent.jsonl", cores=cores.others) as source,
        kind(source, cores, server) as target,
    ):

        async def work(session: aiohttp.ClientSession) -> None:
            for number in range(count):
                done.append(await one_round(target, session, number))
                _tell(done, count)

        asyncio.run(browsers(work))
    return done


def _tell(done: list[Round], count: int) -> None:
    last, worst = done[-1], max(one.loss for one in done)
    print(
        f"{len(done)} of {count}: killed while {last.killed_in}, {last.chunks} chunks kept, "
        f"lost {last.loss * 1000:.0f} ms, worst so far {worst * 1000:.0f} ms",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.kill", description="Kill Workings and see what is lost.")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--mode", choices=list(MODES), default="embedded")
    parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
    parser.add_argument("--write", action="store_true", help="the worst loss into docs/performance.md")
    options = parser.parse_args()
    done = rounds(MODES[options.mode], options.rounds, options.server)
    worst = max(one.loss for one in done) * 1000
    thinking = sum(one.killed_in == "thinking" for one in done)
    text = (
        f"{options.mode}, {options.server}: killed {len(done)} times, {thinking} of them while thinking; "
        f"the oldest text that was lost had been sent {worst:.0f} ms before."
    )
    print(text)
    if options.write:
        report.write_kill(options.mode, text)


if __name__ == "__main__":
    main()
