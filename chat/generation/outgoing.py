"""Notes on their way to other processes, so that nobody who has something to say waits for a network.

One task sends them one after the other, which keeps the order of every topic. The journal is the
truth: where the channel layer is slow, frozen or gone, notes are dropped, and sockets catch up.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

logger = logging.getLogger(__name__)

MOST_NOTES = 10_000
MOST_CHARACTERS = 32_000_000
SEND_SECONDS = 1.0
OLDEST = 5.0
"""Seconds. What waited for longer is not sent: whoever it is for has caught up from the journal."""
SAY_EVERY = 5.0


class Outgoing:
    """A bounded queue in front of `send`. Belongs to one event loop."""

    def __init__(self, send: Callable[[str, dict[str, Any]], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: asyncio.Queue[tuple[float, str, dict[str, Any], int]] = asyncio.Queue(MOST_NOTES)
        self._characters = 0
        self._failing = False
        self._dropped = 0
        self._said = float("-inf")
        self._sending: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._sending = asyncio.create_task(self._send_forever())

    async def room(self, patience: float) -> None:
        """Returns when all have left, or after `patience` seconds; at once where sending fails anyway."""
        if not self._failing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._waiting.join(), patience)

    async def stop(self, patience: float) -> None:
        """Gives what waits `patience` seconds to leave."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), patience)
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)

    def put(self, topic: str, message: dict[str, Any], size: int) -> None:
        """Never waits and never raises. `size` is about how many characters the message has."""
        if self._waiting.full() or self._characters + size > MOST_CHARACTERS:
            self._drop("too many are waiting")
            return
        self._characters += size
        self._waiting.put_nowait((time.monotonic(), topic, message, size))

    async def _send_forever(self) -> None:
        while True:
            since, topic, message, size = await self._waiting.get()
            try:
                await self._send_one(since, topic, message)
            finally:
                self._characters -= size
                self._waiting.task_done()

    async def _send_one(self, since: float, topic: str, message: dict[str, Any]) -> None:
        if time.monotonic() - since > OLDEST:
            self._drop("they waited for too long")
            return
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send(topic, message)
            self._failing = False
        except Exception as error:
            self._failing = True
            self._drop(type(error).__name__)

    def _drop(self, why: str) -> None:
        """Said now and then: a frozen Redis drops thousands a second."""
        self._dropped += 1
        if time.monotonic() - self._said >= SAY_EVERY:
            logger.warning(
                "fan-out dropped %d notes (%s); sockets catch up from the journal", self._dropped, why
            )
            self._said, self._dropped = time.monotonic(), 0
