"""Writes a backup while the server goes on running."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from chat.backup import rows
from chat.backup.archive import writing
from chat.db.reading import consistent_read
from chat.version import version

SECRETS = ("encryption.key", "secret-key")
"""The files of DATA_DIR that cannot be made again."""


def save(path: Path) -> dict[str, int]:
    """Returns the number of rows by model. Raises BackupError."""
    counts: dict[str, int] = {}
    with writing(path) as archive, consistent_read():
        for model in rows.models():
            label = model._meta.label_lower
            counts[label] = 0
            archive.write(f"rows/{label}.jsonl", _counted(rows.dump(model), label, counts))
        for name in SECRETS:
            file = settings.DATA_DIR / name
            if file.exists():
                archive.write(f"data/{name}", [file.read_bytes()])
        archive.finish(_facts(counts))
    return counts


def migrations() -> dict[str, list[str]]:
    """What is applied, by app, for the apps whose rows a backup holds."""
    ours = {model._meta.app_label for model in rows.models()}
    applied: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        if app in ours:
            applied.setdefault(app, []).append(name)
    return applied


def _facts(counts: dict[str, int]) -> dict[str, Any]:
    return {
        "version": version(),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": connection.vendor,
        "keys_in_environment": bool(settings.ENCRYPTION_KEYS),
        "migrations": migrations(),
        "rows": counts,
    }


def _counted(lines: Iterator[bytes], label: str, counts: dict[str, int]) -> Iterator[bytes]:
    for line in lines:
        counts[label] += 1
        yield line
