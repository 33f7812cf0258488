"""What templates say the same way everywhere: icons, times, money, numbers."""

import re
from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chat.providers.base import ModelInfo
from chat.rendering import labels
from chat.rendering.icons import icon

register = template.Library()
register.simple_tag(icon)

TIME_IN_LABEL = re.compile(r" (?:(?:for|after) (?:under )?\d[^,]*|within a second)")


@register.filter
def duration(ms: int | None) -> str:
    return labels.duration(ms)


@register.filter
def brief(ms: int | None) -> str:
    return "" if ms is None else labels.brief(ms)


@register.filter
def with_time_apart(label: str) -> SafeString:
    """`Thought for 41 s` with its time in an element of its own, so that readers may hide it."""
    found = TIME_IN_LABEL.search(label)
    if found is None:
        return format_html("{}", label)
    before, after = label[: found.start()], label[found.end() :]
    return format_html('{}<span class="took">{}</span>{}', before, found[0], after)


@register.filter
def money(dollars: Decimal | None) -> str:
    """To two significant digits under a cent, to the cent above."""
    if dollars is None:
        return ""
    if dollars >= Decimal("0.01"):
        return f"${dollars:,.2f}"
    if dollars == 0:
        return "$0"
    return "$" + format(Decimal(f"{dollars:.1e}"), "f")


@register.filter
def thousands(number: int | float | None) -> str:
    return "" if number is None else f"{number:,}"


@register.filter
def roughly(number: int) -> str:
    """`640`, `5.9k`, `128k`."""
    if number < 1000:
        return str(number)
    return f"{number / 1000:.1f}k".replace(".0k", "k") if number < 99_950 else f"{number / 1000:.0f}k"


@register.filter
def context_size(tokens: int | None) -> str:
    """`262k`, `1M`."""
    if not tokens:
        return ""
    return f"{tokens / 1_000_000:.3g}M" if tokens >= 1_000_000 else f"{round(tokens / 1000)}k"


@register.filter
def price(dollars: float | None) -> str:
    """Per million tokens, without needless digits after the cents."""
    return "" if dollars is None else f"${dollars:.2f}"


@register.filter
def among(value: Any, things: Any) -> bool:
    return value in things


@register.filter
def entry(mapping: dict[str, Any], name: str) -> Any:
    return mapping.get(name)


@register.filter
def split(words: str) -> list[str]:
    return words.split()


@register.filter
def thinking_words(kind: str) -> str:
    """What a model does about thinking, as the picker says it."""
    return {
        "always": "always thinks",
        "optional": "thinking optional",
        "never": "no thinking",
        "prompted": "prompted reasoning",
    }.get(kind, "thinking not known")


@register.filter
def why_not(model: ModelInfo | None, thought: str) -> str:
    return model.why_not(thought) if model else ""


@register.filter
def why_not_sent(model: ModelInfo | None, setting: str) -> str:
    return model.why_not_sent(setting) if model else ""
