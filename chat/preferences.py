"""What a user prefers: typed, with defaults, stored as one JSON object."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Preferences:
    model: str = ""
    thinking: str = "auto"
    effort: str | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    system_prompt: str = ""
    thinking_opens: str = "fold"
    theme: str = "system"


def preferences_of(user: User) -> Preferences:
    return Preferences()


def keys_of(user: User) -> dict[str, str]:
    """The user's own provider keys, by provider id."""
    return {}


def key_for(user_id: int, provider: str) -> str | None:
    return None
