"""A better title once the first exchange is there, where its owner has not given one meanwhile."""

import json

from chat.core.titles import title_of
from chat.core.transcript import Transcript
from chat.generation.fanout import Note
from chat.models import Conversation, Generation, Part

ENDED = (Generation.State.DONE, Generation.State.TRUNCATED)
"""In which all of the answer is known to be one."""


def retitled(generation: Generation, transcript: Transcript) -> str | None:
    """The new title. Asks the database nothing where the chat had its title before this run began."""
    conversation = generation.message.conversation
    if conversation.titled_by != Conversation.TitledBy.QUESTION or generation.state not in ENDED:
        return None
    question = Part.objects.filter(message=generation.message.parent_id, kind=Part.Kind.QUESTION).first()
    title = title_of(question.text if question else "", transcript.joined("answer"))
    still = Conversation.objects.filter(id=conversation.id, titled_by=Conversation.TitledBy.QUESTION)
    changed = {"title": title} if title and title != conversation.title else {}
    found = still.update(titled_by=Conversation.TitledBy.EXCHANGE, **changed)
    return title if found and changed else None


def title_changed(title: str) -> Note:
    return Note(json.dumps({"type": "title", "title": title}))
