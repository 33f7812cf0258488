"""What a reply cost, from its tokens and the prices of the day."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

MILLION = Decimal(1_000_000)
ABSURD = Decimal(1_000_000)
"""Dollars. No reply costs that much; whoever says so is wrong, and no column holds it."""


def cost_of(usage: Mapping[str, Any], price: Mapping[str, Any]) -> Decimal | None:
    """US dollars, or None where no price is known, or none that can be right.

    `usage` has the fields of `events.Usage`; a cost that the provider reported counts as it is.
    `price` is in dollars per million tokens: `input`, `output`, and where known `cached`.
    """
    cost = _cost(usage, price)
    return cost if cost is not None and cost < ABSURD else None


def _cost(usage: Mapping[str, Any], price: Mapping[str, Any]) -> Decimal | None:
    if usage.get("cost") is not None:
        return Decimal(str(usage["cost"]))
    if price.get("input") is None or price.get("output") is None:
        return None
    cached = usage.get("cached_tokens") or 0
    fresh = max((usage.get("prompt_tokens") or 0) - cached, 0)
    output = usage.get("completion_tokens") or 0
    cached_price = price["cached"] if price.get("cached") is not None else price["input"]
    parts = ((fresh, price["input"]), (cached, cached_price), (output, price["output"]))
    return sum((Decimal(tokens) * Decimal(str(rate)) for tokens, rate in parts), Decimal(0)) / MILLION
