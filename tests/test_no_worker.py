"""Where workers run the replies and none takes one, the page says so, until one does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from chat import watch
from chat.generation.engine import Engine
from chat.rendering import notices
from tests.generation.stage import PLAIN, WAIT, Puppet, ask, until
from tests.sockets import path_of, signed_in_as, socket, sync, told

pytestmark = pytest.mark.django_db(transaction=True)

SAID = "No worker has taken this reply yet."


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


@asynccontextmanager
async def only_pages(settings: Settings) -> AsyncIterator[Engine]:
    """A web process of a scaled installation that has no worker; `runs` makes it one."""
    settings.SCALED = True
    here = Engine(runs=False)
    puppet = Puppet([[WAIT, *PLAIN]])
    here.registry.get = lambda *_: puppet  # type: ignore[method-assign]

    async def nobody(_: Any) -> None:
        return None

    here.sweeper._dispatch = nobody
    await here.start()
    yield here
    await here.drain(0)


async def test_a_page_that_is_open_learns_that_no_worker_takes_its_reply(
    alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = await until((await ask(alice)).id, "queued")
    async with only_pages(settings) as here, socket(alice, path_of(generation)) as one:
        await sync(one, generation)
        await watch.look()
        await one.send_to('{"type":"ping"}')
        assert (await told(one, "pong", "reply"))["type"] == "pong"
        monkeypatch.setattr(notices, "NO_WORKER_AFTER", 0.0)
        await watch.look()
        html = (await told(one, "reply"))["html"]
        assert SAID in html
        assert "manage.py worker" in html
        assert "Waiting for a worker" in html
        await watch.look()
        await one.send_to('{"type":"ping"}')
        assert (await told(one, "pong", "reply"))["type"] == "pong"
        here.runs = True
        here.start_running(generation.id)
        taken = (await told(one, "reply"))["html"]
        assert SAID not in taken
        assert "Starting" in taken


async def test_a_page_that_is_loaded_says_that_no_worker_takes_its_reply(
    alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = await until((await ask(alice)).id, "queued")
    client = await signed_in_as(alice)
    settings.SCALED = True
    address = f"/c/{generation.message.conversation_id}/"
    assert SAID not in (await sync_to_async(client.get)(address)).content.decode()
    monkeypatch.setattr(notices, "NO_WORKER_AFTER", 0.0)
    assert SAID in (await sync_to_async(client.get)(address)).content.decode()
    settings.SCALED = False
    assert SAID not in (await sync_to_async(client.get)(address)).content.decode()
