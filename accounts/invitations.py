"""Links that let one person sign up, once, within a week."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Invitation, User

LIFETIME = timedelta(days=7)


def make(made_by: User) -> str:
    """A new invitation's token. It is shown once; the database keeps its digest."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(digest=_digest(token), made_by=made_by, expires_at=timezone.now() + LIFETIME)
    return token


def is_good(token: str) -> bool:
    return _good(token).exists()


def use(token: str, user: User) -> bool:
    """Spends the invitation on this account; says whether it could be. One of two at once can."""
    return _good(token).update(used_by=user, used_at=timezone.now()) == 1


def _good(token: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        digest=_digest(token), used_at=None, expires_at__gt=timezone.now(), made_by__is_active=True
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
