"""However a socket ends, nothing of it stays; and it ends when what it stands on does."""

import asyncio
import json
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.db import OperationalError

from accounts.models import User
from chat import pages, watch
from chat.generation.engine import Engine
from chat.generation.fanout import Note, conversation_topic
from chat.outbox import NOT_READY, SIGNED_OUT
from tests.conftest import PASSWORD, person
from tests.generation.stage import PLAIN, Puppet, ask, engine, until
from tests.sockets import knock, path_of, signed_in_as, socket, told

pytestmark = pytest.mark.django_db(transaction=True)

DEEP = '{"have": ' + "[" * 60_000 + "]" * 60_000 + "}"


@pytest.fixture
def alice(transactional_db: None) -> User:
    return person("alice")


async def opened(one: WebsocketCommunicator) -> WebsocketCommunicator:
    assert (await one.connect(timeout=5))[0]
    await told(one, "hello")
    return one


async def closed_with(one: WebsocketCommunicator) -> int:
    while True:
        said = await one.receive_output(5)
        if said["type"] == "websocket.close":
            return int(said["code"])


def listeners(here: Engine) -> int:
    return sum(len(listening) for listening in here.fanout._listeners.values())


def unusable(*_: Any) -> Any:
    raise OperationalError("the database is gone")


async def test_a_socket_that_fails_leaves_nothing_behind(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine(Puppet([PLAIN])) as here:
        done = await until((await ask(alice)).id, "done")
        before, tasks = listeners(here), len(asyncio.all_tasks())
        one = await opened(knock(await signed_in_as(alice), path_of(done)))
        assert listeners(here) > before
        monkeypatch.setattr(pages, "news", unusable)
        await one.send_json_to({"have": {}})
        with pytest.raises(OperationalError):
            await one.wait(5)
        assert not watch.open_sockets
        assert listeners(here) == before
        assert len(asyncio.all_tasks()) <= tasks


async def test_a_socket_that_cannot_be_opened_leaves_nothing_behind(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine(Puppet([PLAIN])) as here:
        done = await until((await ask(alice)).id, "done")
        before = listeners(here)
        monkeypatch.setattr(pages, "audience_of_page", unusable)
        one = knock(await signed_in_as(alice), path_of(done))
        await one.connect(timeout=5)
        with pytest.raises(OperationalError):
            await one.wait(5)
        assert not watch.open_sockets
        assert listeners(here) == before


async def test_news_that_cannot_be_read_send_the_page_back_to_ask_again(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engine(Puppet([PLAIN])) as here:
        done = await until((await ask(alice)).id, "done")
        async with socket(alice, path_of(done)) as one:
            await told(one, "hello")
            monkeypatch.setattr(pages, "change", unusable)
            topic = conversation_topic(done.message.conversation_id)
            here.fanout.publish(topic, Note(json.dumps({"type": "turn", "m": str(done.message_id)})))
            assert await closed_with(one) == NOT_READY


@pytest.mark.parametrize(
    "hostile",
    [
        '{"have": {"%s": Infinity}}',
        '{"have": {"%s": 1e999}}',
        '{"have": {"%s": NaN}}',
        '{"have": {"%s": 99999999999999999999999}}',
        '{"have": {"%s": -1}}',
        '{"have": {"%s": true}}',
        '{"have": {}, "last": ["%s"]}',
        '{"have": {}, "newest": {"%s": 1}}',
        '{"have": "%s"}',
        DEEP,
    ],
)
async def test_whatever_a_browser_says_its_socket_stays(alice: User, hostile: str) -> None:
    async with engine(Puppet([PLAIN])):
        done = await until((await ask(alice)).id, "done")
        async with socket(alice, path_of(done)) as one:
            await told(one, "hello")
            await one.send_to(hostile.replace("%s", str(done.id)))
            await one.send_to('{"type":"ping"}')
            assert (await told(one, "pong", "reply"))["type"] == "pong"


async def test_a_page_cannot_ask_for_ever_so_many_runs_at_once(alice: User) -> None:
    async with engine(Puppet([PLAIN])):
        done = await until((await ask(alice)).id, "done")
        async with socket(alice, path_of(done)) as one:
            await told(one, "hello")
            have = {str(uuid.uuid4()): 0 for _ in range(1000)} | {str(done.id): 0}
            await one.send_json_to({"have": have, "last": str(done.message_id), "newest": str(done.id)})
            await one.send_to('{"type":"ping"}')
            assert (await told(one, "pong", "reply"))["type"] == "pong"


async def test_a_changed_password_ends_the_sockets_of_other_browsers(alice: User) -> None:
    here, elsewhere = await signed_in_as(alice), await signed_in_as(alice)
    async with engine(Puppet([])):
        other = await opened(knock(elsewhere, "/ws/"))
        page = await opened(knock(here, "/ws/"))
        form = {"oldpassword": PASSWORD, "password1": "battery staple", "password2": "battery staple"}
        changed = await sync_to_async(here.post)("/accounts/password/change/", form)
        assert changed.status_code == 302
        await watch.look()
        assert await closed_with(other) == NOT_READY
        assert await closed_with(page) == NOT_READY
        again = knock(elsewhere, "/ws/")
        await again.connect(timeout=5)
        assert await closed_with(again) == SIGNED_OUT
        back = await opened(knock(here, "/ws/"))
        await watch.look()
        await back.send_to('{"type":"ping"}')
        assert (await told(back, "pong"))["type"] == "pong"
        await back.disconnect()
