"""Answer now, stop, continue and regenerate on the bundled model itself, from action to saved reply."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import actions, continuing, versions
from chat.actions import Asked
from chat.generation.engine import Engine
from chat.models import Generation
from chat.providers.local import LocalProvider
from tests.generation.stage import Puppet, engine, texts, until

pytestmark = [pytest.mark.local, pytest.mark.django_db(transaction=True)]
SHEEP = "A farmer has 17 sheep. All but 9 die. How many are left? Explain at length."
PATIENCE = 300.0


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


@pytest.fixture
async def here(alice: User, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """An engine whose only provider is the model; each test starts it anew, which takes seconds."""
    folder: Path = tmp_path_factory.mktemp("model")
    provider = LocalProvider(folder, "auto")
    async with engine(Puppet([])) as running:
        running.registry.get = lambda provider_id, user_key=None: provider  # type: ignore[method-assign]
        yield running
    await provider.aclose()


async def asked(**settings: Any) -> Asked:
    [model] = await LocalProvider(Path(), "auto").models()
    return Asked(model, {"model": model.key, "thinking": "auto", "max_tokens": 240} | settings)


async def thinks(alice: User) -> Generation:
    conversation = await sync_to_async(actions.start)(alice, SHEEP, await asked())
    generation = await Generation.objects.aget(message__conversation=conversation)
    return await until(generation.id, "thinking", seconds=PATIENCE)


async def newest() -> Generation:
    generation = await Generation.objects.order_by("-id").afirst()
    assert generation is not None
    return await until(generation.id, "done", "truncated", seconds=PATIENCE)


async def test_it_answers_now(here: Engine, alice: User) -> None:
    generation = await thinks(alice)
    assert generation.settings["answers_now"] == "free"
    await sync_to_async(continuing.answer_now)(generation.message)
    ended = await until(generation.id, "done", "truncated", seconds=PATIENCE)
    said = await texts(ended)
    assert said["thinking"].strip()
    assert said["answer"].strip()
    assert ended.cut_short
    assert [request.body["messages"][-1]["role"] async for request in ended.requests.all()] == ["user"] * 2


async def test_what_was_stopped_answers_or_goes_on_and_is_tried_again(here: Engine, alice: User) -> None:
    generation = await thinks(alice)
    await sync_to_async(actions.stop)(generation.message)
    stopped = await until(generation.id, "stopped", seconds=PATIENCE)
    kept = (await texts(stopped))["thinking"]
    await sync_to_async(continuing.carry_on)(alice, stopped.message, await asked())
    said = await texts(await newest())
    assert said["thinking"].startswith(kept)
    assert said["answer"].strip()
    await sync_to_async(versions.retry)(alice, stopped.message, await asked(thinking="off", max_tokens=12))
    again = await newest()
    assert again.message_id != stopped.message_id
    assert (await texts(again))["answer"].strip()


async def test_what_was_stopped_answers_from_its_thinking(here: Engine, alice: User) -> None:
    generation = await thinks(alice)
    await sync_to_async(actions.stop)(generation.message)
    stopped = await until(generation.id, "stopped", seconds=PATIENCE)
    kept = (await texts(stopped))["thinking"]
    await sync_to_async(continuing.answer)(alice, stopped.message, await asked(max_tokens=40))
    ended = await newest()
    said = await texts(ended)
    assert said["thinking"] == kept
    assert said["answer"].strip()
    assert ended.cut_short
