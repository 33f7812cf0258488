"""A chat leaves as a file: all of it, without thinking unless that was asked for."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient, Client
from django.urls import reverse

from accounts.models import User
from chat.exports import file_name
from chat.exports.json import FORMAT, VERSION
from chat.exports.reading import AT_ONCE
from chat.models import Conversation, Generation, Part
from tests.long_chats import long_chat

pytestmark = pytest.mark.django_db

TURNS = AT_ONCE
"""Twice as many messages as are read at once."""


@pytest.fixture
def conversation(alice: User) -> Conversation:
    return long_chat(alice, TURNS, title="Sheep: all / but <b>nine</b>")


def exported(client: Client, conversation: Conversation, form: str, **query: str) -> str:
    address = reverse("chat:export", args=[conversation.id])
    return client.get(address, {"as": form, **query}).getvalue().decode()


@pytest.mark.parametrize("form", ["markdown", "json", "print"])
def test_all_of_it_is_there_in_its_order_and_thinking_only_where_it_was_asked_for(
    as_alice: Client, conversation: Conversation, form: str
) -> None:
    everything = [f"{kind} {number}" for number in range(1, TURNS + 1) for kind in ("Question", "Answer")]
    plain = exported(as_alice, conversation, form)
    assert re.findall(r"(?:Question|Answer) \d+", plain) == everything
    assert "Thought" not in plain
    thoughtful = exported(as_alice, conversation, form, thinking="on")
    assert [f"Thought {number}." in thoughtful for number in range(1, TURNS + 1)] == [True] * TURNS


def test_the_json_has_the_shape_that_is_documented(as_alice: Client, conversation: Conversation) -> None:
    data = json.loads(exported(as_alice, conversation, "json", thinking="on"))
    assert (data["format"], data["version"], data["thinking"]) == (FORMAT, VERSION, "included")
    assert data["conversation"]["title"] == conversation.title
    question, reply = data["messages"][:2]
    assert (question["role"], question["text"], question["parent"]) == ("user", "Question 1", None)
    assert reply["parent"] == question["id"]
    assert reply["parts"] == [
        {"kind": "thinking", "text": "Thought 1."},
        {"kind": "answer", "text": "Answer 1."},
    ]
    assert (reply["state"], reply["model"], reply["tokens"]) == ("done", "puppet", 20)
    documented = Path("docs/exports.md").read_text()
    for name in {*data, *data["conversation"], *question, *reply}:
        assert f"`{name}`" in documented, name
    without = json.loads(exported(as_alice, conversation, "json"))
    assert without["thinking"] == "left out"
    assert without["messages"][1]["parts"] == [{"kind": "answer", "text": "Answer 1."}]


def test_text_that_may_be_thinking_is_left_out_with_the_thinking(
    alice: User, as_alice: Client, conversation: Conversation
) -> None:
    reply = conversation.leaf
    assert reply is not None
    run = reply.generations.create(user=alice, state=Generation.State.STOPPED, folded=True)
    kind, showing = Part.Kind.ANSWER, Part.Showing.UNPROVEN
    reply.parts.create(position=5, kind=kind, text="Perhaps thought.", showing=showing, generation=run)
    for form in ("markdown", "json", "print"):
        assert "Perhaps thought." not in exported(as_alice, conversation, form)
        assert "Perhaps thought." in exported(as_alice, conversation, form, thinking="on")


def test_what_a_model_wrote_stays_harmless_in_print(alice: User, as_alice: Client) -> None:
    conversation = long_chat(alice, 1, title="<script>alert(1)</script>", words="<script>alert(2)</script>")
    html = exported(as_alice, conversation, "print", thinking="on")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(2)" in html


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Sheep: all / but <b>nine</b>", "Sheep-all-but-b-nine-b.md"),
        ("../../etc/passwd", "etc-passwd.md"),
        ("月亮为什么", "月亮为什么.md"),
        ("\u202egnp.exe", "gnp.exe.md"),
        ("con", "conversation.md"),
        ("...", "conversation.md"),
        ("", "conversation.md"),
        ('a"\r\nX-Evil: 1', "a-X-Evil-1.md"),
        ("x" * 300, "x" * 80 + ".md"),
    ],
)
def test_file_names_are_safe_everywhere(title: str, name: str) -> None:
    assert file_name(title, "md") == name


def test_files_are_offered_under_their_name(as_alice: Client, conversation: Conversation) -> None:
    response = as_alice.get(reverse("chat:export", args=[conversation.id]), {"as": "markdown"})
    assert response["Content-Disposition"] == 'attachment; filename="Sheep-all-but-b-nine-b.md"'
    assert response["Content-Type"].startswith("text/markdown")


def test_an_unknown_format_does_not_exist(as_alice: Client, conversation: Conversation) -> None:
    response = as_alice.get(reverse("chat:export", args=[conversation.id]), {"as": "docx"})
    assert response.status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_the_server_sends_it_piece_by_piece(transactional_db: None) -> None:
    from asgiref.sync import sync_to_async

    alice = await User.objects.acreate(username="alice")
    conversation = await sync_to_async(long_chat)(alice, TURNS)
    client = AsyncClient()
    await sync_to_async(client.force_login)(alice)
    response: Any = await client.get(f"/c/{conversation.id}/export/?as=markdown")
    pieces: AsyncIterator[bytes] | Iterator[bytes] = response.streaming_content
    assert isinstance(pieces, AsyncIterator)
    assert len([piece async for piece in pieces]) > TURNS
