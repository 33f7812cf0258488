"""Of two requests at once for a reply in one conversation, one gets it and the other is told why not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from chat import actions, continuing
from chat.actions import Asked, Refused
from chat.models import Conversation, Generation, Message, Part
from tests.conftest import person
from tests.generation.stage import MODEL

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = Asked(MODEL, {"model": MODEL.key})
ROUNDS = 4


@pytest.fixture
def alice(transactional_db: None) -> User:
    return person("alice")


def twice_at_once(act: Callable[[], object]) -> list[str]:
    """What the two that were refused, if any, were told."""
    ready = Barrier(2)

    def one(_: int) -> str:
        try:
            ready.wait(10)
            act()
        except Refused as refusal:
            return refusal.sentence
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as threads:
        return sorted(threads.map(one, range(2)))


def stopped_reply(conversation: Conversation) -> Message:
    """With a beginning of an answer."""
    reply = conversation.messages.get(role=Message.Role.ASSISTANT)
    reply.generations.update(state=Generation.State.STOPPED, folded=True)
    reply.parts.create(position=0, kind=Part.Kind.ANSWER, text="Ni")
    return reply


@pytest.mark.parametrize("round", range(ROUNDS))
def test_two_questions_sent_at_once_become_one_reply(alice: User, round: int) -> None:
    conversation = Conversation.objects.create(owner=alice)

    def send() -> None:
        actions.send(alice, Conversation.objects.get(pk=conversation.pk), "How many sheep?", ASKED)

    taken, refused = twice_at_once(send)
    assert taken == ""
    assert refused.startswith("A reply is still being written here.")
    assert Generation.objects.count() == 1
    assert conversation.messages.count() == 2


@pytest.mark.parametrize("round", range(ROUNDS))
def test_two_that_continue_one_reply_at_once_start_one_run(alice: User, round: int) -> None:
    reply = stopped_reply(actions.start(alice, "How many sheep?", ASKED))

    def carry_on() -> None:
        continuing.carry_on(alice, Message.objects.get(pk=reply.pk), ASKED)

    taken, refused = twice_at_once(carry_on)
    assert taken == ""
    assert refused.startswith("A reply is still being written here.")
    assert reply.generations.live().count() == 1


def test_two_chats_started_at_once_keep_to_the_limit_of_one_person(alice: User, settings: Settings) -> None:
    settings.GENERATIONS_PER_USER = 1
    taken, refused = twice_at_once(lambda: actions.start(alice, "How many sheep?", ASKED))
    assert taken == ""
    assert refused.startswith("You have 1 replies running.")
    assert Conversation.objects.count() == 1


def test_a_question_follows_what_was_said_since_its_chat_was_fetched(alice: User) -> None:
    fetched = actions.start(alice, "How many sheep?", ASKED)
    stopped_reply(fetched)
    meanwhile = actions.send(alice, Conversation.objects.get(pk=fetched.pk), "And cows?", ASKED)
    Generation.objects.update(state=Generation.State.STOPPED)
    sent = actions.send(alice, fetched, "And goats?", ASKED)
    question = sent.generation.message.parent
    assert question is not None
    assert question.parent_id == meanwhile.generation.message_id
