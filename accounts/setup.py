"""The first account, which becomes the administrator's, and the code that guards it off loopback."""

import secrets
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare

from accounts import private_file
from accounts.models import FirstAccount, User

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that are not taken for one another."""


def needed() -> bool:
    """No account exists yet."""
    return not User.objects.exists()


def needs_code() -> bool:
    """The first sign-up must prove that it comes from whoever started the server."""
    return not settings.LOCAL_TRIAL and needed()


def code() -> str:
    """The code printed at start, `XXXX-XXXX-XXXX`; made on first use, in a 0600 file in DATA_DIR."""
    return private_file.read_or_make(code_file(), _new_code)


def announcement() -> str:
    """What to print at start, or nothing."""
    if not needs_code():
        return ""
    return (
        f"No account exists yet. Whoever signs up first, with the set-up code {code()}, "
        "becomes the administrator."
    )


def accepts(typed: str) -> bool:
    return constant_time_compare(_bare(typed), _bare(code()))


def claim(user: User) -> bool:
    """Makes this new account the administrator's if it is the first; says whether it is.

    Called in the transaction that made the account. Of two at once, the second waits for the first
    at the fixed key of `FirstAccount`.
    """
    if User.objects.exclude(pk=user.pk).exists():
        return False
    _, first = FirstAccount.objects.get_or_create(id=FirstAccount.ONLY_KEY, defaults={"user": user})
    if first:
        user.is_staff = user.is_superuser = True
        user.save(update_fields=["is_staff", "is_superuser"])
    return first


def forget_code() -> None:
    code_file().unlink(missing_ok=True)


def code_file() -> Path:
    return Path(settings.DATA_DIR) / "setup-code"


def _new_code() -> str:
    letters = "".join(secrets.choice(ALPHABET) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _bare(text: str) -> str:
    return "".join(letter for letter in text.upper() if letter.isalnum())
