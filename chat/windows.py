"""The part of a conversation that is on a page: its last turns, or those around a place in it.

A long chat opens as fast as a short one, since only a window of it is read and drawn. What is above
and below comes in when the reader gets there.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from accounts.models import User
from chat.branches import branch, first_after, ids_of, is_on, newest_leaf
from chat.models import Conversation, Message
from chat.preferences import preferences_of
from chat.rendering.audience import Audience
from chat.turns import Turn, turns_of

TURNS = 10

type Way = Literal["at", "before", "after"]


@dataclass(frozen=True, slots=True)
class Window:
    """Turns, oldest first. There are more before the question `earlier` and after the message `later`.

    `at`: the message that was asked for.
    """

    turns: list[Turn] = field(default_factory=list)
    earlier: uuid.UUID | None = None
    later: uuid.UUID | None = None
    at: uuid.UUID | None = None


EMPTY = Window()


@dataclass(frozen=True, slots=True)
class Reading:
    """A branch of a conversation, by its last message, as one reader may see it."""

    leaf_id: uuid.UUID | None
    audience: Audience
    user: User

    def newest(self) -> Window:
        return self._window(branch(self.leaf_id, 2 * TURNS))

    def window(self, way: Way, message: Message) -> Window:
        """Around a message of the branch, before it, or after it; nothing follows one that is not on it."""
        if way == "before":
            return self._window(branch(message.parent_id, 2 * TURNS))
        following = first_after(message.id, self.leaf_id, 2 * TURNS)
        if way == "after":
            return self._window(following)
        return self._window([*branch(message.id, TURNS), *following[:TURNS]], at=message.id)

    def following(self, first: Message | None, last: Message | None) -> Window | None:
        """What follows the last reply that a page with the messages from `first` to `last` has of the branch;
        None where it has none.
        """
        here = ids_of(last.id) if last else []
        here = here[here.index(first.id) :] if first and first.id in here else here
        branch_ids = set(ids_of(self.leaf_id))
        shared = [id for id in here if id in branch_ids]
        replies = Message.objects.filter(id__in=shared[-2:], role=Message.Role.ASSISTANT)
        shared_reply = replies.order_by("-id").first()
        if shared_reply is None:
            return None
        return replace(self.window("after", shared_reply), earlier=None)

    def _window(self, messages: Sequence[Message], at: uuid.UUID | None = None) -> Window:
        """Whole turns only: what was cut from its question or its reply comes with the next window."""
        whole = list(messages)
        while whole and whole[0].role == Message.Role.ASSISTANT:
            del whole[0]
        if len(whole) > 1 and whole[-1].role == Message.Role.USER and whole[-1].id != self.leaf_id:
            del whole[-1]
        if not whole:
            return EMPTY
        turns = turns_of(whole, self.audience, self.user, preferences_of(self.user).thinking_opens)
        earlier = whole[0].id if whole[0].parent_id else None
        later = whole[-1].id if whole[-1].id != self.leaf_id else None
        return Window(turns, earlier, later, at)


def leaf_beside(conversation: Conversation, message: Message) -> Message | None:
    """The end of the branch through a message that is not on the one that is shown; None if it is."""
    return None if is_on(message.id, conversation.leaf_id) else newest_leaf(message)
