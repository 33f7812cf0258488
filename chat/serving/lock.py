"""One embedded server per database: a second one refuses to start.

It also means that a server that got the lock knows its predecessor to be dead.
"""

import fcntl
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection

ADVISORY_KEY = 0x776F726B696E6773
"""The ASCII of `workings` as a 64-bit number."""

_held: list[Any] = []


def hold() -> None:
    """Held until the process ends, however it ends. Raises CommandError where another holds it."""
    if connection.vendor == "sqlite":
        _hold_file(Path(settings.DATA_DIR) / "serve.lock")
    else:
        _hold_advisory()


def _hold_file(path: Path) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise CommandError(
            f"Another server is already running on {path.parent}. "
            "Stop it first, or set DATA_DIR to another folder."
        ) from None
    _held.append(handle)


def _hold_advisory() -> None:
    """On a connection of its own, since the lock lives as long as its session."""
    params = connection.get_connection_params()
    params.pop("pool", None)
    session = connection.get_new_connection(params)
    session.autocommit = True
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_KEY])
        (granted,) = cursor.fetchone()
    if not granted:
        raise CommandError(
            "Another server is already running on this database. Stop it first, or set REDIS_URL "
            "for all of them, which makes several processes one server."
        )
    _held.append(session)
