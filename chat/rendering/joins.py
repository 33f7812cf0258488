"""The answer of a message that several runs wrote: one text, in which what was cut is joined again.

The block in which a run was cut is drawn with the next run's part, which is marked in the margin.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from chat.core.joining import last_block
from chat.models import Part
from chat.rendering.audience import Audience


@dataclass(slots=True)
class AnswerText:
    """A part of the answer with the text that is drawn for it."""

    part: Part
    text: str
    joined: bool = False


def shown_answers(parts: Iterable[Part], audience: Audience) -> list[Part]:
    """The parts of the answer that this audience may see."""
    withheld = {Part.Showing.HIDDEN} if audience == "full" else {Part.Showing.HIDDEN, Part.Showing.UNPROVEN}
    return [part for part in parts if part.kind == Part.Kind.ANSWER and part.showing not in withheld]


def joined_again(parts: Sequence[Part], *, goes_on: bool = False) -> list[AnswerText]:
    """Of parts of one answer. `goes_on`: a run that writes on has taken over the block of the cut."""
    texts: list[AnswerText] = []
    for part in parts:
        text, joined = part.text, bool(texts) and texts[-1].part.generation_id != part.generation_id
        if joined:
            texts[-1].text, carried = last_block(texts[-1].text)
            text = carried + text
        texts.append(AnswerText(part, text, joined))
    if goes_on and texts:
        texts[-1].text = last_block(texts[-1].text)[0]
    return [text for text in texts if text.text]


def carried_over(parts: Sequence[Part]) -> str:
    """The block with which the answer of the next run begins. `parts`: of the answer."""
    texts = joined_again(parts)
    return last_block(texts[-1].text)[1] if texts else ""
