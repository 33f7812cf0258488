"""The thinking of a reply that has ended: its steps a page at a time, and all of it as it came."""

import sys

from chat.core.replay import Piece, Replay, replay
from chat.core.segments import PARAGRAPH
from chat.models import Message, Part
from chat.rendering.echoes import Echoes, echoes_in
from chat.rendering.reply import DrawnSteps
from chat.rendering.steps import StepView
from chat.rendering.stored_steps import PAGE, drawn_steps, stored_steps


def more_steps(message: Message, position: int, first: int, *, everything: bool = False) -> DrawnSteps | None:
    """The text of a part's steps from a number on: a page of them, or all. None where it has no steps."""
    parts, runs = list(message.parts.all()), {run.id: run for run in message.generations.all()}
    last = sys.maxsize if everything else first + PAGE - 1
    found = (stored for stored in stored_steps(parts, runs) if stored.part.position == position)
    return next((drawn_steps(stored, first, last) for stored in found), None)


def steps_of(message: Message) -> list[StepView]:
    """All steps, in their order, without their text."""
    parts, runs = list(message.parts.all()), {run.id: run for run in message.generations.all()}
    return [view for stored in stored_steps(parts, runs) for view in stored.views]


def echoes_of(message: Message) -> Echoes:
    """What of the answer is also in the thinking."""
    answer = message.parts.filter(kind=Part.Kind.ANSWER).values_list("text", flat=True)
    return echoes_in("".join(answer), raw_thinking(message), steps_of(message))


def raw_thinking(message: Message) -> str:
    """What addresses of places in a message's thinking count in. Empty while it is being written."""
    thinking = message.parts.filter(kind=Part.Kind.THINKING).exclude(text="")
    return PARAGRAPH.join(thinking.values_list("text", flat=True))


def replay_of(message: Message) -> Replay:
    """When each character of the raw thinking arrived."""
    pieces, offset = [], 0
    for part in message.parts.filter(kind=Part.Kind.THINKING).exclude(text="").order_by("position"):
        pieces.append(Piece(part.generation_id, offset, part.pace))
        offset += len(part.text) + len(PARAGRAPH)
    return replay(pieces)
