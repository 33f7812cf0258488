"""The end of a generation: its journal becomes parts, and its row says how it went.

One transaction, fenced like every write. Whoever folds (the runner at the end, or a sweeper that
found the runner dead) brings a transcript; the journal's rows are deleted later, in batches.
"""

import logging
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from chat.core.characters import storable
from chat.core.cost import cost_of
from chat.core.tokens import estimate
from chat.core.transcript import Transcript, TranscriptPart
from chat.models import Conversation, Generation, Part

logger = logging.getLogger(__name__)

UNFINISHED = {Generation.State.STOPPED, Generation.State.FAILED, Generation.State.INTERRUPTED}


@dataclass(slots=True)
class Outcome:
    """How a generation ended: its state, what went wrong if anything did, and when (milliseconds)."""

    state: str
    error: dict[str, Any] = field(default_factory=dict)
    ended_ms: int | None = None


def fold(
    generation_id: uuid.UUID, owner: str, epoch: int, transcript: Transcript, outcome: Outcome
) -> Generation | None:
    """The folded generation, or None when the fence no longer held and nothing was written.

    Data that the database refuses must not cost the text that came with it.
    """
    try:
        return _fold(generation_id, owner, epoch, transcript, outcome)
    except (DataError, IntegrityError, ValueError, ArithmeticError) as error:
        logger.error("a reply could not be saved as it came (%s): saving its text", type(error).__name__)
        return _fold(generation_id, owner, epoch, _text_of(transcript), _sentence_of(outcome))


def _fold(
    generation_id: uuid.UUID, owner: str, epoch: int, transcript: Transcript, outcome: Outcome
) -> Generation | None:
    # Estimating reads all of the text, for which nobody else should have to wait.
    usage, estimated = _usage(transcript)
    with transaction.atomic():
        fenced = Generation.objects.filter(id=generation_id, owner=owner, epoch=epoch, folded=False)
        if not fenced.update(folded=True, seq_full=F("seq_full") + 1, seq_answers=F("seq_answers") + 1):
            return None
        generation = Generation.objects.select_related("message").get(id=generation_id)
        _describe(generation, transcript, outcome)
        generation.usage, generation.estimated = usage, estimated
        generation.cost = cost_of(usage, generation.price)
        generation.save()
        _write_parts(generation, transcript)
        Conversation.objects.filter(messages=generation.message_id).update(updated_at=timezone.now())
    return generation


def _text_of(transcript: Transcript) -> Transcript:
    """The transcript with nothing in it but text of our own making or repaired."""
    parts = [
        replace(
            part,
            pieces=[storable(part.text)],
            replay=[],
            name=storable(part.name),
            call_id=storable(part.call_id),
        )
        for part in transcript.parts
    ]
    return replace(transcript, parts=parts, usage=None, finish_reason=storable(transcript.finish_reason))


def _sentence_of(outcome: Outcome) -> Outcome:
    message = outcome.error.get("message")
    return replace(outcome, error={"message": storable(message)} if message else {})


def first_position(message_id: uuid.UUID) -> int:
    """Where the next generation's parts begin in a message that already has some."""
    last: int | None = Part.objects.filter(message_id=message_id).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _describe(generation: Generation, transcript: Transcript, outcome: Outcome) -> None:
    last = max((part.pace[-1][0] for part in transcript.parts if part.pace), default=0)
    generation.state = outcome.state
    generation.error = outcome.error
    generation.ended_ms = last if outcome.ended_ms is None else outcome.ended_ms
    generation.waits = {}
    generation.finish_reason = transcript.finish_reason[:100]
    generation.hidden = transcript.hides_thinking
    generation.unterminated = transcript.unterminated
    generation.began_in_thinking = transcript.began_in_thinking
    generation.thinking_ms = transcript.thinking_ms(generation.ended_ms)
    generation.first_thinking_ms = transcript.first_ms.get("thinking")
    generation.first_answer_ms = transcript.first_ms.get("answer")


def _usage(transcript: Transcript) -> tuple[dict[str, Any], bool]:
    """Tokens, and whether they are estimated because the provider did not report them."""
    usage = transcript.usage
    if usage is None or usage.completion_tokens is None:
        thinking = estimate(transcript.joined("thinking"))
        total = thinking + estimate(transcript.joined("answer"))
        return {"completion_tokens": total, "reasoning_tokens": thinking}, True
    reported = {key: value for key, value in usage._asdict().items() if value is not None}
    if not usage.reasoning_tokens and (thinking := estimate(transcript.joined("thinking"))):
        reported["estimated_reasoning_tokens"] = min(thinking, usage.completion_tokens)
    return reported, False


def _write_parts(generation: Generation, transcript: Transcript) -> None:
    offset = first_position(generation.message_id)
    Part.objects.bulk_create(
        Part(
            message_id=generation.message_id,
            generation=generation,
            position=offset + index,
            kind=part.kind,
            showing=_showing(generation, transcript, part),
            text=part.text,
            pace=part.pace,
            replay=part.replay + ([["call", [part.call_id, part.name]]] if part.kind == "tool_call" else []),
        )
        for index, part in enumerate(transcript.parts)
    )


def _showing(generation: Generation, transcript: Transcript, part: TranscriptPart) -> str:
    """A reply cut short before anything proved where thinking ends may be all thinking.

    Once a thinking part has come, or where the provider types its text, what follows is the answer.
    """
    if part.kind == "thinking" and not part.text:
        return Part.Showing.HIDDEN
    proven = "thinking" in transcript.first_ms or generation.settings.get("types_answers")
    if part.kind == "answer" and generation.state in UNFINISHED and not proven:
        return Part.Showing.UNPROVEN
    return Part.Showing.VISIBLE
