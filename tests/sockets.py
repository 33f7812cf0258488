"""A page's socket, as a browser opens it and reads from it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.models import User
from chat.asgi import application
from chat.models import Generation


async def signed_in_as(user: User) -> Client:
    client = Client()
    await sync_to_async(client.force_login)(user)
    return client


@asynccontextmanager
async def socket(user: User | None, path: str) -> AsyncIterator[WebsocketCommunicator]:
    """A connected socket with the session of somebody, or of nobody."""
    one = knock(await signed_in_as(user) if user else None, path)
    connected, _ = await one.connect(timeout=5)
    assert connected
    yield one
    await one.disconnect()


def knock(client: Client | None, path: str) -> WebsocketCommunicator:
    """Not connected yet; with the session that the client has by now."""
    headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
    if client is not None:
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        headers.append((b"cookie", f"{cookie.key}={cookie.value}".encode()))
    return WebsocketCommunicator(application, path, headers)


async def told(one: WebsocketCommunicator, *types: str, most: int = 60) -> dict[str, Any]:
    """The next message of one of the types; what is said meanwhile is passed over."""
    for _ in range(most):
        message: dict[str, Any] = json.loads(await one.receive_from(timeout=10))
        if message["type"] in types:
            return message
    raise AssertionError(f"nothing of {types} was said")


async def sync(one: WebsocketCommunicator, generation: Generation | None, seq: int = 0) -> None:
    await told(one, "hello")
    have = {str(generation.id): seq} if generation else {}
    last = str(generation.message_id) if generation else None
    newest = str(generation.id) if generation else None
    await one.send_json_to({"type": "sync", "have": have, "last": last, "newest": newest})


def path_of(generation: Generation) -> str:
    return f"/ws/c/{generation.message.conversation_id}/"
