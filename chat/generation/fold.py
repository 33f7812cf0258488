"""The end of a generation: its journal becomes parts, and its row says how it went.

One transaction, fenced like every write. Whoever folds (the runner at the end, or a sweeper that
found the runner dead) brings a transcript; the journal's rows are deleted later, in batches.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.db.models import F, Max
from django.utils import timezone

from chat.core.characters import storable
from chat.core.cost import cost_of
from chat.core.step_measures import Stretch, measured
from chat.core.steps import SEGMENTER
from chat.core.tokens import estimate
from chat.core.transcript import Transcript, TranscriptPart
from chat.models import Conversation, Generation, Part
from chat.rendering.totals import thinking_tokens

logger = logging.getLogger(__name__)

UNFINISHED = {Generation.State.STOPPED, Generation.State.FAILED, Generation.State.INTERRUPTED}


@dataclass(slots=True)
class Outcome:
    """How a generation ended: its state, what went wrong if anything did, and when (milliseconds)."""

    state: str
    error: dict[str, Any] = field(default_factory=dict)
    ended_ms: int | None = None


def fold(generation: Generation, transcript: Transcript, outcome: Outcome) -> list[Part] | None:
    """The parts that were written; None when the fence (its `owner` and `epoch`) no longer held.

    Data that the database refuses must not cost the text that came with it.
    """
    try:
        return _fold(generation, transcript, outcome)
    except (DataError, IntegrityError, ValueError, ArithmeticError) as error:
        logger.error("a reply could not be saved as it came (%s): saving its text", type(error).__name__)
        return _fold(generation, _text_of(transcript), _sentence_of(outcome))


def _fold(generation: Generation, transcript: Transcript, outcome: Outcome) -> list[Part] | None:
    # Estimating and cutting read all of the text, for which nobody else should have to wait.
    ended = _described(generation, transcript, outcome)
    parts = _parts(generation, transcript, ended)
    fenced = Generation.objects.filter(
        id=generation.id, owner=generation.owner, epoch=generation.epoch, folded=False
    )
    with transaction.atomic():
        if not fenced.update(**ended, seq_full=F("seq_full") + 1, seq_answers=F("seq_answers") + 1):
            return None
        for name, value in ended.items():
            setattr(generation, name, value)
        Part.objects.bulk_create(parts)
        conversation = Conversation.objects.filter(id=generation.message.conversation_id)
        conversation.update(updated_at=timezone.now())
    return parts


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


def first_position(generation: Generation) -> int:
    """Where a generation's parts begin: only one that continues writes into a message that has some."""
    if not generation.continues:
        return 0
    parts = Part.objects.filter(message_id=generation.message_id)
    last: int | None = parts.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _described(generation: Generation, transcript: Transcript, outcome: Outcome) -> dict[str, Any]:
    """How it went, by the names of its fields."""
    last = max((part.pace[-1][0] for part in transcript.parts if part.pace), default=0)
    ended_ms = last if outcome.ended_ms is None else outcome.ended_ms
    usage, estimated = _usage(transcript, generation.reads or 0)
    return {
        "folded": True,
        "state": outcome.state,
        "error": outcome.error,
        "ended_ms": ended_ms,
        "waits": {},
        "finish_reason": transcript.finish_reason[:100],
        "hidden": transcript.hides_thinking,
        "cut_short": transcript.cut_short,
        "unterminated": transcript.unterminated,
        "began_in_thinking": transcript.began_in_thinking,
        "thinking_ms": transcript.thinking_ms(ended_ms),
        "first_thinking_ms": transcript.first_ms.get("thinking"),
        "first_answer_ms": transcript.first_ms.get("answer"),
        "usage": usage,
        "estimated": estimated,
        "cost": cost_of(usage, generation.price),
    }


def _usage(transcript: Transcript, reads: int) -> tuple[dict[str, Any], bool]:
    """Tokens, and whether they are estimated because the provider did not report them all.

    `reads`: about how many tokens each request had.
    """
    usage = transcript.usage
    if usage is None or usage.completion_tokens is None:
        thinking = estimate(transcript.joined("thinking"))
        total = thinking + estimate(transcript.joined("answer"))
        return {"completion_tokens": total, "reasoning_tokens": thinking}, True
    reported = {key: value for key, value in usage._asdict().items() if value is not None}
    if not usage.reasoning_tokens and (thinking := estimate(transcript.joined("thinking"))):
        reported["estimated_reasoning_tokens"] = min(thinking, usage.completion_tokens)
    for parts in transcript.unreported_requests:
        _add_unreported(reported, parts, reads)
    return reported, bool(transcript.unreported_requests)


def _add_unreported(usage: dict[str, Any], parts: Sequence[TranscriptPart], reads: int) -> None:
    """What a request that was ended early is likely to have used."""
    thinking = sum(estimate(part.text) for part in parts if part.kind == "thinking")
    written = thinking + sum(estimate(part.text) for part in parts if part.kind == "answer")
    known = usage.pop("estimated_reasoning_tokens", 0)
    usage["prompt_tokens"] = usage.get("prompt_tokens", 0) + reads
    usage["completion_tokens"] += written
    usage["reasoning_tokens"] = max(known, usage.get("reasoning_tokens", 0) + thinking)


def _parts(generation: Generation, transcript: Transcript, ended: dict[str, Any]) -> list[Part]:
    offset = first_position(generation)
    steps = measured(stretches_of(transcript), ended["ended_ms"], thinking_tokens(ended["usage"]))
    return [
        Part(
            message_id=generation.message_id,
            generation=generation,
            position=offset + index,
            kind=part.kind,
            showing=_showing(generation, transcript, part, ended["state"]),
            text=part.text,
            pace=part.pace,
            replay=part.replay + ([["call", [part.call_id, part.name]]] if part.kind == "tool_call" else []),
            steps=steps[index],
            segmenter=SEGMENTER,
        )
        for index, part in enumerate(transcript.parts)
    ]


def stretches_of(transcript: Transcript) -> list[Stretch]:
    return [Stretch(part.kind, part.text, part.pace, part.name) for part in transcript.parts]


def _showing(generation: Generation, transcript: Transcript, part: TranscriptPart, state: str) -> str:
    """A reply cut short before anything proved where thinking ends may be all thinking.

    Once a thinking part has come, or where the provider types its text, what follows is the answer.
    """
    if part.kind == "thinking" and not part.text:
        return Part.Showing.HIDDEN
    proven = "thinking" in transcript.first_ms or generation.settings.get("types_answers")
    if part.kind == "answer" and state in UNFINISHED and not proven:
        return Part.Showing.UNPROVEN
    return Part.Showing.VISIBLE
