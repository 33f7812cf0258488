"""What DATABASE_URL means: how Django connects, with our way of using SQLite and PostgreSQL."""

from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY; "
        "PRAGMA mmap_size=134217728; PRAGMA cache_size=-20000; PRAGMA journal_size_limit=67108864; "
        "PRAGMA wal_autocheckpoint=0;"
    ),
}
# Threads come and go with their work, so connections are pooled, not kept per thread.
POSTGRESQL = {"pool": {"min_size": 2, "max_size": 30, "timeout": 20}}


def database(url: str) -> dict[str, Any]:
    """Options in the address, such as `?sslmode=verify-full`, are added to ours and go before them."""
    try:
        parsed: dict[str, Any] = {**dj_database_url.parse(url)}
    except ValueError:
        # Which it is stays unsaid: the address may hold a password.
        raise ImproperlyConfigured(
            "DATABASE_URL is not the address of a database; set it to "
            "postgres://user:password@host:5432/name, or unset it for SQLite in DATA_DIR."
        ) from None
    on_sqlite = parsed["ENGINE"].endswith("sqlite3")
    parsed["OPTIONS"] = (SQLITE if on_sqlite else POSTGRESQL) | parsed.get("OPTIONS", {})
    if on_sqlite:
        # Pages, the journal and readers have a few threads each, which keep their connection.
        parsed |= {"ENGINE": "chat.db.sqlite", "CONN_MAX_AGE": None}
    return parsed
