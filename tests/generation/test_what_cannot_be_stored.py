"""Data that a database refuses costs itself and nothing else: the text is always kept."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import DataError, OperationalError
from django.utils import timezone

from accounts.models import User
from chat.core.events import Answer, Finish, Replay, Thinking, Usage
from chat.core.transcript import Transcript
from chat.generation import commit, journal, runner
from chat.generation.fold import Outcome, fold
from chat.generation.replay import replay
from chat.models import Generation, Part, Request
from chat.providers.base import ProviderError
from tests.core.streams import delta, finish, read
from tests.generation.stage import PLAIN, WAIT, Puppet, ask, engine, texts, until

pytestmark = pytest.mark.django_db(transaction=True)

SPLIT = [
    delta(reasoning_details=[{"type": "reasoning.text", "index": 0, "text": "sheep \ud83d"}]),
    delta(reasoning_details=[{"type": "reasoning.text", "index": 0, "text": "\udc11"}]),
]
NUL = [
    delta(reasoning_details=[{"type": "reasoning.text", "index": 0, "text": "sh\x00eep"}]),
    delta(
        reasoning_details=[{"type": "reasoning.encrypted", "index": 1, "data": "a\x00b", "n": float("nan")}]
    ),
]


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def replayed(generation: Generation) -> list[dict[str, Any]]:
    part = await Part.objects.exclude(replay=[]).aget(generation=generation)
    return part.replay[0][1]  # type: ignore[no-any-return]


async def test_an_emoji_cut_in_two_in_what_is_replayed_is_joined(alice: User) -> None:
    async with engine(Puppet([read([*SPLIT, delta(content="9"), finish()])])):
        ended = await until((await ask(alice)).id, "done")
        assert await texts(ended) == {"thinking": "sheep \U0001f411", "answer": "9"}
        assert (await replayed(ended))[0]["text"] == "sheep \U0001f411"


async def test_what_is_replayed_is_kept_without_what_no_database_takes(alice: User) -> None:
    async with engine(Puppet([read([*NUL, delta(content="9"), finish()])])):
        ended = await until((await ask(alice)).id, "done")
        assert await texts(ended) == {"thinking": "sheep", "answer": "9"}
        assert (await replayed(ended))[1] == {
            "type": "reasoning.encrypted",
            "index": 1,
            "data": "ab",
            "n": None,
        }


@pytest.mark.parametrize("data", [object(), {"a": "\ud83d"}, {"a\x00": "b\x00"}, 10**30])
async def test_one_event_that_cannot_be_stored_costs_no_other(alice: User, data: object) -> None:
    script = [Thinking("Hm"), Replay("blocks", data), Answer("9"), Finish("stop")]
    async with engine(Puppet([script])):
        ended = await until((await ask(alice)).id, "done")
        assert await texts(ended) == {"thinking": "Hm", "answer": "9"}


async def test_a_fold_that_is_refused_keeps_the_text(alice: User) -> None:
    generation = await ask(alice)
    generation.state, generation.owner, generation.epoch = "thinking", "us", 1
    await generation.asave()
    said = Transcript()
    for event in (Thinking("Hm"), Replay("blocks", float("nan")), Answer("9\x00"), Finish("stop")):
        said.apply(0, event)
    outcome = Outcome("failed", {"message": "No.", "detail": float("inf")})
    assert await sync_to_async(fold)(generation, said, outcome)
    assert await texts(generation) == {"thinking": "Hm", "answer": "9"}
    assert generation.error == {"message": "No."}


async def test_a_price_that_cannot_be_right_is_not_kept(alice: User) -> None:
    dear = Usage(completion_tokens=1, cost=1e12)
    async with engine(Puppet([[Answer("9"), dear, Finish("stop")]])):
        ended = await until((await ask(alice)).id, "done")
        assert ended.cost is None


async def test_the_end_of_a_reply_is_journalled_before_it_is_folded(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    folding = asyncio.Event()

    def fail(*_: object) -> None:
        here.loop.call_soon_threadsafe(folding.set)
        raise RuntimeError("no fold today")

    monkeypatch.setattr(runner, "fold", fail)
    async with engine(Puppet([[*PLAIN[:3], Finish("stop")]])) as here:
        generation = await ask(alice)
        async with asyncio.timeout(5):
            await folding.wait()
        saved = await sync_to_async(replay)(generation)
        assert saved.joined("answer") == "**9**"
        assert saved.finish_reason == "stop"


async def test_what_a_provider_says_is_kept_whatever_is_in_it(alice: User) -> None:
    broken = ProviderError(
        "No\x00 way.", status=400, type="a\x00", code="b\ud83d", request_id="r\x00", detail="{\x00}"
    )
    async with engine(Puppet([[Thinking("Hm"), broken]])):
        ended = await until((await ask(alice)).id, "failed")
        assert ended.error == {
            "message": "No way.",
            "status": 400,
            "type": "a",
            "code": "b\ufffd",
            "request_id": "r",
            "detail": "{}",
        }
        assert await texts(ended) == {"thinking": "Hm"}


async def test_a_database_that_goes_away_while_rows_are_retried_costs_no_generation(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    problems: list[str] = []

    def flaky(owner: str, entries: Sequence[commit.Entry]) -> dict[Any, commit.Orders]:
        rows = [entry for entry in entries if entry.data]
        if len(rows) == 2 or any(entry.generation_id == bad.id for entry in rows):
            problems.append("a bad row")
            raise DataError
        if rows and problems and "away" not in problems:
            problems.append("away")
            raise OperationalError
        return commit.commit(owner, entries)

    puppet = Puppet([[WAIT, *PLAIN], [WAIT, *PLAIN]])
    async with engine(puppet):
        bad, good = await ask(alice), await ask(alice)
        for generation in (bad, good):
            await until(generation.id, "connecting")
        while await Request.objects.acount() < 2:
            await asyncio.sleep(0.01)
        monkeypatch.setattr(journal, "commit", flaky)
        puppet.go_on.set()
        ended = await until(good.id, "done")
        assert problems[:3] in (["a bad row", "a bad row", "away"], ["a bad row", "away", "a bad row"])
        assert (await texts(ended))["answer"] == "**9**"


async def test_the_first_byte_is_the_provider_s(alice: User) -> None:
    async with engine(Puppet([[0.3, *PLAIN]])):
        before = timezone.now()
        ended = await until((await ask(alice)).id, "done")
        elapsed = (timezone.now() - before).total_seconds() * 1000
        assert ended.first_byte_ms is not None
        assert 250 <= ended.first_byte_ms <= elapsed
