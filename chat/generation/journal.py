"""Append, commit, then announce: the one place where running generations reach the database.

The journal has a thread and a connection of its own, with one commit in flight. While it commits,
deltas accumulate, and the next tick takes them all. A tick begins at once after a quiet spell or
for a reply's first token, and else no sooner than `TICK` after the one before.
"""

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.db import DataError, Error, IntegrityError, connection

from chat.db import write_lock
from chat.db.threads import usable_connection
from chat.generation.commit import Entry, Orders, commit
from chat.generation.fanout import Fanout
from chat.generation.live import HEARTBEAT, LiveGeneration

logger = logging.getLogger(__name__)

TICK = 0.05
RETRY = 0.5
REFUSED = (DataError, IntegrityError)
"""What a repeat would meet again: the row itself is at fault, not the database."""
LONGEST_PAUSE = 0.25
"""Seconds that a tick waits for the notes of the one before to leave: with more text in each, fewer are
needed. The heartbeat comes in any case.
"""


class Journal:
    """All running generations of this process. Belongs to one event loop."""

    def __init__(self, owner: str, fanout: Fanout) -> None:
        self.owner = owner
        self.ticks = 0
        self.folded: set[uuid.UUID] = set()
        """What has ended here, and whose rows may go."""
        self._fanout = fanout
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._live: dict[uuid.UUID, LiveGeneration] = {}
        self._touched = asyncio.Event()
        self._urgent = asyncio.Event()
        self._pulse = asyncio.Event()
        self._waiting: dict[uuid.UUID, list[asyncio.Future[None]]] = {}
        self._committing: frozenset[uuid.UUID] = frozenset()
        self._ticking: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._ticking = asyncio.create_task(self._tick_forever())

    async def stop(self) -> None:
        """Call when no generation is left."""
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)
        await self.run(lambda: connection.close())
        self._thread.shutdown()

    def add(self, live: LiveGeneration) -> None:
        self._live[live.id] = live
        self.touch()

    def remove(self, live: LiveGeneration) -> None:
        self._live.pop(live.id, None)
        self._release(live.id)

    @property
    def running(self) -> frozenset[uuid.UUID]:
        """The generations whose runners are in this process."""
        return frozenset(self._live)

    def touch(self, *, urgent: bool = False) -> None:
        """Something arrived. `urgent`: a reader waits for it, so the next tick comes early."""
        self._touched.set()
        if urgent:
            self._urgent.set()

    async def pulse(self) -> None:
        """Returns when the next tick begins: what is received then is in it."""
        await self._pulse.wait()

    async def flush(self, live: LiveGeneration) -> None:
        """Returns when everything received so far is committed, or the fence is lost."""
        while (live.due or live.id in self._committing) and not live.lost and live.id in self._live:
            done = asyncio.get_running_loop().create_future()
            self._waiting.setdefault(live.id, []).append(done)
            self.touch(urgent=True)
            await done

    async def run[T](self, job: Callable[..., T], *args: object) -> T:
        """Runs a database job in the journal's thread, before other writers."""

        def work() -> T:
            with write_lock.first(), usable_connection():
                return job(*args)

        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _tick_forever(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._touched.wait(), HEARTBEAT / 2)
            self._touched.clear()
            self._urgent.clear()
            began = time.monotonic()
            await self._beat()
            try:
                await self._tick()
            except Exception:
                logger.exception("a journal tick failed")
            await self._fanout.room(LONGEST_PAUSE)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._urgent.wait(), max(0.0, began + TICK - time.monotonic()))

    async def _beat(self) -> None:
        """Lets those who wait for a tick receive what they have before it is taken."""
        self.ticks += 1
        pulse, self._pulse = self._pulse, asyncio.Event()
        pulse.set()
        await asyncio.sleep(0)

    async def _tick(self) -> None:
        taken = [(live, entry) for live in self._live.values() if live.due and (entry := _take(live))]
        for live in self._live.values():
            if live.lost:
                self._release(live.id)
        if not taken:
            return
        lives, entries = [live for live, _ in taken], [entry for _, entry in taken]
        self._committing = frozenset(live.id for live in lives)
        orders = await self._commit(entries)
        self._committing = frozenset()
        for live, entry in zip(lives, entries, strict=True):
            if entry.generation_id not in orders:
                live.lose()
            else:
                live.obey(orders[entry.generation_id])
                for topic, note in entry.notes:
                    self._fanout.publish(topic, note)
            self._release(live.id)

    async def _commit(self, entries: list[Entry]) -> dict[uuid.UUID, Orders]:
        """Does not give up while the database cannot be reached: what arrives meanwhile waits."""
        while True:
            try:
                return await self.run(commit, self.owner, entries)
            except REFUSED as error:
                if len(entries) > 1:
                    return await self._commit_each(entries)
                logger.error("a journal row was refused: %s", type(error).__name__)
                return {}
            except Error as error:
                logger.warning("the journal could not commit (%s); trying again", type(error).__name__)
                await asyncio.sleep(RETRY)

    async def _commit_each(self, entries: list[Entry]) -> dict[uuid.UUID, Orders]:
        """One bad row must not cost the others: alone, it ends its own generation only."""
        orders: dict[uuid.UUID, Orders] = {}
        for entry in entries:
            orders |= await self._commit([entry])
        return orders

    def _release(self, generation_id: uuid.UUID) -> None:
        for done in self._waiting.pop(generation_id, []):
            if not done.done():
                done.set_result(None)


def _take(live: LiveGeneration) -> Entry | None:
    """One generation that cannot be taken is given up for the sweeper; the others go on."""
    try:
        return live.take()
    except Exception:
        logger.exception("a generation could not be journalled")
        live.lose()
        return None
