"""Ways through the tree of a conversation's messages."""

import uuid

from chat.models import Message


def branch(conversation_id: uuid.UUID, leaf_id: uuid.UUID | None) -> list[Message]:
    """The messages from the first to `leaf_id`, oldest first. Empty for no leaf."""
    messages = {message.id: message for message in Message.objects.filter(conversation_id=conversation_id)}
    path: list[Message] = []
    while leaf_id is not None:
        message = messages[leaf_id]
        path.append(message)
        leaf_id = message.parent_id
    return path[::-1]


def newest_leaf(message: Message) -> Message:
    """The end of the branch that goes on from a message, by the newest reply each time."""
    while (reply := message.replies.order_by("-id").first()) is not None:
        message = reply
    return message
