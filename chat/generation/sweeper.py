"""Finds generations whose runner is gone, by watching their heartbeats stand still.

Clocks of different machines are never compared: a sweeper counts the seconds on its own. It never
suspects what runs in its own process, whose heartbeat waits with everything else when the
database is slow. The conditional `epoch + 1` decides which of several sweepers does the marking,
and fences the runner out if it was alive after all.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

from django.db import Error
from django.db.models import F
from django.utils import timezone

from chat.db.threads import in_thread
from chat.generation.fanout import SIDEBAR_CHANGED, Fanout, Note, generation_topic, user_topic
from chat.generation.fold import Outcome, fold
from chat.generation.journal import Journal
from chat.generation.replay import replay
from chat.models import Conversation, Generation, JournalEntry
from chat.rendering.live import AUDIENCES

logger = logging.getLogger(__name__)

EVERY = 1.0
DEAD_AFTER = 5.0
DISPATCH_AGAIN_AFTER = 5.0
DELETED_STAY = timedelta(days=1)
ROWS_AT_ONCE = 500

type Beat = tuple[uuid.UUID, int, int]


class Sweeper:
    """One per process that serves or works. `dispatch` gets generations that nobody has claimed."""

    def __init__(
        self,
        journal: Journal,
        fanout: Fanout,
        dispatch: Callable[[uuid.UUID], Awaitable[None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._fanout = fanout
        self._dispatch = dispatch
        self._clock = clock
        self._seen: dict[Beat, float] = {}

    async def run(self) -> None:
        while True:
            try:
                await self.sweep()
            except Error as error:
                logger.warning("a sweep failed (%s); trying again", type(error).__name__)
            except Exception:
                logger.exception("a sweep failed; trying again")
            await asyncio.sleep(EVERY)

    async def sweep(self) -> None:
        """One round: the dead are marked, the forgotten dispatched, what is folded tidied away."""
        now = self._clock()
        beats = await in_thread(_beats, self._journal.running)
        self._seen = {beat: self._seen.get(beat, now) for beat in beats}
        for beat, since in self._seen.items():
            if now - since >= DEAD_AFTER:
                await self.take_over(beat)
        for generation_id in await in_thread(_forgotten):
            await self._dispatch(generation_id)
        await self._journal.run(_tidy)

    async def take_over_all(self) -> None:
        """Marks every running generation at once: for a server that knows it is the only one."""
        for beat in await in_thread(_beats, self._journal.running):
            await self.take_over(beat)

    async def take_over(self, beat: Beat) -> None:
        """Marks one generation interrupted, unless it has moved since the beat was seen."""
        generation = await self._journal.run(_mark, beat, self._journal.owner)
        if generation is None:
            return
        logger.info("a generation was interrupted", extra={"generation": str(generation.id)})
        for audience in AUDIENCES:
            seq = generation.seq_full if audience == "full" else generation.seq_answers
            note = Note("", seq, last=True, anew=True)
            await self._fanout.publish(generation_topic(generation.id, audience), note)
        await self._fanout.publish(user_topic(generation.user_id), SIDEBAR_CHANGED)


def _beats(here: Collection[uuid.UUID]) -> list[Beat]:
    claimed = Generation.objects.filter(state__in=Generation.CLAIMED, folded=False)
    return [beat for beat in claimed.values_list("id", "epoch", "heartbeat") if beat[0] not in here]


def _mark(beat: Beat, owner: str) -> Generation | None:
    generation_id, epoch, heartbeat = beat
    still = Generation.objects.filter(id=generation_id, epoch=epoch, heartbeat=heartbeat, folded=False)
    if not still.update(owner=owner, epoch=F("epoch") + 1):
        return None
    generation = Generation.objects.get(id=generation_id)
    transcript = replay(generation, to_the_end=True)
    return fold(generation_id, owner, epoch + 1, transcript, Outcome(Generation.State.INTERRUPTED))


def _forgotten() -> list[uuid.UUID]:
    """Queued for so long that whoever was told of them must be gone."""
    before = timezone.now() - timedelta(seconds=DISPATCH_AGAIN_AFTER)
    queued = Generation.objects.filter(state=Generation.State.QUEUED, created_at__lt=before)
    return list(queued.order_by("id").values_list("id", flat=True)[:50])


def _tidy() -> None:
    """Deletes folded rows a batch at a time, so that no write holds the database for long."""
    rows = JournalEntry.objects.filter(generation__folded=True).values("pk")[:ROWS_AT_ONCE]
    JournalEntry.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
    gone = Conversation.objects.filter(deleted_at__lt=timezone.now() - DELETED_STAY).first()
    if gone is not None:
        gone.delete()
