"""What `EMAIL_URL` and `OIDC_…` come to."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.identity import identity_servers
from accounts.mail import mailer, sender


def test_without_an_address_mail_is_printed() -> None:
    assert mailer("")["BACKEND"].endswith("console.EmailBackend")


def test_an_smtp_address_becomes_a_mailer() -> None:
    options = mailer("smtp://user:p%40ss@mail.example.org:2525?tls=on&from=Workings%20<w@example.org>")[
        "OPTIONS"
    ]
    assert options["host"] == "mail.example.org"
    assert options["port"] == 2525
    assert options["password"] == "p@ss"
    assert (options["use_tls"], options["use_ssl"]) == (True, False)


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://h", 587, True, False),
        ("smtp://h:25?tls=off", 25, False, False),
        ("smtps://h", 465, False, True),
    ],
)
def test_each_way_to_encrypt_has_its_port(url: str, port: int, tls: bool, ssl: bool) -> None:
    options = mailer(url)["OPTIONS"]
    assert (options["port"], options["use_tls"], options["use_ssl"]) == (port, tls, ssl)


@pytest.mark.parametrize(
    "url", ["mail.example", "http://u:geheim@h", "smtp:", "smtp://u:geheim@h:port", "smtp://h?tls=maybe"]
)
def test_an_unreadable_address_aborts_the_start_without_quoting_it(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL cannot be read") as error:
        mailer(url)
    assert "geheim" not in str(error.value)


def test_mail_comes_from_whom_the_address_says() -> None:
    assert sender("smtp://h?from=w@example.org") == "w@example.org"
    assert sender("smtp://w%40example.org:x@h") == "w@example.org"
    assert sender("") == "workings@localhost"


def reading(**variables: str) -> list[dict[str, object]]:
    return identity_servers(lambda name: variables.get(name, ""), lambda name: variables.get(name, ""))


def test_an_identity_server_is_optional() -> None:
    assert reading() == []


def test_an_identity_server_comes_from_four_variables() -> None:
    [app] = reading(
        OIDC_CLIENT_ID="workings",
        OIDC_CLIENT_SECRET="s",
        OIDC_SERVER_URL="https://id.example.org",
        OIDC_NAME="Example",
    )
    assert (app["name"], app["client_id"]) == ("Example", "workings")


def test_half_an_identity_server_aborts_the_start() -> None:
    with pytest.raises(ImproperlyConfigured, match="OIDC_CLIENT_SECRET"):
        reading(OIDC_CLIENT_ID="workings")
