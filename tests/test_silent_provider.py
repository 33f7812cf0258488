"""A provider that says nothing costs nobody who looks at a page, or asks another one, their time."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat.models import Generation
from chat.providers import listings
from chat.providers.configuration import configurations
from chat.providers.registry import Registry
from tests.generation.stage import Puppet, engine
from tests.providers.upstream import Upstream, running
from tests.sockets import signed_in_as

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


@asynccontextmanager
async def beside_a_silent_one(folder: Path) -> AsyncIterator[Upstream]:
    """An engine with one provider that lists its model at once, and one that never answers."""

    async def never(writer: asyncio.StreamWriter) -> None:
        await asyncio.Event().wait()

    async with running() as silent, engine(Puppet([])) as here:
        silent.answer = never
        variables = {
            "LOCAL_MODEL": "off",
            "VLLM_BASE_URL": silent.url,
            "COMPATIBLE_BASE_URL": "http://127.0.0.1:1/v1",
            "COMPATIBLE_MODELS": "quick",
        }

        def read(name: str) -> str:
            return variables.get(name, "")

        here.registry = Registry(configurations(read, read), folder)
        yield silent


async def test_pages_and_questions_wait_for_it_once_and_not_for_long(
    alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listings, "FIRST_LIST_SECONDS", 0.5)
    client = await signed_in_as(alice)
    async with beside_a_silent_one(tmp_path) as silent:
        began = time.monotonic()
        page = await sync_to_async(client.get)("/")
        assert "quick" in page.content.decode()
        assert time.monotonic() - began < 4
        began = time.monotonic()
        await sync_to_async(client.get)("/")
        sent = await sync_to_async(client.post)("/send/", {"text": "How many sheep?"})
        assert sent.status_code in {200, 302}
        assert (await Generation.objects.aget()).model == "quick"
        assert time.monotonic() - began < 2
        assert len(silent.requests) == 1
