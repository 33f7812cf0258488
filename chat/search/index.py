"""Brings into the index what is new: parts and titles say themselves that it lacks them.

A reply's parts come into being when it ends, so what is still being written is not found. All writes
are short, with a pause after each: on SQLite the journal waits for nothing long, nor does any page. One
that was interrupted is done again, which changes nothing: a passage is written once. On PostgreSQL
whoever indexes a part holds its row, so that several processes share the work.
"""

import logging
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, connection, transaction
from django.db.models import Count, F, QuerySet, Sum
from django.db.models.functions import Length

from accounts.models import User
from chat.core.words import words
from chat.models import Conversation, Part, SearchText
from chat.search.passages import passages

logger = logging.getLogger(__name__)

AT_ONCE = 50
"""Parts, or titles, in one round."""
WORDS_AT_ONCE = 2000
"""In a transaction."""
PAUSE = 0.005
"""Seconds after each."""
LONGEST = 0.5
"""Seconds of a round, after which no other part is begun."""
KINDS = (Part.Kind.QUESTION, Part.Kind.THINKING, Part.Kind.ANSWER)
APART = len("\n\n")
"""Between two parts of thinking, as a place in it is addressed."""


def index_some() -> bool:
    """Some of what is new, the newest first. Whether there may be more."""
    titles = list(_new_titles().values_list("id", "title")[:AT_ONCE])
    for title in titles:
        _index_title(*title)
    with _claimed() as ids:
        _index_parts(ids)
    return bool(titles or ids)


def something_is_new(user: User) -> bool:
    """Something of this user's is not found yet, and will be."""
    parts = _new_parts().filter(message__conversation__owner=user)
    return _new_titles().filter(owner=user).exists() or parts.exists()


def _new_parts() -> QuerySet[Part]:
    return Part.objects.filter(indexed=False)


def _new_titles() -> QuerySet[Conversation]:
    return Conversation.objects.exclude(title=F("indexed_title"))


def _index_title(conversation_id: uuid.UUID, title: str) -> None:
    """Unless it has changed again meanwhile."""
    found = [word.text for word in words(title)]
    with transaction.atomic():
        same = Conversation.objects.filter(id=conversation_id, title=title)
        if not same.update(indexed_title=title):
            return
        SearchText.objects.filter(conversation=conversation_id, kind=SearchText.Kind.TITLE).delete()
        if found:
            SearchText.objects.create(
                conversation_id=conversation_id,
                kind=SearchText.Kind.TITLE,
                said_at=same.values_list("created_at", flat=True).get(),
                words=found,
            )
    time.sleep(PAUSE)


@contextmanager
def _claimed() -> Iterator[list[int]]:
    """Parts that nobody else indexes meanwhile."""
    newest = _new_parts().order_by("-id").values_list("id", flat=True)
    if connection.vendor == "sqlite":
        yield list(newest[:AT_ONCE])
        return
    with transaction.atomic():
        yield list(newest.select_for_update(skip_locked=True, no_key=True)[:AT_ONCE])


def _index_parts(ids: Sequence[int]) -> None:
    """Parts are marked with their last passages, several small ones in one write."""
    rows: list[SearchText] = []
    done: list[int] = []
    count = 0
    until = time.monotonic() + LONGEST
    for id in ids:
        if time.monotonic() > until:
            break
        for row in _rows(id):
            rows.append(row)
            count += len(row.words)
            if count >= WORDS_AT_ONCE:
                _write(rows, done)
                rows, done, count = [], [], 0
        done.append(id)
    _write(rows, done)


def _rows(part_id: int) -> Iterator[SearchText]:
    part = Part.objects.filter(id=part_id, kind__in=KINDS).select_related("message").first()
    if part is None or not part.text:
        return
    before = _characters_before(part)
    for passage in passages(part.text):
        yield SearchText(
            conversation_id=part.message.conversation_id,
            message_id=part.message_id,
            part=part,
            kind=part.kind,
            said_at=part.message.created_at,
            start=passage.start,
            length=passage.end - passage.start,
            offset=before + passage.start,
            words=passage.words,
        )


def _characters_before(part: Part) -> int:
    """Of the same kind in the same message; thinking as it is joined where places in it are addressed."""
    earlier = Part.objects.filter(message=part.message_id, kind=part.kind, position__lt=part.position)
    texts = earlier.exclude(text="").order_by()
    found = texts.aggregate(parts=Count("id"), characters=Sum(Length("text"), default=0))
    apart = APART if part.kind == Part.Kind.THINKING else 0
    return int(found["characters"] + apart * found["parts"])


def _write(rows: Sequence[SearchText], done: Sequence[int]) -> None:
    """What belongs to a chat that was deleted meanwhile is left out, and looked at again."""
    try:
        with transaction.atomic():
            SearchText.objects.bulk_create(rows, ignore_conflicts=True)
            Part.objects.filter(id__in=done).update(indexed=True)
    except IntegrityError:
        logger.info("what was to be indexed has been deleted meanwhile")
    time.sleep(PAUSE)
