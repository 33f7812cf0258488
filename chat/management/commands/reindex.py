"""`manage.py reindex`: the search index anew, from what is there. The server may run."""

from typing import Any

from django.core.management.base import BaseCommand

from chat.models import SearchText
from chat.search.rebuilding import rebuild


class Command(BaseCommand):
    help = "Build the search index anew. The server may run; until this is done, search finds less."

    def handle(self, *args: Any, **options: Any) -> None:
        rebuild()
        self.stdout.write(f"The search index holds {SearchText.objects.count()} passages.")
