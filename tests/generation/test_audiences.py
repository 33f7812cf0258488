"""Who sees answers only is never sent a word of the thinking, nor text that may still turn into it."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import actions
from chat.core.events import Answer, Event, Finish, Reclassified, Thinking
from chat.generation.fanout import Note, generation_topic
from chat.models import Generation, Part
from chat.snapshots import render_reply, reply_of
from tests.generation.stage import WAIT, Puppet, ask, engine, until

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "the secret thought"


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def sent_to_answers(alice: User, *script: Event | float) -> tuple[Generation, list[Note]]:
    seen: list[Note] = []
    puppet = Puppet([[WAIT, *script]])
    async with engine(puppet) as here:
        generation = await until((await ask(alice)).id, "connecting")
        await here.fanout.listen(generation_topic(generation.id, "answers"), seen.append)
        puppet.go_on.set()
        ended = await until(generation.id, "done")
        async with asyncio.timeout(5):
            while not seen or not seen[-1].last:
                await asyncio.sleep(0.01)
    return ended, seen


async def html_for(generation: Generation, audience: str) -> str:
    reply = await sync_to_async(reply_of)(generation.message, audience)  # type: ignore[arg-type]
    return await sync_to_async(render_reply)(reply)


async def test_thinking_never_crosses_in_a_frame_or_a_page(alice: User) -> None:
    ended, seen = await sent_to_answers(alice, Thinking(SECRET), 0.1, Answer("**9**"), 0.1, Finish("stop"))
    assert not any(SECRET in note.text for note in seen)
    html = await html_for(ended, "answers")
    assert "<strong>9</strong>" in html
    assert SECRET not in html
    assert SECRET in await html_for(ended, "full")


async def test_the_answer_comes_when_it_is_finished(alice: User) -> None:
    _, seen = await sent_to_answers(alice, Answer("may be thinking"), 0.2, Finish("stop"))
    assert not any("may be thinking" in note.text for note in seen)
    assert seen[-1].anew


async def test_their_frames_are_numbered_without_gaps(alice: User) -> None:
    ended, seen = await sent_to_answers(alice, Thinking(SECRET), 0.1, Answer("9"), Finish("stop"))
    assert [note.seq for note in seen] == list(range(seen[0].seq, ended.seq_answers + 1))


async def test_a_late_closing_tag_moves_text_that_only_the_full_audience_had(alice: User) -> None:
    ended, seen = await sent_to_answers(
        alice, Answer(SECRET), 0.1, Reclassified("thinking"), Answer("9"), Finish("stop")
    )
    assert not any(SECRET in note.text for note in seen)
    assert SECRET not in await html_for(ended, "answers")
    parts = [(part.kind, part.text) async for part in ended.message.parts.order_by("position")]
    assert parts == [("thinking", SECRET), ("answer", "9")]


async def test_what_nothing_proves_to_be_answer_is_withheld_when_it_is_cut_short(alice: User) -> None:
    async with engine(Puppet([[Answer(SECRET), WAIT]])):
        generation = await until((await ask(alice)).id, "answering")
        await sync_to_async(actions.stop)(generation.message)
        ended = await until(generation.id, "stopped")
    assert (await ended.message.parts.aget()).showing == Part.Showing.UNPROVEN
    assert SECRET not in await html_for(ended, "answers")
    assert SECRET in await html_for(ended, "full")
