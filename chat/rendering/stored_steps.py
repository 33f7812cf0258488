"""The steps of a reply that has ended, from its parts: as they were cut at its end, or cut anew where that
was done by another version of the segmenter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from chat.core.step_measures import MeasuredStep, Stretch, measured
from chat.core.steps import SEGMENTER
from chat.models import Generation, Part
from chat.rendering.frame_op import FrameOp
from chat.rendering.labels import brief
from chat.rendering.live import JOIN
from chat.rendering.live_steps import NOTHING, Before
from chat.rendering.reply import DrawnSteps
from chat.rendering.steps import StepHtml, StepView, step_html, text_body, tool_body
from chat.rendering.totals import thinking_tokens

HAS_STEPS = (Part.Kind.THINKING, Part.Kind.TOOL_CALL)
PAGE = 40
"""Steps whose text comes with the page, and with each request for more."""


class StoredSteps(NamedTuple):
    """A part's steps, `views`, without their text, and what comes `before` them in the message."""

    part: Part
    views: list[StepView]
    before: Before


def stored_steps(parts: Sequence[Part], runs: Mapping[Any, Generation]) -> Iterator[StoredSteps]:
    """Of each part of a message that has steps. `runs`: the message's generations by id."""
    before = NOTHING
    for part, steps in _measured(parts, runs):
        if part.kind in HAS_STEPS and (part.text or part.kind == Part.Kind.TOOL_CALL):
            stored = StoredSteps(part, _views(part, steps, before), before)
            yield stored
            before = _after(stored)


def before_next(parts: Sequence[Part], runs: Mapping[Any, Generation]) -> Before:
    """What the next run of a message finds before it."""
    before = NOTHING
    for stored in stored_steps(parts, runs):
        before = _after(stored)
    return before


def drawn_steps(stored: StoredSteps, first: int = 1, last: int = PAGE) -> DrawnSteps:
    """The steps with these numbers with their text, and of the others the row and the mark."""
    steps = [
        _html(view, text if first <= view.number <= last else None)
        for view, text in zip(stored.views, texts_of(stored), strict=True)
    ]
    later = next((view.number for view in stored.views if view.number > last), None)
    most_tokens = max((view.tokens or 0 for view in stored.views), default=0)
    most_ms = max((view.ms or 0 for view in stored.views), default=0)
    return DrawnSteps(stored.part.position, stored.part.kind, steps, len(steps), most_tokens, most_ms, later)


def texts_of(stored: StoredSteps) -> Iterator[str]:
    """The text of each of its steps."""
    text, base = stored.part.text, stored.before.characters
    for begin, end in pairwise([*(view.offset - base for view in stored.views), len(text)]):
        yield text[begin:end]


@lru_cache(maxsize=4096)
def _html(view: StepView, text: str | None) -> StepHtml:
    """A step that has ended never changes, so its HTML is kept for the next page that shows it."""
    if text is None:
        return step_html(view, with_text=False)
    body = tool_body(view.title, text) if view.kind == "tool" else text_body(view.kind, text)
    return step_html(replace(view, body=body))


def measure_op(stored: StoredSteps) -> FrameOp:
    """What a page that saw a part stream does not know: its steps' final times and tokens."""
    steps = [
        [view.anchor, view.ms, view.tokens, brief(view.ms or 0), f"{view.tokens:,}"] for view in stored.views
    ]
    return ["measures", stored.part.position, steps]


def _views(part: Part, steps: Sequence[MeasuredStep], before: Before) -> list[StepView]:
    views, thought = [], before.thought_ms
    for number, step in enumerate(steps, before.steps + 1):
        views.append(
            StepView(
                part.message_id,
                part.position,
                before.characters + step.offset,
                number,
                step.kind,
                step.title,
                thought,
                step.ms,
                step.tokens,
            )
        )
        thought += step.ms
    return views


def _after(stored: StoredSteps) -> Before:
    part, views, before = stored
    if part.kind == Part.Kind.TOOL_CALL:
        return before._replace(steps=before.steps + len(views))
    return Before(
        before.characters + len(part.text) + JOIN,
        before.steps + len(views),
        before.thought_ms + sum(view.ms or 0 for view in views),
    )


def _measured(
    parts: Sequence[Part], runs: Mapping[Any, Generation]
) -> Iterator[tuple[Part, list[MeasuredStep]]]:
    for run_id, group in groupby(parts, key=lambda part: part.generation_id):
        own = list(group)
        if all(part.segmenter == SEGMENTER for part in own if part.kind in HAS_STEPS):
            yield from ((part, [MeasuredStep(*step) for step in part.steps]) for part in own)
        else:
            yield from zip(own, _cut_anew(own, runs.get(run_id)), strict=True)


def _cut_anew(parts: Sequence[Part], run: Generation | None) -> list[list[MeasuredStep]]:
    stretches = [Stretch(part.kind, part.text, part.pace, _tool(part)) for part in parts]
    if run is None:
        return measured(stretches, 0, None)
    return measured(stretches, run.ended_ms or 0, thinking_tokens(run.usage))


def _tool(part: Part) -> str:
    """The name of the tool that a part calls."""
    return next((str(data[1]) for kind, data in part.replay if kind == "call"), "")
