"""Where else in a reply a thing stands: what of its answer is also in its thinking, by step."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from chat.core.echoes import echoes, first_appearance
from chat.rendering.steps import StepView


class StepEcho(NamedTuple):
    """A text of the answer, and the step of the thinking in which it also stands."""

    text: str
    step: StepView


class Echoes(NamedTuple):
    figures: list[StepEcho]
    first: StepEcho | None
    """Where the final short answer was first written."""


def echoes_in(answer: str, thinking: str, steps: Sequence[StepView]) -> Echoes:
    """`thinking`: the raw text in which the offsets of `steps` count."""
    texts = [step for step in steps if step.kind != "tool"]
    if not texts:
        return Echoes([], None)
    found = [StepEcho(echo.text, _step_at(texts, echo.offset)) for echo in echoes(answer, thinking)]
    first = first_appearance(answer, thinking)
    return Echoes(found, StepEcho(first.text, _step_at(texts, first.offset)) if first else None)


def _step_at(steps: Sequence[StepView], offset: int) -> StepView:
    return steps[max(bisect_right(steps, offset, key=lambda step: step.offset) - 1, 0)]
