"""What a request tells the upstream to do: a JSON object in its last user message."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

ENVELOPE = "upstream"


@dataclass(frozen=True, slots=True)
class Plan:
    """Written by `ask`, read by `plan_in`."""

    chunks: int = 60
    later_chunks: int = 0
    """How many when the same question comes again; 0 is as many."""
    rate: float = 50.0
    """Chunks a second; 0 is as fast as they go."""
    first_ms: float = 0.0
    """Silence before the first chunk."""
    thinking: float = 0.6
    """The share of the chunks that is thinking."""
    field: str = "reasoning_content"
    """What carries it; `inline` for tags in the content."""
    prose: bool = False
    """Whether the answer is plain prose rather than Markdown."""
    thinking_text: str = ""
    """Text of the test's own in place of the share."""
    answer_text: str = ""
    marks: bool = False
    """Whether every tenth chunk says when it was sent."""
    finish: str = "stop"
    status: int = 200
    refusals: int = 0
    """How many times this question is refused with `status`; 0 is always."""
    retry_after: float = 0.0
    message: str = "Refused as the test asked."
    cut_after: int = 0
    """The connection is closed after so many chunks."""
    stall_after: int = 0
    """After so many chunks nothing comes any more, and the connection stays open."""
    error_after: int = 0
    """An error object is sent after so many chunks."""
    then: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """The plan of a request that goes on from this reply, in words that are no plan themselves."""


def ask(words: str = "", **plan: Any) -> str:
    """The text of a message that makes the upstream act by this plan. `words` tell questions apart."""
    Plan(**plan)
    return json.dumps({ENVELOPE: plan, "words": words})


def plan_in(body: Mapping[str, Any]) -> tuple[Plan, str]:
    """The plan of a request, and the question that it came with. An ordinary question gets the default."""
    texts = [
        _text(message) for message in reversed(body.get("messages", [])) if message.get("role") == "user"
    ]
    question = texts[0] if texts else ""
    wished = _wished(question)
    if wished is None:
        before = next((found for text in texts if (found := _wished(text)) is not None), {})
        wished = before.get("then", {})
    known = {field.name for field in fields(Plan)}
    return Plan(**{name: value for name, value in wished.items() if name in known}), question


def _wished(text: str) -> dict[str, Any] | None:
    try:
        return json.loads(text)[ENVELOPE]  # type: ignore[no-any-return]
    except (ValueError, KeyError, TypeError):
        return None


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content)
    return content or ""
