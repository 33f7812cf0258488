"""What may go: the journal rows of folded generations, and chats that were deleted long ago.

Every delete is short, and waits behind the journal, so that nobody who writes or reads a reply
notices. Which generations still have rows is remembered rather than searched for; what an earlier
process left is found by a look at the start, and one now and then.
"""

import time
import uuid
from collections.abc import Collection

from chat.db.threads import in_thread
from chat.models import Conversation, JournalEntry, Message, SearchText

LONGEST = 0.5
"""Seconds in one round, after which the sweeper has other things to do."""
ROWS_AT_ONCE = 200
GENERATIONS_AT_ONCE = 50
MESSAGES_AT_ONCE = 10
PASSAGES_AT_ONCE = 10
LOOK_EVERY = 600.0


class Tidying:
    """One per sweeper. `folded`: generations whose rows are to go; others add to it."""

    def __init__(self, folded: set[uuid.UUID]) -> None:
        self._folded = folded
        self._expired: list[uuid.UUID] = []
        self._look_at = 0.0

    async def go_on(self) -> None:
        """One round: as many short deletes as fit into its time."""
        until = time.monotonic() + LONGEST
        if time.monotonic() >= self._look_at:
            self._folded |= await in_thread(_with_rows)
            self._expired = await in_thread(_expired)
            self._look_at = time.monotonic() + LOOK_EVERY
        while (self._folded or self._expired) and time.monotonic() < until:
            await self.delete_some()

    async def delete_some(self) -> None:
        """One short delete, where there is anything to delete."""
        if self._folded:
            some = list(self._folded)[:GENERATIONS_AT_ONCE]
            if await in_thread(_delete_rows, some) < ROWS_AT_ONCE:
                self._folded.difference_update(some)
        elif self._expired:
            gone = await in_thread(_purge, self._expired[-1])
            self._expired = self._expired[:-1] if gone else self._expired


def _with_rows() -> set[uuid.UUID]:
    rows = JournalEntry.objects.filter(generation__folded=True).order_by()
    return set(rows.values_list("generation_id", flat=True).distinct())


def _expired() -> list[uuid.UUID]:
    return list(Conversation.objects.expired().values_list("id", flat=True))


def _delete_rows(generation_ids: Collection[uuid.UUID]) -> int:
    """How many went: fewer than `ROWS_AT_ONCE` when those were all."""
    rows = JournalEntry.objects.filter(generation_id__in=generation_ids).order_by()
    return JournalEntry.objects.filter(pk__in=rows.values("pk")[:ROWS_AT_ONCE]).delete()[0]


def _purge(conversation_id: uuid.UUID) -> bool:
    """Deletes some of its passages in the index, its newest messages, which no other answers, or the
    empty chat. Whether it is gone.
    """
    conversation = Conversation.objects.expired().filter(id=conversation_id)
    if not conversation.exists():
        return True
    passages = SearchText.objects.filter(conversation=conversation_id)
    if passages.filter(pk__in=list(passages.values_list("pk", flat=True)[:PASSAGES_AT_ONCE])).delete()[0]:
        return False
    messages = Message.objects.filter(conversation=conversation_id).order_by("-id")
    newest = list(messages.values_list("id", flat=True)[:MESSAGES_AT_ONCE])
    if newest:
        Message.objects.filter(id__in=newest).delete()
    else:
        conversation.delete()
    return not newest
