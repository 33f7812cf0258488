"""One reply of the upstream: chunks at their times, and a record of what left when."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import BinaryIO

from aiohttp import web

from tests.upstream.plan import Plan
from tests.upstream.text import Piece, pieces, tokens

HEAD = '{"id":"chatcmpl-upstream","object":"chat.completion.chunk","created":1795000000,"model":"upstream",'
DONE = b"data: [DONE]\n\n"
TAGS = ("<think>", "</think>\n\n")
BURST = 100
"""Chunks in one write when they go as fast as they can."""
EVERY = 10
"""Chunks from one mark to the next, at least."""


@dataclass(slots=True)
class Sent:
    """What one reply has sent. Texts are as a reader should show them, marks and all."""

    question: str = ""
    thinking: list[str] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    first_at: float = 0.0
    """Epoch seconds at which the first chunk left; 0 before."""
    late: float = 0.0
    """Seconds by which chunks left after they were due, all of them together."""
    done: bool = False

    @property
    def chunks(self) -> int:
        return len(self.thinking) + len(self.answer)

    def as_json(self) -> dict[str, object]:
        return {
            "question": self.question,
            "thinking": "".join(self.thinking),
            "answer": "".join(self.answer),
            "chunks": self.chunks,
            "first_at": self.first_at,
            "late_ms": self.late / max(1, self.chunks) * 1000,
            "done": self.done,
        }


def mark() -> str:
    """The time of sending, in a form that survives Markdown, code and HTML: `at1795471906123456us`."""
    return f" at{time.time_ns() // 1000}us"


@cache
def chunk(name: str, text: str) -> bytes:
    """A chunk as bytes; most of them are sent many times."""
    delta = json.dumps({name: text}, ensure_ascii=False)
    return f'data: {HEAD}"choices":[{{"index":0,"delta":{delta},"finish_reason":null}}]}}\n\n'.encode()


def ending(plan: Plan, chunks: int) -> bytes:
    """The finish, the usage, and the end mark."""
    finish = f'"choices":[{{"index":0,"delta":{{}},"finish_reason":"{plan.finish}"}}]}}\n\n'
    used = {"prompt_tokens": 50, "completion_tokens": chunks, "total_tokens": 50 + chunks}
    usage = f'"choices":[],"usage":{json.dumps(used)}}}\n\n'
    return f"data: {HEAD}{finish}data: {HEAD}{usage}".encode() + DONE


class Sending:
    """Sends one reply by its plan. `log` gets a line for every chunk once the kernel has taken it."""

    def __init__(self, plan: Plan, sent: Sent, number: int, log: BinaryIO | None) -> None:
        self._plan = plan
        self._sent = sent
        self._number = number
        self._log = log
        self._waiting: list[bytes] = []
        self._records: list[dict[str, object]] = []
        self._mark_from = 1

    async def run(self, response: web.StreamResponse) -> None:
        """Returns when all is sent; raises ConnectionError when the connection is to be cut."""
        plan, clock = self._plan, asyncio.get_running_loop().time
        await asyncio.sleep(plan.first_ms / 1000)
        start, count = clock(), 0
        for piece in self._pieces():
            if plan.rate > 0:
                due = start + count / plan.rate
                if (early := due - clock()) > 0:
                    await asyncio.sleep(early)
                self._sent.late += clock() - due
            count += 1
            self._add(count, piece)
            breaks = count in (plan.stall_after, plan.error_after, plan.cut_after)
            if plan.rate > 0 or breaks or len(self._waiting) == BURST:
                await self._write(response)
            if breaks:
                await self._break(count, response)
        self._waiting.append(ending(plan, count))
        await self._write(response)
        self._sent.done = True

    def _pieces(self) -> Iterator[Piece]:
        plan = self._plan
        if not plan.thinking_text and not plan.answer_text:
            yield from pieces(plan.chunks, plan.thinking, prose=plan.prose)
            return
        yield from (Piece(True, text, False) for text in tokens(plan.thinking_text))
        yield from (Piece(False, text, False) for text in tokens(plan.answer_text))

    def _add(self, count: int, piece: Piece) -> None:
        """A chunk waits to be written, and goes on record."""
        sent, (thinks, text, markable) = self._sent, piece
        marked = self._plan.marks and markable and count >= self._mark_from
        if marked:
            self._mark_from = count + EVERY
            text = mark() + text
        if not sent.first_at:
            sent.first_at = time.time()
        (sent.thinking if thinks else sent.answer).append(text)
        if self._log is not None:
            side = "thinking" if thinks else "answer"
            self._records.append({"n": self._number, "side": side, "text": text})
        name = self._plan.field if thinks else "content"
        if self._plan.field == "inline":
            name, text = "content", self._tagged(thinks, text)
        self._waiting.append(chunk.__wrapped__(name, text) if marked else chunk(name, text))

    def _tagged(self, thinks: bool, text: str) -> str:
        sent = self._sent
        if thinks and len(sent.thinking) == 1:
            return TAGS[0] + text
        return TAGS[1] + text if not thinks and len(sent.answer) == 1 and sent.thinking else text

    async def _write(self, response: web.StreamResponse) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        await response.write(data)
        if self._log is not None:
            at = time.time()
            lines = [json.dumps({**record, "at": at}) + "\n" for record in self._records]
            self._log.write("".join(lines).encode())
            self._records.clear()

    async def _break(self, count: int, response: web.StreamResponse) -> None:
        plan = self._plan
        if count == plan.stall_after:
            await asyncio.sleep(3600)
        if count == plan.error_after:
            error = {"error": {"message": plan.message, "type": "server_error", "code": 500}}
            await response.write(f"data: {json.dumps(error)}\n\n".encode())
        raise ConnectionResetError
