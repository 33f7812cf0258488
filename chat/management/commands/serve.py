"""`manage.py serve`: the web server, and in an embedded installation everything else too."""

import argparse
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from accounts import setup
from chat.serving.stopping import GRACE


class Command(BaseCommand):
    help = "Serves Workings. Without REDIS_URL this one process does everything."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
        parser.add_argument("--grace", type=float, default=GRACE, help="seconds that replies get to end")

    def handle(self, *args: Any, **options: Any) -> None:
        from chat import queueing, watch
        from chat.asgi import application
        from chat.db import checkpoints
        from chat.generation.engine import Engine
        from chat.search import indexer
        from chat.serving import lock
        from chat.serving.listening import address_of, listen

        if not settings.SCALED:
            lock.hold()
        listening = listen(settings.HOST, options["port"])
        engine: Engine | None = None

        async def start() -> None:
            nonlocal engine
            engine = Engine(runs=not settings.SCALED)
            alone = [] if settings.SCALED else [indexer.run, queueing.run]
            await engine.start(alone=not settings.SCALED, beside=[watch.run, checkpoints.run, *alone])

        async def drain() -> None:
            assert engine is not None
            await engine.drain(options["grace"])

        self.stdout.write(f"Workings is at {settings.PUBLIC_URL or address_of(listening)}")
        if announcement := setup.announcement():
            self.stdout.write(announcement)
        self.stdout.flush()
        server = import_module(f"chat.serving.{options['server']}")
        server.serve(application, listening, start=start, drain=drain)
