"""Times, tokens and money of all the runs of one message together, one that still goes on among them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from chat.core.cost import cost_of
from chat.core.tokens import estimate
from chat.core.transcript import Transcript
from chat.models import Generation


@dataclass(frozen=True, slots=True)
class Totals:
    """None where nothing is known. `estimated`: tokens and money are, at least in part, ours and not the
    provider's; `thinking_estimated` says so of the thinking's share, which few providers report.
    """

    thinking_ms: int | None = None
    total_ms: int | None = None
    tokens: int | None = None
    thinking_tokens: int | None = None
    cost: Decimal | None = None
    estimated: bool = True
    thinking_estimated: bool = True
    cut_short: bool = False
    """Whether the thinking ended because the answer was asked for."""


class Thought(NamedTuple):
    """What a run that goes on has thought so far. Its tokens are estimated, by a look at all of it."""

    ms: int | None
    tokens: int
    characters: int
    cut_short: bool = False


def thought_of(transcript: Transcript) -> Thought:
    text = transcript.joined("thinking")
    return Thought(transcript.thinking_ms(), estimate(text), len(text), transcript.cut_short)


def totals_of(ended: Sequence[Generation], running: Thought | None = None) -> Totals:
    """`ended` and `running` are runs of one message."""
    thinking = [run.thinking_ms for run in ended]
    thinking_sizes = [thinking_tokens(run.usage) for run in ended]
    if running is not None:
        thinking.append(running.ms)
        thinking_sizes.append(running.tokens)
    return Totals(
        _sum(thinking),
        _sum(run.ended_ms for run in ended),
        _sum(run.usage.get("completion_tokens") for run in ended) or None,
        _sum(thinking_sizes) or None,
        _sum(run.cost for run in ended),
        estimated=any(run.estimated for run in ended),
        thinking_estimated=running is not None
        or any(run.estimated or "reasoning_tokens" not in run.usage for run in ended),
        cut_short=any(run.cut_short for run in ended) or (running is not None and running.cut_short),
    )


def thinking_cost(tokens: int | None, generation: Generation) -> Decimal | None:
    """What so many tokens of thinking cost at this run's prices."""
    return cost_of({"completion_tokens": tokens}, generation.price) if tokens else None


def thinking_tokens(usage: Mapping[str, Any]) -> int | None:
    """Of a run with this usage: as reported, else as estimated."""
    tokens: int | None = usage.get("reasoning_tokens") or usage.get("estimated_reasoning_tokens")
    return tokens


def _sum[N: (int, Decimal)](values: Iterable[N | None]) -> N | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None
