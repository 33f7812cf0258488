"""`manage.py readstream FILE`: what Workings makes of a saved response body.

For people who ask why a server's thinking does not show: save the body (`curl -sN … > body.sse`) and
read it through the pipeline that replies go through.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chat.core.result import collapse
from chat.providers.chat_completions_reader import ChatCompletionsReader
from chat.providers.configuration import PROTOCOLS

READERS = {"chat.completions": ChatCompletionsReader}


class Command(BaseCommand):
    help = "Read a saved response body and print what it comes to, as one JSON object."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the saved body, or - for standard input")
        parser.add_argument("--protocol", choices=PROTOCOLS, default=PROTOCOLS[0])
        parser.add_argument("--chunk", type=int, default=0, help="bytes to feed at a time (0: all at once)")
        parser.add_argument(
            "--begins-in-thinking",
            action="store_true",
            help="the model's template opens the thinking block in the prompt",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        protocol = options["protocol"]
        if protocol not in READERS:
            raise CommandError(
                f"{protocol} is not read yet; this version reads {', '.join(READERS)}.", returncode=2
            )
        body = _body(options["file"])
        size = options["chunk"] if options["chunk"] > 0 else max(len(body), 1)
        reader = READERS[protocol](options["begins_in_thinking"])
        events = []
        for start in range(0, len(body), size):
            events += reader.feed(body[start : start + size])
        events += reader.close()
        self.stdout.write(json.dumps(collapse(events), ensure_ascii=False, indent=2))


def _body(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
