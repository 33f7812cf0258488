"""The steps in which a reply was thought, and which of two replies' steps stand for each other."""

from collections.abc import Sequence
from dataclasses import dataclass

from chat.core.pairing import pairs
from chat.models import Message, Part
from chat.rendering.stored_steps import stored_steps, texts_of


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of thinking."""

    number: int
    kind: str
    kind_name: str
    icon: str
    title: str
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Row:
    """A step, or None where only the other version has one. `mark`: `same`, `differs` or `only`.

    `other`: the number of the step in the other version that stands for this one.
    """

    step: Step | None
    mark: str = "only"
    other: int | None = None


def steps_of(reply: Message) -> list[Step]:
    """None of a reply that is still being written, or whose thinking its provider keeps."""
    parts = [part for part in reply.parts.all() if part.showing != Part.Showing.HIDDEN]
    runs = {run.id: run for run in reply.generations.all()}
    return [
        Step(view.number, view.kind, view.kind_name, view.icon, view.title, text.strip(), view.tokens or 0)
        for stored in stored_steps(parts, runs)
        for view, text in zip(stored.views, texts_of(stored), strict=True)
    ]


def paired(before: Sequence[Step], after: Sequence[Step]) -> tuple[list[Row], list[Row]]:
    """Both lists are of one length: steps that stand for each other are at the same place."""
    rows: tuple[list[Row], list[Row]] = [], []
    lone: tuple[list[Row], list[Row]] = [], []
    found = pairs([f"{step.title} {step.text}" for step in before], [f"{s.title} {s.text}" for s in after])
    for i, j in found:
        if i is None or j is None:
            lone[i is None].append(Row(before[i] if i is not None else after[j or 0]))
            continue
        _level(rows, lone)
        mark = "same" if before[i].text == after[j].text else "differs"
        rows[0].append(Row(before[i], mark, after[j].number))
        rows[1].append(Row(after[j], mark, before[i].number))
    _level(rows, lone)
    return rows


def _level(rows: tuple[list[Row], list[Row]], lone: tuple[list[Row], list[Row]]) -> None:
    """What has nothing like it in the other version stands beside whatever has none there either."""
    most = max(map(len, lone))
    for side, waiting in zip(rows, lone, strict=True):
        side += waiting + [Row(None)] * (most - len(waiting))
        waiting.clear()
