"""Answer now: the thinking of a running reply ends, and the answer follows from what there is of it.

The server ends it where it can. Else the request is closed, and another one carries the thinking so
far to the same model. However often the order comes, by whichever way, one such request is made.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from chat.core.events import CutShort, Thinking
from chat.core.transcript import Transcript
from chat.generation.live import LiveGeneration
from chat.providers.base import ChatRequest, EventStream, Turn

logger = logging.getLogger(__name__)


class EarlyAnswer:
    """Of one run. `stream` is what it is reading, once it is."""

    def __init__(self, live: LiveGeneration) -> None:
        self.stream: EventStream | None = None
        self._live = live
        self._reading: asyncio.Task[None] | None = None
        self._obeying: asyncio.Task[None] | None = None
        self._by_another_request = False

    def order(self) -> None:
        """From the event loop. Does nothing a second time, nor where there is no thinking to end."""
        if self._obeying is None and self.stream is not None and self._live.only_thinks:
            self._obeying = asyncio.create_task(self._end_thinking(self.stream))

    async def read(
        self,
        request: ChatRequest,
        read: Callable[[ChatRequest], Awaitable[None]],
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        """Reads the reply to its end, in a second request where the first one's thinking was ended.

        `flush` returns when all that was received has been written down.
        """
        self._reading = asyncio.ensure_future(read(request))
        try:
            await self._reading
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not self._by_another_request or (task and task.cancelling()):
                raise
        else:
            return
        self._keep_what_was_held()
        self._live.receive([CutShort()])
        await flush()
        await read(answering(request, self._live.transcript))

    async def _end_thinking(self, stream: EventStream) -> None:
        try:
            ended = await stream.end_thinking()
        except Exception:
            logger.exception("a server could not be told to answer")
            ended = False
        if not self._live.only_thinks:
            return
        if ended:
            self._live.receive([CutShort()])
        elif self._reading is not None:
            self._by_another_request = True
            self._reading.cancel()

    def _keep_what_was_held(self) -> None:
        """Thinking that was held back counts; the beginning of an answer will come again."""
        if isinstance(held := self._live.held(), Thinking):
            self._live.receive([held])
        self._live.held = lambda: None


def answering(request: ChatRequest, said: Transcript) -> ChatRequest:
    """The same question to the same model, with its thinking so far, from which the answer is to follow."""
    before = request.continues or Turn("assistant", "")
    thinking = "\n\n".join(filter(None, (before.thinking, said.joined("thinking"))))
    return replace(request, continues=replace(before, thinking=thinking), answers=True)
