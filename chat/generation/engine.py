"""Everything that runs generations in one process, started by `serve` and `worker`.

Importing the ASGI application starts nothing. A web process of a scaled installation has an engine
too, which runs no generations but delivers frames, and sweeps.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import uuid
from collections.abc import Awaitable, Callable, Sequence

from django.conf import settings

from chat.db.threads import in_thread
from chat.generation.fanout import CONTROL, Fanout, Note
from chat.generation.journal import Journal
from chat.generation.runner import Runner
from chat.generation.sweeper import Sweeper
from chat.models import Generation
from chat.providers.registry import Registry

logger = logging.getLogger(__name__)

_current: Engine | None = None


def current() -> Engine | None:
    """The engine of this process, once started."""
    return _current


class Engine:
    """`runs`: whether generations run here, or only pass through to sockets."""

    def __init__(self, *, runs: bool) -> None:
        self.runs = runs
        self.draining = False
        self.ended = asyncio.Event()
        """Set whenever a run has ended here."""
        self.loop = asyncio.get_running_loop()
        self.owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(6)}"
        self.registry = Registry(settings.PROVIDERS, settings.DATA_DIR)
        self.fanout = Fanout(across_processes=settings.SCALED)
        self.journal = Journal(self.owner, self.fanout)
        self.sweeper = Sweeper(self.journal, self.fanout, self._dispatch_again)
        self._runners: dict[uuid.UUID, Runner] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._background: list[asyncio.Task[None]] = []

    async def start(
        self, *, alone: bool = False, beside: Sequence[Callable[[], Awaitable[None]]] = ()
    ) -> None:
        """`alone`: no other process runs generations, so whatever seems to run is a predecessor's.

        `beside`: what else is to run as long as the engine does.
        """
        global _current
        _current = self
        await self.fanout.start()
        await self.fanout.listen(CONTROL, self._obey)
        self.journal.start()
        if alone:
            await self.sweeper.take_over_all()
            for generation_id in await in_thread(_queued):
                self.start_running(generation_id)
        self._background += [asyncio.ensure_future(work()) for work in (self.sweeper.run, *beside)]
        if self.runs:
            self._background.append(asyncio.create_task(asyncio.to_thread(self.registry.warm)))

    def start_running(self, generation_id: uuid.UUID) -> asyncio.Task[None] | None:
        """From the event loop. None where it runs already, or the server is going down."""
        if self.draining or not self.runs or generation_id in self._runners:
            return None
        runner = Runner(generation_id, self.journal, self.fanout, self.registry)
        self._runners[generation_id] = runner
        task = asyncio.create_task(runner.run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: self._runners.pop(generation_id, None))
        task.add_done_callback(lambda _: self.ended.set())
        return task

    async def run(self, generation_id: uuid.UUID) -> None:
        """Returns when the generation has ended, or is none of ours."""
        if (task := self.start_running(generation_id)) is not None:
            await task

    async def drain(self, grace: float) -> None:
        """Lets what runs go on for `grace` seconds, then marks it interrupted, and stops everything."""
        global _current
        self.draining = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for runner in list(self._runners.values()):
            runner.stop(Generation.State.INTERRUPTED)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=10)
        left = (*self._tasks, *self._background)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self.journal.stop()
        await self.fanout.stop()
        await self.registry.aclose()
        _current = None

    def announce(self, topic: str, note: Note) -> None:
        """From any thread: publishes without waiting."""
        self.loop.call_soon_threadsafe(self.fanout.publish, topic, note)

    def _obey(self, note: Note) -> None:
        """Control messages: `stop ID`, `answer ID` and `hurry ID`, for whichever process runs it."""
        word, _, generation_id = note.text.partition(" ")
        runner = self._runners.get(uuid.UUID(generation_id))
        orders: dict[str, Callable[[Runner], None]] = {
            "stop": Runner.stop,
            "answer": Runner.answer_now,
            "hurry": Runner.hurry,
        }
        if runner is not None and word in orders:
            orders[word](runner)

    async def _dispatch_again(self, generation_id: uuid.UUID) -> None:
        if not settings.SCALED:
            self.start_running(generation_id)
        else:
            from chat.tasks import defer

            await in_thread(defer, generation_id)


def _queued() -> list[uuid.UUID]:
    queued = Generation.objects.filter(state=Generation.State.QUEUED, folded=False)
    return list(queued.order_by("id").values_list("id", flat=True))
