"""Puts back what a backup holds, in place of everything that is there."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from accounts import private_file
from chat.backup import rows
from chat.backup.archive import ArchiveReader, BackupError, reading
from chat.backup.save import SECRETS, migrations
from chat.models import Conversation


def restore(path: Path, *, replacing: bool) -> dict[str, int]:
    """Returns the number of rows by model. Raises BackupError, and then the database is unchanged."""
    with reading(path) as archive:
        _require_same_tables(archive)
        if not replacing:
            _require_empty()
        with transaction.atomic():
            _clear()
            counts = {model._meta.label_lower: _load(archive, model) for model in rows.models()}
            _set_sequences()
            connection.check_constraints()
            # Before the commit: without their key the rows would be of no use.
            for name in SECRETS:
                _restore_secret(archive, name)
    ContentType.objects.clear_cache()
    return counts


def _require_same_tables(archive: ArchiveReader) -> None:
    if archive.manifest["migrations"] != migrations():
        raise BackupError(
            f"This backup was made by version {archive.manifest['version']}, whose tables differ from those "
            "here. Run `manage.py migrate` if this server has not, or restore with that version and upgrade."
        )


def _require_empty() -> None:
    users, chats = get_user_model()._base_manager.count(), Conversation.objects.count()
    if users or chats:
        raise BackupError(
            f"This server already has {users} accounts and {chats} chats, and restoring would replace them. "
            "Restore into an empty one, or add --force to replace them."
        )


def _clear() -> None:
    tables = [model._meta.db_table for model in rows.tables()]
    with connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables, reset_sequences=True):
            cursor.execute(statement)


def _load(archive: ArchiveReader, model: type[Model]) -> int:
    name = f"{model._meta.label_lower}.jsonl"
    if name not in archive.names("rows"):
        return 0
    return rows.load(model, archive.lines(f"rows/{name}"))


def _set_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), rows.models()):
            cursor.execute(statement)


def _restore_secret(archive: ArchiveReader, name: str) -> None:
    """A key that is there already stays below the restored one: whatever it encrypted stays readable."""
    if name not in archive.names("data"):
        return
    file = Path(settings.DATA_DIR) / name
    lines = archive.read(f"data/{name}").decode().split()
    if name == "encryption.key" and file.exists():
        lines += [line for line in file.read_text().split() if line not in lines]
    private_file.replace(file, "\n".join(lines))
