"""Ways through the tree of a conversation's messages.

A branch is walked by the database, from its end towards the beginning, and only as far as someone asks:
the last turns of a chat with ten thousand messages cost what those of one with ten cost.
"""

import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import connection

from chat.models import Conversation, Message

# Each step finds one message by its key. `beyond` is not part of the path: the walk ends above it.
_UP = """
    WITH RECURSIVE path(id, parent_id, depth) AS (
        SELECT id, parent_id, 0 FROM chat_message WHERE id = %(leaf)s
        UNION ALL
        SELECT above.id, above.parent_id, path.depth + 1
        FROM path JOIN chat_message AS above ON above.id = path.parent_id
        WHERE path.depth + 1 < %(most)s AND (path.parent_id <> %(beyond)s)
    )
"""
_MESSAGES = "SELECT m.* FROM path JOIN chat_message AS m ON m.id = path.id ORDER BY path.depth DESC"
_IDS = "SELECT id FROM path ORDER BY depth DESC"
_FIRST_AFTER = """
    SELECT m.* FROM path JOIN chat_message AS m ON m.id = path.id
    WHERE EXISTS (SELECT 1 FROM path WHERE parent_id = %(beyond)s)
    ORDER BY path.depth DESC LIMIT %(count)s
"""
_DOWN = """
    WITH RECURSIVE path(id, depth) AS (
        SELECT id, 0 FROM chat_message WHERE id = %(start)s
        UNION ALL
        SELECT (SELECT reply.id FROM chat_message AS reply
                WHERE reply.parent_id = path.id ORDER BY reply.id DESC LIMIT 1), path.depth + 1
        FROM path WHERE path.id IS NOT NULL
    )
    SELECT m.* FROM path JOIN chat_message AS m ON m.id = path.id ORDER BY path.depth DESC LIMIT 1
"""
_ENDLESS = 2**31 - 1
MOST_AT_ONCE = 500
_NOWHERE = uuid.UUID(int=0)


def branch(leaf_id: uuid.UUID | None, most: int = _ENDLESS) -> list[Message]:
    """The last messages up to `leaf_id`, `most` at most, oldest first. Empty for no leaf."""
    return list(Message.objects.raw(_UP + _MESSAGES, _up(leaf_id, most))) if leaf_id else []


def upwards(leaf_id: uuid.UUID | None, at_once: int) -> Iterator[list[Message]]:
    """The branch from its end to its beginning in pieces, each newest first; read as they are taken.

    The first piece has `at_once` messages, later ones more: whoever takes many will take all.
    """
    while leaf_id is not None:
        piece = branch(leaf_id, at_once)[::-1]
        yield piece
        leaf_id = piece[-1].parent_id if piece else None
        at_once = min(at_once * 2, MOST_AT_ONCE)


def ids_of(leaf_id: uuid.UUID | None) -> list[uuid.UUID]:
    """Of the whole branch, oldest first."""
    if leaf_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_UP + _IDS, _up(leaf_id, _ENDLESS))
        return [id if isinstance(id, uuid.UUID) else uuid.UUID(id) for (id,) in cursor.fetchall()]


def first_after(beyond: uuid.UUID, leaf_id: uuid.UUID | None, count: int) -> list[Message]:
    """The messages that follow this one on the branch, oldest first. Empty where it is not on it."""
    if leaf_id is None:
        return []
    return list(Message.objects.raw(_UP + _FIRST_AFTER, {**_up(leaf_id, _ENDLESS, beyond), "count": count}))


def is_on(message_id: uuid.UUID, leaf_id: uuid.UUID | None) -> bool:
    """Whether a message is on the branch that ends with this leaf."""
    return message_id == leaf_id or bool(first_after(message_id, leaf_id, 1))


def newest_leaf(message: Message) -> Message:
    """The end of the branch that goes on from a message, by the newest reply each time."""
    return Message.objects.raw(_DOWN, {"start": _key(message.id)})[0]


def leaf_through(message: Message) -> Message:
    """The end of the branch through a message: where it was left, if it ever was, else the newest."""
    left = None
    if message.left_at is not None:
        left = Message.objects.filter(id=message.left_at, conversation_id=message.conversation_id).first()
    return newest_leaf(left if left is not None and is_on(message.id, left.id) else message)


def leave(conversation: Conversation, stays: Collection[uuid.UUID], shown: Sequence[uuid.UUID] = ()) -> None:
    """Notes where the branch that is shown ends, before another is: the two have `stays` in common."""
    shown = shown or ids_of(conversation.leaf_id)
    left = next((id for id in shown if id not in stays), None)
    if left is not None:
        Message.objects.filter(id=left).update(left_at=shown[-1])


def _up(leaf_id: uuid.UUID, most: int, beyond: uuid.UUID = _NOWHERE) -> dict[str, Any]:
    return {"leaf": _key(leaf_id), "most": most, "beyond": _key(beyond)}


def _key(id: uuid.UUID) -> Any:
    """As the database at hand keeps it."""
    return Message._meta.get_field("id").get_db_prep_value(id, connection)
