"""What a browser says it has. Anybody can write to a socket, so nothing of it is believed."""

import json
import uuid
from typing import NamedTuple

MOST_RUNS = 200
LONGEST = 64_000
HIGHEST_SEQ = 2**31 - 1


class Sync(NamedTuple):
    """`have`: the last frame of each run on the page. `last`, `newest`: its newest message and run.
    `first`: the oldest message that it shows. `later`: it knows that there are newer ones, which it does not
    show. `title`: what it calls the chat.
    """

    have: dict[uuid.UUID, int]
    last: uuid.UUID | None
    newest: uuid.UUID | None
    first: uuid.UUID | None = None
    later: bool = False
    title: str | None = None


def read_sync(text: str | None) -> Sync | None:
    """None for what is no such message."""
    if not text or len(text) > LONGEST:
        return None
    try:
        message = json.loads(text)
        have = message["have"]
        if len(have) > MOST_RUNS:
            return None
        seqs = {uuid.UUID(key): _seq(value) for key, value in have.items()}
        last, newest, first = (_id(message.get(name)) for name in ("last", "newest", "first"))
        title = message.get("title")
        later = message.get("later") is True
        return Sync(seqs, last, newest, first, later, title if isinstance(title, str) else None)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _seq(value: object) -> int:
    if type(value) is not int or not 0 <= value <= HIGHEST_SEQ:
        raise ValueError("no number of a frame")
    return value


def _id(value: object) -> uuid.UUID | None:
    if not value:
        return None
    if not isinstance(value, str):
        raise TypeError("no id")
    return uuid.UUID(value)
