"""What open pages are told when something was done: after the commit, since they may then look."""

import json
import uuid

from django.db import transaction

from chat.generation import engine
from chat.generation.fanout import SIDEBAR_CHANGED, Note, conversation_topic, user_topic
from chat.models import Conversation, Generation


def announce_later(topic: str, note: Note) -> None:
    def announce() -> None:
        if (here := engine.current()) is not None:
            here.announce(topic, note)

    transaction.on_commit(announce)


def in_conversation(conversation_id: uuid.UUID, note: Note) -> None:
    announce_later(conversation_topic(conversation_id), note)


def sidebar_changed(conversation: Conversation) -> None:
    sidebar_of_changed(conversation.owner_id)


def sidebar_of_changed(user_id: int) -> None:
    announce_later(user_topic(user_id), SIDEBAR_CHANGED)


def turn_asked(generation: Generation, html: str) -> Note:
    """A new question with its reply, of which nothing is written yet: drawn once for all who see all."""
    turn = {"type": "turn", "m": str(generation.message_id), "g": str(generation.id), "html": html}
    return Note(json.dumps(turn))


def turn_added(message_id: uuid.UUID) -> Note:
    """Another version of a reply: each socket renders the turn for its own audience."""
    return Note(json.dumps({"type": "turn", "m": str(message_id)}))


def reply_changed(message_id: uuid.UUID) -> Note:
    """As `turn_added`, for a reply that is already on the page and goes on or ended."""
    return Note(json.dumps({"type": "reply", "m": str(message_id)}))


def branch_shown(leaf_id: uuid.UUID) -> Note:
    """Another branch is shown now: pages fetch its turns, each for its own reader."""
    return Note(json.dumps({"type": "branch", "leaf": str(leaf_id)}))


def queue_changed() -> Note:
    """What waits to be sent is no longer what pages show: they ask for it."""
    return Note(json.dumps({"type": "queued"}))
