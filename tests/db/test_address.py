"""What an administrator writes into DATABASE_URL reaches the database."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql.base import DatabaseWrapper

from chat.db.address import database


def test_options_of_the_address_are_those_that_postgresql_is_reached_with() -> None:
    configured = database("postgres://ann:secret@db.example.org/chat?sslmode=verify-full&connect_timeout=3")
    given = DatabaseWrapper({"TIME_ZONE": None, **configured}).get_connection_params()
    assert (given["sslmode"], given["connect_timeout"]) == ("verify-full", 3)
    assert configured["OPTIONS"]["pool"]["max_size"] == 30, "ours stay"


def test_options_of_the_address_go_before_ours_on_sqlite() -> None:
    configured = database("sqlite:////srv/chat.sqlite3?timeout=60")
    assert configured["OPTIONS"]["timeout"] == 60
    assert configured["OPTIONS"]["transaction_mode"] == "IMMEDIATE", "ours stay"
    assert database("sqlite:////srv/chat.sqlite3")["OPTIONS"]["timeout"] == 20, "and are never changed"


@pytest.mark.parametrize(
    "url", ["postgers://ann:secret@host/chat", "/srv/chat.sqlite3", "postgres://ann:secret@host:port/chat"]
)
def test_what_is_no_address_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(
        ImproperlyConfigured, match="DATABASE_URL is not the address of a database"
    ) as refused:
        database(url)
    assert "secret" not in str(refused.value)
