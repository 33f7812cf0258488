"""Daphne, driven by Twisted's reactor on our event loop."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop
from twisted.internet import asyncioreactor

loop = uvloop.new_event_loop()
asyncio.set_event_loop(loop)
asyncioreactor.install(loop)  # type: ignore[no-untyped-call]

from daphne.server import Server  # noqa: E402
from daphne.ws_protocol import WebSocketProtocol  # noqa: E402
from twisted.internet import reactor  # noqa: E402

from chat.serving.stopping import on_signals  # noqa: E402


class Pace:
    """Whether the client takes what it is sent: Twisted says when its buffer is full, and empty again."""

    def __init__(self, transport: Any) -> None:
        self.free = asyncio.Event()
        self.free.set()
        self._transport = transport

    def pauseProducing(self) -> None:  # noqa: N802
        self.free.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        """A transport that is to close once it is empty would else wait for more from here."""
        self.free.set()
        if self._transport.disconnecting:
            self._transport.unregisterProducer()

    def stopProducing(self) -> None:  # noqa: N802
        self.free.set()


class PacedSocket(WebSocketProtocol):
    def connectionMade(self) -> None:  # noqa: N802
        """Takes the place of the HTTP connection that this one was upgraded from."""
        self.pace = Pace(self.transport)
        self.transport.unregisterProducer()
        self.transport.registerProducer(self.pace, True)
        super().connectionMade()


class QuietServer(Server):
    """Listens on a socket that is open, and can stop listening while its connections stay.

    Daphne itself takes whatever is sent, however much already waits for the client; here a `send` waits.
    """

    def __init__(self, application: Any, listening: socket.socket, **options: Any) -> None:
        super().__init__(application, endpoints=["our own"], signal_handlers=False, **options)
        self.endpoints: list[str] = []
        self._listening = listening
        self._port: Any = None
        reactor.callWhenRunning(self._adopt)

    def stop_listening(self) -> None:
        if self._port is not None:
            self._port.stopListening()

    def _adopt(self) -> None:
        """The reactor makes a copy of the socket. Ours would keep it open when that is closed."""
        self.ws_factory.protocol = PacedSocket
        adopt = reactor.adoptStreamPort
        self._port = adopt(self._listening.fileno(), self._listening.family, self.http_factory)
        self._listening.close()

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        await super().handle_reply(protocol, message)
        if message["type"] == "websocket.send":
            await protocol.pace.free.wait()


def serve(
    application: Any,
    listening: socket.socket,
    *,
    start: Callable[[], Awaitable[None]],
    drain: Callable[[], Awaitable[None]],
) -> None:
    """Returns after a SIGTERM or SIGINT, when everything has been drained."""
    loop.run_until_complete(start())
    server = QuietServer(
        application,
        listening,
        websocket_timeout=-1,
        application_close_timeout=5,
        server_name="workings",
    )
    stop = on_signals(loop)

    async def end() -> None:
        await stop.wait()
        server.stop_listening()
        await drain()
        reactor.stop()  # type: ignore[misc]

    ending = loop.create_task(end())
    server.run()
    ending.cancel()
