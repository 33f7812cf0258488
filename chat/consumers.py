"""One socket per open page: it copies the frames of its audience, and brings the page news."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Coroutine
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from chat import pages, watch
from chat.db.threads import in_thread
from chat.following import Follower
from chat.generation import engine
from chat.generation.fanout import Fanout, Listener, Note, conversation_topic, user_topic
from chat.preferences.store import forget
from chat.rendering.live import Audience
from chat.watch import GONE, SIGNED_OUT

NOT_READY = 1013
PING = '{"type":"ping"}'
MOST_WAITING = 2000
"""Messages that may wait for a slow socket before it is closed; it reconnects and catches up."""


class PageConsumer(AsyncWebsocketConsumer):
    """`/ws/` for any page, `/ws/c/ID/` for one with a conversation."""

    channel_layer_alias = ""
    user: User
    fanout: Fanout
    audience: Audience = "full"

    async def connect(self) -> None:
        self.outbox: asyncio.Queue[str | int] = asyncio.Queue()
        self.followers: dict[uuid.UUID, Follower] = {}
        self.listening: list[tuple[str, Listener]] = []
        self.working: set[asyncio.Task[Any]] = set()
        self.conversation_id: uuid.UUID | None = self.scope["url_route"]["kwargs"].get("conversation_id")
        self.session_key: str = self.scope["session"].session_key or ""
        await self.accept()
        self.writing = asyncio.create_task(self._write())
        refusal = await self._admit()
        if refusal:
            self.outbox.put_nowait(refusal)
            return
        watch.open_sockets.add(self)
        self.put({"type": "hello", "now": time.time_ns() // 1_000_000})

    async def disconnect(self, code: int) -> None:
        watch.open_sockets.discard(self)
        for task in (self.writing, *self.working):
            task.cancel()
        for follower in self.followers.values():
            await follower.stop()
        for topic, listener in self.listening:
            await self.fanout.leave(topic, listener)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A browser says what it has, or asks for a sign of life; anything else is ignored."""
        if not self.listening:
            return
        if text_data == PING:
            self.put({"type": "pong"})
        elif self.conversation_id is not None:
            await self._on_sync(text_data)

    async def _on_sync(self, text_data: str | None) -> None:
        try:
            message = json.loads(text_data or "")
            have = {uuid.UUID(key): int(seq) for key, seq in message["have"].items()}
            last, newest = (
                uuid.UUID(message[key]) if message.get(key) else None for key in ("last", "newest")
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            return
        await self._bring_news(last, newest)
        await self._follow_what_runs(have)

    def put(self, message: dict[str, Any]) -> None:
        self.outbox.put_nowait(json.dumps(message))

    def end(self, code: int) -> None:
        """The right to this page is gone, and the code says why."""
        self.outbox.put_nowait(code)

    async def _admit(self) -> int | None:
        """Joins the topics of this page, or says with which code to close."""
        here = engine.current()
        user: User | AnonymousUser = self.scope["user"]
        if not user.is_authenticated:
            return SIGNED_OUT
        self.user = user
        if here is None or here.draining:
            return NOT_READY
        self.fanout = here.fanout
        if self.conversation_id is not None:
            audience = await in_thread(pages.audience_of_page, self.user, self.conversation_id)
            if audience is None:
                return GONE
            self.audience = audience
            await self._listen(conversation_topic(self.conversation_id), self._on_conversation)
        await self._listen(user_topic(self.user.pk), self._on_user)
        return None

    async def _write(self) -> None:
        while True:
            message = await self.outbox.get()
            if isinstance(message, int) or self.outbox.qsize() > MOST_WAITING:
                await self.close(message if isinstance(message, int) else NOT_READY)
                return
            await self.base_send({"type": "websocket.send", "text": message})

    async def _listen(self, topic: str, listener: Listener) -> None:
        self.listening.append((topic, listener))
        await self.fanout.listen(topic, listener)

    def _on_user(self, note: Note) -> None:
        message = json.loads(note.text)
        if message["type"] == "preferences":
            forget(self.user)
        if message["type"] != "goodbye":
            self.outbox.put_nowait(note.text)
        elif message["session"] in (None, self.session_key):
            self.end(SIGNED_OUT)

    def _on_conversation(self, note: Note) -> None:
        message = json.loads(note.text)
        if message["type"] not in {"turn", "reply"}:
            self.outbox.put_nowait(note.text)
        elif self.audience == "full" and "html" in message:
            self.outbox.put_nowait(note.text)
            self._work(self._listen_to(uuid.UUID(message["g"]), uuid.UUID(message["m"]), 0))
        else:
            self._work(self._on_change(uuid.UUID(message["m"]), message["type"]))

    def _work(self, job: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(job)
        self.working.add(task)
        task.add_done_callback(self.working.discard)

    async def _on_change(self, message_id: uuid.UUID, kind: str) -> None:
        """A reply was added to the branch, or goes on: every audience gets its own rendering."""
        if change := await in_thread(pages.change, message_id, kind, self.audience, self.user):
            await self._bring(change)

    async def _bring(self, change: pages.Change) -> None:
        self.put(change.message)
        if change.running:
            await self._follow(*change.running)

    async def _bring_news(self, last: uuid.UUID | None, newest: uuid.UUID | None) -> None:
        assert self.conversation_id is not None
        for change in await in_thread(
            pages.news, self.conversation_id, self.audience, self.user, last, newest
        ):
            await self._bring(change)

    async def _follow_what_runs(self, have: dict[uuid.UUID, int]) -> None:
        assert self.conversation_id is not None
        for running, ended in await in_thread(
            pages.progress, self.conversation_id, list(have), self.audience
        ):
            generation_id, message_id, seq = running
            if not ended or seq > have[generation_id]:
                await self._follow(generation_id, message_id, have[generation_id])

    async def _follow(self, generation_id: uuid.UUID, message_id: uuid.UUID, seq: int) -> Follower:
        """Listens first, then makes sure that nothing was missed before it did."""
        follower = await self._listen_to(generation_id, message_id, seq)
        committed = await in_thread(watch.committed, [generation_id])
        if committed.get(generation_id, {}).get(self.audience, 0) > follower.seq:
            follower.catch_up()
        return follower

    async def _listen_to(self, generation_id: uuid.UUID, message_id: uuid.UUID, seq: int) -> Follower:
        """Enough for what has only just begun: a frame too many shows as a gap in the next."""
        if (old := self.followers.pop(generation_id, None)) is not None:
            await old.stop()
        follower = self.followers[generation_id] = Follower(
            generation_id,
            message_id,
            seq,
            user=self.user,
            audience=self.audience,
            fanout=self.fanout,
            send=self.outbox.put_nowait,
        )
        await follower.start()
        return follower
