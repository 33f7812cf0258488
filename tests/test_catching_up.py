"""Many who catch up at once cost one replay, and each is given the reply as their audience may see it."""

import asyncio
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import following
from chat.announcing import turn_asked
from chat.core.events import Answer, Finish, Thinking
from chat.generation import rows, written
from chat.generation.fanout import conversation_topic
from chat.models import JournalEntry
from chat.pages import standing_reply
from chat.snapshots import render_reply, reply_of
from tests.generation.stage import WAIT, Puppet, ask, engine, until
from tests.sockets import path_of, socket, sync, told

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPT = (Thinking("One. "), 0.1, Thinking("Two. "), 0.1, Thinking("Three. "), WAIT, Answer("**9**"))


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


@pytest.fixture
def replayed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """An entry for each row of a journal that is replayed for a page."""
    replayed: list[int] = []

    def slowly(row: Any) -> Iterator[rows.Timed]:
        replayed.append(len(row))
        time.sleep(0.1)
        return rows.decoded(row)

    monkeypatch.setattr(written, "decoded", slowly)
    return replayed


async def test_ten_sockets_at_once_cause_one_replay(alice: User, replayed: list[int]) -> None:
    puppet = Puppet([[*SCRIPT, 0.1, Answer(" left"), WAIT, Finish("stop")]])
    async with engine(puppet), AsyncExitStack() as stack:
        generation = await until((await ask(alice)).id, "thinking")
        await asyncio.sleep(0.5)
        path = path_of(generation)
        sockets = [await stack.enter_async_context(socket(alice, path)) for _ in range(10)]
        await asyncio.gather(*(sync(one, generation) for one in sockets))
        replies = await asyncio.gather(*(told(one, "reply") for one in sockets))
        assert all("One. Two. Three." in reply["html"] for reply in replies)
        count = await JournalEntry.objects.filter(generation=generation).acount()
        assert count >= 2, "need several rows for this test to mean anything"
        assert len(replayed) == count


async def test_a_later_look_takes_up_only_what_came_since(alice: User, replayed: list[int]) -> None:
    puppet = Puppet([[*SCRIPT, 30.0]])
    async with engine(puppet):
        generation = await until((await ask(alice)).id, "thinking")
        await asyncio.sleep(0.5)
        first = await sync_to_async(reply_of)(generation.message, "full")
        before = len(replayed)
        puppet.go_on.set()
        await until(generation.id, "answering")
        second = await sync_to_async(reply_of)(generation.message, "full")
        assert "<strong>9</strong>" not in await sync_to_async(render_reply)(first)
        assert "<strong>9</strong>" in await sync_to_async(render_reply)(second)
        assert second.seq > first.seq
        assert len(replayed) == await JournalEntry.objects.filter(generation=generation).acount()
        assert len(replayed) > before


async def test_one_copy_serves_each_audience_what_is_theirs(alice: User, replayed: list[int]) -> None:
    async with engine(Puppet([SCRIPT])):
        generation = await until((await ask(alice)).id, "thinking")
        await asyncio.sleep(0.5)
        full = await sync_to_async(reply_of)(generation.message, "full")
        answers = await sync_to_async(reply_of)(generation.message, "answers")
        assert "One. Two." in await sync_to_async(render_reply)(full)
        assert "One." not in await sync_to_async(render_reply)(answers)
        assert len(replayed) == await JournalEntry.objects.filter(generation=generation).acount()


async def test_nothing_is_kept_of_what_has_ended(alice: User) -> None:
    puppet = Puppet([[*SCRIPT, Finish("stop")]])
    async with engine(puppet):
        generation = await until((await ask(alice)).id, "thinking")
        await sync_to_async(reply_of)(generation.message, "full")
        assert generation.id in written._copies
        puppet.go_on.set()
        async with asyncio.timeout(10):
            while generation.id in written._copies:
                await asyncio.sleep(0.01)


def test_only_so_many_are_kept() -> None:
    ids = [uuid.uuid4() for _ in range(100)]
    for id in ids:
        with written.looked_at([id]):
            pass
    assert len(written._copies) == written.MOST_COPIES
    assert ids[-1] in written._copies
    written._copies.clear()


async def test_late_news_of_a_reply_does_not_break_off_a_page_that_catches_up(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reply has ended already, so no frame would ever tell the page what it missed."""
    read, go_on = threading.Event(), threading.Event()

    def slowly(*args: Any) -> Any:
        read.set()
        go_on.wait(10)
        return standing_reply(*args)

    monkeypatch.setattr(following, "standing_reply", slowly)
    async with engine(Puppet([[Answer("**9**"), Finish("stop")]])) as here:
        generation = await until((await ask(alice)).id, "done")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation)
            assert await asyncio.to_thread(read.wait, 10)
            topic = conversation_topic(generation.message.conversation_id)
            here.announce(topic, turn_asked(generation, "<article></article>"))
            await told(one, "turn")
            go_on.set()
            assert "<strong>9</strong>" in (await told(one, "reply"))["html"]
