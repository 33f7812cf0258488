"""How long a refused request waits for its next attempt, and what is said of one that failed."""

import random
import uuid
from typing import Any

from chat.core.events import Failure
from chat.models import Generation
from chat.providers.base import ProviderError

ATTEMPTS = 5
LONGEST_WAIT = 180.0
"""Seconds. A provider that asks for more is not waited for: the page says when to try again."""


def delay_after(error: ProviderError, attempt: int) -> float:
    """Seconds: what the provider asked for, else 2, 4, 8, 16, 30 with jitter."""
    if error.retry_after is not None:
        return error.retry_after
    return min(2.0**attempt, 30.0) * random.uniform(0.8, 1.2)


def record_wait(generation_id: uuid.UUID, owner: str, epoch: int, waits: dict[str, Any]) -> None:
    Generation.objects.filter(id=generation_id, owner=owner, epoch=epoch).update(waits=waits)


def describe(error: ProviderError) -> dict[str, Any]:
    """A ProviderError as `Generation.error` keeps it."""
    fields = ("message", "status", "type", "code", "request_id", "detail", "retry_after")
    return {name: value for name in fields if (value := getattr(error, name)) not in (None, "")}


def described(failure: Failure) -> dict[str, Any]:
    return {name: value for name, value in failure._asdict().items() if value}
