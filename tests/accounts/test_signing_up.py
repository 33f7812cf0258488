import re
from pathlib import Path

import pytest
from django.contrib.auth import get_user
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from accounts import invitations, setup
from accounts.models import Invitation, User
from tests.conftest import PASSWORD, signed_in

type Commits = DjangoCaptureOnCommitCallbacks
pytestmark = pytest.mark.django_db
SIGN_UP = "/accounts/signup/"


def sign_up(client: Client, username: str = "dora", **more: str) -> HttpResponse:
    return client.post(SIGN_UP, {"username": username, "password1": PASSWORD, **more})  # type: ignore[return-value]


def test_signing_up_takes_a_username_and_one_password(client: Client) -> None:
    page = client.get(SIGN_UP).content.decode()
    assert ">Username</label>" in page
    assert page.count(' type="password"') == 1
    assert sign_up(client).headers["Location"] == "/"
    assert get_user(client).username == "dora"


def test_whoever_comes_before_the_first_account_is_sent_to_sign_up(client: Client) -> None:
    assert client.get("/").headers["Location"] == SIGN_UP
    sign_up(Client())
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"


def test_one_can_type_a_username_at_once_and_a_password_manager_knows_it(client: Client) -> None:
    [field] = re.findall(r'<input[^>]*name="username"[^>]*>', client.get(SIGN_UP).content.decode())
    assert 'autocomplete="username"' in field
    assert "autofocus" in field


def test_the_first_account_is_the_administrators_and_the_second_is_not() -> None:
    sign_up(Client(), "dora")
    sign_up(Client(), "emil")
    dora, emil = User.objects.get(username="dora"), User.objects.get(username="emil")
    assert (dora.is_staff, dora.is_superuser) == (True, True)
    assert (emil.is_staff, emil.is_superuser) == (False, False)


def test_an_account_made_on_the_command_line_counts_as_the_first(client: Client) -> None:
    User.objects.create_superuser("root", password=PASSWORD)
    sign_up(client)
    assert not User.objects.get(username="dora").is_staff


def test_usernames_differ_in_more_than_case(client: Client, alice: User) -> None:
    assert "already exists" in sign_up(client, "Alice").content.decode()
    assert User.objects.count() == 1


def test_the_commonest_passwords_are_refused(client: Client) -> None:
    response = client.post(SIGN_UP, {"username": "dora", "password1": "password123"})
    assert "too common" in response.content.decode()


def test_an_email_address_is_kept_when_given(client: Client) -> None:
    sign_up(client, email="dora@example.com")
    assert User.objects.get().email == "dora@example.com"


class TestOffLoopback:
    """A server that others can reach, before and after its first account."""

    @pytest.fixture(autouse=True)
    def reachable(self, settings: Settings) -> None:
        settings.LOCAL_TRIAL = False
        settings.SIGNUP = "invite"

    def test_the_first_account_needs_the_set_up_code(self, client: Client) -> None:
        assert "Set-up code" in client.get(SIGN_UP).content.decode()
        assert "This is not the set-up code" in sign_up(client, setup_code="AAAA-AAAA-AAAA").content.decode()
        assert not User.objects.exists()
        sign_up(client, setup_code=setup.code())
        assert User.objects.get().is_staff

    def test_the_code_is_private_and_goes_once_it_is_used(
        self,
        client: Client,
        data_folder: Path,
        django_capture_on_commit_callbacks: Commits,
    ) -> None:
        assert setup.code() == setup.code() in setup.announcement()
        assert setup.code_file().stat().st_mode & 0o777 == 0o600
        with django_capture_on_commit_callbacks(execute=True):
            sign_up(client, setup_code=setup.code().lower().replace("-", " "))
        assert not setup.code_file().exists()
        assert setup.announcement() == ""

    def test_a_stranger_without_an_invitation_is_refused_with_a_sentence(
        self, client: Client, alice: User
    ) -> None:
        assert "needs an invitation" in client.get(SIGN_UP).content.decode()
        sign_up(client)
        assert User.objects.count() == 1

    def test_an_invitation_lets_one_person_in_once(self, alice: User) -> None:
        link = f"/accounts/invitation/{invitations.make(alice)}/"
        guest, another = Client(), Client()
        assert guest.get(link).headers["Location"] == SIGN_UP
        another.get(link)
        sign_up(guest, "dora")
        assert User.objects.filter(username="dora", is_staff=False).exists()
        assert "has been used or has expired" in another.get(SIGN_UP).content.decode()
        sign_up(another, "emil")
        assert not User.objects.filter(username="emil").exists()

    def test_looking_at_an_invitation_does_not_spend_it(self, alice: User) -> None:
        token = invitations.make(alice)
        Client().get(f"/accounts/invitation/{token}/")
        assert invitations.is_good(token)

    def test_an_old_invitation_no_longer_works(self, client: Client, alice: User) -> None:
        token = invitations.make(alice)
        Invitation.objects.update(expires_at=alice.date_joined)
        client.get(f"/accounts/invitation/{token}/")
        assert "has expired" in client.get(SIGN_UP).content.decode()

    def test_a_suspended_administrators_invitations_no_longer_work(self, alice: User) -> None:
        token = invitations.make(alice)
        User.objects.update(is_active=False)
        assert not invitations.is_good(token)

    def test_a_closed_server_refuses_even_the_invited(
        self, client: Client, alice: User, settings: Settings
    ) -> None:
        client.get(f"/accounts/invitation/{invitations.make(alice)}/")
        settings.SIGNUP = "closed"
        assert "takes no new accounts" in client.get(SIGN_UP).content.decode()
        sign_up(client)
        assert User.objects.count() == 1

    def test_the_sign_in_page_offers_sign_up_only_to_those_who_may(self, client: Client, alice: User) -> None:
        assert "Sign up" not in client.get("/accounts/login/").content.decode()
        client.get(f"/accounts/invitation/{invitations.make(alice)}/")
        assert "Sign up" in client.get("/accounts/login/").content.decode()


def test_whoever_is_signed_in_is_sent_on(alice: User) -> None:
    assert signed_in(alice).get(SIGN_UP).headers["Location"] == "/"
