"""What can be asked about a reply's thinking: its text, more of its steps, its numbers, its echoes."""

import csv
import io
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chat.core.steps import SEGMENTER, cut
from chat.models import Generation, Message, Part

CASES = [f"## Case {number}\n\nIt gives {number * 1000}.5, as hoped." for number in range(90)]
THINKING = "\n\n".join(CASES)


@pytest.fixture
def reply(alice: User) -> Message:
    """A reply as an earlier version may have left it: with text and pace, and no steps."""
    conversation = alice.conversations.create()
    question = conversation.messages.create(role=Message.Role.USER)
    reply = conversation.messages.create(parent=question, role=Message.Role.ASSISTANT)
    run = Generation.objects.create(
        message=reply,
        user=alice,
        provider="local",
        model="m",
        model_name="M",
        state="done",
        folded=True,
        thinking_ms=9_000,
        ended_ms=9_500,
        estimated=False,
        usage={"completion_tokens": 4_000, "reasoning_tokens": 3_900},
        price={"input": 0.6, "output": 2.4},
    )
    pace = [[100 * number, len(THINKING) // 90 + 1] for number in range(90)]
    reply.parts.create(generation=run, position=0, kind=Part.Kind.THINKING, text=THINKING, pace=pace)
    reply.parts.create(
        generation=run,
        position=1,
        kind=Part.Kind.ANSWER,
        text="It is **7000.5**, and 8000.5 next.",
        pace=[[9_000, 34]],
    )
    conversation.leaf = reply
    conversation.save()
    return reply


def sections(html: str) -> list[str]:
    return re.findall(r'<section class="step" id="([^"]+)"', html)


def address(name: str, reply: Message) -> str:
    return reverse(f"chat:{name}", args=[reply.id])


def test_a_page_brings_the_text_of_forty_steps_and_the_outline_of_all(
    as_alice: Client, reply: Message
) -> None:
    steps = cut(THINKING)
    assert len(steps) > 80, "this test is about a trace of more than two pages"
    page = as_alice.get(reverse("chat:conversation", args=[reply.conversation_id])).text
    assert sections(page) == [f"t-{reply.id}.{step.offset}" for step in steps[:40]]
    assert page.count(f'href="#t-{reply.id}.') >= len(steps)


def test_the_rest_comes_in_pages_and_together_they_are_all_steps(as_alice: Client, reply: Message) -> None:
    second = as_alice.get(address("steps", reply), {"part": 0, "from": 41}).text
    third = as_alice.get(address("steps", reply), {"part": 0, "from": 81}).text
    anchors = [f"t-{reply.id}.{step.offset}" for step in cut(THINKING)]
    assert sections(second) + sections(third) == anchors[40:]
    assert "data-more" in second
    assert "data-more" not in third
    everything = as_alice.get(address("steps", reply), {"part": 0, "from": 41, "all": 1}).text
    assert sections(everything) == anchors[40:]


@pytest.mark.parametrize("query", [{"from": "x"}, {"from": "-1"}, {"part": "9" * 30}, {"part": "½"}])
def test_what_is_no_number_of_a_step_is_not_found(
    as_alice: Client, reply: Message, query: dict[str, str]
) -> None:
    assert as_alice.get(address("steps", reply), query).status_code == 404


def test_steps_cut_by_another_version_are_cut_anew_and_old_addresses_hold(
    as_alice: Client, reply: Message
) -> None:
    part = reply.parts.get(position=0)
    part.steps, part.segmenter = [[0, "working", "All of it", 9_000, 3_900]], SEGMENTER + 1
    part.save()
    page = as_alice.get(reverse("chat:conversation", args=[reply.conversation_id])).text
    assert sections(page) == [f"t-{reply.id}.{step.offset}" for step in cut(THINKING)[:40]]


def test_plain_text_is_every_character_as_it_came(as_alice: Client, reply: Message) -> None:
    reply.parts.create(position=2, kind=Part.Kind.THINKING, text="And <b>more</b>.")
    plain = as_alice.get(address("thinking", reply))
    assert plain.content.decode() == f"{THINKING}\n\nAnd <b>more</b>."
    assert plain["Content-Type"] == "text/plain; charset=utf-8"


def test_the_numbers_of_the_steps_add_up_to_those_of_the_header(as_alice: Client, reply: Message) -> None:
    table = list(csv.DictReader(io.StringIO(as_alice.get(address("statistics", reply), {"as": "csv"}).text)))
    assert len(table) == len(cut(THINKING))
    assert sum(int(row["tokens"]) for row in table) == 3_900
    assert sum(float(row["seconds"]) for row in table) == pytest.approx(9)
    assert "3,900" in as_alice.get(address("statistics", reply)).text


def test_a_title_that_looks_like_a_formula_is_none_in_a_spreadsheet(as_alice: Client, reply: Message) -> None:
    part = reply.parts.get(position=0)
    part.steps, part.segmenter = [[0, "working", '=HYPERLINK("http://x")', 1, 1]], SEGMENTER
    part.save()
    text = as_alice.get(address("statistics", reply), {"as": "csv"}).text
    assert next(csv.DictReader(io.StringIO(text)))["title"].startswith("'=")


def test_figures_of_the_answer_lead_to_the_steps_where_they_also_stand(
    as_alice: Client, reply: Message
) -> None:
    html = as_alice.get(address("echoes", reply)).text
    for figure, number in (("7000.5", 8), ("8000.5", 9)):
        assert f'aria-label="{figure} also appears in thinking step {number}"' in html
    assert "7000.5 first appears here" in html


def test_the_pace_says_when_each_character_came_and_where_it_waits_less_long(
    as_alice: Client, reply: Message
) -> None:
    reply.parts.filter(position=0).update(text="Abcdef", pace=[[500, 2], [600, 2], [9_600, 2]])
    run = reply.generations.get()
    reply.parts.create(generation=run, position=2, kind=Part.Kind.THINKING, text="Gh", pace=[[9_700, 2]])
    assert as_alice.get(address("pace", reply)).json() == {
        "moments": [[0, 2], [100, 4], [3_100, 6], [3_200, 10]],
        "pauses": [[100, 9_000]],
    }
