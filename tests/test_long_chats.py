"""A long chat costs what a short one costs, and all of it can be reached."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.db.models.signals import post_init
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from chat import branches, pages
from chat.generation.claim import claim
from chat.generation.context import AT_ONCE
from chat.models import Conversation, Generation, Message, Part
from chat.preferences import preferences_of
from chat.syncing import Sync
from chat.windows import TURNS
from tests.long_chats import long_chat

pytestmark = pytest.mark.django_db

SHORT, LONG = 3 * AT_ONCE, 5000
"""In turns: the second has ten thousand messages."""


@contextmanager
def cost() -> Iterator[dict[str, int]]:
    """The statements that are run, and the rows of a chat that are read."""
    counted = {"statements": 0, "rows": 0}

    def read(**_: Any) -> None:
        counted["rows"] += 1

    for model in (Message, Part, Generation):
        post_init.connect(read, sender=model)
    try:
        with CaptureQueriesContext(connection) as queries:
            yield counted
    finally:
        for model in (Message, Part, Generation):
            post_init.disconnect(read, sender=model)
    counted["statements"] = len(queries)


def cost_of(job: Callable[[], Any]) -> dict[str, int]:
    with cost() as counted:
        job()
    return counted


def path(conversation: Conversation, **query: Any) -> str:
    address = reverse("chat:conversation", args=[conversation.id])
    return address + "?" + "&".join(f"{name}={value}" for name, value in query.items())


def shown(client: Client, address: str) -> list[int]:
    """The numbers of the questions on the page, in their order."""
    html = client.get(address).content.decode()
    return [int(number) for number in re.findall(r'class="bubble"[^>]*>Question (\d+)<', html)]


def nth(conversation: Conversation, number: int, role: str = "user") -> Message:
    """The question, or the reply, of a turn."""
    text = f"Question {number}" if role == "user" else f"Answer {number}."
    return Message.objects.get(conversation=conversation, parts__text=text)


@pytest.mark.parametrize(
    "what",
    ["page", "turns above", "what a page that comes back lacks", "claim", "change of version"],
)
def test_ten_thousand_messages_cost_what_a_few_cost(alice: User, as_alice: Client, what: str) -> None:
    def work(conversation: Conversation, turns: int) -> dict[str, int]:
        assert conversation.leaf is not None
        last = conversation.leaf
        match what:
            case "page":
                return cost_of(lambda: as_alice.get(path(conversation)))
            case "turns above":
                above = reverse("chat:turns", args=[conversation.id])
                first = nth(conversation, turns - TURNS + 1)
                return cost_of(lambda: as_alice.get(above, {"before": str(first.id)}))
            case "what a page that comes back lacks":
                run = Generation.objects.get(message=last)
                first = nth(conversation, turns - TURNS + 1, "assistant")
                sync = Sync({}, last.id, run.id, first.id)
                return cost_of(lambda: pages.news(conversation.id, "full", alice, sync))
            case "claim":
                question = conversation.messages.create(role="user", parent=last)
                reply = conversation.messages.create(role="assistant", parent=question)
                run = reply.generations.create(
                    user=alice, provider="stage", model="puppet", settings={"context": 300, "max_tokens": 60}
                )
                return cost_of(lambda: claim(run.id, "test"))
            case _:
                first = nth(conversation, 1, "assistant")
                return cost_of(lambda: branches.newest_leaf(first))

    preferences_of(alice)
    small = work(long_chat(alice, SHORT), SHORT)
    assert small["rows"], "rows must be read for this to mean anything"
    assert work(long_chat(alice, LONG), LONG) == small


def test_a_page_shows_the_last_turns_and_the_way_to_earlier_ones(alice: User, as_alice: Client) -> None:
    conversation = long_chat(alice, 25)
    assert shown(as_alice, path(conversation)) == list(range(16, 26))
    html = as_alice.get(path(conversation)).content.decode()
    assert f"?before={nth(conversation, 16).id}" in html
    assert "Show later messages" not in html


def test_a_short_chat_is_shown_whole(alice: User, as_alice: Client) -> None:
    conversation = long_chat(alice, TURNS)
    html = as_alice.get(path(conversation)).content.decode()
    assert shown(as_alice, path(conversation)) == list(range(1, TURNS + 1))
    assert "Show earlier messages" not in html


@pytest.mark.parametrize("role", ["user", "assistant"])
@pytest.mark.parametrize("number", [1, 2, 12, 24, 25])
def test_a_link_to_any_turn_reaches_it_in_whole_turns(
    alice: User, as_alice: Client, number: int, role: str
) -> None:
    conversation = long_chat(alice, 25)
    found = shown(as_alice, path(conversation, show=nth(conversation, number, role).id))
    assert number in found
    assert found == list(range(found[0], found[-1] + 1))
    assert len(found) <= TURNS
    html = as_alice.get(path(conversation, show=nth(conversation, number, role).id)).content.decode()
    assert html.count("<streaming-reply") == len(found)
    assert ("Show earlier messages" in html) == (found[0] > 1)
    assert ("Show later messages" in html) == (found[-1] < 25)


@pytest.mark.parametrize("scripts", [True, False])
def test_all_turns_come_in_by_following_the_edges(alice: User, as_alice: Client, scripts: bool) -> None:
    """Up from the end, and down from the beginning."""
    conversation = long_chat(alice, 25)

    def follow(way: str, start: str) -> list[list[int]]:
        address, found = start, []
        while True:
            found.append(shown(as_alice, address))
            html = as_alice.get(address).content.decode()
            pattern = r'hx-get="([^"]*\?%s=[^"]*)"' if scripts else r'href="([^"]*\?%s=[^"]*)"'
            onward = re.search(pattern % way, html)
            if onward is None:
                return found
            address = onward[1]

    up = follow("before", path(conversation))
    assert [number for window in reversed(up) for number in window] == list(range(1, 26))
    down = follow("after", path(conversation, show=nth(conversation, 1).id))
    assert [number for window in down for number in window] == list(range(1, 26))


def test_a_link_into_another_version_shows_it_beside_in_windows_too(alice: User, as_alice: Client) -> None:
    conversation = long_chat(alice, 12)
    other = conversation.messages.create(role="assistant", parent=nth(conversation, 3))
    Generation.objects.create(message=other, user=alice, state="done", folded=True)
    last = other
    for number in range(104, 120):
        question = conversation.messages.create(role="user", parent=last)
        question.parts.create(position=0, kind="question", text=f"Question {number}")
        last = conversation.messages.create(role="assistant", parent=question)
        Generation.objects.create(message=last, user=alice, state="done", folded=True)
    response = as_alice.get(path(conversation, show=other.id))
    assert response.context["beside"] == last
    assert shown(as_alice, path(conversation, show=other.id)) == [1, 2, 3, *range(104, 109)]
    onward = re.search(r'hx-get="([^"]*after=[^"]*)"', response.content.decode())
    assert onward is not None
    assert shown(as_alice, onward[1].replace("&amp;", "&")) == list(range(109, 119))
    page = re.search(r'href="([^"]*after=[^"]*)"', response.content.decode())
    assert page is not None
    plain = as_alice.get(page[1].replace("&amp;", "&"))
    assert plain.context["beside"] == last
    conversation.refresh_from_db()
    assert conversation.leaf_id == nth(conversation, 12, "assistant").id


@pytest.mark.parametrize("place", ["nonsense", "00000000-0000-4000-8000-000000000000"])
def test_an_unknown_place_is_not_found(alice: User, as_alice: Client, place: str) -> None:
    conversation = long_chat(alice, 12)
    assert as_alice.get(path(conversation, show=place)).status_code == 404
    assert as_alice.get(reverse("chat:turns", args=[conversation.id]), {"before": place}).status_code == 404


def test_a_place_in_another_chat_is_none_in_this_one(alice: User, as_alice: Client) -> None:
    conversation, other = long_chat(alice, 2), long_chat(alice, 3)
    above = reverse("chat:turns", args=[conversation.id])
    assert as_alice.get(above, {"before": str(nth(other, 3).id)}).status_code == 404
    assert as_alice.get(path(conversation, show=nth(other, 3).id)).status_code == 404


def test_edges_of_a_branch_that_is_no_longer_shown_lead_back_to_the_chat(
    alice: User, as_alice: Client
) -> None:
    conversation = long_chat(alice, 5)
    left = nth(conversation, 2, "assistant")
    other = conversation.messages.create(role="assistant", parent=nth(conversation, 1))
    Generation.objects.create(message=other, user=alice, state="done", folded=True)
    as_alice.post(reverse("chat:show", args=[other.id]))
    response = as_alice.get(reverse("chat:turns", args=[conversation.id]), {"after": str(left.id)})
    assert response["HX-Redirect"] == reverse("chat:conversation", args=[conversation.id])


def test_of_another_branch_a_page_is_sent_what_differs(alice: User, as_alice: Client) -> None:
    conversation = long_chat(alice, 30)
    ends = {
        "first": str(nth(conversation, 21, "assistant").id),
        "last": str(nth(conversation, 30, "assistant").id),
    }
    turns = reverse("chat:turns", args=[conversation.id])
    other = conversation.messages.create(role="assistant", parent=nth(conversation, 25))
    Generation.objects.create(message=other, user=alice, state="done", folded=True)

    def sent() -> list[int]:
        return shown(as_alice, turns + "?" + "&".join(f"{name}={id}" for name, id in ends.items()))

    assert sent() == []
    response = as_alice.post(reverse("chat:show", args=[other.id]), ends, headers={"HX-Request": "true"})
    html = response.content.decode()
    assert re.findall(r'class="bubble"[^>]*>Question (\d+)<', html) == ["25"]
    assert f'data-parent="{nth(conversation, 24, "assistant").id}"' in html
    assert 'class="edge' not in html
    assert sent() == [25]
    ends["first"] = ends["last"] = str(nth(conversation, 30, "assistant").id)
    assert sent() == list(range(16, 26)), "a page that has nothing of it gets its end"


def test_a_model_is_sent_the_newest_turns_that_fit_in_their_order(alice: User) -> None:
    conversation = long_chat(alice, 3 * AT_ONCE)
    question = conversation.messages.create(role="user", parent=conversation.leaf)
    question.parts.create(position=0, kind="question", text="And now?")
    reply = conversation.messages.create(role="assistant", parent=question)

    def sent(**settings: Any) -> list[str]:
        run = reply.generations.create(user=alice, provider="stage", model="puppet", settings=settings)
        claimed = claim(run.id, "test")
        assert claimed is not None
        kept = claimed.generation.forgets_before
        assert (kept is None) == ("context" not in settings)
        return [turn.text for turn in claimed.request.turns]

    everything = sent()
    assert len(everything) == 6 * AT_ONCE + 1
    assert everything[:2] == ["Question 1", "Answer 1."]
    some = sent(context=500, max_tokens=100)
    assert 2 < len(some) < len(everything)
    assert some == everything[-len(some) :]
    assert some[0].startswith("Question")


def test_a_page_that_lacks_more_than_is_worth_sending_loads_itself_again(alice: User) -> None:
    conversation = long_chat(alice, pages.MOST_NEWS)
    first = nth(conversation, 1, "assistant")
    run = Generation.objects.get(message=first)
    told = pages.news(conversation.id, "full", alice, Sync({}, first.id, run.id, first.id))
    assert [change.message for change in told] == [{"type": "anew"}]
    recent = nth(conversation, pages.MOST_NEWS - 2, "assistant")
    run = Generation.objects.get(message=recent)
    told = pages.news(conversation.id, "full", alice, Sync({}, recent.id, run.id, recent.id))
    assert [change.message["type"] for change in told] == ["turn", "turn"]


@pytest.mark.parametrize(("shown", "told"), [("Long", []), ("How many?", ["Long"]), (None, [])])
def test_a_page_that_comes_back_is_told_a_title_that_it_does_not_have(
    alice: User, shown: str | None, told: list[str]
) -> None:
    conversation = long_chat(alice, 2)
    assert conversation.leaf_id is not None
    run = Generation.objects.get(message=conversation.leaf_id)
    sync = Sync({}, conversation.leaf_id, run.id, None, False, shown)
    changes = pages.news(conversation.id, "full", alice, sync)
    assert [change.message.get("title") for change in changes] == told


def test_a_page_that_ends_above_the_end_is_told_only_of_what_it_shows(alice: User) -> None:
    conversation = long_chat(alice, 30)
    first, last = (nth(conversation, number, "assistant") for number in (3, 6))
    sync = Sync({}, last.id, Generation.objects.get(message=last).id, first.id, later=True)
    assert pages.news(conversation.id, "full", alice, sync) == []
    gone_on = first.generations.create(user=alice, state="done", folded=True, continues=True)
    changes = pages.news(conversation.id, "full", alice, sync)
    assert [change.message.get("m") for change in changes] == [str(gone_on.message_id)]
    elsewhere = pages.news(conversation.id, "full", alice, sync._replace(last=uuid.uuid4()))
    assert [change.message["type"] for change in elsewhere] == ["branch"]
