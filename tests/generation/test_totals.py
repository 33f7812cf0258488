"""The numbers of a reply that was continued: those that its header shows live are those of a reload."""

import re

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async

from accounts.models import User
from chat import actions, continuing
from chat.core.events import Answer, Finish, Thinking, Usage
from chat.generation.fanout import generation_topic
from chat.models import Generation
from chat.rendering.reply import Reply
from chat.snapshots import reply_of
from tests.generation.stage import MODEL, WAIT, Puppet, ask, engine, until

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = actions.Asked(MODEL, {"model": MODEL.key, "thinking": "auto"})
LONG = "Seventeen minus eight is nine, says one; all but nine die, says the question. " * 5


def standing(generation: Generation) -> Reply:
    return reply_of(generation.message, "full")


async def test_a_continued_reply_counts_on_where_it_was(alice: User) -> None:
    puppet = Puppet([[Thinking(LONG), WAIT], [Thinking(LONG), 1.0, Answer("Nine"), WAIT, Finish("stop")]])
    heard: list[str] = []
    async with engine(puppet) as here:
        first = await until((await ask(alice)).id, "thinking")
        await sync_to_async(actions.stop)(first.message)
        first = await until(first.id, "stopped")
        await sync_to_async(continuing.carry_on)(alice, first.message, ASKED)
        second = await Generation.objects.exclude(id=first.id).aget()
        await here.fanout.listen(generation_topic(second.id, "full"), lambda note: heard.append(note.text))
        second = await until(second.id, "answering")
        drawn = await database_sync_to_async(standing)(second)
        thought = drawn.totals.thinking_tokens
        assert thought is not None
        assert thought >= 2 * (first.usage["reasoning_tokens"] - 1)
        shown = [found for text in heard for found in re.findall(r"≈ ([\d,]+) tokens", text)]
        assert shown[-1] == f"{thought:,}"
        puppet.go_on.set()
        await until(second.id, "done")
    drawn = await database_sync_to_async(standing)(second)
    ended = await Generation.objects.aget(id=second.id)
    assert drawn.totals.total_ms == (first.ended_ms or 0) + (ended.ended_ms or 0)
    assert drawn.totals.thinking_ms == (first.thinking_ms or 0) + (ended.thinking_ms or 0)


async def test_thinking_is_estimated_where_only_the_whole_is_reported(alice: User) -> None:
    usage = Usage(prompt_tokens=10, completion_tokens=5000, total_tokens=5010)
    async with engine(Puppet([[Thinking(LONG), Answer("Nine"), usage, Finish("stop")]])):
        ended = await until((await ask(alice)).id, "done")
    totals = (await database_sync_to_async(standing)(ended)).totals
    assert totals.tokens == 5000
    assert not totals.estimated
    assert totals.thinking_estimated
    assert totals.thinking_tokens is not None
    assert 50 < totals.thinking_tokens < 200
