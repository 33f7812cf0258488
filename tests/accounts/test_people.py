"""The administrators' page. Alice is an administrator here, Bob is not."""

import re

import pytest
from django.contrib.auth import get_user
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts import sessions
from accounts.models import User
from accounts.signals import suspended
from tests.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
PEOPLE = "/accounts/people/"


@pytest.fixture(autouse=True)
def alice_is_administrator(alice: User) -> None:
    alice.is_staff = True
    alice.save()


def link_in(page: bytes) -> str:
    found = re.search(r'id="made-link"[^>]*value="http://testserver([^"]+)"', page.decode())
    assert found
    return found[1]


def test_it_lists_everybody(as_alice: Client, bob: User) -> None:
    page = as_alice.get(PEOPLE).content.decode()
    assert "alice" in page
    assert "bob@example.com" in page


@pytest.mark.parametrize(
    "door",
    ["", "invite/", "{}/suspend/", "{}/reinstate/", "{}/reset-link/", "{}/remove-second-factor/"],
)
def test_to_everybody_else_its_doors_do_not_exist(door: str, as_bob: Client, charlie: User) -> None:
    url = PEOPLE + door.format(charlie.pk)
    for stranger in (as_bob, Client()):
        assert stranger.get(url).status_code == 404
        assert stranger.post(url).status_code == 404
    charlie.refresh_from_db()
    assert charlie.is_active


def test_an_invitation_is_shown_and_lets_someone_in(as_alice: Client) -> None:
    guest = Client()
    guest.get(link_in(as_alice.post(PEOPLE + "invite/").content))
    guest.post("/accounts/signup/", {"username": "dora", "password1": PASSWORD})
    assert get_user(guest).is_authenticated


def test_a_password_link_lets_someone_without_mail_back_in(as_alice: Client, bob: User) -> None:
    browser = Client()
    form = browser.get(link_in(as_alice.post(f"{PEOPLE}{bob.pk}/reset-link/").content), follow=True)
    new = "another battery staple"
    browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    bob.refresh_from_db()
    assert bob.check_password(new)


def test_suspending_ends_every_session_and_says_so(
    as_alice: Client, bob: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[int] = []

    def listen(user_id: int, **_: object) -> None:
        heard.append(user_id)

    suspended.connect(listen)
    browsers = [signed_in(bob), signed_in(bob)]
    with django_capture_on_commit_callbacks(execute=True):
        as_alice.post(f"{PEOPLE}{bob.pk}/suspend/")
    suspended.disconnect(listen)
    assert all(get_user(browser).is_anonymous for browser in browsers)
    assert heard == [bob.pk]


def test_letting_someone_in_again_does_not_revive_their_old_sessions(as_alice: Client, bob: User) -> None:
    old = signed_in(bob)
    sessions.suspend(bob)
    as_alice.post(f"{PEOPLE}{bob.pk}/reinstate/")
    assert get_user(old).is_anonymous
    browser = Client()
    browser.post("/accounts/login/", {"login": "bob", "password": PASSWORD})
    assert get_user(browser) == bob


def test_administrators_cannot_suspend_themselves(as_alice: Client, alice: User) -> None:
    response = as_alice.post(f"{PEOPLE}{alice.pk}/suspend/", follow=True)
    assert "You cannot suspend yourself." in response.content.decode()
    assert get_user(as_alice).is_authenticated
