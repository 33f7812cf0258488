"""A stranger is refused at every door: each address, form and socket, as another user and as nobody."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from chat.asgi import application
from chat.models import (
    Conversation,
    Folder,
    FollowUp,
    Generation,
    Message,
    Part,
    ProviderKey,
    Reading,
    SavedPreferences,
)
from chat.preferences import keys
from chat.providers.registry import Registry
from chat.urls import websocket_urlpatterns
from tests.conftest import person, signed_in
from tests.doors import DOORS, OURS, addresses
from tests.generation.stage import MODEL, Puppet, engine

SECRET = "Alices-sheep-are-hers"
KEY = "sk-alice-0123-wool"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
TRIES = [(name, method) for name, door in DOORS.items() for method in door.methods]
OUR_TRIES = [(name, method) for name, method in TRIES if name in OURS]


@dataclass(frozen=True)
class Farm:
    """What Alice has; and what addresses may name, by parameter."""

    alice: User
    conversation: Conversation
    deleted: Conversation
    queued: Conversation
    reply: Message
    unanswered: Message
    folder: Folder

    @property
    def names(self) -> dict[str, str]:
        """What the fields of a form may name, as addresses do."""
        return {"message_id": str(self.reply.id)}

    def path(self, name: str) -> str:
        door = DOORS[name]
        about = self.deleted if door.deleted else self.queued if door.queued else self.conversation
        known: dict[str, Any] = {
            "conversation_id": about.id,
            "message_id": self.unanswered.id if door.unanswered else self.reply.id,
            "question_id": self.reply.parent_id,
            "user_id": self.alice.pk,
            "folder_id": self.folder.pk,
            "provider": "moonshot",
            "provider_id": "company",
            "name": "theme",
            "token": "guessed",
            "uidb36": "1",
            "key": "guessed",
            "pk": 1,
        }
        parameters = next(names for found, _, names in addresses() if found == name)
        assert parameters <= set(known), f"say in this test what stands for {parameters - set(known)}"
        if "/" in name:
            return f"/{name}"
        return reverse(name, kwargs={each: known[each] for each in parameters})

    def rows(self) -> list[list[dict[str, Any]]]:
        """Everything of Alice's, and everything that others attached to it."""
        hers = Q(conversation__owner=self.alice)
        of_messages = Q(message__conversation__owner=self.alice)
        sets: tuple[QuerySet[Any], ...] = (
            Conversation.objects.filter(owner=self.alice),
            Message.objects.filter(hers),
            Part.objects.filter(of_messages),
            Generation.objects.filter(of_messages),
            Reading.objects.filter(of_messages),
            FollowUp.objects.filter(hers),
            SavedPreferences.objects.filter(user=self.alice),
            ProviderKey.objects.filter(user=self.alice),
            Folder.objects.filter(owner=self.alice),
            User.objects.filter(pk=self.alice.pk),
        )
        return [list(each.order_by("pk").values()) for each in sets]


def make_farm(alice: User) -> Farm:
    """A conversation with two versions of a reply, one in which a message waits, a deleted one."""
    deleted = Conversation.objects.create(owner=alice, title=SECRET, deleted_at=timezone.now())
    conversation = Conversation.objects.create(owner=alice, title=SECRET, draft=SECRET)
    question = conversation.messages.create(role=Message.Role.USER)
    question.parts.create(position=0, kind=Part.Kind.QUESTION, text=SECRET)
    reply = conversation.messages.create(role=Message.Role.ASSISTANT, parent=question)
    run = reply.generations.create(user=alice, provider="stage", model="puppet", state="stopped", folded=True)
    reply.parts.create(position=0, kind=Part.Kind.THINKING, text=SECRET, generation=run)
    reply.parts.create(position=1, kind=Part.Kind.ANSWER, text=SECRET, generation=run)
    unanswered = conversation.messages.create(role=Message.Role.ASSISTANT, parent=question)
    run = unanswered.generations.create(
        user=alice, provider="stage", model="puppet", state="stopped", folded=True
    )
    unanswered.parts.create(position=0, kind=Part.Kind.THINKING, text=SECRET, generation=run)
    conversation.leaf = reply
    conversation.save()
    queued = Conversation.objects.create(owner=alice, title=SECRET)
    first = queued.messages.create(role=Message.Role.USER)
    before = queued.messages.create(role=Message.Role.ASSISTANT, parent=first)
    ended = before.generations.create(
        user=alice, provider="stage", model="puppet", state="stopped", folded=True
    )
    FollowUp.objects.create(conversation=queued, user=alice, after=ended, text=SECRET, held="It was stopped.")
    queued.leaf = before
    queued.save()
    keys.store(alice, "moonshot", KEY)
    SavedPreferences.objects.create(user=alice, values={"theme": "dark", "system_prompt": SECRET})
    folder = Folder.objects.create(owner=alice, name=SECRET)
    return Farm(alice, conversation, deleted, queued, reply, unanswered, folder)


@pytest.fixture
def farm(db: None, monkeypatch: pytest.MonkeyPatch) -> Farm:
    """No test asks a provider: one model is offered to everybody, and keys are not tried."""

    async def models(registry: Registry, user_keys: dict[str, str]) -> list[Any]:
        return [MODEL]

    monkeypatch.setattr(Registry, "models", models)
    monkeypatch.setattr(Registry, "get", lambda registry, provider, key=None: Puppet([]))
    alice = person("alice")
    alice.is_staff = True
    alice.save()
    return make_farm(alice)


def try_door(client: Client, farm: Farm, name: str, method: str) -> HttpResponse:
    form = {field: value.format(**farm.names) for field, value in DOORS[name].methods.get(method, {}).items()}
    if method == "GET":
        return client.get(farm.path(name), form)  # type: ignore[return-value]
    send = getattr(client, method.lower())
    return send(farm.path(name), form) if method == "POST" else send(farm.path(name))  # type: ignore[no-any-return]


def body_of(response: HttpResponse) -> bytes:
    return response.getvalue()


def leads_to_sign_in(response: HttpResponse) -> bool:
    return response.status_code == 302 and response["Location"].startswith(reverse("account_login"))


def test_somebody_has_decided_about_every_address() -> None:
    configured = {name for name, _, _ in addresses()}
    assert configured - set(DOORS) == set(), "say in tests/doors.py who may pass there"
    assert set(DOORS) - configured == set(), "these are no longer configured"


def test_every_address_stands_in_the_configuration_once() -> None:
    routes = [route for _, route, _ in addresses()]
    assert [route for route in routes if routes.count(route) > 1] == []


@pytest.mark.parametrize("name", OURS)
def test_somebody_has_decided_about_every_method(farm: Farm, name: str) -> None:
    for method in METHODS:
        refused = try_door(signed_in(farm.alice), farm, name, method).status_code == 405
        assert refused == (method not in DOORS[name].methods), f"{method} of {name}"


@pytest.mark.parametrize(("name", "method"), OUR_TRIES)
def test_whoever_has_the_right_passes(farm: Farm, name: str, method: str) -> None:
    """Without this, the refusals below would prove nothing."""
    assert try_door(signed_in(farm.alice), farm, name, method).status_code < 400


@pytest.mark.parametrize(("name", "method"), OUR_TRIES)
def test_another_user_finds_nothing_and_changes_nothing(
    farm: Farm, charlie: User, name: str, method: str
) -> None:
    before = farm.rows()
    response = try_door(signed_in(charlie), farm, name, method)
    assert (response.status_code == 404) == (DOORS[name].who in {"owner", "administrator"})
    assert SECRET.encode() not in body_of(response)
    assert KEY[-4:].encode() not in body_of(response)
    assert farm.rows() == before


@pytest.mark.parametrize(("name", "method"), TRIES)
def test_nobody_is_sent_to_sign_in_and_changes_nothing(farm: Farm, name: str, method: str) -> None:
    before = farm.rows()
    response = try_door(Client(), farm, name, method)
    match DOORS[name].who:
        case "administrator":
            assert response.status_code == 404
        case "oneself" | "owner":
            assert leads_to_sign_in(response), response.status_code
    assert SECRET.encode() not in body_of(response)
    assert farm.rows() == before


@pytest.mark.parametrize("name", [name for name, method in OUR_TRIES if method == "POST"])
def test_a_form_of_another_site_is_refused(farm: Farm, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(farm.alice)
    before = farm.rows()
    assert try_door(client, farm, name, "POST").status_code == 403
    assert farm.rows() == before


# Sockets

SOCKETS = {"ws/": "/ws/", "ws/c/<uuid:conversation_id>/": "/ws/c/{conversation_id}/"}
OURSELVES = b"http://localhost"


def test_somebody_has_decided_about_every_socket() -> None:
    configured = {str(pattern.pattern) for pattern in websocket_urlpatterns}
    assert configured == set(SOCKETS), "say in this test who may listen there"


def knock(user: User | None, path: str, origin: bytes = OURSELVES) -> WebsocketCommunicator:
    headers = [(b"origin", origin), (b"host", b"localhost")]
    if user is not None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        headers.append((b"cookie", f"{cookie.key}={cookie.value}".encode()))
    return WebsocketCommunicator(application, path, headers)


async def closed_with(one: WebsocketCommunicator) -> int:
    """The code with which it is closed before anything is said."""
    await one.connect(timeout=5)
    said = await one.receive_output(5)
    assert said["type"] == "websocket.close", said
    return int(said["code"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("route", SOCKETS)
async def test_sockets_are_for_those_who_may_see_the_page(route: str, transactional_db: None) -> None:
    alice, charlie = [await sync_to_async(person)(name) for name in ("alice", "charlie")]
    farm = await sync_to_async(make_farm)(alice)
    path = SOCKETS[route].format(conversation_id=farm.conversation.id)
    about_alice = path != SOCKETS[route]
    async with engine(Puppet([])):
        hers = await sync_to_async(knock)(alice, path)
        assert (await hers.connect(timeout=5))[0]
        assert json.loads(await hers.receive_from(5))["type"] == "hello"
        assert await closed_with(await sync_to_async(knock)(None, path)) == 4401
        elsewhere = await sync_to_async(knock)(alice, path, b"https://evil.example")
        assert not (await elsewhere.connect(timeout=5))[0]
        theirs = await sync_to_async(knock)(charlie, path)
        if about_alice:
            assert await closed_with(theirs) == 4404
        else:
            assert (await theirs.connect(timeout=5))[0]
            await theirs.disconnect()
        await hers.disconnect()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("which", ["deleted", "unknown"])
async def test_what_is_gone_has_no_socket(which: str, transactional_db: None) -> None:
    alice = await sync_to_async(person)("alice")
    farm = await sync_to_async(make_farm)(alice)
    id = farm.deleted.id if which == "deleted" else uuid.uuid4()
    async with engine(Puppet([])):
        assert await closed_with(await sync_to_async(knock)(alice, f"/ws/c/{id}/")) == 4404
