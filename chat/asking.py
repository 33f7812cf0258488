"""With which model and settings a reply is asked for: the form, then the chat's, then the user's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from chat.actions import Asked, Refused
from chat.models import Conversation
from chat.offers import models_for
from chat.preferences import preferences_of
from chat.preferences.values import Unusable, read
from chat.providers.base import ModelInfo

FIELDS = ("model", "thinking", "effort", "max_tokens", "temperature", "system_prompt")


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings in force on a page: `values` by name, the model they are for, and the others."""

    models: Sequence[ModelInfo]
    model: ModelInfo | None
    values: dict[str, Any]

    @property
    def thinking(self) -> str:
        """The mode in force: a model that cannot be told to think, or not to, is left to itself."""
        chosen: str = self.values["thinking"]
        return "auto" if self.model and self.model.why_not(chosen) else chosen


def choice_for(
    user: User,
    conversation: Conversation | None,
    form: Mapping[str, str] | None = None,
    *,
    patiently: bool = False,
    like: Mapping[str, Any] | None = None,
) -> Choice:
    """Raises Refused for a form value that cannot be used. Values not in the form stay as they are.

    `like`: the settings of a reply, which then count instead of the chat's.

    `patiently`: the chosen model is waited for, where its provider has not said yet what it has.
    """
    values = _stored(user, conversation)
    values |= {name: value for name, value in (like or {}).items() if name in FIELDS}
    for name in FIELDS:
        if form is not None and name in form:
            values[name] = _read(name, form[name])
    models = models_for(user, values["model"] if patiently else None)
    model = next((model for model in models if model.key == values["model"]), None)
    return Choice(models, model or (models[0] if models and not values["model"] else None), values)


def asked_for(
    user: User,
    conversation: Conversation | None,
    form: Mapping[str, str] | None = None,
    *,
    like: Mapping[str, Any] | None = None,
) -> Asked:
    """As `choice_for`, for a reply: raises Refused where there is no such model."""
    choice = choice_for(user, conversation, form, patiently=True, like=like)
    if choice.model is None:
        if not choice.models:
            raise Refused("No model can be reached. Add a provider's key in Settings, then try again.", 503)
        raise Refused(f"The model {choice.values['model']} is not offered here any more. Choose another.")
    values = choice.values | {"model": choice.model.key, "thinking": choice.thinking}
    if values["effort"] not in choice.model.efforts:
        values["effort"] = None
    return Asked(choice.model, values)


def _stored(user: User, conversation: Conversation | None) -> dict[str, Any]:
    preferences = preferences_of(user)
    values = {name: getattr(preferences, name) for name in FIELDS}
    if conversation is not None:
        values |= {name: value for name, value in conversation.settings.items() if name in FIELDS}
    return values


def _read(name: str, text: str) -> Any:
    try:
        return read(name, text)
    except Unusable as unusable:
        raise Refused(str(unusable)) from None
