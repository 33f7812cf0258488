import pytest
from django.contrib.auth import get_user
from django.test import Client
from pytest_django import Settings

from accounts import sessions
from accounts.models import User
from accounts.signals import signed_out
from tests.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"


def sign_in(client: Client, login: str, password: str = PASSWORD) -> str:
    """Signs in, and returns what the page then says."""
    response = client.post(SIGN_IN, {"login": login, "password": password}, follow=False)
    return response.content.decode()


@pytest.mark.parametrize("login", ["alice", "Alice", "alice@example.com"])
def test_people_sign_in_by_username_or_email(client: Client, alice: User, login: str) -> None:
    sign_in(client, login)
    assert get_user(client) == alice


def test_the_fields_are_called_username_and_password(client: Client) -> None:
    page = client.get(SIGN_IN).content.decode()
    assert ">Username</label>" in page
    assert ">Password</label>" in page


def test_a_wrong_password_and_an_unknown_name_read_the_same(client: Client, alice: User) -> None:
    wrong = "The username and/or password you specified are not correct."
    assert wrong in sign_in(client, "alice", "wrong")
    assert wrong in sign_in(client, "nobody", "wrong")


def test_too_many_attempts_are_refused(client: Client, alice: User) -> None:
    for _ in range(5):
        sign_in(client, "alice", "wrong")
    assert "Too many failed login attempts" in sign_in(client, "alice")
    assert get_user(client).is_anonymous


def attempts_from(*addresses: str) -> int:
    """How many attempts from these forwarded addresses are let through before one is refused."""
    client = Client()
    for passed, address in enumerate(addresses):
        response = client.post(
            SIGN_IN, {"login": f"name{passed}", "password": "x"}, headers={"X-Forwarded-For": address}
        )
        if response.status_code == 429:
            return passed
    return len(addresses)


def test_attempts_are_counted_by_the_address_that_the_trusted_proxy_saw(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert attempts_from(*(f"203.0.113.{n}" for n in range(6))) == 6
    assert attempts_from(*(f"198.51.100.{n}, 203.0.113.99" for n in range(6))) == 3


def test_a_forwarded_address_means_nothing_without_a_trusted_proxy(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    assert attempts_from(*(f"203.0.113.{n}" for n in range(6))) == 3


def test_a_request_that_came_past_the_proxies_is_counted_by_its_own_address(settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "3/m/ip"}
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert attempts_from(*(f"203.0.113.{n}" for n in range(6))) == 3


def test_signing_out_takes_a_post_and_a_get_only_asks(as_alice: Client) -> None:
    page = as_alice.get("/accounts/logout/")
    assert "Stay signed in" in page.content.decode()
    assert get_user(as_alice).is_authenticated
    assert as_alice.post("/accounts/logout/").headers["Location"] == SIGN_IN
    assert get_user(as_alice).is_anonymous


def test_signing_out_is_announced_with_its_session(as_alice: Client, alice: User) -> None:
    heard: list[tuple[int, str]] = []

    def listen(user_id: int, session_key: str, **_: object) -> None:
        heard.append((user_id, session_key))

    signed_out.connect(listen)
    key = as_alice.session.session_key
    as_alice.post("/accounts/logout/")
    signed_out.disconnect(listen)
    assert heard == [(alice.pk, key)]


def test_a_suspended_person_is_told_so(client: Client, alice: User) -> None:
    sessions.suspend(alice)
    response = client.post(SIGN_IN, {"login": "alice", "password": PASSWORD}, follow=True)
    assert "This account is suspended" in response.content.decode()
    assert get_user(client).is_anonymous


def test_changing_the_password_signs_out_the_other_browsers(alice: User) -> None:
    here, elsewhere = signed_in(alice), signed_in(alice)
    new = "another battery staple"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert get_user(here).is_authenticated
    assert get_user(elsewhere).is_anonymous


def test_changing_the_secret_key_can_be_done_in_two_steps(alice: User, settings: Settings) -> None:
    client = signed_in(alice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one"
    assert get_user(client).is_authenticated


class TestResettingThePassword:
    def test_a_server_without_mail_sends_people_to_an_administrator(self, client: Client) -> None:
        assert "This server sends no e-mail" in client.get("/accounts/password/reset/").content.decode()

    def test_the_link_in_the_mail_lets_one_choose_a_new_password(
        self, client: Client, alice: User, settings: Settings, mailoutbox: list[object]
    ) -> None:
        settings.EMAIL_URL = "smtp://mail.example.org"
        client.post("/accounts/password/reset/", {"email": "alice@example.com"})
        [mail] = mailoutbox
        link = next(word for word in str(mail.body).split() if "/password/reset/key/" in word)  # type: ignore[attr-defined]
        form = client.get(link.removeprefix("http://testserver"), follow=True)
        new = "another battery staple"
        client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
        sign_in(client, "alice", new)
        assert get_user(client) == alice

    def test_an_unknown_address_gets_the_same_answer_and_no_mail(
        self, client: Client, db: None, mailoutbox: list[object]
    ) -> None:
        response = client.post("/accounts/password/reset/", {"email": "nobody@example.com"}, follow=True)
        assert "If an account has this address" in response.content.decode()
        assert not mailoutbox
