"""A new conversation that begins as another one does, up to a reply.

It holds copies. Sharing the messages would save little, since text is small, and cost much: whatever is
deleted, restored, shared or reviewed is a whole conversation, and a reply would have to ask in which of
several it may still be seen. A copy is as private, and lives as long, as the conversation it is in.

What the copied replies took was used and billed where they were written, so their runs are marked `copied`
and count in no sum. Which requests were made for them stays on record there.
"""

import re
import uuid
from collections.abc import Sequence
from itertools import count

from django.db import transaction

from accounts.models import User
from chat import announcing
from chat.actions import Refused
from chat.branches import branch
from chat.core.ids import uuid7
from chat.models import Conversation, Generation, Message, Part, Reading

SUFFIX = re.compile(r" \(branch(?: \d+)?\)\Z")
LONGEST_TITLE = 200
AT_ONCE = 500
"""Rows. One may carry a whole long answer."""


def branch_off(user: User, reply: Message) -> Conversation:
    """Raises Refused while the reply is being written."""
    origin = reply.conversation
    path = branch(reply.id)
    with transaction.atomic():
        if Generation.objects.live().filter(message__in=path).exists():
            raise Refused("This is still being written. Stop it, or wait until it has ended.", 409)
        made = Conversation.objects.create(
            owner=user,
            title=_title(user, origin),
            titled_by=Conversation.TitledBy.OWNER,
            settings=origin.settings,
            folder=origin.folder,
            branched_from=reply,
            branched_title=str(origin),
        )
        *_, made.branched_at, made.leaf_id = _copy(user, made, path)
        made.save(update_fields=["branched_at", "leaf"])
        announcing.sidebar_changed(made)
    return made


def _title(user: User, origin: Conversation) -> str:
    """The old one's with `(branch)`, `(branch 2)` and so on after it: the first that is free."""
    base = SUFFIX.sub("", str(origin))
    taken = set(user.conversations.filter(title__contains=" (branch").values_list("title", flat=True))
    names = (f" (branch {n})" if n > 1 else " (branch)" for n in count(1))
    titles = (base[: LONGEST_TITLE - len(name)] + name for name in names)
    return next(title for title in titles if title not in taken)


def _copy(user: User, made: Conversation, path: Sequence[Message]) -> list[uuid.UUID]:
    """Copies the messages with all that hangs on them. Returns their ids."""
    ids = {message.id: uuid7() for message in path}
    runs = list(Generation.objects.filter(message__in=path, folded=True).order_by("id"))
    run_ids = {run.id: uuid7() for run in runs}
    Message.objects.bulk_create(
        Message(
            id=ids[message.id],
            conversation=made,
            parent_id=ids[message.parent_id] if message.parent_id else None,
            role=message.role,
        )
        for message in path
    )
    for run in runs:
        run.id, run.message_id, run.copied = run_ids[run.id], ids[run.message_id], True
        run.forgets_before = ids.get(run.forgets_before) if run.forgets_before else None
    Generation.objects.bulk_create(runs)
    _copy_parts(ids, run_ids)
    readings = Reading.objects.filter(message__in=ids, user=user)
    Reading.objects.bulk_create(
        Reading(user=user, message_id=ids[reading.message_id], open=reading.open) for reading in readings
    )
    return list(ids.values())


def _copy_parts(ids: dict[uuid.UUID, uuid.UUID], run_ids: dict[uuid.UUID, uuid.UUID]) -> None:
    parts = []
    for part in Part.objects.filter(message__in=ids).iterator(AT_ONCE):
        part.pk, part.indexed, part.message_id = None, False, ids[part.message_id]
        part.generation_id = run_ids[part.generation_id] if part.generation_id else None
        parts.append(part)
    Part.objects.bulk_create(parts, batch_size=AT_ONCE)
