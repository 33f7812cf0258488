"""One message that waits for the reply before it: sent once after a good end, and held after any other."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from threading import Barrier
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import User
from chat import actions, queueing, versions
from chat.actions import Asked, Refused
from chat.core.events import Answer, Finish, Thinking
from chat.generation.engine import Engine
from chat.models import Conversation, FollowUp, Generation, Message, Part
from chat.providers.base import ModelInfo, ProviderError
from chat.providers.registry import Registry
from tests.conftest import person, signed_in
from tests.generation.stage import MODEL, PLAIN, WAIT, Puppet, ask, engine, until
from tests.sockets import path_of, socket, sync, told

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = Asked(MODEL, {"model": MODEL.key, "thinking": "auto"})
HALF = (Thinking("One. "), WAIT, Answer("**2**"), Finish("stop"))


@pytest.fixture
def alice(transactional_db: None) -> User:
    return person("alice")


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def models(registry: Registry, user_keys: dict[str, str]) -> list[ModelInfo]:
        return [MODEL]

    monkeypatch.setattr(Registry, "models", models)
    monkeypatch.setattr(Registry, "known_models", lambda registry, keys: [MODEL])
    monkeypatch.setattr(Registry, "is_stale", lambda registry, keys: False)


@asynccontextmanager
async def serving(puppet: Puppet) -> AsyncIterator[Engine]:
    """An engine, and what sends messages that wait, as a server runs them."""
    async with engine(puppet) as here:
        sending = asyncio.create_task(queueing.run())
        try:
            yield here
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)


async def queue(running: Generation, text: str = "And cows?") -> None:
    conversation = await Conversation.objects.aget(messages=running.message_id)
    await sync_to_async(queueing.queue)(running.user, conversation, text, ASKED)


async def begun(user: User) -> Generation:
    run = await until((await ask(user)).id, "thinking")
    return await Generation.objects.select_related("message", "user").aget(id=run.id)


async def next_run(after: Generation, seconds: float = 20) -> Generation:
    async with asyncio.timeout(seconds):
        while (run := await Generation.objects.filter(id__gt=after.id).afirst()) is None:
            await asyncio.sleep(0.02)
    return run


async def held(seconds: float = 20) -> str:
    async with asyncio.timeout(seconds):
        while not (waiting := await FollowUp.objects.exclude(held="").afirst()):
            await asyncio.sleep(0.02)
    return waiting.held


async def test_a_queued_message_is_sent_once_the_reply_is_done(alice: User) -> None:
    puppet = Puppet([HALF, PLAIN])
    async with serving(puppet):
        first = await begun(alice)
        await queue(first)
        assert await Generation.objects.acount() == 1
        puppet.go_on.set()
        second = await until((await next_run(first)).id, "done")
        asked = await Message.objects.aget(replies=second.message_id)
        assert asked.parent_id == first.message_id
        assert (await Part.objects.aget(message=asked)).text == "And cows?"
        assert not await FollowUp.objects.aexists()
        await asyncio.sleep(1.2)
        assert await Generation.objects.acount() == 2
    assert [turn.text for turn in puppet.requests[1].turns] == ["How many sheep?", "**2**", "And cows?"]


async def test_a_message_queued_when_the_reply_has_just_ended_is_sent_at_once(alice: User) -> None:
    async with engine(Puppet([PLAIN, PLAIN])):
        first = await until((await ask(alice)).id, "done")
        sent = await sync_to_async(queueing.queue)(alice, first.message.conversation, "And cows?", ASKED)
        assert sent is not None
        assert not await FollowUp.objects.aexists()
        await until(sent.generation.id, "done")


ENDS: list[tuple[tuple[Any, ...], str]] = [
    ((Thinking("One. "), WAIT, Answer("Tw"), Finish("length")), "cut off at the token limit"),
    ((Thinking("One. "), WAIT, ProviderError("It broke.")), "the reply before it failed"),
]


@pytest.mark.parametrize(("script", "why"), ENDS)
async def test_after_an_end_that_was_not_good_it_stays_with_a_sentence(
    alice: User, script: tuple[Any, ...], why: str
) -> None:
    puppet = Puppet([script])
    async with serving(puppet):
        await queue(await begun(alice))
        puppet.go_on.set()
        assert why in await held()
        await asyncio.sleep(1.2)
        assert await Generation.objects.acount() == 1


async def test_after_a_stop_it_stays_and_can_be_sent_by_hand(alice: User) -> None:
    puppet = Puppet([HALF, PLAIN])
    async with serving(puppet):
        first = await begun(alice)
        await queue(first)
        await sync_to_async(actions.stop)(first.message)
        assert "you stopped the reply" in await held()
        conversation = await Conversation.objects.aget()
        sent = await sync_to_async(queueing.send_now)(alice, conversation)
        assert sent is not None
        await until(sent.generation.id, "done")
        assert not await FollowUp.objects.aexists()


async def test_after_an_interruption_it_stays(alice: User) -> None:
    async with engine(Puppet([HALF])):
        await queue(await begun(alice))
    async with serving(Puppet([])):
        assert "interrupted" in await held()


async def test_sent_by_hand_while_another_reply_runs_it_waits_for_that(alice: User) -> None:
    puppet = Puppet([HALF, HALF, PLAIN])
    async with serving(puppet):
        first = await begun(alice)
        await queue(first)
        await sync_to_async(actions.stop)(first.message)
        await held()
        conversation = await Conversation.objects.aget()
        other = await sync_to_async(actions.send)(alice, conversation, "Meanwhile?", ASKED)
        await until(other.generation.id, "thinking")
        assert await sync_to_async(queueing.send_now)(alice, conversation) is None
        puppet.go_on.set()
        last = await until((await next_run(other.generation)).id, "done")
        assert (await Message.objects.aget(replies=last.message_id)).parent_id == other.generation.message_id


async def test_a_server_that_died_before_it_could_send_does_so_when_it_is_back(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet):
        first = await begun(alice)
        await queue(first)
        puppet.go_on.set()
        await until(first.id, "done")
    async with serving(Puppet([PLAIN])):
        await until((await next_run(first)).id, "done")
        assert await Generation.objects.acount() == 2


@pytest.mark.parametrize("round", range(4))
def test_of_several_processes_that_find_it_due_one_sends_it(alice: User, round: int) -> None:
    conversation = actions.start(alice, "How many sheep?", ASKED)
    queueing.queue(alice, Conversation.objects.get(), "And cows?", ASKED)
    Generation.objects.update(state="done", folded=True)
    ready = Barrier(3)

    def one(_: int) -> None:
        try:
            ready.wait(10)
            queueing.send_what_is_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(one, range(3)))
    assert Generation.objects.count() == 2
    assert Message.objects.filter(conversation=conversation, role="user").count() == 2
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("round", range(4))
def test_of_two_tabs_that_queue_at_once_one_is_told_why_not(alice: User, round: int) -> None:
    actions.start(alice, "How many sheep?", ASKED)
    ready = Barrier(2)

    def one(n: int) -> str:
        try:
            ready.wait(10)
            queueing.queue(alice, Conversation.objects.get(), f"Message {n}", ASKED)
        except Refused as refusal:
            return refusal.sentence
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as threads:
        taken, refused = sorted(threads.map(one, range(2)))
    assert taken == ""
    assert refused.startswith("One message waits here already.")
    assert FollowUp.objects.count() == 1


def test_the_limit_of_one_person_holds_for_it_too(alice: User, settings: Settings) -> None:
    settings.GENERATIONS_PER_USER = 1
    actions.start(alice, "How many sheep?", ASKED)
    queueing.queue(alice, Conversation.objects.get(), "And cows?", ASKED)
    Generation.objects.update(state="done", folded=True)
    actions.start(alice, "Elsewhere", ASKED)
    queueing.send_what_is_due()
    assert FollowUp.objects.get().held == "You have 1 replies running. Wait for one to end, or stop one."


def test_it_follows_the_reply_it_waited_for_though_another_branch_is_shown(alice: User) -> None:
    conversation = actions.start(alice, "How many sheep?", ASKED)
    first = conversation.messages.get(role="assistant")
    Generation.objects.update(state="done", folded=True)
    second = versions.retry(alice, Message.objects.get(pk=first.pk), ASKED)
    queueing.queue(alice, Conversation.objects.get(), "And cows?", ASKED)
    versions.show(Message.objects.get(pk=first.pk))
    Generation.objects.update(state="done", folded=True)
    queueing.send_what_is_due()
    question = Message.objects.filter(role="user").latest("id")
    assert question.parent_id == second.pk
    assert Conversation.objects.get().leaf == Message.objects.latest("id")


def test_what_is_being_written_meanwhile_is_kept(alice: User) -> None:
    actions.start(alice, "How many sheep?", ASKED)
    queueing.queue(alice, Conversation.objects.get(), "And cows?", ASKED)
    actions.save_draft(Conversation.objects.get(), "half a tho")
    Generation.objects.update(state="done", folded=True)
    queueing.send_what_is_due()
    assert Generation.objects.count() == 2
    assert Conversation.objects.get().draft == "half a tho"


def test_of_a_deleted_conversation_nothing_is_sent(alice: User) -> None:
    conversation = actions.start(alice, "How many sheep?", ASKED)
    queueing.queue(alice, Conversation.objects.get(), "And cows?", ASKED)
    Generation.objects.update(state="done", folded=True)
    actions.delete(conversation)
    queueing.send_what_is_due()
    assert Generation.objects.count() == 1
    assert FollowUp.objects.exists()


# The doors of a page


def door(name: str) -> str:
    return reverse(f"chat:{name}", args=[Conversation.objects.get().id])


def test_a_page_shows_what_waits_and_takes_it_back_into_the_box(alice: User) -> None:
    client = signed_in(alice)
    actions.start(alice, "How many sheep?", ASKED)
    assert "queued" in client.post(door("queue"), {"text": "And cows?"}, headers={"HX-Request": "true"}).text
    page = client.get(door("conversation")).content.decode()
    assert "And cows?" in page
    assert "Sent when this reply has ended." in page
    actions.save_draft(Conversation.objects.get(), "and goats")
    assert client.post(door("queue_edit"))["Location"] == door("conversation")
    assert "And cows?\n\nand goats</textarea>" in client.get(door("conversation")).content.decode()
    assert client.post(door("queue_edit"), headers={"HX-Request": "true"}).status_code == 409
    assert client.get(door("queue")).content.decode().strip() == ""


def test_what_waits_can_be_removed(alice: User) -> None:
    client: Client = signed_in(alice)
    actions.start(alice, "How many sheep?", ASKED)
    client.post(door("queue"), {"text": "And cows?"})
    client.post(door("queue_remove"))
    assert not FollowUp.objects.exists()
    assert client.post(door("queue_remove")).status_code == 302, "once more does no harm"


@pytest.mark.parametrize("text", ["", "x" * 400_001])
def test_what_no_question_may_be_is_not_queued(alice: User, text: str) -> None:
    actions.start(alice, "How many sheep?", ASKED)
    response = signed_in(alice).post(door("queue"), {"text": text}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert not FollowUp.objects.exists()


async def test_a_second_tab_learns_of_all_of_it(alice: User) -> None:
    puppet = Puppet([HALF, PLAIN])
    async with serving(puppet):
        first = await begun(alice)
        async with socket(alice, path_of(await until(first.id, "thinking"))) as tab:
            await sync(tab, first, first.seq_full)
            await queue(first)
            await told(tab, "queued")
            puppet.go_on.set()
            assert (await told(tab, "queued", "turn"))["type"] == "queued"
            assert "And cows?" in (await told(tab, "turn"))["html"]
            await told(tab, "frame")
