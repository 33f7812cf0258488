"""What the settings page says about a parameter and the model chosen: not sent, too low, no choice."""

from collections.abc import Sequence

from chat.preferences import Preferences
from chat.providers.base import ModelInfo


def chosen(models: Sequence[ModelInfo], key: str) -> ModelInfo | None:
    """The model with this key, the first one where none is chosen, None where it is not offered."""
    if not key:
        return models[0] if models else None
    return next((model for model in models if model.key == key), None)


def note_on(name: str, model: ModelInfo | None, preferences: Preferences) -> str:
    """A sentence, or nothing."""
    if name == "model":
        return _on_model(model, preferences)
    if model is None:
        return ""
    if why := model.why_not_sent(name):
        return why
    if name == "thinking":
        return _on_thinking(model)
    if name == "effort" and not model.efforts:
        return f"Not sent: {model.name} takes no effort."
    if name == "max_tokens":
        return _on_max_tokens(model, preferences.max_tokens)
    return ""


def effort_choices(model: ModelInfo | None, chosen: str | None) -> list[tuple[str, str]]:
    efforts = list(model.efforts) if model else []
    if chosen and chosen not in efforts:
        efforts.append(chosen)
    return [("", "Model decides"), *((effort, effort.capitalize()) for effort in efforts)]


def _on_model(model: ModelInfo | None, preferences: Preferences) -> str:
    if model is not None:
        return model.note
    if preferences.model:
        return f"{preferences.model} is not offered here now. Choose another one."
    return "No model can be reached yet. Add a provider's key above."


def _on_thinking(model: ModelInfo) -> str:
    match model.thinking:
        case "always":
            return f"{model.name} always thinks."
        case "never":
            return f"{model.name} does not think."
        case _:
            return ""


def _on_max_tokens(model: ModelInfo, value: int | None) -> str:
    floor = model.recommended_max_tokens
    if floor and value and value < floor:
        return (
            f"Below {floor:,} tokens {model.name} may spend all of it on thinking, and the answer is cut off."
        )
    return ""
