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

from chat.generation.outgoing import Outgoing

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
JOIN_SECONDS = 3.0
SIDEBAR_CHANGED = Note('{"type": "sidebar"}')
"""For a user's topic: what runs, or what there is, is no longer what the sidebar says."""


class NotJoined(Exception):
    """The channel layer does not answer: whoever wanted to listen hears nothing."""


class Fanout:
    """The topics of one process. Belongs to one event loop, like everything in `generation`."""

    def __init__(self, *, across_processes: bool) -> None:
        self._listeners: dict[str, set[Listener]] = {}
        self._layer = get_channel_layer() if across_processes else None
        self._channel = ""
        self._receiving: asyncio.Task[None] | None = None
        self._outgoing = Outgoing(self._layer.group_send) if self._layer is not None else None
        self._joined: set[str] = set()
        self._moving: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        if self._layer is not None and self._outgoing is not None:
            self._channel = await self._layer.new_channel()
            self._receiving = asyncio.create_task(self._receive())
            self._outgoing.start()

    async def stop(self) -> None:
        if self._outgoing is not None:
            await self._outgoing.stop(GOODBYE_SECONDS / 2)
        tasks = [*self._moving.values(), *([self._receiving] if self._receiving else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._listeners.clear()
        if self._layer is not None:
            with suppress(Exception):
                await asyncio.wait_for(self._layer.flush(), GOODBYE_SECONDS)

    async def listen(self, topic: str, listener: Listener) -> None:
        """On return, everything published to the topic from now on reaches the listener.

        Raises NotJoined where the channel layer does not answer; the next one who listens tries again.
        """
        self._listeners.setdefault(topic, set()).add(listener)
        try:
            await self._move(topic)
            stayed = listener in self._listeners.get(topic, ())
            if self._layer is not None and stayed and topic not in self._joined:
                raise NotJoined(topic)
        except BaseException:
            self._discard(topic, listener)
            raise

    async def leave(self, topic: str, listener: Listener) -> None:
        self._discard(topic, listener)
        await self._move(topic)

    def publish(self, topic: str, note: Note) -> None:
        """Delivers here and, where there are other processes, to all. Never waits and never raises."""
        if self._outgoing is None:
            self.deliver(topic, note)
        else:
            self._outgoing.put(topic, {"topic": topic, "note": list(note)}, len(note.text))

    async def room(self, patience: float) -> None:
        """Lets a busy publisher go no faster than the layer does, within bounds: it may be frozen."""
        if self._outgoing is not None:
            await self._outgoing.room(patience)

    def deliver(self, topic: str, note: Note) -> None:
        for listener in tuple(self._listeners.get(topic, ())):
            try:
                listener(note)
            except Exception:
                logger.exception("a listener failed")

    def _discard(self, topic: str, listener: Listener) -> None:
        listeners = self._listeners.get(topic, set())
        listeners.discard(listener)
        if not listeners:
            self._listeners.pop(topic, None)

    async def _move(self, topic: str) -> None:
        """Returns when the group is joined where somebody listens, and left where nobody does."""
        if self._layer is None:
            return
        if topic not in self._moving:
            if (topic in self._listeners) == (topic in self._joined):
                return
            self._moving[topic] = asyncio.create_task(self._join_or_leave(topic))
        await asyncio.shield(self._moving[topic])

    async def _join_or_leave(self, topic: str) -> None:
        """One at a time for a topic; whether anybody listens may change again while it waits."""
        assert self._layer is not None
        try:
            while (wanted := topic in self._listeners) != (topic in self._joined):
                async with asyncio.timeout(JOIN_SECONDS):
                    if wanted:
                        await self._layer.group_add(topic, self._channel)
                        self._joined.add(topic)
                    else:
                        self._joined.discard(topic)
                        await self._layer.group_discard(topic, self._channel)
        except Exception as error:
            logger.warning("the channel layer failed (%s)", type(error).__name__)
        finally:
            del self._moving[topic]

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
