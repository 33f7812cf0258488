"""The floor: the least that relays a model's stream to a browser, on the same server and Channels.

    python -m bench.floor --port N --server daphne|uvicorn --upstream URL

A question comes over a websocket, aiohttp asks the upstream, orjson reads its chunks, and a frame
leaves every 50 ms. Nothing is separated, rendered, kept or announced, and there is no database.
"""

import argparse
import asyncio
from importlib import import_module
from typing import Any

import aiohttp
import orjson
from django.conf import settings

settings.configure(SECRET_KEY="the floor keeps nothing", USE_TZ=True)

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path  # noqa: E402

from chat.serving.listening import listen  # noqa: E402

TICK = 0.05
SIDES = {"reasoning_content": 0, "content": 1}


class Shared:
    """What all streams of the process use."""

    upstream: str
    session: aiohttp.ClientSession


class Relay(AsyncWebsocketConsumer):
    """One socket; each message on it is a question."""

    async def connect(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.texts: list[tuple[int, str]] = []
        self.flushed_at, self.seq = 0.0, 0
        self.timer: asyncio.TimerHandle | None = None
        self.flushing: set[asyncio.Task[None]] = set()
        await self.accept()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        self.relaying = asyncio.create_task(self._relay(text_data or ""))

    async def _relay(self, question: str) -> None:
        body = {"model": "upstream", "stream": True, "messages": [{"role": "user", "content": question}]}
        rest = b""
        async with Shared.session.post(f"{Shared.upstream}/chat/completions", json=body) as response:
            async for data in response.content.iter_any():
                *events, rest = (rest + data).split(b"\n\n")
                for event in events:
                    self._read(event)
        await self._flush(state="done")

    def _read(self, event: bytes) -> None:
        if event == b"data: [DONE]":
            return
        choices = orjson.loads(event[6:])["choices"]
        if choices and (delta := choices[0]["delta"]):
            ((field, text),) = delta.items()
            self.texts.append((SIDES[field], text))
            if self.timer is None:
                wait = max(0.0, self.flushed_at + TICK - self.loop.time())
                self.timer = self.loop.call_later(wait, self._begin_flush)

    def _begin_flush(self) -> None:
        task = self.loop.create_task(self._flush())
        self.flushing.add(task)
        task.add_done_callback(self.flushing.discard)

    async def _flush(self, state: str = "") -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer, self.flushed_at = None, self.loop.time()
        ops: list[list[Any]] = []
        for side, text in self.texts:
            if ops and ops[-1][1] == side:
                ops[-1][2] += text
            else:
                ops.append(["text", side, text])
        self.texts = []
        self.seq += 1
        frame = {"type": "frame", "seq": self.seq, "ops": ops, **({"state": state} if state else {})}
        await self.base_send({"type": "websocket.send", "text": orjson.dumps(frame).decode()})


async def nothing_over_http(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"floor"})


def main() -> None:
    parser = argparse.ArgumentParser(description="Relay an upstream's stream with as little as can be.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
    parser.add_argument("--upstream", required=True)
    options = parser.parse_args()
    Shared.upstream = options.upstream

    async def start() -> None:
        Shared.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def drain() -> None:
        await Shared.session.close()

    application = ProtocolTypeRouter(
        {"http": nothing_over_http, "websocket": URLRouter([path("ws/", Relay.as_asgi())])}
    )
    server = import_module(f"chat.serving.{options.server}")
    server.serve(application, listen("127.0.0.1", options.port), start=start, drain=drain)


if __name__ == "__main__":
    main()
