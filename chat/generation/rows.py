"""Events to what a journal row holds of them, and back."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import orjson

from chat.core.characters import storable
from chat.core.events import Answer, Event, Thinking, decode, encode

logger = logging.getLogger(__name__)

NUL = b"\\u0000"

type Timed = tuple[int, Event]


def coalesce(pending: Iterable[Timed]) -> list[Timed]:
    """Adjacent text of one kind becomes one event, at the time of its first."""
    merged: list[Timed] = []
    for kind, group in groupby(pending, key=lambda timed: type(timed[1])):
        if kind is Thinking or kind is Answer:
            timed = list(group)
            merged.append((timed[0][0], kind("".join(event.text for _, event in timed))))  # type: ignore[union-attr]
        else:
            merged.extend(group)
    return merged


def encoded(events: Sequence[Timed]) -> tuple[Sequence[Timed], bytes]:
    """The events as they can be stored, and their row.

    Readers repair what they read. An event that no database would take all the same is repaired
    here, or left out, so that it costs nothing but itself.
    """
    try:
        row = _row(events)
    except (TypeError, ValueError):
        row = NUL
    if NUL in row:
        events = [(ms, repaired) for ms, event in events if (repaired := _repaired(event)) is not None]
        row = _row(events)
    return events, row


def decoded(row: Any) -> Iterator[Timed]:
    """What can be read of a row. Another version may have written the rest: it costs only itself."""
    entries: list[Any] = row if isinstance(row, list) else [row]
    for entry in entries:
        try:
            ms, *fields = entry
            event = decode(fields)
        except (LookupError, TypeError, ValueError):
            logger.error("an event in the journal cannot be read")
            continue
        if isinstance(ms, int) and isinstance(getattr(event, "text", ""), str):
            yield ms, event


def _row(events: Sequence[Timed]) -> bytes:
    return orjson.dumps([[ms, *encode(event)] for ms, event in events])


def _repaired(event: Event) -> Event | None:
    row: Any = storable(encode(event))
    try:
        orjson.dumps(row)
    except (TypeError, ValueError):
        logger.error("an event of type %s cannot be stored", type(event).__name__)
        return None
    return decode(row)
