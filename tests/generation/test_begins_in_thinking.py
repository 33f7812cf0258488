"""A model whose template opens its thinking in the prompt: what a reply teaches the next one."""

from collections.abc import Sequence

import pytest

from accounts.models import User
from chat.models import Generation
from chat.providers.base import BeforeSend, ChatRequest
from tests.core.streams import contents, read
from tests.generation.stage import Puppet, PuppetStream, ask, engine, texts, until

pytestmark = pytest.mark.django_db(transaction=True)

THINKS = contents("why", "</think>", "yes")
PLAIN = contents("Paris.")
CUT = contents("Paris is the", end="length")


class Reads(Puppet):
    """A puppet whose scripts are response bodies, read as the request says."""

    def stream(self, request: ChatRequest, before_send: BeforeSend) -> PuppetStream:
        self.requests.append(request)
        return PuppetStream(self, read(self.scripts.pop(0), request.begins_in_thinking), before_send)


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def replies(alice: User, *bodies: Sequence[bytes]) -> tuple[list[bool], list[Generation]]:
    """Whether each reply was expected to begin in thinking, and how it ended."""
    reads = Reads(list(bodies))
    async with engine(reads):
        ended = [await until((await ask(alice)).id, "done", "truncated") for _ in bodies]
    return [request.begins_in_thinking for request in reads.requests], ended


async def test_every_reply_after_the_first_streams_its_thinking_as_such(alice: User) -> None:
    expected, ended = await replies(alice, THINKS, THINKS, THINKS, THINKS)
    assert expected == [False, True, True, True]
    for generation in ended:
        assert await texts(generation) == {"thinking": "why", "answer": "yes"}


async def test_a_plain_reply_ends_the_expectation(alice: User) -> None:
    expected, ended = await replies(alice, THINKS, PLAIN, PLAIN, CUT)
    assert expected == [False, True, False, False]
    assert [await texts(generation) for generation in ended[1:]] == [
        {"answer": "Paris."},
        {"answer": "Paris."},
        {"answer": "Paris is the"},
    ]


async def test_a_model_that_never_thinks_is_never_expected_to(alice: User) -> None:
    expected, _ = await replies(alice, PLAIN, PLAIN, CUT, PLAIN)
    assert expected == [False] * 4


async def test_a_reply_that_does_not_tell_changes_nothing(alice: User) -> None:
    expected, _ = await replies(alice, THINKS, contents("Hmm", end="length"), THINKS)
    assert expected == [False, True, True]
