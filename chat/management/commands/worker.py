"""`manage.py worker`: runs generations for a scaled installation, many at once."""

import argparse
import asyncio
from typing import Any

import uvloop
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.serving.stopping import GRACE, on_signals


class Command(BaseCommand):
    help = "Runs generations for `serve` processes that share REDIS_URL and DATABASE_URL with it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--concurrency", type=int, default=300, help="generations at once")
        parser.add_argument("--grace", type=float, default=GRACE, help="seconds that replies get to end")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SCALED:
            raise CommandError(
                "A worker needs REDIS_URL and a PostgreSQL DATABASE_URL. Without them `manage.py serve` "
                "runs everything in one process."
            )
        uvloop.run(self._work(options["concurrency"], options["grace"]))

    async def _work(self, concurrency: int, grace: float) -> None:
        from chat import queueing
        from chat.generation.engine import Engine
        from chat.search import indexer
        from chat.tasks import work

        stop = on_signals(asyncio.get_running_loop())
        engine = Engine(runs=True)
        await engine.start(beside=[indexer.run, queueing.run])
        # Loaded first: an import that holds up the loop for seconds would look like a dead worker.
        await asyncio.to_thread(engine.registry.warm)
        jobs = asyncio.create_task(work(concurrency))
        self.stdout.write("The worker is ready.")
        self.stdout.flush()
        await asyncio.wait({jobs, asyncio.ensure_future(stop.wait())}, return_when="FIRST_COMPLETED")
        await engine.drain(grace)
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)
