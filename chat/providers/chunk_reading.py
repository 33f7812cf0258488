"""What the fields of a chat-completions chunk mean, however a server spells them.

Pure functions over decoded JSON. None of them raises, whatever the values are.
"""

import json
from collections.abc import Iterator
from typing import Any, Literal

import orjson

from chat.core.characters import whole
from chat.core.events import Failure, Usage

LARGEST_COUNT = 2**53
LONGEST_MESSAGE = 2000
STRING_FIELDS = ("reasoning_content", "reasoning", "reasoning_text")


def decoded(data: bytes) -> Any:
    """JSON, also where it holds what strict decoders refuse: invalid UTF-8, lone surrogates, NaN.

    None where it is no JSON.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(data.decode(errors="replace"))
    except (ValueError, RecursionError):
        return None


def text_of(value: Any) -> str:
    """The text in a string, an object with `text`, or a list of such."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        text = value.get("text")
        return text if isinstance(text, str) else ""
    if isinstance(value, list):
        return "".join(text_of(part) for part in value if not isinstance(part, list))
    return ""


def reasoning_string(delta: dict[str, Any]) -> str:
    """The first non-empty one of the fields that carry reasoning as text."""
    for field in STRING_FIELDS:
        if text := text_of(delta.get(field)):
            return text
    return ""


def content_parts(content: Any) -> Iterator[tuple[Literal["thinking", "answer", "refusal"], str]]:
    """`content` where it is a list of parts; other types of parts are no text."""
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            yield "answer", part
        elif isinstance(part, dict):
            match part.get("type", "text"):
                case "thinking" | "reasoning":
                    yield "thinking", text_of(part.get("thinking") or part.get("text"))
                case "text" | "output_text":
                    yield "answer", text_of(part)
                case "refusal":
                    yield "refusal", text_of(part.get("refusal"))


def usage_of(usage: Any) -> Usage | None:
    """Token counts in one form; None where there are none."""
    if not isinstance(usage, dict) or not usage:
        return None
    prompt, completion = _count(usage.get("prompt_tokens")), _count(usage.get("completion_tokens"))
    total = _count(usage.get("total_tokens"))
    if total is None and prompt is not None and completion is not None:
        total = prompt + completion
    return Usage(prompt, completion, total, _cached(usage), _reasoning(usage), _amount(usage.get("cost")))


def failure_of(chunk: dict[str, Any], named_error: bool = False) -> Failure | None:
    """The error that a chunk reports: an object, a string, or the chunk itself."""
    error = chunk.get("error")
    if not error and (named_error or chunk.get("type") == "error" or chunk.get("object") == "error"):
        error = chunk
    return failure_from(error) if error else None


def failure_from(error: Any) -> Failure:
    """An error in the form of a string or of an object."""
    if not isinstance(error, dict):
        return Failure("provider", _line(error))
    metadata = error.get("metadata")
    type = error.get("type") or (metadata.get("error_type") if isinstance(metadata, dict) else None)
    code = error.get("code")
    message = error.get("message") or error.get("detail") or error.get("error") or ""
    return Failure(
        "provider",
        _line(message),
        _line(type) if isinstance(type, str) else None,
        None if code is None else _line(code),
    )


def _cached(usage: dict[str, Any]) -> int | None:
    details = usage.get("prompt_tokens_details")
    nested = _count(details.get("cached_tokens")) if isinstance(details, dict) else None
    found = (nested, _count(usage.get("cached_tokens")), _count(usage.get("prompt_cache_hit_tokens")))
    return next((count for count in found if count is not None), None)


def _reasoning(usage: dict[str, Any]) -> int | None:
    details = usage.get("completion_tokens_details")
    return _count(details.get("reasoning_tokens")) if isinstance(details, dict) else None


def _count(value: Any) -> int | None:
    whole_number = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole_number or not 0 <= value < LARGEST_COUNT:
        return None
    return int(value)


def _amount(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST_COUNT:
        return None
    return value


def _line(value: Any) -> str:
    text = value if isinstance(value, str) else str(value)
    return whole(text[:LONGEST_MESSAGE].replace("\x00", ""))
