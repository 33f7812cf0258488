"""What is no longer needed goes in short deletes, and all of it goes."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from chat.core.events import Answer, Thinking, encode
from chat.core.transcript import Transcript
from chat.generation import fold as folding
from chat.generation import tidying
from chat.generation.fold import Outcome, fold
from chat.generation.sweeper import Sweeper
from chat.models import Conversation, Generation, JournalEntry, Message, Part
from tests.generation.stage import PLAIN, Puppet, ask, engine, until

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = timedelta(days=2)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


def write_rows(generation: Generation, count: int) -> None:
    data = [[0, *encode(Thinking("more"))]]
    JournalEntry.objects.bulk_create(
        JournalEntry(generation=generation, n=n, data=data) for n in range(100, 100 + count)
    )


def deleted_chat(alice: User, turns: int, ago: timedelta) -> Conversation:
    chat = Conversation.objects.create(owner=alice, deleted_at=timezone.now() - ago)
    parent = None
    for _ in range(turns):
        question = chat.messages.create(parent=parent, role="user")
        parent = chat.messages.create(parent=question, role="assistant")
        generation = parent.generations.create(user=alice, state="done", folded=True)
        parent.parts.create(generation=generation, position=0, kind="answer", text="9")
    chat.leaf = parent
    chat.save()
    return chat


async def test_the_rows_of_a_long_reply_are_all_gone_after_one_round(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tidying, "LONGEST", 30.0)  # however busy the machine is
    monkeypatch.setattr(Sweeper, "run", lambda sweeper: asyncio.sleep(60))  # nor does half of it
    generation = await ask(alice)
    await Generation.objects.filter(id=generation.id).aupdate(state="thinking", owner="dead", epoch=1)
    await sync_to_async(write_rows)(generation, 3 * tidying.ROWS_AT_ONCE)
    async with engine(Puppet([]), alone=False) as here:
        await here.sweeper.take_over((generation.id, 1, 0))
        await Sweeper(here.journal, here.fanout, here._dispatch_again).sweep()
        assert not await JournalEntry.objects.aexists()


async def test_rows_that_an_earlier_process_left_are_found(alice: User) -> None:
    async with engine(Puppet([PLAIN])) as here:
        ended = await until((await ask(alice)).id, "done")
        here.journal.folded.clear()
        await sync_to_async(write_rows)(ended, 5)
        await Sweeper(here.journal, here.fanout, here._dispatch_again).sweep()
        assert not await JournalEntry.objects.aexists()


async def test_the_rows_of_a_running_reply_stay(alice: User) -> None:
    generation = await ask(alice)
    await sync_to_async(write_rows)(generation, 5)
    await tidying.Tidying(set()).go_on()
    assert await JournalEntry.objects.acount() == 5


async def test_a_deleted_chat_is_purged_a_few_messages_at_a_time(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await sync_to_async(deleted_chat)(alice, 15, LONG_AGO)
    monkeypatch.setattr(tidying, "LONGEST", 0.0)
    tidy = tidying.Tidying(set())
    await tidy.go_on()
    before = await Message.objects.acount()
    await tidy.delete_some()
    assert before - await Message.objects.acount() == tidying.MESSAGES_AT_ONCE
    assert await Conversation.objects.filter(id=chat.id).aexists()


async def test_in_the_end_nothing_is_left_of_it(alice: User) -> None:
    await sync_to_async(deleted_chat)(alice, 15, LONG_AGO)
    kept = await sync_to_async(deleted_chat)(alice, 2, timedelta(hours=1))
    await tidying.Tidying(set()).go_on()
    assert await Conversation.objects.aget() == kept
    for model in (Message, Generation, Part):
        assert await model._default_manager.acount() == {Message: 4, Generation: 2, Part: 2}[model]


@pytest.mark.parametrize(("ago", "status"), [(timedelta(hours=1), 302), (LONG_AGO, 404)])
def test_a_chat_can_be_restored_until_its_purge_may_begin(alice: User, ago: timedelta, status: int) -> None:
    chat = deleted_chat(alice, 1, ago)
    client = Client()
    client.force_login(alice)
    assert client.post(reverse("chat:restore", args=[chat.id])).status_code == status
    assert Conversation.objects.present().exists() == (status == 302)


async def test_tokens_are_estimated_before_the_database_is_held(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    generation = await ask(alice)
    generation.state, generation.owner, generation.epoch = "answering", "us", 1
    await generation.asave()
    held: list[bool] = []

    def estimate(text: str) -> int:
        held.append(connection.in_atomic_block)
        return len(text)

    monkeypatch.setattr(folding, "estimate", estimate)
    said = Transcript()
    said.apply(0, Answer("123456789"))
    assert await sync_to_async(fold)(generation, said, Outcome("done"))
    assert generation.usage["completion_tokens"] == 9
    assert held
    assert not any(held)
