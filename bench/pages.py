"""The browsers of the bench: sockets that note when each mark of the upstream reached them.

Three kinds of watcher with one shape: of the upstream itself, of the floor, and of Workings.
"""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import dataclass, field

import aiohttp

MARK = re.compile(r"at(\d{16})us")
END = re.compile(r'"state":"(\w+)"|data-state=\\"(\w+)\\"')
ENDED = {"done", "failed", "interrupted", "stopped", "truncated"}
MESSAGE = re.compile(r'data-message="([0-9a-f-]+)"')
CSRF = "b" * 32


@dataclass
class Watcher:
    """What reached one browser, and when. Times are epoch seconds."""

    question: str = ""
    messages: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    asked_at: float = 0.0
    first_at: float = 0.0
    ended_at: float = 0.0
    state: str = ""
    size: int = 0
    _seen: set[str] = field(default_factory=set)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    def see(self, text: str) -> None:
        """Notes what has just arrived."""
        now = time.time()
        self.messages.append(text)
        self.size += len(text)
        for mark in MARK.findall(text):
            if mark not in self._seen:
                self._seen.add(mark)
                self.latencies.append(now - int(mark) / 1e6)
                self.first_at = self.first_at or now
        for found in END.finditer(text):
            state = found[1] or found[2]
            if state in ENDED:
                self.end(state, now)

    def end(self, state: str, now: float) -> None:
        self.state, self.ended_at = state, now
        self._ended.set()

    async def ended(self) -> None:
        await self._ended.wait()

    async def ask(self, question: str) -> None:
        """Returns once the question has been taken."""
        raise NotImplementedError

    async def close(self) -> None:
        """Goes away."""
        raise NotImplementedError


class DirectWatcher(Watcher):
    """Asks the upstream itself: what nothing in between would cost."""

    async def open(self, session: aiohttp.ClientSession, upstream: str) -> None:
        self._session, self._upstream = session, upstream

    async def ask(self, question: str) -> None:
        body = {"model": "upstream", "stream": True, "messages": [{"role": "user", "content": question}]}
        self.question = question
        self.asked_at = time.time()
        async with self._session.post(f"{self._upstream}/chat/completions", json=body) as response:
            async for data in response.content.iter_any():
                self.see(data.decode())
        self.end("done", time.time())

    async def close(self) -> None:
        pass


class SocketWatcher(Watcher):
    """Anything that is watched over a websocket."""

    async def _connect(self, session: aiohttp.ClientSession, url: str, **headers: str) -> None:
        self._socket = await session.ws_connect(url, headers=headers, max_msg_size=2**27, compress=0)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.see(message.data)
        if not self.state:
            self.end("socket closed", time.time())

    async def close(self) -> None:
        await self._socket.close()
        await self._reading


class FloorWatcher(SocketWatcher):
    """Asks over its socket."""

    async def open(self, session: aiohttp.ClientSession, url: str) -> None:
        await self._connect(session, f"{url}/ws/")

    async def ask(self, question: str) -> None:
        self.question = question
        self.asked_at = time.time()
        await self._socket.send_str(question)


class PageWatcher(SocketWatcher):
    """A person on their chat page: signed in, the page loaded, its socket open."""

    async def open(
        self, session: aiohttp.ClientSession, url: str, person: dict[str, str], *, load: bool = True
    ) -> None:
        self._session, self._url, self._chat = session, url, person["conversation"]
        self._cookie = f"sessionid={person['session']}; csrftoken={CSRF}"
        if load:
            async with session.get(f"{url}/c/{self._chat}/", headers={"Cookie": self._cookie}) as page:
                assert page.status == 200, f"the page said {page.status}"
                await page.read()
        await self._connect(session, f"{url}/ws/c/{self._chat}/", Cookie=self._cookie, Origin=url)
        await self._socket.send_json({"type": "sync", "have": {}, "last": None, "newest": None})

    async def ask(self, question: str) -> None:
        self.question = question
        headers = {"Cookie": self._cookie, "X-CSRFToken": CSRF, "HX-Request": "true"}
        self.asked_at = time.time()
        async with self._session.post(
            f"{self._url}/c/{self._chat}/send/", data={"text": question}, headers=headers
        ) as response:
            text = await response.text()
            assert response.status == 200, f"sending said {response.status}: {text[:300]}"
        self.message_id = MESSAGE.findall(text)[-1]

    async def press(self, button: str) -> None:
        """One of the reply's buttons: `stop`, `retry`, `continue`."""
        headers = {"Cookie": self._cookie, "X-CSRFToken": CSRF, "HX-Request": "true"}
        address = f"{self._url}/m/{self.message_id}/{button}/"
        async with self._session.post(address, headers=headers) as response:
            text = await response.text()
            assert response.status in {200, 204}, f"{button} said {response.status}: {text[:300]}"
        if found := MESSAGE.findall(text):
            self.message_id = found[-1]
