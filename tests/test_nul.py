"""A NUL in any text that a browser sends is left out, and is never an error of ours."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from chat.models import Conversation, Part
from chat.nul import without_nul
from chat.preferences import preferences_of
from chat.providers.registry import Registry
from tests.conftest import PASSWORD
from tests.generation.stage import MODEL

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(alice: User) -> Conversation:
    return Conversation.objects.create(owner=alice, title="Sheep")


@pytest.fixture(autouse=True)
def one_model(monkeypatch: pytest.MonkeyPatch) -> None:
    async def models(registry: Registry, user_keys: dict[str, str]) -> list[Any]:
        return [MODEL]

    monkeypatch.setattr(Registry, "models", models)


def test_in_a_title(as_alice: Client, conversation: Conversation) -> None:
    as_alice.post(f"/c/{conversation.id}/rename/", {"title": "Co\0ws"})
    conversation.refresh_from_db()
    assert conversation.title == "Cows"


def test_in_a_draft(as_alice: Client, conversation: Conversation) -> None:
    as_alice.post(f"/c/{conversation.id}/draft/", {"text": "And the\0 co"})
    conversation.refresh_from_db()
    assert conversation.draft == "And the co"


@pytest.mark.parametrize("new", [True, False])
def test_in_a_question(as_alice: Client, conversation: Conversation, new: bool) -> None:
    as_alice.post("/send/" if new else f"/c/{conversation.id}/send/", {"text": "\0How many\0 sheep?"})
    assert Part.objects.get().text == "How many sheep?"


def test_in_the_settings_of_one_chat(as_alice: Client, conversation: Conversation) -> None:
    form = {"text": "Sheep?", "system_prompt": "Be\0 brief.", "max_tokens": "1\x0000"}
    as_alice.post(f"/c/{conversation.id}/send/", form)
    conversation.refresh_from_db()
    assert conversation.settings["system_prompt"] == "Be brief."
    assert conversation.settings["max_tokens"] == 100


def test_in_a_preference(as_alice: Client, alice: User) -> None:
    as_alice.post("/settings/system_prompt/", {"system_prompt": "Be\0 brief."})
    assert preferences_of(alice).system_prompt == "Be brief."


def test_in_a_providers_key(as_alice: Client, alice: User) -> None:
    as_alice.post("/settings/keys/moonshot/", {"key": "sk-alice-0123\0"})
    assert alice.provider_keys.get().last_four == "0123"


def test_in_an_account(client: Client) -> None:
    form = {"username": "do\0ra", "email": "dora\0@example.com", "password1": PASSWORD}
    client.post("/accounts/signup/", form)
    assert User.objects.get().username == "dora"
    client.logout()
    client.post("/accounts/login/", {"login": "dora\0", "password": PASSWORD})
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/oidc/comp%00any/login/",
        "/accounts/invitation/gues%00sed/",
        "/settings/keys/moon%00shot/",
        "/c/%00/",
    ],
)
def test_in_an_address_that_therefore_names_nothing(as_alice: Client, path: str) -> None:
    assert as_alice.get(path).status_code == 404


def test_in_a_query(client: Client) -> None:
    page = client.get("/accounts/login/?next=/c%00/")
    assert page.status_code == 200
    assert "\0" not in page.content.decode()


def test_other_forms_are_not_even_copied() -> None:
    form = QueryDict("text=How+many&text=sheep")
    assert without_nul(form) is form
