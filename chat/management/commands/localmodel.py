"""`manage.py localmodel`: the local model as an OpenAI-compatible server, for other programs."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.providers.base import ProviderError
from chat.providers.local.process import BUNDLED, command, find_model


class Command(BaseCommand):
    help = "Serve the local model on loopback, OpenAI-compatible. LOCALMODEL_API_KEY, if set, is its key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8081, help="0 takes a free one")

    def handle(self, *args: Any, **options: Any) -> None:
        """Becomes the server: this process keeps its id and takes the server's signals."""
        setting = settings.LOCAL_MODEL if settings.LOCAL_MODEL.lower() != "off" else BUNDLED
        try:
            model = find_model(setting)
        except ProviderError as error:
            raise CommandError(error.message) from error
        sys.stdout.flush()
        line = [*command(model), "--port", str(options["port"])]
        os.execv(sys.executable, line)  # noqa: S606
