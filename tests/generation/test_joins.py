"""An answer that was cut, even in mid-word, goes on as one text; the join is a mark, not a break."""

import re
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import actions, continuing
from chat.core.events import Answer, Finish, Thinking
from chat.core.joining import last_block
from chat.models import Generation, Part
from chat.rendering.audience import Audience
from chat.snapshots import reply_of
from tests.generation.stage import MODEL, WAIT, Puppet, ask, engine, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def drawn(generation: Generation, audience: Audience = "full") -> list[tuple[bool, str]]:
    """Each part of the answer: whether it is marked, and its words."""
    reply = await sync_to_async(reply_of)(generation.message, audience)
    return [
        (part.joined, re.sub(r"<[^>]+>", "", "".join(part.blocks) + part.open_html).strip())
        for part in await sync_to_async(lambda: reply.answer_parts)()
    ]


async def carry_on(alice: User, generation: Generation) -> Generation:
    asked = actions.Asked(MODEL, {"thinking": "auto"})
    await sync_to_async(continuing.carry_on)(alice, generation.message, asked)
    return await Generation.objects.filter(message=generation.message).order_by("-id").afirst()  # type: ignore[return-value]


async def played(alice: User, *answers: str) -> Generation:
    """One run for each text, all but the last cut by the limit."""
    scripts: list[Any] = [[Answer(text), Finish("length")] for text in answers]
    async with engine(Puppet(scripts)):
        generation = await until((await ask(alice)).id, "truncated")
        for _ in answers[1:]:
            generation = await until((await carry_on(alice, generation)).id, "truncated")
    return generation


async def test_a_word_that_was_cut_is_whole(alice: User) -> None:
    ended = await played(alice, "First.\n\nWait until the la", "g is zero.")
    assert await drawn(ended) == [(False, "First."), (True, "Wait until the lag is zero.")]


async def test_a_list_and_a_table_go_on_as_one(alice: User) -> None:
    ended = await played(
        alice, "Do:\n\n1. Measu", "re\n2. Move\n\n| a | b |\n|-|-|\n| 1 |", " 2 |\n| 3 | 4 |"
    )
    reply = await sync_to_async(reply_of)(ended.message, "full")
    parts = await sync_to_async(lambda: reply.answer_parts)()
    html = "".join("".join(part.blocks) for part in parts)
    assert html.count("<ol") == 1
    assert html.count("<table") == 1
    assert html.count("<li") == 2
    assert [part.joined for part in parts] == [False, True, True]


async def test_a_single_block_that_was_cut_twice_is_drawn_once(alice: User) -> None:
    assert await drawn(await played(alice, "One, tw", "o, thr", "ee.")) == [(True, "One, two, three.")]


async def test_what_runs_is_drawn_as_what_has_ended(alice: User) -> None:
    puppet = Puppet(
        [
            [Answer("First.\n\nThe la"), Finish("length")],
            [Answer("g is ze"), WAIT, Answer("ro."), Finish("stop")],
        ]
    )
    async with engine(puppet):
        first = await until((await ask(alice)).id, "truncated")
        second = await carry_on(alice, first)
        second = await until(second.id, "answering")
        assert await drawn(second) == [(False, "First."), (True, "The lag is ze")]
        puppet.go_on.set()
        ended = await until(second.id, "done")
        assert await drawn(ended) == [(False, "First."), (True, "The lag is zero.")]
        reply = await sync_to_async(reply_of)(ended.message, "full")
        assert reply.answer_markdown == "First.\n\nThe lag is zero."


async def test_the_text_stays_where_it_is_until_the_answer_goes_on(alice: User) -> None:
    async with engine(Puppet([[Answer("The la"), Finish("length")], [Thinking("Hm."), WAIT]])):
        first = await until((await ask(alice)).id, "truncated")
        second = await until((await carry_on(alice, first)).id, "thinking")
        assert await drawn(second) == [(False, "The la")]


async def test_nothing_withheld_is_carried_into_what_may_be_seen(alice: User) -> None:
    ended = await played(alice, "Perhaps a thou", "ght. Yes.")
    await Part.objects.filter(position=0).aupdate(showing=Part.Showing.UNPROVEN)
    assert await drawn(ended, "answers") == [(False, "ght. Yes.")]


@pytest.mark.parametrize(
    ("text", "head", "tail"),
    [
        ("a\n\nb", "a\n\n", "b"),
        ("a", "", "a"),
        ("", "", ""),
        ("a\n\n```py\nx = 1\n", "a\n\n", "```py\nx = 1\n"),
        ("a\n\n- b\n- c\n\n  d", "a\n\n", "- b\n- c\n\n  d"),
        ("see [x]\n\n[x]: https://y.example\n\nb", "", "see [x]\n\n[x]: https://y.example\n\nb"),
    ],
)
def test_the_last_block_is_what_goes_on(text: str, head: str, tail: str) -> None:
    assert last_block(text) == (head, tail)
