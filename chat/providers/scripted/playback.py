"""A script as the timed bytes of a chat-completions stream: what a server would have sent, and when."""

import itertools
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson

from chat.providers.base import Turn
from chat.providers.scripted.script import Call, End, Say, Script, Spent, Step, Wait

TOKENS = re.compile(r"\s*[^\s\w]|\s*[\u3040-\u9fff\uac00-\ud7af]{1,2}|\s*\w{1,6}|\s+")
"""About a token each, the white space before it included."""
HEARTBEAT = 1000.0
FIELDS = {"thinking": "reasoning_content", "answer": "content", "content": "content"}
DONE = b"data: [DONE]\n\n"


class Timed(NamedTuple):
    """Bytes, and how many milliseconds of silence come before them."""

    after: float
    data: bytes


def play(script: Script, continues: Turn | None = None, *, thinks: bool = True) -> Iterator[Timed]:
    """One run: from the start or from where `continues` leaves off, to the end of that run."""
    chunks = _Chunks(script.name)
    yield Timed(0, chunks.delta({"role": "assistant", "content": ""}))
    steps = script.steps if thinks else [step for step in script.steps if not _thinks(step)]
    if continues or not thinks:
        steps = _remaining(steps, continues or Turn("assistant", ""))
    end = next((n for n, step in enumerate(steps) if isinstance(step, End)), len(steps))
    for step in steps[:end]:
        yield from _played(step, chunks)
    last = steps[end] if end < len(steps) else End("stop")
    after = steps[end + 1 : end + 2]
    if isinstance(last, End):
        spent = after[0] if after and isinstance(after[0], Spent) else None
        yield from _ended(last, spent if thinks or spent is None else _unthought(spent), chunks)


def _played(step: Step, chunks: "_Chunks") -> Iterator[Timed]:
    match step:
        case Say(channel, text, pace):
            for token in TOKENS.findall(text):
                yield Timed(1000 / pace, chunks.delta({FIELDS[channel]: token}))
        case Wait(milliseconds, True):
            yield Timed(0, chunks.delta({"reasoning_details": [chunks.sealed()]}))
            yield from _silence(milliseconds)
        case Wait(milliseconds):
            yield from _silence(milliseconds)
        case Call(name, arguments):
            yield from _called(name, arguments, chunks)


def _silence(milliseconds: float) -> Iterator[Timed]:
    """Comments, as servers send to keep a connection open."""
    while milliseconds > HEARTBEAT:
        yield Timed(HEARTBEAT, b": keep-alive\n\n")
        milliseconds -= HEARTBEAT
    yield Timed(milliseconds, b"")


def _called(name: str, arguments: str, chunks: "_Chunks") -> Iterator[Timed]:
    slot = next(chunks.slots)
    function: dict[str, Any] = {"name": name, "arguments": ""}
    call = {"index": slot, "id": f"call_{slot}", "type": "function", "function": function}
    yield Timed(30, chunks.delta({"tool_calls": [call]}))
    for token in TOKENS.findall(arguments):
        piece = {"index": slot, "function": {"arguments": token}}
        yield Timed(20, chunks.delta({"tool_calls": [piece]}))


def _ended(end: End, spent: Spent | None, chunks: "_Chunks") -> Iterator[Timed]:
    if end.error:
        status, kind, message = end.error
        error = {"error": {"message": message, "type": kind, "code": status}}
        yield Timed(0, b"data: " + orjson.dumps(error) + b"\n\n")
    if end.reason:
        yield Timed(0, chunks.delta({}, end.reason))
        if spent:
            yield Timed(0, chunks.usage(spent))
        yield Timed(0, DONE)


def _unthought(spent: Spent) -> Spent:
    return Spent(spent.prompt, spent.completion - spent.reasoning, 0)


def _thinks(step: Step) -> bool:
    return isinstance(step, Say) and step.channel == "thinking"


def _remaining(steps: list[Step], said: Turn) -> list[Step]:
    """What is left once the text that was said is taken away, and every end that it went past."""
    left = {"thinking": len(said.thinking), "answer": len(said.text), "content": 0}
    remaining: list[Step] = []
    for step in steps:
        if not isinstance(step, Say):
            remaining += [step] if remaining else []
            continue
        over = said.text and step.channel == "thinking"
        taken = len(step.text) if over else min(left[step.channel], len(step.text))
        left[step.channel] -= taken
        if rest := step.text[taken:]:
            remaining.append(step._replace(text=rest))
    return remaining


class _Chunks:
    """Chunks of one stream, as bytes."""

    def __init__(self, model: str) -> None:
        self._head = {
            "id": "chatcmpl-scripted",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": model,
        }
        self.slots = itertools.count()

    def delta(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return b"data: " + orjson.dumps({**self._head, "choices": [choice]}) + b"\n\n"

    def usage(self, spent: Spent) -> bytes:
        usage = {
            "prompt_tokens": spent.prompt,
            "completion_tokens": spent.completion,
            "total_tokens": spent.prompt + spent.completion,
            "completion_tokens_details": {"reasoning_tokens": spent.reasoning},
        }
        return b"data: " + orjson.dumps({**self._head, "choices": [], "usage": usage}) + b"\n\n"

    def sealed(self) -> dict[str, Any]:
        """Reasoning that its provider encrypts."""
        return {"type": "reasoning.encrypted", "data": "gAAAAABsealed", "id": "rs_1", "index": 0}
