"""Ways through the tree of a conversation's messages."""

import uuid
from collections.abc import Sequence

from chat.models import Conversation, Message


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


def leaf_through(message: Message) -> Message:
    """The end of the branch through a message: where it was left, if it ever was, else the newest."""
    left = None
    if message.left_at is not None:
        left = Message.objects.filter(id=message.left_at, conversation_id=message.conversation_id).first()
    if left is not None and message in branch(message.conversation_id, left.id):
        return newest_leaf(left)
    return newest_leaf(message)


def leave(conversation: Conversation, stays: Sequence[Message], shown: Sequence[Message] = ()) -> None:
    """Notes where the branch that is shown ends, before another is: the two have `stays` in common."""
    shown = shown or branch(conversation.id, conversation.leaf_id)
    left = next((message for message in shown if message not in stays), None)
    if left is not None:
        Message.objects.filter(id=left.id).update(left_at=shown[-1].id)
