"""What a page's socket is told: frames of its audience, without gaps, and news it missed."""

import asyncio
import json
import uuid

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from chat import actions, continuing, versions, watch
from chat.core.events import Answer, Finish, Thinking
from chat.generation.engine import Engine
from chat.generation.fanout import Note, conversation_topic, generation_topic
from chat.models import Generation, Message
from tests.generation.stage import MODEL, PLAIN, WAIT, Puppet, ask, engine, until
from tests.sockets import path_of, socket, sync, told

pytestmark = pytest.mark.django_db(transaction=True)

HALF = (Thinking("One. "), WAIT, Thinking("Two."), Answer("**2**"), Finish("stop"))


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice")


async def followed(here: Engine, generation: Generation) -> None:
    """Waits until the socket listens, which on a busy machine takes a while after it was told to."""
    topic = generation_topic(generation.id, "full")
    async with asyncio.timeout(20):
        while topic not in (here.fanout._listeners if here.fanout._layer is None else here.fanout._joined):
            await asyncio.sleep(0.01)


async def test_a_page_that_is_behind_gets_the_reply_whole_and_then_frames(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet):
        generation = await until((await ask(alice)).id, "thinking")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation)
            whole = await told(one, "reply")
            assert "One." in whole["html"]
            puppet.go_on.set()
            seqs: list[int] = []
            state = ""
            while state != "done":
                frame = await told(one, "frame")
                seqs.append(frame["seq"])
                state = frame.get("state", state)
            assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
            assert f'data-seq="{seqs[0] - 1}"' in whole["html"]


async def test_a_page_that_has_everything_is_sent_frames_only(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet) as here:
        generation = await until((await ask(alice)).id, "thinking")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation, generation.seq_full)
            await followed(here, generation)
            await one.receive_nothing(0.3)
            puppet.go_on.set()
            assert (await told(one, "frame", "reply"))["type"] == "frame"


async def test_a_gap_makes_the_socket_read_the_reply_anew(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet) as here:
        generation = await until((await ask(alice)).id, "thinking")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation, generation.seq_full)
            await followed(here, generation)
            await one.receive_nothing(0.3)
            topic = generation_topic(generation.id, "full")
            here.fanout.publish(topic, Note('{"type": "frame"}', generation.seq_full + 5))
            assert "One." in (await told(one, "reply"))["html"]


async def test_frames_that_a_layer_swallowed_are_made_up_for(alice: User) -> None:
    puppet = Puppet([HALF])
    async with engine(puppet) as here:
        generation = await until((await ask(alice)).id, "thinking")
        async with socket(alice, path_of(generation)) as one:
            await sync(one, generation, generation.seq_full)
            await followed(here, generation)
            await one.receive_nothing(0.3)
            here.fanout._listeners.pop(generation_topic(generation.id, "full"))
            puppet.go_on.set()
            await until(generation.id, "done")
            await watch.look()
            assert "<strong>2</strong>" in (await told(one, "reply"))["html"]


async def test_a_second_tab_learns_of_a_new_turn(alice: User) -> None:
    puppet = Puppet([PLAIN, HALF])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "done")
        async with socket(alice, path_of(first)) as one:
            await sync(one, first, first.seq_full)
            asked = actions.Asked(MODEL, {"thinking": "auto"})
            await sync_to_async(actions.send)(alice, first.message.conversation, "And now?", asked)
            assert "And now?" in (await told(one, "turn"))["html"]
            puppet.go_on.set()
            await told(one, "frame")


async def test_a_page_that_was_away_gets_the_turns_it_missed(alice: User) -> None:
    async with engine(Puppet([PLAIN, PLAIN])):
        first = await until((await ask(alice)).id, "done")
        asked = actions.Asked(MODEL, {"thinking": "auto"})
        sent = await sync_to_async(actions.send)(alice, first.message.conversation, "While away", asked)
        await until(sent.generation.id, "done")
        async with socket(alice, path_of(first)) as one:
            await sync(one, first, first.seq_full)
            assert "While away" in (await told(one, "turn"))["html"]


async def test_continue_tells_the_page_that_the_reply_goes_on(alice: User) -> None:
    puppet = Puppet([[Answer("One"), Finish("length")], [Answer(" two"), Finish("stop")]])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "truncated")
        async with socket(alice, path_of(first)) as one:
            await sync(one, first, first.seq_full)
            asked = actions.Asked(MODEL, {"thinking": "auto"})
            await sync_to_async(continuing.carry_on)(alice, first.message, asked)
            second = await Generation.objects.exclude(id=first.id).aget()
            assert str(second.id) in (await told(one, "reply"))["html"]


async def test_a_page_that_missed_how_a_reply_went_on_is_given_it_once_and_follows(alice: User) -> None:
    puppet = Puppet([[Answer("One"), WAIT, Finish("length")], [Answer(" two"), WAIT, Answer("."), *PLAIN]])
    async with engine(puppet) as here:
        first = await until((await ask(alice)).id, "answering")
        async with socket(alice, path_of(first)) as one:
            await sync(one, first, first.seq_full)
            await one.receive_nothing(0.3)
            here.fanout._listeners.pop(generation_topic(first.id, "full"))
            here.fanout._listeners.pop(conversation_topic(first.message.conversation_id))
            second = await continued(puppet, alice, first)
            await watch.look()
            assert str(second.id) in (await told(one, "reply"))["html"]
            await watch.look()
            await one.send_to('{"type":"ping"}')
            assert (await told(one, "pong", "reply"))["type"] == "pong"
            puppet.go_on.set()
            assert (await told(one, "frame"))["g"] == str(second.id)


async def test_a_page_that_shows_a_run_that_was_continued_is_brought_to_the_newest(alice: User) -> None:
    puppet = Puppet([[Answer("One"), WAIT, Finish("length")], [Answer(" two"), WAIT, *PLAIN]])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "answering")
        second = await continued(puppet, alice, first)
        async with socket(alice, path_of(first)) as one:
            await told(one, "hello")
            standing = {"last": str(first.message_id), "newest": str(second.id)}
            await one.send_json_to({"have": {str(first.id): 0}, **standing})
            assert str(second.id) in (await told(one, "reply"))["html"]
            puppet.go_on.set()
            assert (await told(one, "frame", "reply"))["type"] == "frame"


async def continued(puppet: Puppet, user: User, first: Generation) -> Generation:
    """Lets the first run be cut off, and continues it up to the next wait."""
    puppet.go_on.set()
    await until(first.id, "truncated")
    puppet.go_on.clear()
    asked = actions.Asked(MODEL, {"thinking": "auto"})
    await sync_to_async(continuing.carry_on)(user, first.message, asked)
    return await until((await Generation.objects.exclude(id=first.id).aget()).id, "answering")


async def test_a_suspended_user_s_socket_is_closed(alice: User) -> None:
    async with engine(Puppet([])), socket(alice, "/ws/") as one:
        await told(one, "hello")
        await User.objects.filter(pk=alice.pk).aupdate(is_active=False)
        await watch.look()
        assert (await one.receive_output(5))["code"] == 4401


async def test_nonsense_from_a_browser_is_ignored(alice: User) -> None:
    async with engine(Puppet([PLAIN])):
        done = await until((await ask(alice)).id, "done")
        async with socket(alice, path_of(done)) as one:
            await told(one, "hello")
            unknown = json.dumps({"have": {str(uuid.uuid4()): 1}})
            for nonsense in ("{", "[]", '{"have": 1}', '{"have": {"x": 1}}', unknown):
                await one.send_to(nonsense)
            await one.send_json_to({"have": {str(done.id): 0}, "last": str(done.message_id)})
            assert (await told(one, "reply"))["m"] == str(done.message_id)


async def test_a_second_tab_learns_of_an_edited_question(alice: User) -> None:
    puppet = Puppet([PLAIN, HALF])
    async with engine(puppet):
        first = await until((await ask(alice)).id, "done")
        question = await Message.objects.select_related("conversation").aget(replies=first.message_id)
        async with socket(alice, path_of(first)) as tab:
            await sync(tab, first, first.seq_full)
            asked = actions.Asked(MODEL, {"thinking": "auto"})
            await sync_to_async(versions.edit)(alice, question, "How many goats?", asked)
            html = (await told(tab, "turn"))["html"]
            assert "How many goats?" in html
            assert 'data-parent=""' in html
            assert "2 of 2" in html
            puppet.go_on.set()
            await told(tab, "frame")


async def test_a_second_tab_learns_which_version_is_shown(alice: User) -> None:
    async with engine(Puppet([PLAIN, PLAIN])):
        first = await until((await ask(alice)).id, "done")
        asked = actions.Asked(MODEL, {"thinking": "auto"})
        again = await sync_to_async(versions.retry)(alice, first.message, asked)
        second = await until((await again.generations.aget()).id, "done")
        async with socket(alice, path_of(first)) as tab:
            await sync(tab, second, second.seq_full)
            await sync_to_async(versions.show)(first.message)
            assert (await told(tab, "branch"))["leaf"] == str(first.message_id)


async def test_a_page_that_was_away_learns_that_another_branch_is_shown(alice: User) -> None:
    async with engine(Puppet([PLAIN, PLAIN])):
        first = await until((await ask(alice)).id, "done")
        asked = actions.Asked(MODEL, {"thinking": "auto"})
        again = await sync_to_async(versions.retry)(alice, first.message, asked)
        second = await until((await again.generations.aget()).id, "done")
        async with socket(alice, path_of(first)) as tab:
            await sync(tab, first, first.seq_full)
            assert (await told(tab, "branch"))["leaf"] == str(second.message_id)
