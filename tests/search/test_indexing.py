"""What is new is found soon, in short writes, and nothing of it is lost or doubled."""

import asyncio
import threading
import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from chat.db import write_lock
from chat.models import Conversation, Part, SearchText
from chat.search import index
from chat.search.indexer import run
from chat.search.rebuilding import index_everything, rebuild
from tests.conftest import person
from tests.generation.stage import PLAIN, WAIT, Puppet, ask, engine, until
from tests.search.documents import found, make_chat, marked

pytestmark = pytest.mark.django_db(transaction=True)

LONG = 240_000
LONGEST_WRITE = 0.05


def rows() -> list[tuple[Any, ...]]:
    fields = ("conversation", "message", "part", "kind", "said_at", "start", "length", "offset")
    return list(SearchText.objects.order_by("part", "start", "conversation").values_list(*fields))


async def test_a_reply_is_found_when_it_has_ended_and_its_question_at_once(transactional_db: None) -> None:
    alice = await sync_to_async(person)("alice")
    puppet = Puppet([[PLAIN[0], WAIT, *PLAIN[1:]]])
    look = sync_to_async(found)
    async with engine(puppet):
        generation = await until((await ask(alice, "How many sheep?")).id, "thinking")
        await sync_to_async(index_everything)()
        assert [marked(hit) for hit in await look(alice, "sheep")] == ["How many [sheep]?"]
        assert await look(alice, "seventeen") == []
        puppet.go_on.set()
        await until(generation.id, "done")
        await sync_to_async(index_everything)()
        assert [marked(hit) for hit in await look(alice, "seventeen")] == ["[Seventeen] minus. All but nine."]


async def test_the_server_indexes_by_itself(transactional_db: None) -> None:
    alice = await sync_to_async(person)("alice")
    indexing = asyncio.create_task(run())
    async with engine(Puppet([PLAIN])):
        await until((await ask(alice, "How many sheep?")).id, "done")
        async with asyncio.timeout(20):
            while len(await sync_to_async(found)(alice, "seventeen")) != 1:
                await asyncio.sleep(0.05)
    indexing.cancel()
    await asyncio.gather(indexing, return_exceptions=True)


def test_a_title_is_found_as_it_is_now_whoever_changed_it(alice: User) -> None:
    chat = make_chat(alice, "Sheep")
    Conversation.objects.filter(id=chat.id).update(title="Goats")
    index_everything()
    assert found(alice, "sheep") == []
    assert len(found(alice, "goats")) == 1
    Conversation.objects.filter(id=chat.id).update(title="")
    index_everything()
    assert found(alice, "goats") == []
    assert not index.index_some()


def test_a_long_thought_is_indexed_in_short_writes(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[float] = []
    if connection.vendor == "sqlite":
        time_writes(monkeypatch, held)
    text = ("Let me check the rounding of it. " * 9 + "\n\n") * (LONG // 299 + 1)
    chat = make_chat(alice, thinking=text[:LONG] + " needle")
    [hit] = found(alice, "needle")
    assert hit.address.endswith(f".{LONG + 1}")
    assert SearchText.objects.filter(conversation=chat, kind="thinking").count() > 300
    if held:
        assert len(held) > 10
        assert sorted(held)[-2] < LONGEST_WRITE, "one may have been held up by another program"


def time_writes(monkeypatch: pytest.MonkeyPatch, held: list[float]) -> None:
    """Notes how long each transaction keeps other writers out."""
    since: dict[int, float] = {}
    acquire, release = write_lock.acquire, write_lock.release

    def acquired() -> None:
        acquire()
        since[threading.get_ident()] = time.thread_time()

    def released() -> None:
        if began := since.pop(threading.get_ident(), None):
            held.append(time.thread_time() - began)
        release()

    monkeypatch.setattr(write_lock, "acquire", acquired)
    monkeypatch.setattr(write_lock, "release", released)


def test_a_write_that_broke_off_is_done_again_and_doubles_nothing(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "WORDS_AT_ONCE", 200)
    make_chat(alice, "Sheep", answer=("word " * 100 + "\n\n") * 9)
    whole = rows()
    rebuild()
    assert rows() == whole
    SearchText.objects.filter(kind="answer", start__gt=2000).delete()
    Part.objects.update(indexed=False)
    index_everything()
    assert rows() == whole


def test_reindex_makes_the_same_anew(alice: User) -> None:
    make_chat(alice, "Sheep", thinking="Hm. " * 500, answer="Nine sheep.")
    before = rows()
    SearchText.objects.all().delete()
    assert found(alice, "sheep") == []
    call_command("reindex")
    assert rows() == before
    assert len(found(alice, "sheep")) == 2


def test_two_processes_share_the_work(alice: User) -> None:
    """On PostgreSQL what one has taken, another leaves alone."""
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one process.")
    make_chat(alice, answer="Sheep.")
    Part.objects.update(indexed=False)
    seen: list[list[int]] = []

    def other() -> None:
        with index._claimed() as ids:
            seen.append(ids)
        connection.close()

    with index._claimed() as ids:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(ids) == 2
    assert seen == [[]]
