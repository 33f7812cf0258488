"""The small pieces of a reply that change as a whole: summary, notice, actions."""

from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string

from chat.core.tokens import estimate
from chat.models import Generation
from chat.rendering.reply import Header

if TYPE_CHECKING:
    from chat.core.transcript import Transcript

SLOTS = ("summary", "notice", "actions")


def render_slot(name: str, header: Header) -> str:
    return render_to_string(f"chat/_{name}.html", {"reply": header})


def slots_of(header: Header) -> dict[str, str]:
    """All slots of a reply that has ended."""
    return {name: render_slot(name, header) for name in SLOTS}


def live_header(generation: Generation, state: str, transcript: "Transcript") -> Header:
    """The header of a reply that is still being written, from what has come so far."""
    thinking = "thinking" in transcript.first_ms
    generation.hidden = transcript.hides_thinking
    return Header(
        generation,
        state=state,
        has_thinking=thinking,
        has_answer="answer" in transcript.first_ms,
        thinking_ms=transcript.thinking_ms(),
        thinking_tokens=estimate(transcript.joined("thinking")) if thinking and state != "thinking" else None,
    )


def waiting_slots(generation: Generation, waits: dict[str, Any]) -> dict[str, str]:
    generation.waits = waits
    header = Header(generation, state="waiting")
    return {"notice": render_slot("notice", header), "summary": render_slot("summary", header)}
