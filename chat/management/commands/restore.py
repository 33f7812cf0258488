"""`manage.py restore FILE`: everything as it was, in place of what is here. Stop the server first."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.backup.archive import BackupError
from chat.backup.restore import restore
from chat.search.rebuilding import index_everything
from chat.serving import lock


class Command(BaseCommand):
    help = "Restore what `backup` wrote. Stop the server first. --force replaces what is here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--force", action="store_true", help="replace the accounts and chats that are here"
        )

    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        if not settings.SCALED:
            lock.hold()
        try:
            counts = restore(file, replacing=force)
        except BackupError as error:
            raise CommandError(str(error)) from error
        index_everything()
        self.stdout.write(
            f"Restored {counts['accounts.user']} accounts and {counts['chat.conversation']} chats, "
            f"{sum(counts.values())} rows, from {file}."
        )
