"""Daphne, driven by Twisted's reactor on our event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop
from twisted.internet import asyncioreactor

loop = uvloop.new_event_loop()
asyncio.set_event_loop(loop)
asyncioreactor.install(loop)  # type: ignore[no-untyped-call]

from daphne.server import Server  # noqa: E402
from twisted.internet import reactor  # noqa: E402

from chat.serving.stopping import on_signals  # noqa: E402


class QuietServer(Server):
    """Remembers its ports, so that it can stop listening while its sockets stay open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self.ports.append(port)


def serve(
    application: Any,
    host: str,
    port: int,
    *,
    start: Callable[[], Awaitable[None]],
    drain: Callable[[], Awaitable[None]],
) -> None:
    """Returns after a SIGTERM or SIGINT, when everything has been drained."""
    loop.run_until_complete(start())
    interface = host.replace(":", "\\:")
    server = QuietServer(
        application,
        endpoints=[f"tcp:port={port}:interface={interface}"],
        signal_handlers=False,
        websocket_timeout=-1,
        application_close_timeout=5,
        server_name="workings",
    )
    stop = on_signals(loop)

    async def end() -> None:
        await stop.wait()
        for listening in server.ports:
            listening.stopListening()
        await drain()
        reactor.stop()  # type: ignore[misc]

    ending = loop.create_task(end())
    server.run()
    ending.cancel()
