"""Users' own provider keys: written, used and deleted, and never read back to anyone."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts import encryption
from accounts.models import User
from chat.personal import ProviderKey
from chat.preferences.values import Unusable

LONGEST = 500
SHORTEST = 8
"""Below this the last four characters would give too much of it away."""


def usable(text: str) -> str:
    """The key in what was typed. Raises Unusable for what cannot be one."""
    key = text.strip()
    if not SHORTEST <= len(key) <= LONGEST or not key.isascii() or not key.isprintable() or " " in key:
        raise Unusable(
            f"A key is one line of {SHORTEST} to {LONGEST} letters, digits and signs without spaces. "
            "Copy it again from the provider's page."
        )
    return key


def store(user: User, provider: str, key: str) -> ProviderKey:
    """Replaces the one there was."""
    row, _ = ProviderKey.objects.update_or_create(
        user=user,
        provider=provider,
        defaults={
            "ciphertext": encryption.encrypt(key),
            "last_four": key[-4:],
            "created_at": timezone.now(),
            "last_used_at": None,
        },
    )
    return row


def delete(user: User, provider: str) -> None:
    ProviderKey.objects.filter(user=user, provider=provider).delete()


def keys_of(user: User) -> dict[str, str]:
    """Each of the user's keys by provider id. Those that cannot be decrypted are left out."""
    found = {row.provider: _decrypted(row) for row in ProviderKey.objects.filter(user=user)}
    return {provider: key for provider, key in found.items() if key is not None}


def key_for(user_id: int, provider: str) -> str | None:
    """The user's own key, which counts as used now; None where there is none or it is unreadable."""
    row = _rows(user_id, provider).first()
    if row is None:
        return None
    _rows(user_id, provider).update(last_used_at=timezone.now())
    return _decrypted(row)


def is_readable(row: ProviderKey) -> bool:
    return _decrypted(row) is not None


def rotate_all() -> tuple[int, int]:
    """Re-encrypts every key with the first encryption key. Returns how many, and how many are lost."""
    done = lost = 0
    for row in ProviderKey.objects.iterator():
        try:
            ciphertext = encryption.rotate(row.ciphertext)
        except encryption.Unreadable:
            lost += 1
            continue
        done += ProviderKey.objects.filter(pk=row.pk, ciphertext=row.ciphertext).update(ciphertext=ciphertext)
    return done, lost


def _rows(user_id: int, provider: str) -> QuerySet[ProviderKey]:
    return ProviderKey.objects.filter(user_id=user_id, provider=provider)


def _decrypted(row: ProviderKey) -> str | None:
    try:
        return encryption.decrypt(row.ciphertext)
    except encryption.Unreadable:
        return None
