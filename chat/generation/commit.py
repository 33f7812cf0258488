"""The journal's transaction: one per process and tick, for all generations that have something to say.

It begins with the fence. The UPDATE names owner and epoch of every generation, so a runner that
was taken for dead writes nothing; it moves the heartbeat and each audience's `seq`, and brings
back the flags by which people give orders. Rows are inserted only for those whose fence held, and a
row that is already there is left alone, so repeating a batch after a doubtful commit doubles nothing.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson
from django.db import connection, transaction

from chat.db import write_lock
from chat.generation.fanout import Note

FENCE_SQLITE = """
UPDATE chat_generation SET
    heartbeat = heartbeat + 1, state = batch.state, seq_full = batch.seq_full,
    seq_answers = batch.seq_answers, first_byte_ms = batch.first_byte,
    first_thinking_ms = batch.first_thinking, first_answer_ms = batch.first_answer
FROM (
    SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS epoch,
        json_extract(value, '$[2]') AS state, json_extract(value, '$[3]') AS seq_full,
        json_extract(value, '$[4]') AS seq_answers, json_extract(value, '$[5]') AS first_byte,
        json_extract(value, '$[6]') AS first_thinking, json_extract(value, '$[7]') AS first_answer
    FROM json_each(%s)
) AS batch
WHERE chat_generation.id = batch.id AND chat_generation.epoch = batch.epoch
    AND owner = %s AND NOT folded
RETURNING chat_generation.id, stop_requested, answer_requested
"""
LOCK_POSTGRESQL = "SELECT 1 FROM chat_generation WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE"
FENCE_POSTGRESQL = """
UPDATE chat_generation SET
    heartbeat = heartbeat + 1, state = batch.state, seq_full = batch.seq_full,
    seq_answers = batch.seq_answers, first_byte_ms = batch.first_byte,
    first_thinking_ms = batch.first_thinking, first_answer_ms = batch.first_answer
FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[])
    AS batch(id, epoch, state, seq_full, seq_answers, first_byte, first_thinking, first_answer)
WHERE chat_generation.id = batch.id AND chat_generation.epoch = batch.epoch
    AND owner = %s AND NOT folded
RETURNING chat_generation.id, stop_requested, answer_requested
"""
INSERT = """
INSERT INTO chat_journalentry (generation_id, n, data, held) VALUES (%s, %s, %s, %s)
ON CONFLICT (generation_id, n) DO NOTHING
"""


@dataclass(slots=True)
class Entry:
    """What one generation commits in one tick. `data` is JSON, or empty for a mere heartbeat.

    `notes` are (topic, note) pairs, published once the entry is committed.
    """

    generation_id: uuid.UUID
    epoch: int
    state: str
    seq_full: int
    seq_answers: int
    first_byte_ms: int | None
    first_thinking_ms: int | None
    first_answer_ms: int | None
    n: int = 0
    data: bytes = b""
    held: bytes | None = None
    notes: list[tuple[str, Note]] = field(default_factory=list)


class Orders(NamedTuple):
    """What people want of a running generation."""

    stop: bool = False
    answer: bool = False


def commit(owner: str, entries: Sequence[Entry]) -> dict[uuid.UUID, Orders]:
    """The orders for every generation that is still `owner`'s; the others are missing.

    Raises django.db.Error when nothing of the batch was committed.
    """
    with write_lock.first(), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(FENCE_SQLITE, [_as_json(entries), owner])
        else:
            cursor.execute(LOCK_POSTGRESQL, [[entry.generation_id for entry in entries]])
            cursor.execute(FENCE_POSTGRESQL, [*_as_columns(entries), owner])
        held = {_uuid(row[0]): Orders(bool(row[1]), bool(row[2])) for row in cursor.fetchall()}
        rows = [_row(entry) for entry in entries if entry.data and entry.generation_id in held]
        if rows:
            cursor.executemany(INSERT, rows)
    return held


def _fence(entry: Entry) -> list[object]:
    return [
        entry.generation_id,
        entry.epoch,
        entry.state,
        entry.seq_full,
        entry.seq_answers,
        entry.first_byte_ms,
        entry.first_thinking_ms,
        entry.first_answer_ms,
    ]


def _as_json(entries: Sequence[Entry]) -> str:
    return orjson.dumps([[entry.generation_id.hex, *_fence(entry)[1:]] for entry in entries]).decode()


def _as_columns(entries: Sequence[Entry]) -> list[list[object]]:
    return [list(column) for column in zip(*map(_fence, entries), strict=True)]


def _row(entry: Entry) -> tuple[uuid.UUID | str, int, str, str | None]:
    generation_id: uuid.UUID | str = (
        entry.generation_id.hex if connection.vendor == "sqlite" else entry.generation_id
    )
    held = None if entry.held is None else entry.held.decode()
    return generation_id, entry.n, entry.data.decode(), held


def _uuid(value: object) -> uuid.UUID:
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
