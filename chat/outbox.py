"""What waits to be sent to one socket, within bounds, and how the socket is closed.

A browser that is slow, or reads nothing, must not fill the server's memory. It is closed instead; when
it can read again it reconnects and catches up.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from sys import getsizeof
from typing import Any

NOT_READY = 4503
"""The browser comes back by itself, and is then told how things stand."""
SIGNED_OUT = 4401
GONE = 4404
"""The browser goes to sign in, or away from what is gone. All are private codes: Daphne sends no others."""

MOST_WAITING = 2000
MOST_BYTES = 4_000_000
"""Of all that waits together; a single message may be longer."""


class Outbox:
    """`put` never waits. Belongs to one event loop."""

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[str] = deque()
        self._bytes = 0
        self._something = asyncio.Event()
        self._code: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def put(self, text: str) -> None:
        """Ignored once it is closed."""
        if self._code.done():
            return
        if len(self._waiting) >= MOST_WAITING or (self._waiting and self._bytes > MOST_BYTES):
            self.close(NOT_READY)
            return
        self._waiting.append(text)
        self._bytes += getsizeof(text)
        self._something.set()

    def close(self, code: int) -> None:
        """What still waits is not sent: the right to it may be gone. The first code counts."""
        if not self._code.done():
            self._code.set_result(code)
            self._waiting.clear()

    async def send_until_closed(self) -> int:
        """Returns the code, also while a send waits for the network."""
        sending = asyncio.create_task(self._send_all())
        try:
            return await self._code
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _send_all(self) -> None:
        try:
            while True:
                await self._something.wait()
                self._something.clear()
                while self._waiting:
                    text = self._waiting.popleft()
                    await self._send({"type": "websocket.send", "text": text})
                    self._bytes -= getsizeof(text)
        except Exception:
            # The connection is gone, as the server will say too.
            self.close(NOT_READY)
