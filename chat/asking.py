"""With which model and settings a reply is asked for: the form, then the chat's, then the user's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from chat.actions import Asked, Refused
from chat.models import Conversation
from chat.offers import models_for
from chat.preferences import preferences_of
from chat.providers.base import ModelInfo

MOST_TOKENS = 2_000_000
THOUGHTS = ("auto", "on", "off")


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings in force on a page: `values` by name, the model they are for, and the others."""

    models: Sequence[ModelInfo]
    model: ModelInfo | None
    values: dict[str, Any]


def choice_for(
    user: User, conversation: Conversation | None, form: Mapping[str, str] | None = None
) -> Choice:
    """Raises Refused for a form value that cannot be used. Values not in the form stay as they are."""
    values = _stored(user, conversation)
    for name, read in FIELDS.items():
        if form is not None and name in form:
            values[name] = read(form[name])
    models = models_for(user)
    model = next((model for model in models if model.key == values["model"]), None)
    return Choice(models, model or (models[0] if models and not values["model"] else None), values)


def asked_for(user: User, conversation: Conversation | None, form: Mapping[str, str] | None = None) -> Asked:
    """As `choice_for`, for a reply: raises Refused where there is no such model."""
    choice = choice_for(user, conversation, form)
    if choice.model is None:
        if not choice.models:
            raise Refused("No model can be reached. Add a provider's key in Settings, then try again.", 503)
        raise Refused(f"The model {choice.values['model']} is not offered here any more. Choose another.")
    values = choice.values | {"model": choice.model.key}
    if values["thinking"] == "off" and choice.model.thinking == "always":
        values["thinking"] = "auto"
    if values["effort"] not in choice.model.efforts:
        values["effort"] = None
    return Asked(choice.model, values)


def _stored(user: User, conversation: Conversation | None) -> dict[str, Any]:
    preferences = preferences_of(user)
    values = {name: getattr(preferences, name) for name in FIELDS}
    if conversation is not None:
        values |= {name: value for name, value in conversation.settings.items() if name in FIELDS}
    return values


def _model(text: str) -> str:
    return text.strip()


def _thinking(text: str) -> str:
    if text not in THOUGHTS:
        raise Refused("Thinking is Auto, On or Off.")
    return text


def _effort(text: str) -> str | None:
    return text.strip()[:20] or None


def _max_tokens(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        number = int(text.replace(",", "").replace(" ", ""))
    except ValueError:
        number = 0
    if not 1 <= number <= MOST_TOKENS:
        raise Refused(f"The longest reply is a whole number of tokens, from 1 to {MOST_TOKENS:,}.")
    return number


def _temperature(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number <= 2:
        raise Refused("The temperature is a number from 0 to 2.")
    return number


def _system_prompt(text: str) -> str:
    return text.replace("\x00", "").strip()


FIELDS: dict[str, Callable[[str], Any]] = {
    "model": _model,
    "thinking": _thinking,
    "effort": _effort,
    "max_tokens": _max_tokens,
    "temperature": _temperature,
    "system_prompt": _system_prompt,
}
