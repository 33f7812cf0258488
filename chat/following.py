"""A socket that follows one generation, without gaps and without doubles.

On every doubt (a reconnect, a gap in `seq`, text that moved, silence) the same thing happens:
already listening, it reads the reply as it now stands together with its `seq`, sends it whole, and
drops frames up to that `seq`.
"""

import asyncio
import json
import logging
import uuid
from collections.abc import Callable

from django.db import Error

from accounts.models import User
from chat.core.ids import age_of
from chat.db.threads import in_thread
from chat.generation.fanout import Fanout, Note, generation_topic
from chat.generation.written import forget
from chat.pages import Standing, standing_reply
from chat.rendering import notices
from chat.rendering.audience import Audience

logger = logging.getLogger(__name__)


class Follower:
    """`seq` is the last frame the browser has. `finished`: it has been given the last there is."""

    def __init__(
        self,
        generation_id: uuid.UUID,
        message_id: uuid.UUID,
        seq: int,
        *,
        user: User,
        audience: Audience,
        fanout: Fanout,
        send: Callable[[str], None],
        on_successor: Callable[[uuid.UUID], None],
    ) -> None:
        self.generation_id = generation_id
        self.message_id = message_id
        self.seq = seq
        self.finished = False
        self.told_no_worker = False
        self._user, self._audience, self._fanout, self._send = user, audience, fanout, send
        self._on_successor = on_successor
        self._topic = generation_topic(generation_id, audience)
        self._reading: asyncio.Task[None] | None = None
        self._meanwhile: list[Note] = []

    async def start(self) -> None:
        await self._fanout.listen(self._topic, self.on_note)

    async def stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
        await self._fanout.leave(self._topic, self.on_note)

    def on_note(self, note: Note) -> None:
        if self._reading is not None:
            self._meanwhile.append(note)
        elif note.seq > self.seq:
            self._pass_on(note)

    def catch_up(self) -> None:
        """Reads and sends the reply whole; frames that come meanwhile wait for it."""
        if self._reading is None:
            self._reading = asyncio.create_task(self._catch_up())

    def tell_no_worker(self) -> None:
        """Once: the page then says so until the first frame comes."""
        if not self.told_no_worker:
            self.told_no_worker = True
            self.catch_up()

    @property
    def _waited_long(self) -> bool:
        """Nothing has come yet, for so long that the page may say that no worker takes it."""
        return self.seq == 0 and age_of(self.generation_id) > notices.NO_WORKER_AFTER

    def _pass_on(self, note: Note) -> None:
        if note.anew or note.seq != self.seq + 1 or self._waited_long:
            self.catch_up()
            return
        self._send(note.text)
        self.seq = note.seq
        if note.last:
            self.finished = True
            forget(self.generation_id)

    async def _catch_up(self) -> None:
        """Where it fails, the watch asks again."""
        try:
            standing = await in_thread(standing_reply, self.message_id, self._audience, self._user)
        except Error as error:
            logger.warning("a reply could not be read (%s)", type(error).__name__)
            return
        finally:
            self._reading = None
            meanwhile, self._meanwhile = self._meanwhile, []
        self._stand(standing)
        for note in meanwhile:
            self.on_note(note)

    def _stand(self, standing: Standing | None) -> None:
        """One run's follower never tells of another: the later one's own `seq` would know nothing of it."""
        if standing is None or standing.generation_id != self.generation_id:
            self.finished = True
            if standing is not None:
                self._on_successor(standing.generation_id)
            return
        self._send(json.dumps({"type": "reply", "m": str(self.message_id), "html": standing.html}))
        self.seq, self.finished = standing.seq, standing.finished
