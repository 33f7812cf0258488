"""Everything that the page of two versions shows of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from chat.comparing.marking import marked
from chat.comparing.numbers import Number, numbers_of
from chat.comparing.steps import Row, Step, paired, steps_of
from chat.models import Message
from chat.rendering.reply import Reply
from chat.snapshots import replies_of

SETTINGS = (
    ("thinking", "Thinking"),
    ("effort", "Effort"),
    ("max_tokens", "Longest reply"),
    ("temperature", "Temperature"),
    ("system_prompt", "System prompt"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    name: str
    value: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """A step on the ribbon: where it begins and how wide it is, in thousandths of the longer ribbon."""

    x: Decimal
    width: Decimal
    step: Step


@dataclass(frozen=True, slots=True)
class Side:
    version: int
    reply: Reply
    settings: Sequence[Setting]
    numbers: Sequence[Number]
    ribbon: Sequence[Segment]
    steps: Sequence[Row]
    answer: SafeString


def versions_of(reply: Message) -> list[Message]:
    """All versions of a reply, oldest first."""
    siblings = Message.objects.filter(parent_id=reply.parent_id, role=Message.Role.ASSISTANT)
    return list(siblings.select_related("conversation").order_by("id"))


def sides_of(reader: User, versions: Sequence[Message], old: Message, new: Message) -> tuple[Side, Side]:
    """The two as the reader, who sees all of them, compares them."""
    drawn = replies_of([old, new], "full", reader)
    replies = drawn[old.id], drawn[new.id]
    steps = steps_of(old), steps_of(new)
    rows, ribbons = paired(*steps), _ribbons(*steps)
    answers = marked(_answer_html(replies[0]), _answer_html(replies[1]))
    asked = _asked(replies[0]), _asked(replies[1])
    numbers = numbers_of(replies[0].totals), numbers_of(replies[1].totals, replies[0].totals)
    one, two = (
        Side(
            versions.index(message) + 1,
            replies[n],
            _settings(asked[n], asked[1 - n]),
            numbers[n],
            ribbons[n],
            rows[n],
            mark_safe(answers[n]),  # noqa: S308 - rendered and sanitised as every answer is
        )
        for n, message in enumerate((old, new))
    )
    return one, two


def _asked(reply: Reply) -> dict[str, str]:
    """What it was asked with, in words by name."""
    run = reply.generation
    named = {"Model": f"{run.model_name} ({run.provider})"}
    return named | {words: _in_words(run.settings, name) for name, words in SETTINGS}


def _in_words(settings: Mapping[str, Any], name: str) -> str:
    value = settings.get(name)
    if value in (None, ""):
        return "None" if name == "system_prompt" else "Default"
    if name == "max_tokens":
        return f"{value:,} tokens"
    return str(value).capitalize() if name in {"thinking", "effort"} else str(value)


def _settings(asked: Mapping[str, str], other: Mapping[str, str]) -> list[Setting]:
    return [Setting(name, value, value != other[name]) for name, value in asked.items()]


def _ribbons(*both: Sequence[Step]) -> list[list[Segment]]:
    longest = max((sum(step.tokens for step in steps) for steps in both), default=0) or 1
    ribbons = []
    for steps in both:
        begun, segments = 0, []
        for step in steps:
            width = Decimal(1000 * step.tokens) / longest
            segments.append(Segment(Decimal(1000 * begun) / longest, width, step))
            begun += step.tokens
        ribbons.append(segments)
    return ribbons


def _answer_html(reply: Reply) -> str:
    return "".join("".join((*part.blocks, part.open_html)) for part in reply.answer_parts)
