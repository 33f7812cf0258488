"""The people of the tests, and what decides which tests can run here.

Alice owns what a test is about, Bob is someone it is shared with, Charlie is the outsider.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client

from accounts.models import User
from tests import services

PASSWORD = "correct horse battery"
NOTHING_SKIPPED = os.environ.get("REQUIRE_SERVICES") == "1"
"""Set where every test has to run: what is missing then fails the run."""


def pytest_sessionstart(session: pytest.Session) -> None:
    if os.environ.get("TEST_ON") == "scaled" and Path("/proc").exists():
        services.drop_abandoned()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips what needs servers or a browser that are not here, and says why."""
    if NOTHING_SKIPPED:
        return
    needs = {"services": services.missing, "browser": services.no_chromium}
    for marker, missing in needs.items():
        marked = [item for item in items if item.get_closest_marker(marker)]
        for reason in missing() if marked else []:
            for item in marked:
                item.add_marker(pytest.mark.skip(reason=reason))


def emptying(self: DatabaseOperations, style: Any, tables: Sequence[str], **of_a_truncate: bool) -> list[str]:
    """What empties PostgreSQL's tables after a test: TRUNCATE makes new files for each, which takes a second.

    As there, nobody else has anything in them at that moment.
    """
    names = [self.quote_name(table) for table in tables]
    return [
        f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE",
        *(f"DELETE FROM {name}" for name in names),
    ]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Threads of the code under test keep connections, which would keep the database from being dropped."""
    with patch.object(DatabaseOperations, "sql_flush", emptying):
        yield
    if connection.vendor == "postgresql":
        services.disconnect_all(connection.settings_dict["NAME"])


def person(name: str) -> User:
    return User.objects.create_user(username=name, email=f"{name}@example.com", password=PASSWORD)


@pytest.fixture
def alice(db: None) -> User:
    return person("alice")


@pytest.fixture
def bob(db: None) -> User:
    return person("bob")


@pytest.fixture
def charlie(db: None) -> User:
    return person("charlie")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


@pytest.fixture
def as_bob(bob: User) -> Client:
    return signed_in(bob)


@pytest.fixture
def as_charlie(charlie: User) -> Client:
    return signed_in(charlie)
