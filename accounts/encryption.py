"""Secrets that users entrust to the server, encrypted at rest: provider keys, TOTP secrets.

The keys are `ENCRYPTION_KEYS`, or the lines of `encryption.key` in DATA_DIR, made on first use. The
first encrypts, all decrypt (cryptography's MultiFernet). They are independent of `SECRET_KEY`, so
that changing that one ends sessions and loses nothing.
"""

from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts import private_file


class Unreadable(Exception):
    """No key decrypts this text: it is lost, and whoever entered it must enter it again."""


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode("ascii")


def decrypt(ciphertext: str) -> str:
    """Raises Unreadable, whatever the text is."""
    try:
        return _fernet().decrypt(ciphertext.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise Unreadable from error


def rotate(ciphertext: str) -> str:
    """The same secret, encrypted with the first key and with today's date. Raises Unreadable."""
    try:
        return _fernet().rotate(ciphertext.encode()).decode("ascii")
    except InvalidToken as error:
        raise Unreadable from error


def add_key() -> None:
    """Puts a new key before those in the file. Raises ImproperlyConfigured if they are not in one."""
    if settings.ENCRYPTION_KEYS:
        raise ImproperlyConfigured(
            "The keys come from ENCRYPTION_KEYS: put the new one first in it, then run rotate_keys."
        )
    text = private_file.read_or_make(key_file(), _new_key)
    private_file.replace(key_file(), f"{_new_key()}\n{text}")


def key_file() -> Path:
    return Path(settings.DATA_DIR) / "encryption.key"


def _new_key() -> str:
    return Fernet.generate_key().decode("ascii")


def _fernet() -> MultiFernet:
    if settings.ENCRYPTION_KEYS:
        return _parse(tuple(settings.ENCRYPTION_KEYS), "ENCRYPTION_KEYS")
    text = private_file.read_or_make(key_file(), _new_key)
    return _parse(tuple(text.split()), str(key_file()))


@lru_cache(maxsize=4)
def _parse(keys: tuple[str, ...], source: str) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{source} holds something that is not a Fernet key, 32 bytes in URL-safe base64. Make one with: "
            'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        ) from error
