"""`manage.py backup FILE`: everything in one file, while the server runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.backup.archive import BackupError
from chat.backup.save import save


class Command(BaseCommand):
    help = (
        "Write all accounts, chats and secrets to FILE, which `restore` reads on SQLite and PostgreSQL alike."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            counts = save(file)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Wrote {file}: {counts['accounts.user']} accounts, {counts['chat.conversation']} chats, "
            f"{sum(counts.values())} rows. It holds keys and private text: keep it safe."
        )
        if settings.ENCRYPTION_KEYS:
            self.stdout.write("ENCRYPTION_KEYS is not in it: without that, stored keys cannot be decrypted.")
