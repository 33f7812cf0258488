"""One socket per open page: it copies the frames of its audience, and brings the page news."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Coroutine
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from chat import pages, watch
from chat.db.threads import in_thread
from chat.following import Follower
from chat.generation import engine
from chat.generation.fanout import Fanout, Listener, Note, conversation_topic, user_topic
from chat.outbox import GONE, NOT_READY, SIGNED_OUT, Outbox
from chat.preferences.store import forget
from chat.rendering.audience import Audience
from chat.syncing import Sync, read_sync

logger = logging.getLogger(__name__)

PING = '{"type":"ping"}'


class PageConsumer(AsyncWebsocketConsumer):
    """`/ws/` for any page, `/ws/c/ID/` for one with a conversation."""

    channel_layer_alias = ""
    user: User
    fanout: Fanout
    outbox: Outbox
    audience: Audience = "full"
    conversation_id: uuid.UUID | None = None
    session_key = ""
    session_hash = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.followers: dict[uuid.UUID, Follower] = {}
        self.listening: list[tuple[str, Listener]] = []
        self.working: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Of a disconnect Channels tells only a consumer that has not raised; this one tidies up anyhow."""
        self.outbox = Outbox(send)
        writing: asyncio.Task[None] | None = None
        try:
            writing = asyncio.create_task(self._write(send))
            await super().__call__(scope, receive, send)
        finally:
            if writing is not None:
                writing.cancel()
                await asyncio.gather(writing, return_exceptions=True)
            await self._tidy_up()

    async def connect(self) -> None:
        self.conversation_id = self.scope["url_route"]["kwargs"].get("conversation_id")
        await self.accept()
        refusal = await self._admit()
        if refusal:
            self.outbox.close(refusal)
            return
        watch.open_sockets.add(self)
        self.put({"type": "hello", "now": time.time_ns() // 1_000_000})

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """A browser says what it has, or asks for a sign of life; anything else is ignored."""
        if not self.listening:
            return
        if text_data == PING:
            self.put({"type": "pong"})
        elif self.conversation_id is not None and (sync := read_sync(text_data)) is not None:
            await self._bring_news(sync)
            await self._follow_what_runs(sync)

    def put(self, message: dict[str, Any]) -> None:
        self.outbox.put(json.dumps(message))

    def end(self, code: int) -> None:
        """The right to this page is gone, and the code says why."""
        self.outbox.close(code)

    async def _write(self, send: Any) -> None:
        """To a browser that reads nothing even the goodbye may wait, so it comes last."""
        code = await self.outbox.send_until_closed()
        await self._tidy_up()
        try:
            await send({"type": "websocket.close", "code": code})
        except Exception as error:
            logger.debug("a socket was closed already (%s)", type(error).__name__)

    async def _tidy_up(self) -> None:
        """May be called again."""
        watch.open_sockets.discard(self)
        working, self.working = self.working, set()
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        while self.followers:
            await self.followers.popitem()[1].stop()
        while self.listening:
            await self.fanout.leave(*self.listening.pop())

    async def _admit(self) -> int | None:
        """Joins the topics of this page, or says with which code to close."""
        here = engine.current()
        user: User | AnonymousUser = self.scope["user"]
        if not user.is_authenticated:
            return SIGNED_OUT
        self.user = user
        self.session_key = self.scope["session"].session_key or ""
        self.session_hash = self.scope["session"].get(HASH_SESSION_KEY, "")
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

    async def _listen(self, topic: str, listener: Listener) -> None:
        self.listening.append((topic, listener))
        await self.fanout.listen(topic, listener)

    def _on_user(self, note: Note) -> None:
        message = json.loads(note.text)
        if message["type"] == "preferences":
            forget(self.user)
        if message["type"] != "goodbye":
            self.outbox.put(note.text)
        elif message["session"] in (None, self.session_key):
            self.end(SIGNED_OUT)

    def _on_conversation(self, note: Note) -> None:
        message = json.loads(note.text)
        if message["type"] not in {"turn", "reply"}:
            self.outbox.put(note.text)
        elif self.audience == "full" and "html" in message:
            self.outbox.put(note.text)
            self._work(self._listen_to_new(uuid.UUID(message["g"]), uuid.UUID(message["m"])))
        else:
            self._work(self._on_change(uuid.UUID(message["m"]), message["type"]))

    def _work(self, job: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(job)
        self.working.add(task)
        task.add_done_callback(self._worked)

    def _worked(self, task: asyncio.Task[Any]) -> None:
        """What failed is made up for when the browser comes back."""
        self.working.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.warning("a socket could not be served (%s)", type(error).__name__)
            self.outbox.close(NOT_READY)

    async def _on_change(self, message_id: uuid.UUID, kind: str) -> None:
        """A reply was added to the branch, or goes on: every audience gets its own rendering."""
        if change := await in_thread(pages.change, message_id, kind, self.audience, self.user):
            await self._bring(change)

    async def _bring(self, change: pages.Change) -> None:
        self.put(change.message)
        if change.running:
            await self._follow(*change.running)

    async def _bring_news(self, sync: Sync) -> None:
        assert self.conversation_id is not None
        for change in await in_thread(pages.news, self.conversation_id, self.audience, self.user, sync):
            await self._bring(change)

    async def _follow_what_runs(self, sync: Sync) -> None:
        assert self.conversation_id is not None
        for asked, running, ended in await in_thread(
            pages.progress, self.conversation_id, list(sync.have), self.audience
        ):
            generation_id, message_id, seq = running
            if generation_id != asked:
                await self._follow_successor(generation_id, message_id)
            elif not ended or seq > sync.have[asked]:
                await self._follow(generation_id, message_id, sync.have[asked])

    async def _follow_successor(self, generation_id: uuid.UUID, message_id: uuid.UUID) -> None:
        """The reply went on in another run, which the browser may not know of."""
        if generation_id not in self.followers:
            (await self._listen_to(generation_id, message_id, 0)).catch_up()

    async def _follow(self, generation_id: uuid.UUID, message_id: uuid.UUID, seq: int) -> Follower:
        """Listens first, then makes sure that nothing was missed before it did."""
        follower = await self._listen_to(generation_id, message_id, seq)
        committed = await in_thread(watch.committed, [generation_id])
        if committed.get(generation_id, {}).get(self.audience, 0) > follower.seq:
            follower.catch_up()
        return follower

    async def _listen_to_new(self, generation_id: uuid.UUID, message_id: uuid.UUID) -> None:
        """A page that came back meanwhile follows it already, and may be catching up."""
        if generation_id not in self.followers:
            await self._listen_to(generation_id, message_id, 0)

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
            send=self.outbox.put,
            on_successor=lambda later: self._work(self._follow_successor(later, message_id)),
        )
        await follower.start()
        return follower
