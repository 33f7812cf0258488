"""What a reply says when it did not simply end: one row, in place, with the next move."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from chat.rendering.labels import after

if TYPE_CHECKING:
    from chat.rendering.reply import Header


@dataclass(frozen=True, slots=True)
class Move:
    """A button of a notice: a form that posts to `url`, or where that is empty opens the chat's options."""

    name: str
    label: str
    url: str
    primary: bool = False


@dataclass(slots=True)
class Notice:
    """`kind` is the reply's state, or what is special about it; it picks icon and colour."""

    kind: str
    title: str
    detail: str = ""
    actions: list[Move] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
    resume_at_ms: int | None = None
    wait_ms: int | None = None
    attempt: int | None = None
    attempts: int | None = None

    @property
    def tone(self) -> str:
        return TONES[self.kind][0]

    @property
    def icon(self) -> str:
        return TONES[self.kind][1]


FIRST_SENTENCE = re.compile(r".*?(?:[.!?](?=\s|\Z)|\Z)", re.DOTALL)
"""Of why a reply waits: what to do meanwhile need not be said, since it tries again by itself."""

NO_WORKER_AFTER = 5.0
"""Seconds in which a worker takes a reply, where there is one that is free."""

TONES = {
    "no-worker": ("warn", "hourglass"),
    "waiting": ("warn", "hourglass"),
    "truncated-thinking": ("warn", "scale"),
    "truncated-answer": ("info", "pencil-line"),
    "stopped": ("", "square"),
    "interrupted": ("info", "radio"),
    "failed": ("bad", "circle-alert"),
    "filtered": ("warn", "circle-alert"),
    "no-answer": ("warn", "scale"),
}


def notice_of(reply: Header) -> Notice | None:
    """None for a reply that needs no explanation."""
    make = NOTICES.get(reply.state)
    notice = make(reply) if make else None
    if notice is not None and not reply.may_act:
        notice.actions = []
    return notice


RAISE = Move("options", "Raise the limit", "")


def _move(reply: Header, name: str, label: str, *, primary: bool = False) -> Move:
    return Move(name, label, reverse(f"chat:{name}", args=[reply.message_id]), primary)


def _go_on(reply: Header, *, primary: bool = True) -> list[Move]:
    """What can be done with the text that there is, the likeliest first."""
    if reply.has_answer:
        return [_move(reply, "continue", "Continue", primary=primary)]
    if reply.has_thinking:
        answer = _move(reply, "answer", "Answer from this thinking", primary=primary)
        return [answer, _move(reply, "continue", "Continue thinking")]
    return []


def _again(reply: Header, *, continue_first: bool = True) -> list[Move]:
    """What can be done with what there is, and Retry."""
    moves = _go_on(reply, primary=continue_first)
    return [*moves, _move(reply, "retry", "Retry", primary=not moves)]


def _billed(reply: Header) -> str:
    totals = reply.totals
    if not totals.tokens:
        return ""
    about = "about " if totals.estimated else ""
    return f"Billed for {about}{totals.tokens:,} tokens."


def _queued(reply: Header) -> Notice | None:
    if not reply.unclaimed:
        return None
    detail = (
        "Either no worker is running, or each has as much as it can do. The reply begins by itself when one "
        "is free. An administrator starts one, or one more, with “manage.py worker”. Your message is saved."
    )
    actions = [_move(reply, "stop", "Cancel")]
    return Notice("no-worker", "No worker has taken this reply yet.", detail, actions)


def _stopped(reply: Header) -> Notice:
    if reply.generation.began_at is None:
        return Notice("stopped", "You stopped this before it began.", "", _again(reply))
    kept = "Everything that had arrived was kept." if reply.has_answer or reply.has_thinking else ""
    detail = " ".join(filter(None, (kept, _billed(reply))))
    return Notice("stopped", f"You stopped this {after(reply.totals.total_ms)}.", detail, _again(reply))


def _truncated(reply: Header) -> Notice:
    totals = reply.totals
    limit = reply.generation.settings.get("max_tokens") or totals.tokens
    at = f"{limit:,} tokens" if limit else "the token limit"
    moves = [*(_go_on(reply) or [_move(reply, "retry", "Retry", primary=True)]), RAISE]
    if reply.has_answer:
        shares = ""
        if totals.tokens and totals.thinking_tokens and totals.thinking_tokens < totals.tokens:
            about = "about " if totals.thinking_estimated else ""
            left = totals.tokens - totals.thinking_tokens
            shares = (
                f"Thinking took {about}{totals.thinking_tokens:,} of {totals.tokens:,} tokens, "
                f"so {about}{left:,} were left for the answer."
            )
        return Notice("truncated-answer", "The answer was cut off at the token limit.", shares, moves)
    detail = "Thinking counts towards the longest reply."
    return Notice("truncated-thinking", f"Stopped at {at}, before the answer began.", detail, moves)


def _failed(reply: Header) -> Notice:
    error = reply.generation.error
    known = [f"request {error['request_id']}"] if error.get("request_id") else []
    known += [f"HTTP {error['status']}"] if error.get("status") else []
    kept = "What had arrived was kept." if reply.has_answer or reply.has_thinking else ""
    detail = " ".join(filter(None, [", ".join(known).capitalize() + "." if known else "", kept]))
    shown = {key: error[key] for key in ("status", "type", "code", "request_id", "detail") if error.get(key)}
    title = str(error.get("message") or "The provider failed without saying why.")
    return Notice("failed", title, detail, _again(reply, continue_first=False), shown)


def _interrupted(reply: Header) -> Notice:
    kept = reply.has_answer or reply.has_thinking
    detail = "Everything that had arrived was kept." if kept else "Nothing had arrived yet."
    return Notice("interrupted", "The server stopped while this was being written.", detail, _again(reply))


def _waiting(reply: Header) -> Notice:
    waits = reply.generation.waits
    actions = [_move(reply, "now", "Try now"), _move(reply, "stop", "Cancel")]
    reason = str(waits.get("reason", "The provider asked for patience."))
    notice = Notice("waiting", FIRST_SENTENCE.match(reason)[0], "", actions)  # type: ignore[index]
    notice.resume_at_ms, notice.wait_ms = waits.get("until"), waits.get("wait")
    notice.attempt, notice.attempts = waits.get("attempt"), waits.get("attempts")
    return notice


def _done(reply: Header) -> Notice | None:
    if reply.generation.finish_reason == "content_filter":
        return Notice("filtered", "The provider's content filter ended this reply.", "", _again(reply))
    if reply.has_answer or reply.generation.error:
        return None
    if reply.has_thinking:
        detail = "All that it wrote is in the thinking above."
        return Notice("no-answer", "The model ended without a separate answer.", detail, _again(reply))
    return Notice("no-answer", "The model sent nothing.", "", _again(reply))


NOTICES = {
    "queued": _queued,
    "stopped": _stopped,
    "truncated": _truncated,
    "failed": _failed,
    "interrupted": _interrupted,
    "waiting": _waiting,
    "done": _done,
}
