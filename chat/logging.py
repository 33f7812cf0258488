"""What a log line may say: what happened, where and to which row, never what anyone wrote.

Prompts, thinking, answers and keys reach a log by four roads, and each is closed here. An `extra` is
dropped unless `FIELDS` names it. An exception is logged as its type and the lines it passed, without
its message, since databases and providers quote what they were given. A record about a request names
the route, not the path, since paths can carry tokens. And of what other packages log, only the
constant start of the message is kept, since what they fill in is not ours to vouch for.
"""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

OURS = ("accounts", "chat")
FIELDS = (
    "attempt",
    "conversation",
    "count",
    "generation",
    "job",
    "message_id",
    "milliseconds",
    "model",
    "port",
    "provider",
    "seconds",
    "server",
    "signal",
    "state",
    "status",
    "user",
)
LONGEST_FIELD = 200
FILLED_IN = re.compile(r"[<({\[%'\"\n]")
WITH_HANDLERS = ("django", "django.server", "uvicorn", "uvicorn.access")
"""Loggers that come configured, which would go past what is written here."""


def configuration(level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error as `form`, `text` or `json`, from `level` up.

    Other packages are heard from WARNING up, whatever the level: at DEBUG some print whole requests.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": "chat.logging.TextFormatter"},
            "json": {"()": "chat.logging.JSONFormatter"},
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            **{name: {"level": level} for name in OURS},
            **{name: {"level": "WARNING", "handlers": [], "propagate": True} for name in WITH_HANDLERS},
        },
    }


class JSONFormatter(logging.Formatter):
    """One JSON object on one line per event."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(dict(event(record)), ensure_ascii=False, default=str)


class TextFormatter(logging.Formatter):
    """`2026-11-23 22:03:00 WARNING chat.views said what happened generation=… error=…`"""

    def format(self, record: logging.LogRecord) -> str:
        fields = dict(event(record))
        time = fields.pop("time")[:19].replace("T", " ")
        message = " ".join(fields.pop("message").split())
        start = f"{time} {fields.pop('level')} {fields.pop('logger')} {message}"
        trace = "".join(f"\n    {line}" for line in fields.pop("trace", ()))
        return start + "".join(f" {name}={value}" for name, value in fields.items()) + trace


def event(record: logging.LogRecord) -> Iterator[tuple[str, Any]]:
    """The fields of a line, in their order."""
    yield "time", datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    yield "level", record.levelname
    yield "logger", record.name
    yield "message", _message(record)
    for name in FIELDS:
        if (value := getattr(record, name, None)) is not None:
            yield name, value if isinstance(value, int | float) else str(value)[:LONGEST_FIELD]
    if request := getattr(record, "request", None):
        yield "method", getattr(request, "method", None)
        yield "route", getattr(getattr(request, "resolver_match", None), "route", None)
        yield "status", getattr(record, "status_code", None)
    if record.exc_info and (error := record.exc_info[1]) is not None:
        yield "error", " from ".join(_names(error))
        yield "trace", [f"{at.filename}:{at.lineno} {at.name}" for at in _frames(error)]


def _message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in OURS:
        return record.getMessage()
    if hasattr(record, "request"):
        return "Request failed"
    return FILLED_IN.split(str(record.msg), maxsplit=1)[0].strip(" :") or "Event"


def _names(error: BaseException) -> Iterator[str]:
    """The type of an exception, and of those that led to it."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield f"{type(cause).__module__}.{type(cause).__qualname__}".removeprefix("builtins.")
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)


def _frames(error: BaseException) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)
