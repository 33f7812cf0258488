"""Other versions of a question or a reply: made, shown, and taken into a conversation of their own."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from chat import actions, branching_off, versions
from chat.actions import Asked, Refused
from chat.branches import branch
from chat.models import Conversation, Generation, Message, Part, Reading
from chat.providers.base import ModelInfo
from chat.providers.registry import Registry
from tests.generation.stage import MODEL, Puppet

pytestmark = pytest.mark.django_db
ASKED = Asked(MODEL, {"model": MODEL.key, "thinking": "auto", "effort": None})
OTHER = ModelInfo("other", "Other", "stage", "Stage", thinking="always", efforts=("low", "high"))


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two models, and nobody is asked."""

    async def models(registry: Registry, user_keys: dict[str, str]) -> list[ModelInfo]:
        return [MODEL, OTHER]

    monkeypatch.setattr(Registry, "models", models)
    monkeypatch.setattr(Registry, "get", lambda registry, provider, key=None: Puppet([]))


def end(reply: Message, text: str = "Nine.", state: str = "done") -> Message:
    """As a runner leaves it."""
    run = reply.generations.get()
    Generation.objects.filter(id=run.id).update(state=state, folded=True, cost="0.5", thinking_ms=1200)
    reply.parts.create(position=0, kind=Part.Kind.THINKING, text=f"Thinking of {text}", generation=run)
    reply.parts.create(position=1, kind=Part.Kind.ANSWER, text=text, generation=run)
    return reply


def ask(conversation: Conversation, text: str) -> Message:
    """A reply that has ended, to a question at the end of the branch that is shown."""
    fresh = Conversation.objects.get(pk=conversation.pk)
    return end(actions.send(conversation.owner, fresh, text, ASKED).generation.message, f"On {text}")


@pytest.fixture
def sheep(alice: User) -> Conversation:
    """Two questions with their replies."""
    made = actions.start(alice, "How many sheep?", ASKED)
    end(made.messages.get(role=Message.Role.ASSISTANT))
    ask(made, "And cows?")
    made.refresh_from_db()
    return made


def shown(conversation: Conversation) -> list[str]:
    """The texts of the branch that is shown, without the thinking."""
    conversation.refresh_from_db()
    path = branch(conversation.leaf_id)
    parts = Part.objects.exclude(kind=Part.Kind.THINKING)
    return ["".join(parts.filter(message=message).values_list("text", flat=True)) for message in path]


def first_question(conversation: Conversation) -> Message:
    return conversation.messages.select_related("conversation").get(
        parent=None, parts__text="How many sheep?"
    )


def address(name: str, message: Message) -> str:
    return reverse(f"chat:{name}", args=[message.id])


def hx(client: Client, url: str, **form: Any) -> Any:
    return client.post(url, form, headers={"HX-Request": "true"})


# Edit and resend


def test_an_edited_question_is_a_version_beside_the_first(as_alice: Client, sheep: Conversation) -> None:
    response = hx(as_alice, address("edit", first_question(sheep)), text="How many goats?")
    assert response.status_code == 200
    assert shown(sheep) == ["How many goats?", ""]
    page = response.content.decode()
    assert "How many goats?" in page
    assert "2 of 2" in page


def test_going_back_brings_the_branch_as_it_was_left(as_alice: Client, sheep: Conversation) -> None:
    """Not by the newest reply each time: an older version was shown when it was left."""
    before = shown(sheep)
    cows = sheep.messages.get(role=Message.Role.USER, parent__isnull=False)
    old = sheep.leaf
    assert old is not None
    end(versions.retry(sheep.owner, Message.objects.get(pk=old.pk), ASKED), "Newer.")
    hx(as_alice, address("show", old))
    assert shown(sheep) == before
    end(versions.edit(sheep.owner, first_question(sheep), "How many goats?", ASKED))
    response = hx(as_alice, address("show", first_question(sheep)))
    assert shown(sheep) == before
    assert f'id="turn-{cows.id}"' in response.content.decode()


@pytest.mark.parametrize("text", ["", "   ", "x" * 400_001])
def test_an_edit_that_is_refused_gives_what_was_typed_back(
    as_alice: Client, sheep: Conversation, text: str
) -> None:
    response = as_alice.post(address("edit", first_question(sheep)), {"text": text})
    assert response.status_code == 422
    assert f"{text}</textarea>" in response.content.decode()
    assert first_question(sheep).conversation.messages.count() == 4


def test_nothing_is_edited_while_a_reply_is_being_written(as_alice: Client, sheep: Conversation) -> None:
    actions.send(sheep.owner, sheep, "And now?", ASKED)
    response = hx(as_alice, address("edit", first_question(sheep)), text="How many goats?")
    assert response.status_code == 409
    assert response.content.decode().startswith("A reply is still being written here.")
    plain = as_alice.post(address("edit", first_question(sheep)), {"text": "How many goats?"})
    assert "How many goats?</textarea>" in plain.content.decode()


def test_without_scripts_a_question_is_edited_on_a_page_of_its_own(
    as_alice: Client, sheep: Conversation
) -> None:
    page = as_alice.get(address("edit", first_question(sheep))).content.decode()
    assert "<h1>Edit and resend</h1>" in page
    assert "How many sheep?</textarea>" in page
    response = as_alice.post(address("edit", first_question(sheep)), {"text": "How many goats?"})
    assert response["Location"] == reverse("chat:conversation", args=[sheep.id])


def test_an_edit_is_asked_with_what_the_box_says(as_alice: Client, sheep: Conversation) -> None:
    hx(as_alice, address("edit", first_question(sheep)), text="Goats?", model=OTHER.key, effort="high")
    run = Generation.objects.latest("id")
    assert (run.model, run.settings["effort"]) == ("other", "high")
    sheep.refresh_from_db()
    assert sheep.settings["model"] == OTHER.key


def test_a_draft_outlives_an_edit(as_alice: Client, sheep: Conversation) -> None:
    actions.save_draft(sheep, "half a tho")
    hx(as_alice, address("edit", first_question(sheep)), text="How many goats?")
    sheep.refresh_from_db()
    assert sheep.draft == "half a tho"


# Regenerate


def test_regenerating_in_the_middle_shows_the_branch_that_ends_there(
    as_alice: Client, sheep: Conversation
) -> None:
    reply = sheep.messages.get(parts__text="Nine.")
    hx(as_alice, address("retry", reply))
    assert shown(sheep) == ["How many sheep?", ""]
    hx(as_alice, address("show", reply))
    assert shown(sheep) == ["How many sheep?", "Nine.", "And cows?", "On And cows?"]


def test_a_reply_is_regenerated_with_its_own_settings(as_alice: Client, sheep: Conversation) -> None:
    reply = sheep.messages.get(parts__text="Nine.")
    reply.generations.update(settings={"model": OTHER.key, "effort": "low", "max_tokens": 900})
    hx(as_alice, address("retry", reply))
    run = Generation.objects.latest("id")
    assert (run.model, run.settings["effort"], run.settings["max_tokens"]) == ("other", "low", 900)


def test_a_reply_is_regenerated_with_other_settings(as_alice: Client, sheep: Conversation) -> None:
    reply = sheep.messages.get(parts__text="Nine.")
    hx(as_alice, address("retry", reply), model=OTHER.key, thinking="off", effort="high")
    run = Generation.objects.latest("id")
    assert run.settings["effort"] == "high"
    assert run.settings["thinking"] == "auto", "this model always thinks"
    sheep.refresh_from_db()
    assert sheep.settings["model"] == MODEL.key, "the chat goes on as before"


def test_only_what_a_model_allows_is_offered(as_alice: Client, sheep: Conversation) -> None:
    reply = sheep.messages.get(parts__text="Nine.")
    page = as_alice.get(address("again", reply), {"model": OTHER.key}).content.decode()
    assert '<option value="off" disabled>' in page
    assert '<option value="high">' in page
    page = as_alice.get(address("again", reply)).content.decode()
    assert '<option value="off">' in page
    assert '<option value="high">' not in page


# Branch from here


def test_a_branch_holds_a_copy_up_to_the_reply(as_alice: Client, sheep: Conversation) -> None:
    reply = sheep.messages.get(parts__text="Nine.")
    Reading.objects.create(user=sheep.owner, message=reply, open=True)
    response = as_alice.post(address("branch", reply))
    made = Conversation.objects.exclude(pk=sheep.pk).get()
    assert response["Location"] == reverse("chat:conversation", args=[made.id])
    assert made.title == "How many sheep? (branch)"
    assert shown(made) == ["How many sheep?", "Nine."]
    copy = made.messages.get(role=Message.Role.ASSISTANT)
    assert [part.text for part in copy.parts.all()] == ["Thinking of Nine.", "Nine."]
    assert not copy.parts.filter(indexed=True).exists(), "search has yet to find it"
    assert {part.generation for part in copy.parts.all()} == {copy.generations.get()}
    assert Reading.objects.get(message=copy).open
    page = as_alice.get(response["Location"]).content.decode()
    assert "Branched from" in page
    assert f'href="/c/{sheep.id}/#answer-{reply.id}"' in page
    assert shown(sheep)[-1] == "On And cows?"


def test_what_was_copied_is_billed_once(sheep: Conversation) -> None:
    branching_off.branch_off(sheep.owner, sheep.messages.get(parts__text="Nine."))
    assert Generation.objects.filter(copied=False).count() == 2
    assert Generation.objects.get(copied=True).cost is not None, "it is still said under the reply"


def test_a_branch_and_its_origin_do_not_take_each_other_along(as_alice: Client, sheep: Conversation) -> None:
    made = branching_off.branch_off(sheep.owner, sheep.messages.get(parts__text="Nine."))
    actions.delete(sheep)
    page = as_alice.get(reverse("chat:conversation", args=[made.id])).content.decode()
    assert "“How many sheep?”, which was deleted" in page
    assert str(sheep.id) not in page
    sheep.messages.order_by("-id")[0].delete()
    Conversation.objects.filter(pk=sheep.pk).delete()
    made.refresh_from_db()
    assert made.branched_from is None
    assert shown(made) == ["How many sheep?", "Nine."]


def test_branches_of_one_conversation_have_names_of_their_own(sheep: Conversation) -> None:
    reply = sheep.messages.get(parts__text="Nine.")
    first = branching_off.branch_off(sheep.owner, reply)
    second = branching_off.branch_off(sheep.owner, reply)
    third = branching_off.branch_off(sheep.owner, first.messages.get(role=Message.Role.ASSISTANT))
    assert [made.title for made in (first, second, third)] == [
        "How many sheep? (branch)",
        "How many sheep? (branch 2)",
        "How many sheep? (branch 3)",
    ]


def test_nothing_is_branched_from_a_reply_that_is_being_written(sheep: Conversation) -> None:
    live = actions.send(sheep.owner, sheep, "And now?", ASKED).generation.message
    with pytest.raises(Refused, match="still being written"):
        branching_off.branch_off(sheep.owner, Message.objects.get(pk=live.pk))
    assert Conversation.objects.count() == 1
