"""Answer now: the thinking ends, is kept, and the same model answers from it. One order, one request."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import actions, continuing
from chat.core.events import Answer, Finish, Thinking, ToolCallDelta, Usage
from chat.generation.fanout import Note, generation_topic
from chat.generation.replay import replay
from chat.models import Generation
from chat.providers.base import ModelInfo, ProviderError
from chat.snapshots import reply_of
from tests.generation import stage
from tests.generation.stage import MODEL, PLAIN, WAIT, Held, Puppet, ask, engine, texts, until

pytestmark = pytest.mark.django_db(transaction=True)
NINE: Sequence[Any] = (Answer("**9**"), Finish("stop"))
answer_now = sync_to_async(continuing.answer_now)
answer = sync_to_async(continuing.answer)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def thinks(alice: User, **settings: Any) -> Generation:
    return await until((await ask(alice, **settings)).id, "thinking")


async def test_the_thinking_is_kept_and_the_same_model_answers_from_it(alice: User) -> None:
    puppet = Puppet([[Thinking("All but "), Thinking("nine."), WAIT], NINE])
    async with engine(puppet):
        generation = await thinks(alice)
        await answer_now(generation.message)
        ended = await until(generation.id, "done")
        assert await texts(ended) == {"thinking": "All but nine.", "answer": "**9**"}
        assert ended.cut_short
        assert puppet.closed == 2
        first, second = puppet.requests
        assert (second.model, second.turns) == (first.model, first.turns)
        assert second.continues is not None
        assert second.continues.thinking == "All but nine."
        assert second.answers


async def test_however_often_it_is_asked_for_one_more_request_is_made(alice: User) -> None:
    puppet = Puppet([[Thinking("Hm. "), WAIT], [0.3, *NINE], NINE])
    async with engine(puppet) as here:
        generation = await thinks(alice)
        await asyncio.gather(*(answer_now(generation.message) for _ in range(5)))
        for _ in range(5):
            here.announce("control", Note(f"answer {generation.id}"))
        await answer_now(generation.message)
        await until(generation.id, "done")
        assert len(puppet.requests) == 2


async def test_a_server_that_ends_the_thinking_itself_gets_no_other_request(alice: User) -> None:
    puppet = Puppet([[Thinking("All but"), WAIT, Thinking(" nine."), *NINE]], ends_thinking=True)
    async with engine(puppet):
        generation = await thinks(alice)
        await answer_now(generation.message)
        await until(generation.id, "answering")
        puppet.go_on.set()
        ended = await until(generation.id, "done")
        assert await texts(ended) == {"thinking": "All but nine.", "answer": "**9**"}
        assert ended.cut_short
        assert len(puppet.requests) == 1


async def test_the_flag_alone_reaches_a_runner_that_heard_no_note(alice: User) -> None:
    async with engine(Puppet([[Thinking("Hm."), WAIT], NINE])):
        generation = await thinks(alice)
        await Generation.objects.filter(id=generation.id).aupdate(answer_requested=True)
        assert (await until(generation.id, "done")).cut_short


@pytest.mark.parametrize("came", [Answer("It is "), ToolCallDelta(0, "c", "look", "{}")])
async def test_nothing_happens_once_the_thinking_is_over(alice: User, came: Any) -> None:
    puppet = Puppet([[Thinking("Hm."), came, WAIT, *NINE]])
    async with engine(puppet) as here:
        generation = await until((await ask(alice)).id, "answering", "tool")
        await answer_now(generation.message)
        here.announce("control", Note(f"answer {generation.id}"))
        await asyncio.sleep(0.2)
        puppet.go_on.set()
        ended = await until(generation.id, "done")
        assert not ended.cut_short
        assert len(puppet.requests) == 1


async def test_a_model_that_cannot_is_not_asked(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "MODEL", ModelInfo("puppet", "Puppet", "stage", "Stage"))
    async with engine(Puppet([[Thinking("Hm."), WAIT]])):
        generation = await thinks(alice)
        with pytest.raises(actions.Refused, match="cannot be made to answer early"):
            await answer_now(generation.message)


async def test_thinking_that_was_held_back_is_kept_and_half_an_answer_comes_anew(alice: User) -> None:
    for held, thinking in ((Thinking(" </thi"), "Hm. </thi"), (Answer("It"), "Hm.")):
        async with engine(Puppet([[Thinking("Hm."), Held(held), WAIT], NINE])):
            generation = await thinks(alice)
            await asyncio.sleep(0.1)
            await answer_now(generation.message)
            ended = await until(generation.id, "done")
            assert await texts(ended) == {"thinking": thinking, "answer": "**9**"}


async def test_the_time_of_thinking_ends_with_the_order(alice: User) -> None:
    async with engine(Puppet([[Thinking("Hm."), WAIT], [2.0, *NINE]])):
        generation = await thinks(alice)
        await answer_now(generation.message)
        ended = await until(generation.id, "done")
        assert ended.thinking_ms is not None
        assert ended.thinking_ms < 1500


async def test_what_the_closed_request_used_is_added_as_an_estimate(alice: User) -> None:
    usage = Usage(prompt_tokens=100, completion_tokens=10, total_tokens=110, reasoning_tokens=0)
    async with engine(Puppet([[Thinking("word " * 400), WAIT], [NINE[0], usage, NINE[1]]])):
        generation = await thinks(alice)
        await answer_now(generation.message)
        ended = await until(generation.id, "done")
        assert ended.estimated
        assert ended.reads
        assert ended.usage["completion_tokens"] == 510
        assert ended.usage["reasoning_tokens"] == 500
        assert ended.usage["prompt_tokens"] == 100 + ended.reads
        assert float(ended.cost or 0) == pytest.approx((100 + ended.reads + 2 * 510) / 1e6)


async def test_a_refusal_of_the_second_request_keeps_the_thinking_and_is_not_repeated(alice: User) -> None:
    busy = ProviderError("Busy.", retryable=True, retry_after=0, status=429)
    puppet = Puppet([[Thinking("Hm."), WAIT], [busy], NINE])
    async with engine(puppet):
        generation = await thinks(alice)
        await answer_now(generation.message)
        ended = await until(generation.id, "failed")
        assert await texts(ended) == {"thinking": "Hm."}
        assert len(puppet.requests) == 2


async def test_stop_after_it_stops(alice: User) -> None:
    puppet = Puppet([[Thinking("Hm."), WAIT], [WAIT]])
    async with engine(puppet):
        generation = await thinks(alice)
        await answer_now(generation.message)
        await until(generation.id, "answering")
        await sync_to_async(actions.stop)(generation.message)
        ended = await until(generation.id, "stopped")
        assert await texts(ended) == {"thinking": "Hm."}
        assert ended.cut_short


async def test_a_page_that_is_opened_meanwhile_says_that_it_was_cut_short(alice: User) -> None:
    puppet = Puppet([[Thinking("Hm."), WAIT], [Answer("It is"), WAIT, *NINE]])
    async with engine(puppet):
        generation = await thinks(alice)
        before = await sync_to_async(reply_of)(generation.message, "full")
        assert before.may_answer_now
        await answer_now(generation.message)
        async with asyncio.timeout(10):
            while True:
                reply = await sync_to_async(reply_of)(generation.message, "full")
                if reply.has_answer:
                    break
                await asyncio.sleep(0.02)
        assert reply.label.endswith(", cut short")
        assert reply.early == "Answered early, from one step."
        assert not reply.may_answer_now
        puppet.go_on.set()
        await until(generation.id, "done")
        ended = await sync_to_async(reply_of)(generation.message, "full")
        assert (ended.label, ended.early) == (reply.label, reply.early)


async def test_a_crash_before_the_answer_leaves_what_there_was(alice: User) -> None:
    """What a sweeper of another process finds: the journal, and nothing else."""
    async with engine(Puppet([[Thinking("Hm."), WAIT], [WAIT]])):
        generation = await thinks(alice)
        await answer_now(generation.message)
        await until(generation.id, "answering")
        said = await sync_to_async(replay)(generation, to_the_end=True)
        assert said.cut_short
        assert said.joined("thinking") == "Hm."
    ended = await until(generation.id, "interrupted")
    assert await texts(ended) == {"thinking": "Hm."}
    assert ended.cut_short


async def test_frames_stay_without_gaps(alice: User) -> None:
    seen: list[Note] = []
    async with engine(Puppet([[Thinking("Hm."), WAIT], NINE])) as here:
        generation = await thinks(alice)
        await here.fanout.listen(generation_topic(generation.id, "full"), seen.append)
        await answer_now(generation.message)
        ended = await until(generation.id, "done")
        async with asyncio.timeout(5):
            while not (seen and seen[-1].last):
                await asyncio.sleep(0.01)
        assert [note.seq for note in seen] == list(range(seen[0].seq, ended.seq_full + 1))
        assert any("cut short" in note.text for note in seen)


# Answer from this thinking


async def ended_while_thinking(alice: User, puppet: Puppet, how: str) -> Generation:
    generation = await ask(alice)
    if how == "stopped":
        await until(generation.id, "thinking")
        await sync_to_async(actions.stop)((await until(generation.id, "thinking")).message)
    return await until(generation.id, how)


THOUGHT: dict[str, Sequence[Any]] = {
    "stopped": [Thinking("All but nine."), WAIT],
    "truncated": [Thinking("All but nine."), Finish("length")],
    "failed": [Thinking("All but nine."), ProviderError("Gone.")],
    "done": [Thinking("All but nine."), Finish("stop")],
}


@pytest.mark.parametrize("how", THOUGHT)
async def test_a_reply_that_ended_in_thinking_answers_from_it_in_place(alice: User, how: str) -> None:
    puppet = Puppet([THOUGHT[how], NINE])
    async with engine(puppet):
        first = await ended_while_thinking(alice, puppet, how)
        asked = actions.Asked(MODEL, {"thinking": "auto"})
        await answer(alice, first.message, asked)
        second = await Generation.objects.exclude(id=first.id).aget()
        ended = await until(second.id, "done")
        assert ended.message_id == first.message_id
        assert await texts(ended) == {"thinking": "All but nine.", "answer": "**9**"}
        assert puppet.requests[1].answers
        assert puppet.requests[1].continues is not None
        assert puppet.requests[1].continues.thinking == "All but nine."
        reply = await sync_to_async(reply_of)(first.message, "full")
        assert reply.early == ("" if how == "done" else "Answered early, from one step.")
        with pytest.raises(actions.Refused, match="has an answer already"):
            await answer(alice, first.message, asked)


async def test_without_thinking_there_is_nothing_to_answer_from(alice: User) -> None:
    async with engine(Puppet([[ProviderError("Gone.")]])):
        first = await until((await ask(alice)).id, "failed")
        with pytest.raises(actions.Refused, match="no thinking to answer from"):
            await answer(alice, first.message, actions.Asked(MODEL, {}))


async def test_what_was_cut_short_once_can_be_refused_and_tried_again(alice: User) -> None:
    busy = ProviderError("Busy.", retryable=True, retry_after=0, status=429)
    puppet = Puppet([[Thinking("Hm."), Finish("length")], [busy], NINE])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "truncated")
        await answer(alice, first.message, actions.Asked(MODEL, {}))
        second = await Generation.objects.exclude(id=first.id).aget()
        await until(second.id, "done")
        assert len(puppet.requests) == 3


async def test_a_reply_that_answers_by_itself_was_not_cut_short(alice: User) -> None:
    async with engine(Puppet([PLAIN])):
        assert not (await until((await ask(alice)).id, "done")).cut_short
