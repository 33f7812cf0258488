"""Signing in with an organisation's identity server, played by a function; our policy holds there too."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth import get_user
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from accounts import invitations, setup
from accounts.identity import identity_servers
from accounts.models import User

pytestmark = pytest.mark.django_db
SERVER = "https://id.example.org"
LOGIN, CALLBACK = "/accounts/oidc/oidc/login/", "/accounts/oidc/oidc/login/callback/"
ENVIRONMENT = {
    "OIDC_CLIENT_ID": "workings",
    "OIDC_CLIENT_SECRET": "geheim",
    "OIDC_SERVER_URL": SERVER,
    "OIDC_NAME": "Example",
}
ANSWERS = {
    "/.well-known/openid-configuration": {
        "issuer": SERVER,
        "authorization_endpoint": f"{SERVER}/authorize",
        "token_endpoint": f"{SERVER}/token",
        "userinfo_endpoint": f"{SERVER}/userinfo",
    },
    "/token": {"access_token": "t", "token_type": "bearer"},
    "/userinfo": {"sub": "42", "preferred_username": "emil", "email": "emil@example.org"},
}


def answer(session: requests.Session, method: str, url: str, **kwargs: Any) -> requests.Response:
    response = requests.Response()
    response.status_code = 200
    response.json = lambda **_: dict(ANSWERS[urlsplit(url).path])  # type: ignore[method-assign]
    response.headers["content-type"] = "application/json"
    return response


@pytest.fixture(autouse=True)
def identity_server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    apps = identity_servers(ENVIRONMENT.__getitem__, ENVIRONMENT.__getitem__)
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    monkeypatch.setattr(requests.Session, "request", answer)


def come_back(client: Client) -> HttpResponse:
    """Goes to the identity server, is let through there, and follows the way back."""
    away = client.get(LOGIN)
    query = parse_qs(urlsplit(away.headers["Location"]).query)
    return client.get(CALLBACK, {"code": "c", "state": query["state"][0]}, follow=True)  # type: ignore[return-value]


def test_the_sign_in_page_offers_it_by_name(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert f'href="{LOGIN}' in page
    assert "Sign in with Example" in page


def test_it_is_asked_with_a_state_and_a_challenge(client: Client) -> None:
    address = client.get(LOGIN).headers["Location"]
    assert address.startswith(f"{SERVER}/authorize?")
    assert {"state", "code_challenge", "client_id"} <= set(parse_qs(urlsplit(address).query))


def test_whoever_it_vouches_for_is_signed_up_and_in(client: Client, alice: User) -> None:
    come_back(client)
    emil = User.objects.get(username="emil")
    assert get_user(client) == emil
    assert not emil.is_staff


def test_coming_back_without_our_state_signs_nobody_in(client: Client) -> None:
    page = client.get(CALLBACK, {"code": "c", "state": "forged"})
    assert page.status_code == 401
    assert get_user(client).is_anonymous


def test_without_an_invitation_it_does_not_let_a_stranger_in(
    client: Client, alice: User, settings: Settings
) -> None:
    settings.SIGNUP = "invite"
    assert "needs an invitation" in come_back(client).content.decode()
    assert User.objects.count() == 1


def test_with_an_invitation_it_lets_someone_in_once(alice: User, settings: Settings) -> None:
    settings.SIGNUP = "invite"
    guest = Client()
    guest.get(f"/accounts/invitation/{invitations.make(alice)}/")
    come_back(guest)
    assert get_user(guest).username == "emil"


def test_off_loopback_the_first_account_needs_the_set_up_code_here_too(
    client: Client, settings: Settings
) -> None:
    settings.LOCAL_TRIAL = False
    settings.SIGNUP = "invite"
    assert "Set-up code" in come_back(client).content.decode()
    form = {"username": "emil", "setup_code": "AAAA-AAAA-AAAA"}
    assert "not the set-up code" in client.post("/accounts/3rdparty/signup/", form).content.decode()
    client.post("/accounts/3rdparty/signup/", form | {"setup_code": setup.code()})
    assert User.objects.get().is_staff


def test_an_identity_server_that_is_down_is_a_sentence(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def down(*_: Any, **__: Any) -> None:
        raise requests.ConnectionError

    monkeypatch.setattr(requests.Session, "request", down)
    page = client.get(LOGIN, follow=True)
    assert "The identity server did not answer." in page.content.decode()
