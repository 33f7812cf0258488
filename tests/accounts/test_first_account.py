"""Two people sign up on a fresh server at the same moment: one administrator, whatever the database."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts import setup
from accounts.models import User
from tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["dora", "emil", "fred", "gina"]


def sign_up_at_once(names: list[str], **more: str) -> None:
    start = Barrier(len(names))

    def sign_up(name: str) -> None:
        client = Client()
        client.get("/accounts/signup/")
        start.wait()
        client.post("/accounts/signup/", {"username": name, "password1": PASSWORD, **more})
        connection.close()

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(sign_up, names))


def test_of_many_first_sign_ups_exactly_one_makes_an_administrator() -> None:
    sign_up_at_once(NAMES)
    assert User.objects.count() == len(NAMES)
    assert User.objects.filter(is_staff=True, is_superuser=True).count() == 1


def test_where_invitations_are_needed_only_one_of_them_gets_in(settings: Settings) -> None:
    settings.LOCAL_TRIAL = False
    settings.SIGNUP = "invite"
    sign_up_at_once(NAMES, setup_code=setup.code())
    assert User.objects.get().is_staff


def test_the_same_name_is_taken_once() -> None:
    sign_up_at_once(["dora", "Dora", "DORA", "dora"])
    assert User.objects.count() == 1
