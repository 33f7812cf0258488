"""Second factors, and what becomes of them when the encryption key is lost."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.contrib.auth import get_user
from django.core.management import call_command
from django.test import Client

from accounts import encryption
from accounts.models import User
from tests.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))


def lose_the_key() -> None:
    encryption.key_file().unlink()


def with_password(client: Client) -> Client:
    client.post("/accounts/login/", {"login": "alice", "password": PASSWORD})
    return client


def confirmed(client: Client) -> Client:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def app_of_alice(alice: User) -> Authenticator:
    return TOTP.activate(alice, SECRET).instance


def test_an_authenticator_app_can_be_set_up_without_any_email(client: Client) -> None:
    client.post("/accounts/signup/", {"username": "dora", "password1": PASSWORD})
    page = confirmed(client).get("/accounts/2fa/totp/activate/")
    assert "data:image/svg+xml" in page.content.decode()


def test_signing_in_asks_for_the_code(client: Client, app_of_alice: Authenticator) -> None:
    assert get_user(with_password(client)).is_anonymous
    client.post("/accounts/2fa/authenticate/", {"code": code_now()})
    assert get_user(client).is_authenticated


def test_the_secret_is_encrypted_in_the_database(app_of_alice: Authenticator) -> None:
    assert SECRET not in str(app_of_alice.data)
    assert encryption.decrypt(app_of_alice.data["secret"]) == SECRET


def test_with_the_key_lost_no_code_fits_and_the_page_says_what_to_do(
    client: Client, app_of_alice: Authenticator
) -> None:
    lose_the_key()
    with_password(client)
    for code in (code_now(), format_hotp_value(hotp_value("", int(time.time()) // 30))):
        page = client.post("/accounts/2fa/authenticate/", {"code": code})
        assert "Ask an administrator to remove your second factor" in page.content.decode()
    assert get_user(client).is_anonymous


def test_with_the_key_lost_every_page_about_it_still_opens(alice: User, app_of_alice: Authenticator) -> None:
    RecoveryCodes.activate(alice)
    lose_the_key()
    client = signed_in(alice)
    assert "can no longer be read" in client.get("/accounts/2fa/").content.decode()
    assert client.get("/accounts/2fa/recovery-codes/", follow=True).status_code == 200


def test_an_administrator_removes_a_lost_second_factor(
    client: Client, alice: User, bob: User, app_of_alice: Authenticator
) -> None:
    bob.is_staff = True
    bob.save()
    signed_in(bob).post(f"/accounts/people/{alice.pk}/remove-second-factor/")
    assert get_user(with_password(client)) == alice


def test_rotating_re_encrypts_with_the_new_key(
    app_of_alice: Authenticator, capsys: pytest.CaptureFixture[str]
) -> None:
    before = app_of_alice.data["secret"]
    call_command("rotate_keys", "--new-key")
    app_of_alice.refresh_from_db()
    assert app_of_alice.data["secret"] != before
    newest = encryption.key_file().read_text().split()[0]
    encryption.key_file().write_text(newest + "\n")
    assert encryption.decrypt(app_of_alice.data["secret"]) == SECRET


@pytest.mark.parametrize("url", ["/accounts/login/", "/accounts/2fa/webauthn/add/"])
def test_the_passkey_pages_obey_the_content_security_policy(client: Client, alice: User, url: str) -> None:
    if "add" in url:
        confirmed(with_password(client))
    page = client.get(url).content.decode()
    scripts = [tag.split(">", 1)[0] for tag in page.split("<script")[1:]]
    assert len(scripts) >= 4
    assert all(" src=" in tag or 'type="application/json"' in tag for tag in scripts)
    assert " style=" not in page
    assert " onclick=" not in page
