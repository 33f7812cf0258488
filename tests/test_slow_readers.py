"""A browser that reads nothing costs the server a bounded amount of memory, and then its socket."""

import json
import os
import socket
import time
import uuid
from base64 import b64encode
from pathlib import Path

from chat.outbox import GONE, MOST_BYTES, MOST_WAITING, NOT_READY, SIGNED_OUT, Outbox
from tests.servers import Site, site

REPLIES = 100
FILL = f"""
from django.conf import settings
from django.test import Client
from accounts.models import User
from chat.models import Conversation, Generation, Message, Part
alice = User.objects.create_user("alice")
chat = Conversation.objects.create(owner=alice)
ids = []
for _ in range({REPLIES}):
    question = Message.objects.create(conversation=chat, role="user")
    reply = Message.objects.create(conversation=chat, role="assistant", parent=question)
    run = Generation.objects.create(message=reply, user=alice, state="done", folded=True, seq_full=5)
    Part.objects.create(message=reply, generation=run, position=0, kind="answer", text="words and " * 30_000)
    ids.append(str(run.id))
client = Client()
client.force_login(alice)
print(chat.id, client.cookies[settings.SESSION_COOKIE_NAME].value, *ids)
"""
ENOUGH_FOR_THE_NETWORK = 12_000_000
"""Bytes that the two ends' kernels, and a single long message, may hold beside the outbox."""


def connect(running: Site, chat: str, session: str) -> socket.socket:
    """A websocket that takes little at once."""
    host, port = running.url.removeprefix("http://").split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    client.connect((host, int(port)))
    lines = [
        f"GET /ws/c/{chat}/ HTTP/1.1",
        f"Host: {host}:{port}",
        f"Origin: {running.url}",
        f"Cookie: sessionid={session}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {b64encode(os.urandom(16)).decode()}",
        "Sec-WebSocket-Version: 13",
    ]
    client.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    client.settimeout(20)
    head = client.recv(4096)
    assert b" 101 " in head, head
    return client


def say(client: socket.socket, message: object) -> None:
    text = json.dumps(message).encode()
    client.sendall(b"\x81" + bytes([0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4) + text)


def read_to_the_end(client: socket.socket) -> int:
    """How many bytes had been on their way. Raises TimeoutError where it is not the end."""
    count = 0
    try:
        while piece := client.recv(1 << 16):
            count += len(piece)
    except ConnectionError:
        pass
    return count


def test_a_client_that_does_not_read_is_closed_before_it_fills_the_memory(tmp_path: Path) -> None:
    with site(tmp_path) as running:
        chat, session, *runs = running.manage("shell", "--verbosity", "0", "-c", FILL).split()
        with connect(running, chat, session) as client:
            newest = str(uuid.UUID(int=2**128 - 1))
            say(client, {"have": dict.fromkeys(runs, 0), "last": newest, "newest": newest})
            time.sleep(5)
            count = read_to_the_end(client)
        assert 0 < count < MOST_BYTES + ENOUGH_FOR_THE_NETWORK


def test_daphne_sends_only_private_codes() -> None:
    assert all(3000 <= code <= 4999 for code in (NOT_READY, SIGNED_OUT, GONE))


async def test_what_waits_is_bounded_in_number_and_size() -> None:
    async def never(message: object) -> None:
        raise AssertionError("nothing is sent before it runs")

    many, large = Outbox(never), Outbox(never)
    for _ in range(MOST_WAITING):
        many.put("")
    for _ in range(2):
        large.put("x" * (MOST_BYTES // 2))
    assert not many._code.done()
    assert not large._code.done()
    many.put("")
    large.put("")
    assert (await many.send_until_closed(), await large.send_until_closed()) == (NOT_READY, NOT_READY)
