"""What a page's socket is told: frames of its audience, without gaps, and news it missed."""

import json
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.models import User
from chat import actions, watch
from chat.asgi import application
from chat.core.events import Answer, Finish, Thinking
from chat.generation.fanout import Note, generation_topic
from chat.models import Generation
from tests.generation.stage import MODEL, PLAIN, WAIT, Puppet, ask, engine, until

pytestmark = pytest.mark.django_db(transaction=True)

HALF = (Thinking("One. "), WAIT, Thinking("Two."), Answer("**2**"), Finish("stop"))


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


@asynccontextmanager
async def socket(user: User | None, path: str) -> AsyncIterator[WebsocketCommunicator]:
    """A connected socket with the session of somebody, or of nobody."""
    headers = [(b"origin", b"http://localhost"), (b"host", b"localhost")]
    if user is not None:
        client = Client()
        await sync_to_async(client.force_login)(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        headers.append((b"cookie", f"{cookie.key}={cookie.value}".encode()))
    one = WebsocketCommunicator(application, path, headers)
    connected, _ = await one.connect(timeout=5)
    assert connected
    yield one
    await one.disconnect()


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


async def test_a_page_that_is_behind_gets_the_reply_whole_and_then_frames(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet):
        generation = await until((await ask(alice)).id, "thinking")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation)
            whole = await told(one, "reply")
            assert "One. " in whole["html"]
            puppet.go_on.set()
            seqs: list[int] = []
            state = ""
            while state != "done":
                frame = await told(one, "frame")
                seqs.append(frame["seq"])
                state = frame.get("state", state)
            assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
            assert f'data-seq="{seqs[0] - 1}"' in whole["html"]


async def test_a_page_that_has_everything_is_sent_frames_only(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet):
        generation = await until((await ask(alice)).id, "thinking")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation, generation.seq_full)
            await one.receive_nothing(0.3)
            puppet.go_on.set()
            assert (await told(one, "frame", "reply"))["type"] == "frame"


async def test_a_gap_makes_the_socket_read_the_reply_anew(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet) as here:
        generation = await until((await ask(alice)).id, "thinking")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation, generation.seq_full)
            await one.receive_nothing(0.3)
            topic = generation_topic(generation.id, "full")
            here.fanout.publish(topic, Note('{"type": "frame"}', generation.seq_full + 5))
            assert "One. " in (await told(one, "reply"))["html"]


async def test_frames_that_a_layer_swallowed_are_made_up_for(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet) as here:
        generation = await until((await ask(alice)).id, "thinking")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation, generation.seq_full)
            await one.receive_nothing(0.3)
            here.fanout._listeners.pop(generation_topic(generation.id, "full"))
            puppet.go_on.set()
            await until(generation.id, "done")
            await watch.look()
            assert "<strong>2</strong>" in (await told(one, "reply"))["html"]


async def test_a_second_tab_learns_of_a_new_turn(alice: User) -> None:
    puppet = Puppet([PLAIN, HALF])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "done")
        async with socket(alice, path_of(first)) as one:
            await sync(one, first, first.seq_full)
            asked = actions.Asked(MODEL, {"thinking": "auto"})
            await sync_to_async(actions.send)(alice, first.message.conversation, "And now?", asked)
            assert "And now?" in (await told(one, "turn"))["html"]
            puppet.go_on.set()
            await told(one, "frame")


async def test_a_page_that_was_away_gets_the_turns_it_missed(alice: User) -> None:
    async with engine(Puppet([PLAIN, PLAIN])):
        first = await until((await ask(alice)).id, "done")
        asked = actions.Asked(MODEL, {"thinking": "auto"})
        sent = await sync_to_async(actions.send)(alice, first.message.conversation, "While away", asked)
        await until(sent.generation.id, "done")
        async with socket(alice, path_of(first)) as one:
            await sync(one, first, first.seq_full)
            assert "While away" in (await told(one, "turn"))["html"]


async def test_continue_tells_the_page_that_the_reply_goes_on(alice: User) -> None:
    puppet = Puppet([[Answer("One"), Finish("length")], [Answer(" two"), Finish("stop")]])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "truncated")
        async with socket(alice, path_of(first)) as one:
            await sync(one, first, first.seq_full)
            asked = actions.Asked(MODEL, {"thinking": "auto"})
            await sync_to_async(actions.carry_on)(alice, first.message, asked)
            second = await Generation.objects.exclude(id=first.id).aget()
            assert str(second.id) in (await told(one, "reply"))["html"]


async def test_a_suspended_user_s_socket_is_closed(alice: User) -> None:
    async with engine(Puppet([])), socket(alice, "/ws/") as one:
        await told(one, "hello")
        await User.objects.filter(pk=alice.pk).aupdate(is_active=False)
        await watch.look()
        assert (await one.receive_output(5))["code"] == 4401


async def test_nonsense_from_a_browser_is_ignored(alice: User) -> None:
    async with engine(Puppet([PLAIN])):
        done = await until((await ask(alice)).id, "done")
        async with socket(alice, path_of(done)) as one:
            await told(one, "hello")
            unknown = json.dumps({"have": {str(uuid.uuid4()): 1}})
            for nonsense in ("{", "[]", '{"have": 1}', '{"have": {"x": 1}}', unknown):
                await one.send_to(nonsense)
            await one.send_json_to({"have": {str(done.id): 0}, "last": str(done.message_id)})
            assert (await told(one, "reply"))["m"] == str(done.message_id)
