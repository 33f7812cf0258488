"""Runners that are gone: who notices, who marks, and what is kept."""

from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.models import User
from chat.core.events import Answer, Thinking, encode
from chat.generation.fold import fold
from chat.generation.sweeper import DEAD_AFTER, Sweeper
from chat.models import Generation, JournalEntry, Part
from chat.snapshots import render_reply, reply_of
from tests.generation.stage import PLAIN, WAIT, Puppet, ask, engine, texts, until

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def orphan(alice: User) -> Generation:
    """A generation whose process died after two ticks, the separator still holding `<th` back."""
    generation = await ask(alice)
    await Generation.objects.filter(id=generation.id).aupdate(
        state="thinking", owner="dead", epoch=1, heartbeat=7, began_at=timezone.now(), seq_full=2
    )
    rows = [[[0, *encode(Thinking("One "))]], [[50, *encode(Thinking("two."))], [60, *encode(Answer("3"))]]]
    for n, data in enumerate(rows, 1):
        held = encode(Answer("<th")) if n == 2 else None
        await JournalEntry.objects.acreate(generation=generation, n=n, data=data, held=held)
    return generation


async def test_a_server_that_is_alone_marks_its_predecessor_s_at_once(alice: User) -> None:
    left = await orphan(alice)
    async with engine(Puppet([])):
        ended = await until(left.id, "interrupted", seconds=2)
        assert await texts(ended) == {"thinking": "One two.", "answer": "3<th"}
        assert ended.seq_full == 3


async def test_a_row_that_cannot_be_read_keeps_no_server_from_starting(alice: User) -> None:
    left = await orphan(alice)
    unreadable = [
        {"of": "another version"},
        [[70, "zz", "what?"], [80, *encode(Answer("!"))], [90, "a", 5], 7],
    ]
    for n, data in enumerate(unreadable, 3):
        await JournalEntry.objects.acreate(generation=left, n=n, data=data, held=["zz"])
    message = (await Generation.objects.select_related("message").aget(id=left.id)).message
    assert "two." in await sync_to_async(lambda: render_reply(reply_of(message, "full")))()
    async with engine(Puppet([])):
        ended = await until(left.id, "interrupted", seconds=2)
        assert await texts(ended) == {"thinking": "One two.", "answer": "3!"}


async def test_one_that_cannot_be_swept_costs_no_other_its_turn(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, left = await orphan(alice), await orphan(alice)

    def fails_for_one(generation: Generation, *args: Any) -> list[Part] | None:
        if generation.id == broken.id:
            raise RuntimeError("not this one")
        return fold(generation, *args)

    monkeypatch.setattr("chat.generation.sweeper.fold", fails_for_one)
    async with engine(Puppet([])):
        await until(left.id, "interrupted", seconds=2)


async def test_a_heartbeat_must_stand_still_for_the_whole_time(alice: User) -> None:
    left = await orphan(alice)
    clock = Clock()
    async with engine(Puppet([]), alone=False) as here:
        sweeper = Sweeper(here.journal, here.fanout, here._dispatch_again, clock)
        await sweeper.sweep()
        clock.now = DEAD_AFTER - 0.1
        await Generation.objects.filter(id=left.id).aupdate(heartbeat=8)
        await sweeper.sweep()
        clock.now = DEAD_AFTER + 0.1
        await sweeper.sweep()
        assert (await Generation.objects.aget(id=left.id)).state == "thinking"
        clock.now = 2 * DEAD_AFTER
        await sweeper.sweep()
        assert (await Generation.objects.aget(id=left.id)).state == "interrupted"


async def test_what_runs_in_the_own_process_is_never_suspected(alice: User) -> None:
    clock = Clock()
    puppet = Puppet([[Thinking("Long"), WAIT, *PLAIN]])
    async with engine(puppet) as here:
        generation = await until((await ask(alice)).id, "thinking")
        sweeper = Sweeper(here.journal, here.fanout, here._dispatch_again, clock)
        for clock.now in (0.0, 100.0, 200.0):
            await sweeper.sweep()
        puppet.go_on.set()
        await until(generation.id, "done")


async def test_only_one_of_two_sweepers_does_the_marking(alice: User) -> None:
    left = await orphan(alice)
    async with engine(Puppet([]), alone=False) as here:
        sweeper = Sweeper(here.journal, here.fanout, here._dispatch_again)
        await sweeper.take_over((left.id, 1, 7))
        await sweeper.take_over((left.id, 1, 7))
        ended = await until(left.id, "interrupted")
        assert ended.epoch == 2
        assert await ended.parts.acount() == 2


async def test_a_queued_generation_is_dispatched_again_and_never_marked(alice: User) -> None:
    forgotten = await ask(alice)
    async with engine(Puppet([PLAIN])):
        await until(forgotten.id, "done")


async def test_folded_rows_are_deleted_afterwards(alice: User) -> None:
    async with engine(Puppet([PLAIN])) as here:
        ended = await until((await ask(alice)).id, "done")
        await here.sweeper.sweep()
        assert not await JournalEntry.objects.filter(generation=ended).aexists()
