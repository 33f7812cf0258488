"""Preferences in the database: one row per person, made by the first choice."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from chat.personal import SavedPreferences
from chat.preferences.values import Preferences

KEPT = "_preferences"
"""They are read once for each user object, which lives as long as a request."""


def preferences_of(user: User | AnonymousUser) -> Preferences:
    """The defaults for whoever has chosen nothing, or is nobody."""
    if not user.is_authenticated:
        return Preferences()
    if KEPT not in user.__dict__:
        stored = SavedPreferences.objects.filter(user_id=user.pk).values_list("values", flat=True).first()
        user.__dict__[KEPT] = Preferences.from_stored(stored or {})
    kept: Preferences = user.__dict__[KEPT]
    return kept


def change(user: User, **values: Any) -> Preferences:
    """Stores these values, as `read` returns them, and leaves the others as they are."""
    with transaction.atomic():
        row, _ = SavedPreferences.objects.select_for_update().get_or_create(user=user)
        row.values = row.values | values
        row.save()
    forget(user)
    return Preferences.from_stored(row.values)


def forget(user: User) -> None:
    """For a user object that outlives a request: the next look is at the database."""
    user.__dict__.pop(KEPT, None)
