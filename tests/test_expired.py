"""A page that has outlived its session is told so in a sentence; a visitor is shown where to sign in."""

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from chat.expired import ENDED, OUTDATED
from chat.models import Conversation

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}
DRAFT = {"text": "And the co"}


@pytest.fixture
def path(alice: User) -> str:
    return f"/c/{Conversation.objects.create(owner=alice).id}/draft/"


def said(response: HttpResponse) -> tuple[int, str, str]:
    return response.status_code, response["Content-Type"], response.content.decode()


def test_a_script_without_a_session_gets_a_sentence(path: str) -> None:
    answer = Client().post(path, DRAFT, headers=SCRIPT)
    assert said(answer) == (401, "text/plain; charset=utf-8", ENDED)  # type: ignore[arg-type]


def test_a_script_with_the_token_of_an_earlier_session_gets_a_sentence(path: str, alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(path, DRAFT, headers=SCRIPT)
    assert said(answer) == (403, "text/plain; charset=utf-8", OUTDATED)  # type: ignore[arg-type]


def test_a_visitor_is_taken_to_sign_in_and_a_script_with_a_session_is_served(
    path: str, as_alice: Client
) -> None:
    assert Client().post(path, DRAFT)["Location"].startswith("/accounts/login/?next=")
    assert as_alice.post(path, DRAFT, headers=SCRIPT).status_code == 204
