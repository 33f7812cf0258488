"""Uvicorn: about twice as many streams on a core as Daphne."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
import uvloop

from chat.serving.stopping import on_signals


class QuietServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The signals are ours."""
        yield


def serve(
    application: Any,
    listening: socket.socket,
    *,
    start: Callable[[], Awaitable[None]],
    drain: Callable[[], Awaitable[None]],
) -> None:
    """Returns after a SIGTERM or SIGINT, when everything has been drained."""

    async def run() -> None:
        stop = on_signals(asyncio.get_running_loop())
        await start()
        server = QuietServer(_config(application))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        await asyncio.wait({serving, asyncio.ensure_future(stop.wait())}, return_when="FIRST_COMPLETED")
        for listener in server.servers:
            listener.close()
        await drain()
        server.should_exit = True
        await serving

    uvloop.run(run())


def _config(application: Any) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        lifespan="off",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=3,
        server_header=False,
    )
