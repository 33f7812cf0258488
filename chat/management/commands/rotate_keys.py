"""Re-encrypts everything that users entrusted to the server with the first encryption key."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from accounts import encryption, second_factor
from chat.preferences import keys


class Command(BaseCommand):
    help = (
        "Re-encrypt provider keys and second factors with the first of ENCRYPTION_KEYS, "
        "or of the key file; after it the other keys can be removed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="first add a new key to the key file")

    def handle(self, *args: Any, new_key: bool, **options: Any) -> None:
        try:
            if new_key:
                encryption.add_key()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        done, lost = (
            sum(counts) for counts in zip(second_factor.rotate_secrets(), keys.rotate_all(), strict=True)
        )
        self.stdout.write(f"Re-encrypted {done} secrets.")
        if lost:
            self.stdout.write(f"{lost} could not be decrypted; their owners have to enter them again.")
