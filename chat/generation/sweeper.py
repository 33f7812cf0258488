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
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import timedelta

from django.db import Error
from django.db.models import F
from django.utils import timezone

from chat.db.threads import in_thread
from chat.generation.fanout import SIDEBAR_CHANGED, Fanout, Note, generation_topic, user_topic
from chat.generation.fold import Outcome, fold
from chat.generation.journal import Journal
from chat.generation.replay import replay
from chat.generation.tidying import Tidying
from chat.models import Generation
from chat.rendering.audience import AUDIENCES

logger = logging.getLogger(__name__)

EVERY = 1.0
DEAD_AFTER = 5.0
DISPATCH_AGAIN_AFTER = 5.0

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
        self._tidying = Tidying(journal.folded)

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
        dead = [beat for beat, since in self._seen.items() if now - since >= DEAD_AFTER]
        await _each(self.take_over, dead)
        await _each(self._dispatch, await in_thread(_forgotten))
        await self._tidying.go_on()

    async def take_over_all(self) -> None:
        """Marks every running generation at once: for a server that knows it is the only one."""
        await _each(self.take_over, await in_thread(_beats, self._journal.running))

    async def take_over(self, beat: Beat) -> None:
        """Marks one generation interrupted, unless it has moved since the beat was seen."""
        generation = await self._journal.run(_mark, beat, self._journal.owner)
        if generation is None:
            return
        self._journal.folded.add(generation.id)
        logger.info("a generation was interrupted", extra={"generation": str(generation.id)})
        for audience in AUDIENCES:
            seq = generation.seq_full if audience == "full" else generation.seq_answers
            note = Note("", seq, last=True, anew=True)
            self._fanout.publish(generation_topic(generation.id, audience), note)
        self._fanout.publish(user_topic(generation.user_id), SIDEBAR_CHANGED)


async def _each[T](work: Callable[[T], Awaitable[None]], things: Iterable[T]) -> None:
    """One that fails costs no other its turn; the next round tries it again."""
    for thing in things:
        try:
            await work(thing)
        except Exception:
            logger.exception("a generation could not be swept; trying again")


def _beats(here: Collection[uuid.UUID]) -> list[Beat]:
    claimed = Generation.objects.filter(state__in=Generation.CLAIMED, folded=False)
    return [beat for beat in claimed.values_list("id", "epoch", "heartbeat") if beat[0] not in here]


def _mark(beat: Beat, owner: str) -> Generation | None:
    generation_id, epoch, heartbeat = beat
    still = Generation.objects.filter(id=generation_id, epoch=epoch, heartbeat=heartbeat, folded=False)
    if not still.update(owner=owner, epoch=F("epoch") + 1):
        return None
    generation = Generation.objects.select_related("message").get(id=generation_id)
    transcript = replay(generation, to_the_end=True)
    if fold(generation, transcript, Outcome(Generation.State.INTERRUPTED)) is None:
        return None
    generation.refresh_from_db(fields=["seq_full", "seq_answers"])
    return generation


def _forgotten() -> list[uuid.UUID]:
    """Queued for so long that whoever was told of them must be gone."""
    before = timezone.now() - timedelta(seconds=DISPATCH_AGAIN_AFTER)
    queued = Generation.objects.filter(state=Generation.State.QUEUED, created_at__lt=before)
    return list(queued.order_by("id").values_list("id", flat=True)[:50])
