"""Best effort between processes: in order, without anyone waiting, and joined whenever somebody listens."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest

from accounts.models import User
from chat.core.events import Thinking
from chat.generation import outgoing
from chat.generation.fanout import Fanout, Note, NotJoined
from chat.models import Generation
from tests.generation.layers import Layer
from tests.generation.stage import PLAIN, WAIT, Puppet, ask, engine, until


@pytest.fixture
async def fanout(layer: Layer) -> AsyncIterator[Fanout]:
    made = Fanout(across_processes=True)
    await made.start()
    yield made
    layer.sends.set()
    await made.stop()


async def heard(notes: list[Note], count: int) -> None:
    async with asyncio.timeout(5):
        while len(notes) < count:
            await asyncio.sleep(0.01)


async def test_notes_of_a_topic_keep_their_order(fanout: Fanout, layer: Layer) -> None:
    notes: list[Note] = []
    await fanout.listen("topic", notes.append)
    layer.sends.clear()
    for seq in range(50):
        fanout.publish("topic", Note("", seq))
    layer.sends.set()
    await heard(notes, 50)
    assert [note.seq for note in notes] == list(range(50))


async def test_in_one_process_publishing_is_a_function_call() -> None:
    notes: list[Note] = []
    alone = Fanout(across_processes=False)
    await alone.start()
    await alone.listen("topic", notes.append)
    alone.publish("topic", Note("now"))
    assert notes == [Note("now")]
    await alone.stop()


async def test_notes_that_do_not_fit_are_dropped_with_a_warning(
    fanout: Fanout, layer: Layer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outgoing, "MOST_CHARACTERS", 10)
    layer.sends.clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            fanout.publish("topic", Note("12345"))
    assert "too many are waiting" in caplog.text


async def test_a_send_that_fails_costs_only_its_own_note(
    fanout: Fanout, layer: Layer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outgoing, "SEND_SECONDS", 0.1)
    notes: list[Note] = []
    await fanout.listen("topic", notes.append)
    layer.sends.clear()
    fanout.publish("topic", Note("lost"))
    fanout.publish("topic", Note("late"))
    await asyncio.sleep(0.15)
    layer.sends.set()
    await heard(notes, 1)
    assert notes == [Note("late")]
    assert "TimeoutError" in caplog.text


async def test_what_waits_is_still_sent_when_the_server_stops(layer: Layer) -> None:
    notes: list[Note] = []
    fanout = Fanout(across_processes=True)
    await fanout.start()
    await fanout.listen("topic", notes.append)
    layer.sends.clear()
    fanout.publish("topic", Note("goodbye"))
    asyncio.get_running_loop().call_later(0.2, layer.sends.set)
    await fanout.stop()
    assert fanout._outgoing is not None
    assert fanout._outgoing._waiting.empty()


async def test_a_frozen_layer_does_not_hold_up_the_end(layer: Layer) -> None:
    fanout = Fanout(across_processes=True)
    await fanout.start()
    layer.sends.clear()
    for _ in range(100):
        fanout.publish("topic", Note("never"))
    began = time.monotonic()
    await fanout.stop()
    assert time.monotonic() - began < 3


@pytest.mark.django_db(transaction=True)
async def test_a_frozen_layer_does_not_stop_the_heartbeat(across_processes: Layer) -> None:
    alice = await User.objects.acreate(username="alice")
    puppet = Puppet([[Thinking("One. "), 0.1, Thinking("Two. "), WAIT, *PLAIN]])
    async with engine(puppet) as here:
        across_processes.sends.clear()
        asked = await ask(alice)
        here.start_running(asked.id)
        before = (await until(asked.id, "thinking")).heartbeat
        await asyncio.sleep(2.5)
        assert (await Generation.objects.aget(id=asked.id)).heartbeat >= before + 2
        puppet.go_on.set()
        await until(asked.id, "done", seconds=3)
        across_processes.sends.set()


async def test_all_who_listen_at_once_wait_for_one_join(fanout: Fanout, layer: Layer) -> None:
    layer.joins.clear()
    notes: list[Note] = []
    listening = [asyncio.create_task(fanout.listen("topic", notes.append))]
    listening.append(asyncio.create_task(fanout.listen("topic", lambda _: None)))
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in listening)
    layer.joins.set()
    await asyncio.gather(*listening)
    assert layer.joined == ["topic"]
    fanout.publish("topic", Note("hello"))
    await heard(notes, 1)


async def test_a_join_that_failed_is_tried_again_by_the_next_who_listens(
    fanout: Fanout, layer: Layer
) -> None:
    notes: list[Note] = []
    layer.refuses_to_join = 1
    with pytest.raises(NotJoined):
        await fanout.listen("topic", lambda _: None)
    await fanout.listen("topic", notes.append)
    fanout.publish("topic", Note("hello"))
    await heard(notes, 1)


async def test_who_leaves_while_another_joins_does_not_take_the_topic_along(
    fanout: Fanout, layer: Layer
) -> None:
    notes: list[Note] = []

    def first(_: Note) -> None:
        return None

    layer.joins.clear()
    coming = asyncio.create_task(fanout.listen("topic", first))
    await asyncio.sleep(0)
    leaving = asyncio.create_task(fanout.leave("topic", first))
    await asyncio.sleep(0)
    staying = asyncio.create_task(fanout.listen("topic", notes.append))
    await asyncio.sleep(0)
    layer.joins.set()
    await asyncio.gather(coming, leaving, staying)
    fanout.publish("topic", Note("hello"))
    await heard(notes, 1)


async def test_a_topic_is_left_when_nobody_listens_any_more(fanout: Fanout, layer: Layer) -> None:
    layer.joins.clear()
    coming = asyncio.create_task(fanout.listen("topic", print))
    await asyncio.sleep(0.05)
    coming.cancel()
    await asyncio.gather(coming, return_exceptions=True)
    layer.joins.set()
    await fanout.leave("topic", print)
    assert layer.left == ["topic"]
    assert fanout._joined == set()
