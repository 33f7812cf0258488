"""What a whole stream comes to: the one object that `readstream` prints and fixtures expect."""

from collections.abc import Iterable
from typing import Any

from chat.core.events import Event, Failure, Reclassified
from chat.core.transcript import Transcript

GRAVITY = {"provider": 0, "truncated": 1, "protocol": 2}


def collapse(events: Iterable[Event]) -> dict[str, Any]:
    """Events of one stream to `reasoning answer tool_calls finish_reason usage error`.

    `refusal`, `reasoning_hidden`, `reclassified` and `unterminated` are there when they apply. Usage
    holds what the provider said and nothing else. Of several failures the gravest counts.
    """
    transcript = Transcript()
    failures: list[Failure] = []
    reclassified = False
    for event in events:
        transcript.apply(0, event)
        if isinstance(event, Failure):
            failures.append(event)
        elif isinstance(event, Reclassified):
            reclassified = reclassified or (event.kind == "thinking" and event.by_tag)
    return {
        "reasoning": transcript.joined("thinking"),
        "answer": transcript.joined("answer"),
        "tool_calls": _tool_calls(transcript),
        "finish_reason": transcript.finish_reason or None,
        "usage": _usage(transcript),
        "error": _error(failures),
    } | _where_they_apply(transcript, reclassified)


def _where_they_apply(transcript: Transcript, reclassified: bool) -> dict[str, str | bool]:
    extras: dict[str, str | bool] = {
        "refusal": transcript.refusal,
        "reasoning_hidden": transcript.hidden,
        "reclassified": reclassified,
        "unterminated": transcript.unterminated,
    }
    return {name: value for name, value in extras.items() if value}


def _tool_calls(transcript: Transcript) -> list[dict[str, str | None]]:
    calls = [part for part in transcript.parts if part.kind == "tool_call"]
    return [{"id": call.call_id or None, "name": call.name, "arguments": call.text} for call in calls]


def _usage(transcript: Transcript) -> dict[str, int | float] | None:
    if transcript.usage is None:
        return None
    return {name: value for name, value in transcript.usage._asdict().items() if value is not None}


def _error(failures: list[Failure]) -> dict[str, str | None] | None:
    if not failures:
        return None
    gravest = min(failures, key=lambda failure: GRAVITY[failure.kind])
    return {**gravest._asdict(), "message": gravest.message or None}
