"""After the first reply a chat has a title that says what it is about; one that was given stays."""

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import actions
from chat.core.events import Answer, Finish, Thinking
from chat.models import Conversation
from chat.providers.base import ProviderError
from tests.generation.stage import MODEL, PLAIN, WAIT, Puppet, ask, engine, until
from tests.sockets import path_of, socket, told

pytestmark = pytest.mark.django_db(transaction=True)

HEADED = (
    Thinking("# Not this"),
    Answer("## Counting sheep\n\n"),
    WAIT,
    Answer("Nine."),
    Finish("stop"),
)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def title() -> str:
    return (await Conversation.objects.aget()).title


async def test_pages_and_sidebars_are_told_of_the_title_that_the_first_exchange_gives(alice: User) -> None:
    puppet = Puppet([HEADED])
    async with engine(puppet):
        generation = await until((await ask(alice, "How many?")).id, "answering")
        assert await title() == "How many?"
        async with socket(alice, path_of(generation)) as page:
            await told(page, "hello")
            puppet.go_on.set()
            assert (await told(page, "title"))["title"] == "Counting sheep"
            await told(page, "sidebar")
    assert await title() == "Counting sheep"


async def test_a_title_that_was_given_meanwhile_stays(alice: User) -> None:
    puppet = Puppet([HEADED])
    async with engine(puppet):
        generation = await until((await ask(alice, "How many?")).id, "answering")
        await sync_to_async(actions.rename)(generation.message.conversation, "My flock")
        puppet.go_on.set()
        await until(generation.id, "done")
    assert await title() == "My flock"


async def test_later_replies_change_no_title(alice: User) -> None:
    puppet = Puppet([PLAIN, HEADED])
    puppet.go_on.set()
    async with engine(puppet):
        first = await until((await ask(alice, "What is the size of a flock?")).id, "done")
        conversation = first.message.conversation
        for _ in range(100):
            await conversation.arefresh_from_db()
            if conversation.titled_by == "exchange":
                break
        sent = await sync_to_async(actions.send)(alice, conversation, "And now?", actions.Asked(MODEL, {}))
        await until(sent.generation.id, "done")
    assert await title() == "Size of a flock"


@pytest.mark.parametrize("ending", [[WAIT], [ProviderError("No.", retryable=False)]])
async def test_a_reply_that_did_not_end_well_leaves_the_question_s_first_line(
    alice: User, ending: list[object]
) -> None:
    puppet = Puppet([[Answer("## Perhaps a thought\n\n"), *ending]])
    async with engine(puppet):
        generation = await until((await ask(alice, "Can you count?")).id, "answering", "failed")
        if generation.state == "answering":
            await sync_to_async(actions.stop)(generation.message)
        await until(generation.id, "stopped", "failed")
    assert await title() == "Can you count?"
