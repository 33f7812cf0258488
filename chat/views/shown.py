"""Each preference as the settings page shows it now: its text, its choices, and what to say about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chat.preferences import Preferences
from chat.preferences.values import as_text
from chat.providers.base import ModelInfo
from chat.views.controls import PARAMETERS, SECTIONS, Control, Section
from chat.views.parameter_notes import chosen, effort_choices, note_on

NEEDS_MODELS = {"model", *PARAMETERS}


@dataclass(frozen=True, slots=True)
class Just:
    """What was just done: by preference, the text to go back to; or what was typed, and why it is not."""

    undo: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """`off`: a choice that this model does not have. `undo`: None where nothing was just saved."""

    control: Control
    text: str
    choices: Sequence[tuple[str, str]]
    note: str
    off: str
    undo: str | None
    error: str


def sections_of(
    preferences: Preferences, models: Sequence[ModelInfo], just: Just
) -> list[tuple[Section, list[Shown]]]:
    return [
        (section, [shown(control, preferences, models, just) for control in section.controls])
        for section in SECTIONS
    ]


def shown(control: Control, preferences: Preferences, models: Sequence[ModelInfo], just: Just) -> Shown:
    name = control.name
    model = chosen(models, preferences.model)
    text, error = just.refused.get(name, (as_text(getattr(preferences, name)), ""))
    return Shown(
        control,
        text,
        _choices(control, preferences, models, model),
        note=note_on(name, model, preferences) if name in NEEDS_MODELS else "",
        off=_off(control, model),
        undo=just.undo.get(name),
        error=error,
    )


def _off(control: Control, model: ModelInfo | None) -> str:
    if control.name != "thinking" or model is None:
        return ""
    return next((value for value, _ in control.choices if model.why_not(value)), "")


def _choices(
    control: Control, preferences: Preferences, models: Sequence[ModelInfo], model: ModelInfo | None
) -> Sequence[tuple[str, str]]:
    if control.name == "effort":
        return effort_choices(model, preferences.effort)
    if control.name != "model":
        return control.choices
    first = f"First offered: {models[0].name}" if models else "First offered"
    choices = [("", first), *((each.key, f"{each.name} ({each.provider_name})") for each in models)]
    if preferences.model and model is None:
        choices.append((preferences.model, f"{preferences.model} (not offered now)"))
    return choices
