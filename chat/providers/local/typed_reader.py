"""Reads a reply all of whose text is of one kind, because that is what its request asked for."""

from typing import Any

import orjson

from chat.core.events import Answer, Event, Failure, Finish, Thinking
from chat.core.sse import SseReader
from chat.providers.chunk_reading import failure_of, usage_of

DONE = b"[DONE]"


class TypedReader:
    """One response body. Marks of thinking in its text stay text: nothing is told apart."""

    def __init__(self, kind: type[Thinking | Answer]) -> None:
        self._kind = kind
        self._sse = SseReader()
        self._finished = False

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that these bytes bring."""
        events: list[Event] = []
        for event in self._sse.feed(chunk):
            if event.data != DONE:
                events += self._read(orjson.loads(event.data))
        return events

    def close(self) -> list[Event]:
        """A body that ends before the model did is a break."""
        return [] if self._finished else [Failure("truncated", "")]

    def held(self) -> None:
        """Nothing is ever held back."""

    def _read(self, chunk: dict[str, Any]) -> list[Event]:
        events: list[Event] = []
        for choice in chunk.get("choices") or ():
            if text := choice["delta"].get("content"):
                events.append(self._kind(text))
            if reason := choice["finish_reason"]:
                self._finished = True
                events.append(Finish(reason))
        if usage := usage_of(chunk.get("usage")):
            events.append(usage)
        if failure := failure_of(chunk):
            events.append(failure)
        return events
