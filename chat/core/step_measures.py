"""How long each step took, and how many tokens it is: from the recorded pace and the reported usage.

A step lasts until the next one begins, the last of a stretch until something else does. What the
provider reports for all the thinking is shared out by the steps' own estimates, so that they add up.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from chat.core.step_cues import StepKind
from chat.core.steps import Step, cut
from chat.core.tokens import estimate

type Pace = Sequence[Sequence[int]]
"""`[[milliseconds since the run began, characters that arrived], …]`."""


class Stretch(NamedTuple):
    """A part of one run. `tool`: the name of the one that it calls."""

    kind: str
    text: str
    pace: Pace
    tool: str = ""


class MeasuredStep(NamedTuple):
    """A step with its milliseconds and tokens."""

    offset: int
    kind: StepKind
    title: str
    ms: int
    tokens: int


def measured(
    stretches: Sequence[Stretch], ended_ms: int, thinking_tokens: int | None
) -> list[list[MeasuredStep]]:
    """The steps of each part of a run. `thinking_tokens`: of all its thinking, where that is known."""
    cuts = _cut(stretches)
    sizes = [[estimate(text) for text in texts_of(*each)] for each in zip(cuts, stretches, strict=True)]
    thought = [own for own, stretch in zip(sizes, stretches, strict=True) if stretch.kind == "thinking"]
    shares = iter(apportioned(list(chain.from_iterable(thought)), thinking_tokens))
    result = []
    later = [*stretches[1:], None][: len(stretches)]
    for steps, own, stretch, after in zip(cuts, sizes, stretches, later, strict=True):
        tokens = [next(shares) for _ in own] if stretch.kind == "thinking" else own
        times = _times(steps, stretch, after, ended_ms)
        result.append([MeasuredStep(*step, *size) for step, *size in zip(steps, times, tokens, strict=True)])
    return result


def _cut(stretches: Sequence[Stretch]) -> list[list[Step]]:
    """Thinking has steps, a call of a tool is one, and an answer has none."""
    cuts: list[list[Step]] = []
    is_first = True
    for stretch in stretches:
        if stretch.kind == "thinking":
            cuts.append(cut(stretch.text, is_first=is_first))
            is_first = False
        else:
            cuts.append([Step(0, "tool", stretch.tool)] if stretch.kind == "tool_call" else [])
    return cuts


def texts_of(steps: Sequence[Step], stretch: Stretch) -> Iterator[str]:
    """The text of each step."""
    for step, after in pairwise([*(step.offset for step in steps), len(stretch.text)]):
        yield stretch.text[step:after]


def starts_of(steps: Iterable[Step], pace: Pace) -> Iterator[int]:
    """When the first character of each step arrived."""
    arrived, entries, ms = 0, iter(pace), 0
    for step in steps:
        while arrived <= step.offset and (entry := next(entries, None)) is not None:
            ms, count = entry
            arrived += count
        yield ms


def apportioned(weights: Sequence[int], total: int | None) -> list[int]:
    """The total in whole parts, as near to the weights as can be; the weights themselves for None."""
    whole = sum(weights)
    if total is None or not whole:
        return list(weights)
    shares = [weight * total // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: -(weights[i] * total % whole))
    for index in by_rest[: total - sum(shares)]:
        shares[index] += 1
    return shares


def _times(steps: Sequence[Step], stretch: Stretch, after: Stretch | None, ended_ms: int) -> list[int]:
    if not stretch.pace:
        return [0] * len(steps)
    end = after.pace[0][0] if after and after.pace else max(ended_ms, stretch.pace[-1][0])
    starts = list(starts_of(steps, stretch.pace))
    return [max(later - start, 0) for start, later in pairwise([*starts, end])]
