"""One message that waits for the reply before it, and is sent by the server once that has ended well.

It is a row beside the conversation, so it outlives pages and processes. Whoever sends it holds the
conversation's row, finds it there still, and deletes it in the transaction that asks it: it is asked once or
not at all. Every process that runs replies looks for what is due when a run of its own has ended, and each
second, since another may have died in between.

After a stop, an error, an interruption or a limit nobody can know whether it is still meant. Then it stays,
with a sentence, until it is sent or removed by hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from typing import Any

from django.db import Error, transaction

from accounts.models import User
from chat import announcing
from chat.actions import Asked, Refused, Sent, save_draft, send, sendable
from chat.asking import asked_for
from chat.branches import is_on, newest_leaf
from chat.db.threads import in_thread
from chat.generation import engine
from chat.models import Conversation, FollowUp, Generation

logger = logging.getLogger(__name__)

EVERY = 1.0
HELD = {
    Generation.State.STOPPED: "Not sent, because you stopped the reply before it.",
    Generation.State.FAILED: "Not sent, because the reply before it failed.",
    Generation.State.INTERRUPTED: "Not sent, because the reply before it was interrupted.",
    Generation.State.TRUNCATED: "Not sent, because the reply before it was cut off at the token limit.",
}
TAKEN = "It has been sent already, or removed."


def queue(user: User, conversation: Conversation, text: str, asked: Asked) -> Sent | None:
    """Keeps the message until the reply that runs has ended; sent at once, where none does."""
    text = sendable(text)
    with transaction.atomic():
        _hold(conversation)
        if FollowUp.objects.filter(conversation=conversation).exists():
            raise Refused("One message waits here already. Edit or remove that one first.", 409)
        running = _running(conversation)
        if running is None:
            return send(user, conversation, text, asked)
        FollowUp.objects.create(
            conversation=conversation, user=user, after=running, text=text, settings=asked.settings
        )
        save_draft(conversation, "")
        _changed(conversation)
    return None


def remove(conversation: Conversation) -> None:
    """Lets it go. It may be gone already."""
    FollowUp.objects.filter(conversation=conversation).delete()
    _changed(conversation)


def take_back(conversation: Conversation) -> str:
    """Puts it before what is being written, to be changed there. Returns its text."""
    with transaction.atomic():
        _hold(conversation)
        waiting = _waiting(conversation)
        conversation.refresh_from_db(fields=["draft"])
        save_draft(conversation, "\n\n".join(filter(None, (waiting.text, conversation.draft))))
        waiting.delete()
        _changed(conversation)
    return waiting.text


def send_now(user: User, conversation: Conversation) -> Sent | None:
    """Sends what was held; behind another reply that runs by now it waits again."""
    asked = asked_for(user, conversation, like=_waiting(conversation).settings)
    with transaction.atomic():
        _hold(conversation)
        waiting = _waiting(conversation)
        if (running := _running(conversation)) is not None:
            waiting.after, waiting.held = running, ""
            waiting.save(update_fields=["after", "held"])
            _changed(conversation)
            return None
        return _send(waiting, asked)


async def run() -> None:
    """Belongs to the engine of a process that runs replies."""
    here = engine.current()
    assert here is not None, "it runs beside an engine"
    while True:
        here.ended.clear()
        try:
            await in_thread(send_what_is_due)
        except Error as error:
            logger.warning("what waits could not be sent (%s); trying again", type(error).__name__)
        except Exception:
            logger.exception("what waits could not be sent; trying again")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(here.ended.wait(), EVERY)


def send_what_is_due() -> None:
    """One that fails costs no other its turn."""
    due = FollowUp.objects.filter(held="", after__folded=True, conversation__deleted_at=None)
    for waiting in due.filter(user__is_active=True).select_related("user", "conversation"):
        try:
            _send_or_hold(waiting)
        except Error:
            raise
        except Exception:
            logger.exception("a message that waits could not be sent; it is held")
            _keep(waiting, "It could not be sent. Ask it again, or remove it.")


def _send_or_hold(waiting: FollowUp) -> None:
    """Models are asked for before anything is locked: a provider may take its time to list them."""
    try:
        asked = asked_for(waiting.user, waiting.conversation, like=waiting.settings)
        with transaction.atomic():
            _hold(waiting.conversation)
            still = FollowUp.objects.filter(id=waiting.id, held="", after__folded=True)
            found = still.select_related("after", "conversation", "user").first()
            if found is None:
                return
            if (running := _running(found.conversation)) is not None:
                FollowUp.objects.filter(id=found.id).update(after=running)
            elif found.after.state in HELD:
                raise Refused(HELD[Generation.State(found.after.state)])
            else:
                _send(found, asked)
    except Refused as refusal:
        _keep(waiting, refusal.sentence)


def _send(waiting: FollowUp, asked: Asked) -> Sent:
    """Behind the reply that it waited for, should another branch be shown by now."""
    conversation = waiting.conversation
    reply = waiting.after.message
    if not is_on(reply.id, conversation.leaf_id):
        conversation.leaf = newest_leaf(reply)
        conversation.save(update_fields=["leaf"])
        announcing.in_conversation(conversation.id, announcing.branch_shown(conversation.leaf.id))
    waiting.delete()
    _changed(conversation)
    return send(waiting.user, conversation, waiting.text, asked, drafted=False)


def _keep(waiting: FollowUp, why: str) -> None:
    if FollowUp.objects.filter(id=waiting.id, held="").update(held=why):
        _changed(waiting.conversation)


def _hold(conversation: Conversation) -> None:
    """Until the commit: whoever else sends, queues or ends a reply here waits."""
    Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk).values_list("pk").get()


def _waiting(conversation: Conversation) -> FollowUp:
    found = FollowUp.objects.select_related("after__message", "user", "conversation")
    waiting = found.filter(conversation=conversation).first()
    if waiting is None:
        raise Refused(TAKEN, 409)
    return waiting


def _running(conversation: Conversation) -> Generation | None:
    live: Any = Generation.objects.live().filter(message__conversation=conversation)
    running: Generation | None = live.order_by("id").last()
    return running


def _changed(conversation: Conversation) -> None:
    announcing.in_conversation(conversation.id, announcing.queue_changed())


def follow_up_of(conversation_id: uuid.UUID) -> FollowUp | None:
    return FollowUp.objects.filter(conversation=conversation_id).first()
