"""From whoever announces to the sockets that listen: best effort, the journal being the truth.

Inside a process a topic has listeners, and delivery is a function call. Where several processes
serve one site, each process has one channel on the channel layer and joins a topic's group while
it has a listener for it; so a frame crosses the layer once per process, not once per socket.
"""

import asyncio
import logging
import uuid
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


class Note(NamedTuple):
    """One message of a topic: text for the socket, and for frames their `seq`.

    `last` ends a run. `anew`: text moved, so the socket is sent the reply whole instead.
    """

    text: str
    seq: int = 0
    last: bool = False
    anew: bool = False


type Listener = Callable[[Note], None]


def generation_topic(generation_id: uuid.UUID, audience: str) -> str:
    return f"generation.{generation_id}.{audience}"


def conversation_topic(conversation_id: uuid.UUID) -> str:
    return f"conversation.{conversation_id}"


def user_topic(user_id: int) -> str:
    return f"user.{user_id}"


CONTROL = "control"
GOODBYE_SECONDS = 2.0
"""For closing the connections of the channel layer, which else outlive the event loop's last task."""
SIDEBAR_CHANGED = Note('{"type": "sidebar"}')
"""For a user's topic: what runs, or what there is, is no longer what the sidebar says."""


class Fanout:
    """The topics of one process. Belongs to one event loop, like everything in `generation`."""

    def __init__(self, *, across_processes: bool) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._layer = get_channel_layer() if across_processes else None
        self._channel = ""
        self._receiving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        if self._layer is not None:
            self._channel = await self._layer.new_channel()
            self._receiving = asyncio.create_task(self._receive())

    async def stop(self) -> None:
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.gather(self._receiving, return_exceptions=True)
        self._listeners.clear()
        if self._layer is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._layer.flush(), GOODBYE_SECONDS)

    async def listen(self, topic: str, listener: Listener) -> None:
        """On return, everything published to the topic from now on reaches the listener."""
        listeners = self._listeners.setdefault(topic, set())
        listeners.add(listener)
        if self._layer is not None and len(listeners) == 1:
            await self._layer.group_add(topic, self._channel)

    async def leave(self, topic: str, listener: Listener) -> None:
        listeners = self._listeners.get(topic, set())
        listeners.discard(listener)
        if not listeners and self._listeners.pop(topic, None) is not None and self._layer is not None:
            await self._layer.group_discard(topic, self._channel)

    async def publish(self, topic: str, note: Note) -> None:
        """Delivers here and, where there are other processes, to them. Never raises."""
        if self._layer is None:
            self.deliver(topic, note)
            return
        try:
            await self._layer.group_send(topic, {"topic": topic, "note": list(note)})
        except Exception:
            logger.warning("fan-out failed; sockets will catch up from the journal", exc_info=True)

    def deliver(self, topic: str, note: Note) -> None:
        for listener in tuple(self._listeners.get(topic, ())):
            listener(note)

    async def _receive(self) -> None:
        assert self._layer is not None
        while True:
            try:
                message = await self._layer.receive(self._channel)
                self.deliver(message["topic"], Note(*message["note"]))
            except asyncio.CancelledError:
                raise
            except Exception:
                logger.warning("the channel layer failed; trying again", exc_info=True)
                await asyncio.sleep(1)
