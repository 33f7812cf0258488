"""The small pieces of a reply that change as a whole: summary, tools, notice, actions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from chat.models import Generation
from chat.rendering.reply import Header
from chat.rendering.totals import thought_of, totals_of

if TYPE_CHECKING:
    from chat.core.transcript import Transcript

PHASE = ("summary", "answer_now", "early")
"""What changes when a reply begins to think, or to answer."""
SLOTS = (*PHASE, "notice", "actions")


def render_slot(name: str, header: Header) -> str:
    return render_to_string(f"chat/_{name}.html", {"reply": header})


def slots_of(header: Header) -> dict[str, str]:
    """All slots of a reply that has ended."""
    return {name: render_slot(name, header) for name in SLOTS}


def phase_slots(header: Header) -> dict[str, str]:
    return {name: render_slot(name, header) for name in PHASE}


def live_header(
    generation: Generation, state: str, transcript: "Transcript", earlier: Sequence[Generation]
) -> Header:
    """The header of a reply that is still being written, from what has come so far.

    `earlier`: the runs of the same message that ended before this one.
    """
    totals = totals_of(earlier, thought_of(transcript))
    generation.hidden = transcript.hides_thinking
    return Header(
        generation,
        state=state,
        has_thinking=totals.thinking_ms is not None and not generation.hidden,
        has_answer="answer" in transcript.first_ms,
        totals=totals,
    )


def waiting_slots(generation: Generation, waits: dict[str, Any]) -> dict[str, str]:
    generation.waits = waits
    header = Header(generation, state="waiting")
    return {"notice": render_slot("notice", header), "summary": render_slot("summary", header)}
