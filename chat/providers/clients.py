"""HTTP clients for one address and key: one for each event loop, since sockets belong to a loop.

aiohttp carries the bytes, which costs a third of what the default transport does. Retries are the
runner's to decide, redirects are not followed, proxies and `.netrc` are not taken from the
environment.
"""

import asyncio
import ssl
import weakref
from functools import cache
from typing import cast

import httpx2
from openai import AsyncOpenAI, DefaultAioHttpClient, Omit

CONNECT_SECONDS = 10.0
POOL_SECONDS = 20.0
"""For getting a connection, connecting included."""
TIMEOUT = httpx2.Timeout(connect=CONNECT_SECONDS, pool=POOL_SECONDS, read=None, write=None)
"""How long a reply may take is the watchdog's to say."""
MOST_CONNECTIONS = 5000
IDLE_SECONDS = 4.0
"""Shorter than the five seconds after which common servers close an idle connection themselves."""
HEADERS: dict[str, str | Omit] = {
    "Accept-Encoding": "identity",
    "OpenAI-Organization": Omit(),
    "OpenAI-Project": Omit(),
}
"""The body is read as it comes; what the client finds in the environment concerns no provider."""
NO_KEY = "none"
"""What is sent to servers that need no key; the client refuses to be made without any."""


@cache
def _tls() -> ssl.SSLContext:
    """One for all clients, since reading the trusted certificates takes a third of a second.

    `SSL_CERT_FILE` counts here, for servers whose authority is one's own.
    """
    return httpx2.create_ssl_context()


def warm() -> None:
    """Does ahead what the first request of a process would wait for: imports and certificates."""
    client = AsyncOpenAI(base_url="http://localhost", api_key=NO_KEY, http_client=_http_client())
    _ = client.chat.completions.with_streaming_response


def _http_client() -> httpx2.AsyncClient:
    return DefaultAioHttpClient(
        verify=_tls(),
        timeout=TIMEOUT,
        limits=httpx2.Limits(max_connections=MOST_CONNECTIONS, keepalive_expiry=IDLE_SECONDS),
        follow_redirects=False,
        trust_env=False,
    )


class Clients:
    """Makes a client at first use in a loop."""

    def __init__(self, base_url: str, key: str) -> None:
        self._base_url = base_url
        self._key = key
        self._by_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncOpenAI] = (
            weakref.WeakKeyDictionary()
        )

    def get(self) -> AsyncOpenAI:
        """The client of the running loop."""
        loop = asyncio.get_running_loop()
        client = self._by_loop.get(loop)
        if client is None:
            client = self._by_loop[loop] = self._new()
        return client

    async def aclose(self) -> None:
        """Closes the running loop's client; others went with their loops."""
        client = self._by_loop.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()

    def _new(self) -> AsyncOpenAI:
        return AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._key or NO_KEY,
            max_retries=0,
            timeout=TIMEOUT,
            default_headers=cast(dict[str, str], HEADERS),
            http_client=_http_client(),
        )
