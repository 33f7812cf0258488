"""The pages of an account are of one kind: plain words, no placeholders, and a way back."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD, signed_in

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RULES = (
    '<div class="help" id="id_password1_helptext">At least 8 characters, and not one of the commonest.</div>'
)
FOR_STRANGERS = [
    "login/",
    "signup/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/done/",
    "confirm-email/",
    "confirm-email/gone/",
    "inactive/",
    "social/login/cancelled/",
    "social/login/error/",
]
OF_ONES_OWN = [
    "password/change/",
    "email/",
    "reauthenticate/",
    "3rdparty/",
    "2fa/",
    "2fa/reauthenticate/",
    "2fa/recovery-codes/",
    "2fa/recovery-codes/generate/",
    "2fa/totp/deactivate/",
    "2fa/webauthn/",
    "2fa/webauthn/add/",
]


@pytest.fixture
def alice_with_an_app(alice: User) -> Client:
    TOTP.activate(alice, SECRET)
    RecoveryCodes.activate(alice)
    client = signed_in(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def passkey_of(user: User) -> Authenticator:
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "passwordless": True}
    )


def at_the_second_factor(name: str = "alice") -> str:
    client = Client()
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    return client.get("/accounts/2fa/authenticate/").content.decode()


def words_of(page: str) -> list[str]:
    """What labels, headings and buttons say, without badges."""
    page = re.sub('<span class="account-badge">.*?</span>', "", page)
    found = re.findall(r"<(h1|h2|label|button|a class=\"btn)[^>]*>(.*?)</", page, re.DOTALL)
    return [" ".join(re.sub("<[^>]+>", " ", text).split()) for _, text in found]


def expect_plain(page: str) -> None:
    """No placeholder, and no capital in the middle of what a control or a heading says."""
    assert "placeholder=" not in page
    assert [words for words in words_of(page) if is_titled(words)] == []


def is_titled(words: str) -> bool:
    return any(word[:1].isupper() for word in words.split()[1:])


@pytest.mark.parametrize("path", FOR_STRANGERS)
def test_every_page_for_strangers_speaks_plainly(client: Client, alice: User, path: str) -> None:
    expect_plain(client.get(f"/accounts/{path}").content.decode())


@pytest.mark.parametrize("path", OF_ONES_OWN)
def test_every_page_of_ones_own_speaks_plainly(alice_with_an_app: Client, path: str) -> None:
    response = alice_with_an_app.get(f"/accounts/{path}")
    assert response.status_code == 200
    expect_plain(response.content.decode())
    assert 'href="/settings/"' in response.content.decode()


def test_the_rules_of_a_password_read_the_same_wherever_one_is_chosen(as_alice: Client) -> None:
    assert RULES in Client().get("/accounts/signup/").content.decode()
    assert RULES in as_alice.get("/accounts/password/change/").content.decode()


def test_a_changed_password_is_said_in_settings(as_alice: Client) -> None:
    new = "another battery staple"
    page = as_alice.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
        follow=True,
    )
    assert page.redirect_chain == [("/settings/", 302)]
    assert "Your password has been changed." in page.content.decode()


class TestTheSecondFactor:
    def test_the_code_can_be_typed_at_once_and_recovery_codes_are_named(
        self, alice_with_an_app: Client
    ) -> None:
        page = at_the_second_factor()
        [field] = re.findall(r'<input[^>]*name="code"[^>]*>', page)
        assert "autofocus" in field
        assert "A recovery code works too." in page

    def test_a_passkey_is_offered_to_those_who_have_one(
        self, alice: User, alice_with_an_app: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
        assert "Use a passkey" not in at_the_second_factor()
        passkey_of(alice)
        assert "Use a passkey" in at_the_second_factor()

    def test_nothing_stands_under_cancel(self, alice_with_an_app: Client) -> None:
        card = at_the_second_factor().split("Cancel</button>")[1].split("</main>")[0]
        assert "<form" not in card
        assert card.count("<p") == 1
