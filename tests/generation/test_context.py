"""What of a chat a model is sent: everything that a reader of the whole chat sees."""

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import actions, continuing
from chat.core.events import Answer, Finish
from chat.models import Generation
from tests.generation.stage import MODEL, PLAIN, WAIT, Puppet, ask, engine, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def stopped(generation: Generation) -> Generation:
    """The generation, stopped once its answer has begun."""
    running = await until(generation.id, "answering")
    await sync_to_async(actions.stop)(running.message)
    return await until(generation.id, "stopped")


async def test_continue_after_a_stop_sends_what_a_model_that_does_not_think_had_said(alice: User) -> None:
    puppet = Puppet([[Answer("One, two"), WAIT], [Answer(", three."), Finish("stop")]])
    async with engine(puppet):
        first = await stopped(await ask(alice))
        await sync_to_async(continuing.carry_on)(alice, first.message, actions.Asked(MODEL, {}))
        second = await Generation.objects.exclude(id=first.id).aget()
        await until(second.id, "done")
        assert puppet.requests[1].continues is not None
        assert puppet.requests[1].continues.text == "One, two"


async def test_the_next_question_sends_a_stopped_reply_as_the_assistant_s_turn(alice: User) -> None:
    puppet = Puppet([[Answer("One, two"), WAIT], PLAIN])
    async with engine(puppet):
        first = await stopped(await ask(alice))
        conversation = first.message.conversation
        sent = await sync_to_async(actions.send)(alice, conversation, "Go on", actions.Asked(MODEL, {}))
        await until(sent.generation.id, "done")
        turns = [(turn.role, turn.text) for turn in puppet.requests[1].turns]
        assert turns == [("user", "How many sheep?"), ("assistant", "One, two"), ("user", "Go on")]
