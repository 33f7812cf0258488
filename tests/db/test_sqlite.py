"""How SQLite is used: one queue of writers, reads that never wait, a log that does not grow."""

import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from chat.db import checkpoints, write_lock
from chat.db.reading import consistent_read

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.SCALED, reason="is about SQLite"),
]


def in_background(work: object) -> threading.Thread:
    def run() -> None:
        try:
            work()  # type: ignore[operator]
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_the_journal_goes_before_writers_that_were_there_first() -> None:
    order: list[str] = []

    def write(name: str, urgent: bool) -> None:
        if urgent:
            with write_lock.first(), transaction.atomic():
                order.append(name)
        else:
            with transaction.atomic():
                order.append(name)

    with transaction.atomic():
        page = in_background(lambda: write("page", urgent=False))
        time.sleep(0.2)
        journal = in_background(lambda: write("journal", urgent=True))
        time.sleep(0.2)
        assert order == []
    page.join()
    journal.join()
    assert order == ["journal", "page"]


def test_a_failed_transaction_lets_the_next_writer_in() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    done = in_background(lambda: User.objects.create_user("bob"))
    done.join(10)
    assert User.objects.filter(username="bob").exists()


def test_a_consistent_read_sees_one_moment_and_does_not_wait_for_a_writer() -> None:
    with consistent_read():
        assert not User.objects.exists()
        in_background(lambda: User.objects.create_user("bob")).join(10)
        assert not User.objects.exists()
    assert User.objects.exists()


def test_a_checkpoint_empties_the_log() -> None:
    log = Path(f"{settings.DATABASES['default']['TEST']['NAME']}-wal")
    for name in range(50):
        User.objects.create_user(f"user{name}")
    checkpoints.checkpoint()
    grown = log.stat().st_size
    for name in range(50, 100):
        User.objects.create_user(f"user{name}")
        checkpoints.checkpoint()
    assert log.stat().st_size <= grown + 100_000
