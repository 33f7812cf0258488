"""Preferences in the database: one row per person, made by the first choice."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from accounts.models import User
from chat.personal import SavedPreferences
from chat.preferences.values import Preferences


def preferences_of(user: User | AnonymousUser) -> Preferences:
    """The defaults for whoever has chosen nothing, or is nobody."""
    if not user.is_authenticated:
        return Preferences()
    stored = SavedPreferences.objects.filter(user_id=user.pk).values_list("values", flat=True).first()
    return Preferences.from_stored(stored or {})


def change(user: User, **values: Any) -> Preferences:
    """Stores these values, as `read` returns them, and leaves the others as they are."""
    with transaction.atomic():
        row, _ = SavedPreferences.objects.select_for_update().get_or_create(user=user)
        row.values = row.values | values
        row.save()
    return Preferences.from_stored(row.values)
