"""Ends sessions, and says so: a suspension ends all of a person's, signing out ends one."""

from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import F
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import signed_out, suspended


def suspend(user: User) -> None:
    """Nobody can be this user until `reinstate`; their sessions end and do not come back."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False, session_version=F("session_version") + 1)
        transaction.on_commit(lambda: suspended.send(sender=User, user_id=user.pk))
    user.refresh_from_db(fields=["is_active", "session_version"])


def reinstate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=True)
    user.refresh_from_db(fields=["is_active"])


@receiver(user_logged_out)
def announce_signing_out(request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None and request.session.session_key:
        signed_out.send(sender=User, user_id=user.pk, session_key=request.session.session_key)
