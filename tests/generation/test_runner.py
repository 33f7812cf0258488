"""A generation from its question to its fold, and everything that may end it early."""

import asyncio
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import actions, continuing, versions
from chat.core.events import Answer, Failure, Finish, Thinking, Usage
from chat.generation.fanout import Note, generation_topic
from chat.models import Generation, JournalEntry, Message, Request
from chat.providers.base import ProviderError
from tests.generation.stage import MODEL, PLAIN, WAIT, Held, Puppet, ask, engine, texts, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def test_thinking_and_answer_are_saved_apart(alice: User) -> None:
    async with engine(Puppet([PLAIN])):
        ended = await until((await ask(alice)).id, "done")
        assert await texts(ended) == {"thinking": "Seventeen minus. All but nine.", "answer": "**9**"}
        assert ended.folded
        assert ended.finish_reason == "stop"


async def test_the_exact_request_is_on_record_before_it_leaves(alice: User) -> None:
    async with engine(Puppet([[WAIT]])) as here:
        generation = await ask(alice)
        async with asyncio.timeout(10):
            while not await Request.objects.filter(generation=generation).aexists():
                await asyncio.sleep(0.01)
        assert (await Request.objects.aget(generation=generation)).body == {"model": "puppet"}
        await until(generation.id, "connecting")
        del here


async def test_stop_keeps_what_came_and_closes_the_upstream(alice: User) -> None:
    puppet = Puppet([[Thinking("Half a thou"), WAIT]])
    async with engine(puppet):
        generation = await until((await ask(alice)).id, "thinking")
        await sync_to_async(actions.stop)(generation.message)
        ended = await until(generation.id, "stopped")
        assert await texts(ended) == {"thinking": "Half a thou"}
        assert puppet.closed == 1


async def test_text_that_the_separator_held_back_survives_a_stop(alice: User) -> None:
    async with engine(Puppet([[Answer("a < b"), Held(Answer(" <thi")), WAIT]])):
        generation = await until((await ask(alice)).id, "answering")
        await sync_to_async(actions.stop)(generation.message)
        ended = await until(generation.id, "stopped")
        assert await texts(ended) == {"answer": "a < b <thi"}


async def test_a_queued_generation_is_stopped_by_the_request_itself(alice: User) -> None:
    generation = await ask(alice)
    await sync_to_async(actions.stop)(await _message(generation))
    await generation.arefresh_from_db()
    assert generation.state == "stopped"
    assert generation.folded


async def test_an_error_keeps_what_came_and_is_said(alice: User) -> None:
    broken = ProviderError("The provider went away.", status=502, request_id="r1")
    async with engine(Puppet([[Thinking("Let me see"), 0.1, broken]])):
        ended = await until((await ask(alice)).id, "failed")
        assert await texts(ended) == {"thinking": "Let me see"}
        assert ended.error == {"message": "The provider went away.", "status": 502, "request_id": "r1"}


async def test_a_refused_request_is_repeated_when_the_provider_says(alice: User) -> None:
    busy = ProviderError("Busy.", retryable=True, retry_after=0.2, status=429)
    puppet = Puppet([[busy], PLAIN])
    async with engine(puppet):
        generation = await ask(alice)
        waiting = await until(generation.id, "waiting")
        assert waiting.waits["attempt"] == 2
        await until(generation.id, "done")
        assert len(puppet.requests) == 2


async def test_try_now_ends_the_wait(alice: User) -> None:
    busy = ProviderError("Busy.", retryable=True, retry_after=100, status=429)
    async with engine(Puppet([[busy], PLAIN])):
        generation = await until((await ask(alice)).id, "waiting")
        await sync_to_async(actions.hurry)(generation.message)
        await until(generation.id, "done")


async def test_nothing_is_repeated_once_a_token_has_come(alice: User) -> None:
    busy = ProviderError("Busy.", retryable=True, retry_after=0, status=429)
    puppet = Puppet([[Thinking("So"), busy], PLAIN])
    async with engine(puppet):
        await until((await ask(alice)).id, "failed")
        assert len(puppet.requests) == 1


@pytest.mark.parametrize(("finish", "state"), [("length", "truncated"), ("stop", "done")])
async def test_the_last_word_of_the_stream_decides_the_state(alice: User, finish: str, state: str) -> None:
    async with engine(Puppet([[Thinking("Hm"), Finish(finish)]])):
        await until((await ask(alice)).id, state)


async def test_a_failure_inside_the_stream_is_a_failure(alice: User) -> None:
    async with engine(Puppet([[Answer("So"), Failure("truncated", "The stream ended early.")]])):
        ended = await until((await ask(alice)).id, "failed")
        assert ended.error["message"] == "The stream ended early."


async def test_shutting_down_marks_what_runs_and_says_so(alice: User) -> None:
    async with engine(Puppet([[Thinking("Half"), WAIT]])):
        generation = await until((await ask(alice)).id, "thinking")
    ended = await until(generation.id, "interrupted")
    assert await texts(ended) == {"thinking": "Half"}


async def test_whoever_lost_the_fence_writes_no_more(alice: User) -> None:
    puppet = Puppet([[Thinking("Mine"), WAIT, Thinking(" and more"), Finish("stop")]])
    async with engine(puppet):
        generation = await until((await ask(alice)).id, "thinking")
        await Generation.objects.filter(id=generation.id).aupdate(owner="another", epoch=generation.epoch + 1)
        puppet.go_on.set()
        async with asyncio.timeout(5):
            while not puppet.closed:
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        await generation.arefresh_from_db()
        assert not generation.folded
        assert await JournalEntry.objects.filter(generation=generation).acount() == 1


async def test_frames_are_announced_after_their_commit_and_without_gaps(alice: User) -> None:
    seen: list[Note] = []
    puppet = Puppet([[WAIT, *PLAIN[:2], 0.1, *PLAIN[2:]]])
    async with engine(puppet) as here:
        generation = await ask(alice)
        await until(generation.id, "connecting")
        await here.fanout.listen(generation_topic(generation.id, "full"), seen.append)
        start = (await Generation.objects.aget(id=generation.id)).seq_full
        puppet.go_on.set()
        ended = await until(generation.id, "done")
        await _soon(lambda: bool(seen) and seen[-1].last)
        assert [note.seq for note in seen] == list(range(seen[0].seq, ended.seq_full + 1))
        assert seen[0].seq <= start + 1


async def test_continue_goes_on_in_the_same_message(alice: User) -> None:
    puppet = Puppet([[Answer("One, two"), Finish("length")], [Answer(", three."), Finish("stop")]])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "truncated")
        await sync_to_async(continuing.carry_on)(
            alice, first.message, actions.Asked(MODEL, {"thinking": "auto"})
        )
        second = await Generation.objects.exclude(id=first.id).aget()
        ended = await until(second.id, "done")
        assert ended.message_id == first.message_id
        assert await texts(ended) == {"answer": "One, two, three."}
        assert puppet.requests[1].continues is not None
        assert puppet.requests[1].continues.text == "One, two"


async def test_retry_makes_a_version_beside_the_first(alice: User) -> None:
    puppet = Puppet([PLAIN, PLAIN])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "done")
        again = await sync_to_async(versions.retry)(alice, first.message, actions.Asked(MODEL, {}))
        assert again.parent_id == first.message.parent_id
        await until((await Generation.objects.aget(message=again)).id, "done")
        assert [turn.text for turn in puppet.requests[1].turns] == ["How many sheep?"]


async def test_a_chat_beyond_the_context_drops_its_oldest_turns(alice: User) -> None:
    long = "word " * 3000
    puppet = Puppet([PLAIN, PLAIN])
    async with engine(puppet):
        first = await until((await ask(alice, long)).id, "done")
        asked = actions.Asked(MODEL, {"thinking": "auto", "max_tokens": 4000})
        conversation = first.message.conversation
        sent = await sync_to_async(actions.send)(alice, conversation, long, asked)
        second = await until(sent.generation.id, "done")
        assert len(puppet.requests[1].turns) == 1
        assert second.forgets_before == sent.generation.message.parent_id


async def test_tokens_and_money_are_the_provider_s_where_it_reports_them(alice: User) -> None:
    usage = Usage(prompt_tokens=1000, completion_tokens=500, total_tokens=1500)
    async with engine(Puppet([[*PLAIN[:3], usage, Finish("stop")]])):
        ended = await until((await ask(alice)).id, "done")
        assert not ended.estimated
        assert ended.cost is not None
        assert float(ended.cost) == pytest.approx(0.002)


async def test_a_user_has_only_so_many_replies_at_once(alice: User, settings: object) -> None:
    settings.GENERATIONS_PER_USER = 1  # type: ignore[attr-defined]
    await ask(alice)
    with pytest.raises(actions.Refused, match="1 replies running"):
        await ask(alice)


async def _message(generation: Generation) -> Message:
    return (await Generation.objects.select_related("message__conversation").aget(id=generation.id)).message


async def _soon(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not holds():
            await asyncio.sleep(0.01)
