"""A provider on loopback that answers as a test tells it to, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson

from chat.providers.chat_completions import ChatCompletions
from chat.providers.configuration import ProviderConfig

KEY = "sk-secret-0123456789"


@dataclass
class Request:
    """What arrived: the request line, headers in lower case, the body."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, object]:
        value: dict[str, object] = orjson.loads(self.body)
        return value


type Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Upstream:
    """`answer` writes the reply; `requests` are those that came; `closed` is set when a client went away."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    answer: Answer | None = None
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0
    serving: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if task := asyncio.current_task():
            self.serving.add(task)
            task.add_done_callback(self.serving.discard)
        try:
            while request := await _request(reader):
                self.requests.append(request)
                watch = asyncio.create_task(self._watch(reader))
                if self.answer:
                    await self.answer(writer)
                watch.cancel()
        except (ConnectionError, asyncio.IncompleteReadError):
            self.closed.set()
        finally:
            writer.close()

    async def _watch(self, reader: asyncio.StreamReader) -> None:
        """While a reply is written, the only thing that can come is the end."""
        while not reader.at_eof():
            await asyncio.sleep(0.005)
        self.closed.set()


async def _request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    line, *rest = head.decode().strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (entry.partition(":") for entry in rest)}
    return Request(line, headers, await reader.readexactly(int(headers.get("content-length", 0))))


def whole(status: str, body: bytes = b"", **headers: str) -> Answer:
    """A complete response; header names with underscores for hyphens."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        fields = {"content-type": "application/json", "content-length": str(len(body))}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items())]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return answer


type Piece = bytes | float | str | asyncio.Event


def stream(*chunks: Piece, content_type: str = "text/event-stream") -> Answer:
    """A chunked body. A number waits for seconds, an event until it is set, "cut" drops the connection."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n")
        writer.write(b"x-request-id: req-1\r\ncontent-type: %s\r\n\r\n" % content_type.encode())
        for chunk in chunks:
            if chunk == "cut":
                await writer.drain()
                writer.transport.abort()
                raise ConnectionError
            if isinstance(chunk, bytes):
                writer.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                await writer.drain()
            elif isinstance(chunk, float):
                await asyncio.sleep(chunk)
            elif isinstance(chunk, asyncio.Event):
                await chunk.wait()
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    return answer


@asynccontextmanager
async def running() -> AsyncIterator[Upstream]:
    upstream = Upstream()
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0)
    upstream.port = server.sockets[0].getsockname()[1]
    try:
        yield upstream
    finally:
        server.close()
        for task in upstream.serving:
            task.cancel()
        await asyncio.gather(*upstream.serving, return_exceptions=True)


@asynccontextmanager
async def provider_at(
    upstream: Upstream, limits: dict[str, float] | None = None
) -> AsyncIterator[ChatCompletions]:
    """A provider whose address is the upstream's."""
    config = ProviderConfig(
        "compatible", "Test provider", upstream.url, KEY, takes_key=True, variable="TEST_API_KEY"
    )
    provider = ChatCompletions(config, KEY, **(limits or {}))
    try:
        yield provider
    finally:
        await provider.aclose()
