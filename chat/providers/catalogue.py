"""What is known of models and of their providers' manners, read from `catalogue.toml`.

No model id is in code. A model that the catalogue does not know gets generic treatment: what a
person sets is sent by its usual name, thinking is left to the model, and no price is claimed.
"""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Literal

from chat.providers.base import ModelInfo

FILE = Path(__file__).with_suffix(".toml")

type ThinkingKind = Literal["always", "optional", "never", "unknown"]


@dataclass(frozen=True, slots=True)
class Manners:
    """How one provider wants to be asked; the fields are explained at the head of `catalogue.toml`."""

    limit: str = "max_tokens"
    thinking: Literal["type", "template", "reasoning", "none"] = "none"
    effort: Literal["reasoning_effort", "reasoning"] = "reasoning_effort"
    continuation: Literal["partial", "prefix", "final", "trailing", "ask"] = "ask"
    untyped: dict[str, Any] = field(default_factory=dict)
    usage: bool = True
    most_temperature: float | None = None
    key_check: str = "/models"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One table of models; the defaults are what holds for a model that nobody has described."""

    providers: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    name: str = ""
    context: int | None = None
    input_price: float | None = None
    output_price: float | None = None
    cached_price: float | None = None
    thinking: ThinkingKind = "unknown"
    efforts: tuple[str, ...] = ()
    temperature: Literal["sent", "fixed", "answering"] = "sent"
    template: tuple[str, ...] = ("thinking", "enable_thinking")
    replay: Literal["", "reasoning_content"] = ""
    recommended_max_tokens: int | None = None
    note: str = ""
    retired: str = ""
    as_of: date | None = None
    source: str = ""

    def fits(self, provider: str, model: str) -> bool:
        """Whether this table describes the model at that provider."""
        model = model.lower()
        return provider in self.providers and any(fnmatchcase(model, id.lower()) for id in self.ids)


@cache
def manners(provider: str) -> Manners:
    """Those of a provider, or the generic ones."""
    return Manners(**_file()["providers"].get(provider, {}))


@lru_cache(maxsize=2000)
def entry(provider: str, model: str) -> ModelEntry:
    """The first entry that fits, or the generic one."""
    return next((known for known in entries() if known.fits(provider, model)), ModelEntry())


def known_models(provider: str) -> list[str]:
    """Ids to offer where the provider's own list cannot be had: those still served, in the file's order."""
    served = [
        known for known in entries() if provider in known.providers and known.name and not known.retired
    ]
    return [id for known in served for id in known.ids if "*" not in id]


@cache
def entries() -> tuple[ModelEntry, ...]:
    """Every table, in the order in which they are tried. Raises TypeError for a field nobody knows."""
    return tuple(_entry(table) for table in _file()["models"])


def model_info(provider: str, provider_name: str, model: str, **listed: Any) -> ModelInfo:
    """The model as the picker shows it. `listed`: what the provider's own list says, which counts more."""
    known = entry(provider, model)
    facts: dict[str, Any] = {
        "name": known.name if known.name and _exact(known, model) else model,
        "context": known.context,
        "input_price": known.input_price,
        "output_price": known.output_price,
        "thinking": known.thinking,
        "efforts": known.efforts,
        "answers_now": "" if known.thinking == "never" else "again",
        "recommended_max_tokens": known.recommended_max_tokens,
        "note": " ".join(word for word in (known.retired, known.note) if word),
    }
    facts |= {name: value for name, value in listed.items() if value is not None}
    return ModelInfo(
        id=model,
        provider=provider,
        provider_name=provider_name,
        not_sent=never_sent(provider, model),
        not_sent_thinking=not_sent_thinking(provider, model),
        **facts,
    )


def never_sent(provider: str, model: str) -> dict[str, str]:
    """Setting to why it is never sent to this model, whatever the other settings are."""
    known, name = entry(provider, model), entry(provider, model).name or model
    reasons = {}
    if known.temperature == "fixed":
        reasons["temperature"] = f"{name} has a fixed temperature and refuses any other."
    elif known.temperature == "answering" and known.thinking == "always":
        reasons["temperature"] = f"{name} takes no temperature while it thinks, and it always thinks."
    if not known.efforts:
        reasons["effort"] = f"{name} has no levels of effort that we know of."
    if known.thinking == "always":
        reasons["thinking"] = f"{name} always thinks."
    elif known.thinking == "never":
        reasons["thinking"] = f"{name} does not think before it answers, or does not show it."
    elif manners(provider).thinking == "none":
        reasons["thinking"] = f"How to switch the thinking of {name} on and off here is not known."
    return reasons


def not_sent_thinking(provider: str, model: str) -> dict[str, str]:
    """Setting to why it is sent to this model only where thinking is off."""
    known = entry(provider, model)
    if known.temperature != "answering" or known.thinking == "always":
        return {}
    return {"temperature": f"{known.name or model} takes no temperature while it thinks."}


def _exact(known: ModelEntry, model: str) -> bool:
    """Whether the entry names just this model, so that its name is not shared by several."""
    return known.ids[:1] == (model,) or any("*" in id for id in known.ids)


def _entry(table: dict[str, Any]) -> ModelEntry:
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in table.items()
    }
    return ModelEntry(**values)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
