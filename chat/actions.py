"""Everything a user can do to a conversation. Views and sockets call these, and nothing else writes.

Each checks, writes in one transaction, and announces after the commit.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from chat import announcing
from chat.core.titles import without_overrides
from chat.generation.dispatch import dispatch
from chat.generation.fanout import CONTROL, Note
from chat.generation.titling import title_changed
from chat.models import Conversation, Generation, Message, Part, Reading
from chat.providers.base import ModelInfo
from chat.refusing import Refused as Refused
from chat.turns import fresh_turn, turn_html

LONGEST_QUESTION = 400_000
"""Characters. Longer than any model's context is worth keeping in a box."""
TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reply is asked for with: the model, and the settings in force for it."""

    model: ModelInfo
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """A question that was taken: the run that will answer it, and both as a page shows them."""

    generation: Generation
    html: str


def start(user: User, text: str, asked: Asked) -> Conversation:
    """A new conversation with its first question, already being answered."""
    with transaction.atomic():
        conversation = Conversation.objects.create(owner=user, title=title_from(text))
        send(user, conversation, text, asked)
    return conversation


def send(user: User, conversation: Conversation, text: str, asked: Asked, *, drafted: bool = True) -> Sent:
    """Asks a question at the end of the branch that is shown. `drafted`: what was kept of it may go."""
    text = sendable(text)
    with transaction.atomic():
        make_room(user, conversation)
        question = ask(conversation, conversation.leaf_id, text)
        conversation.settings = asked.settings
        conversation.archived_at = None
        conversation.draft = "" if drafted else conversation.draft
        also = ("settings", "archived_at", *(["draft"] if drafted else []))
        generation = reply_to(user, conversation, question, asked, also)
        html = turn_html(fresh_turn(generation, text))
        begin(generation, announcing.turn_asked(generation, html))
    return Sent(generation, html)


def stop(message: Message) -> None:
    """Stops whatever is writing this message. Any process may; what has come is kept."""
    for generation in message.generations.live():
        if not _stop_queued(generation):
            Generation.objects.filter(id=generation.id).update(stop_requested=True)
            announcing.announce_later(CONTROL, Note(f"stop {generation.id}"))


def hurry(message: Message) -> None:
    """Ends the wait for a rate limit: the next attempt is made now."""
    for generation in message.generations.filter(state=Generation.State.WAITING):
        announcing.announce_later(CONTROL, Note(f"hurry {generation.id}"))


def rename(conversation: Conversation, title: str) -> None:
    title = " ".join(without_overrides(title).split())
    if not title:
        raise Refused("Give the conversation a title.")
    conversation.title = title[:200]
    conversation.titled_by = Conversation.TitledBy.OWNER
    conversation.save(update_fields=["title", "titled_by"])
    announcing.in_conversation(conversation.id, title_changed(title))
    announcing.sidebar_changed(conversation)


def pin(conversation: Conversation, *, pinned: bool) -> None:
    conversation.pinned_at = timezone.now() if pinned else None
    conversation.save(update_fields=["pinned_at"])
    announcing.sidebar_changed(conversation)


def delete(conversation: Conversation) -> None:
    """Hides it at once; it can be restored for a day. Stops what is being written in it."""
    conversation.deleted_at = timezone.now()
    conversation.save(update_fields=["deleted_at"])
    for message in Message.objects.filter(
        conversation=conversation, generations__state__in=Generation.LIVE
    ).distinct():
        stop(message)
    announcing.sidebar_changed(conversation)


def restore(conversation: Conversation) -> None:
    conversation.deleted_at = None
    conversation.save(update_fields=["deleted_at"])
    announcing.sidebar_changed(conversation)


def save_draft(conversation: Conversation, text: str) -> None:
    Conversation.objects.filter(id=conversation.id).update(draft=text[:LONGEST_QUESTION])


def take_wheel(user: User, message: Message, *, is_open: bool) -> None:
    """The reader touched the thinking: from now on it opens and closes for nobody else."""
    Reading.objects.update_or_create(user=user, message=message, defaults={"open": is_open})


def title_from(text: str) -> str:
    """The first line of a question, cut on a word."""
    text = without_overrides(text).strip()
    line = text.splitlines()[0].strip() if text else ""
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0].rstrip(" .,;:!?") + "…"


def sendable(text: str) -> str:
    """A question as it is kept. Raises Refused for one that is empty or too long."""
    text = text.strip()
    if not text:
        raise Refused("Write a message first.")
    if len(text) > LONGEST_QUESTION:
        raise Refused(
            f"This message has {len(text):,} characters; send at most {LONGEST_QUESTION:,} at once."
        )
    return text


def ask(conversation: Conversation, parent_id: uuid.UUID | None, text: str) -> Message:
    """A question below a message."""
    question = conversation.messages.create(parent_id=parent_id, role=Message.Role.USER)
    question.parts.create(position=0, kind=Part.Kind.QUESTION, text=text)
    return question


def reply_to(
    user: User, conversation: Conversation, question: Message, asked: Asked, also: Sequence[str] = ()
) -> Generation:
    """An empty reply to a question, which then ends the branch that is shown, and what is to write it.

    `also`: the fields of the conversation that were changed and are to be saved.
    """
    reply = conversation.messages.create(parent=question, role=Message.Role.ASSISTANT)
    conversation.leaf = reply
    conversation.save(update_fields=["leaf", *also, "updated_at"])
    return generate(user, reply, asked)


def begin(generation: Generation, note: Note) -> None:
    """Lets it run. Pages are told first, so that they listen before it says anything."""
    conversation = generation.message.conversation
    announcing.in_conversation(conversation.id, note)
    announcing.sidebar_changed(conversation)
    dispatch(generation.id)


def generate(user: User, reply: Message, asked: Asked, *, continues: bool = False) -> Generation:
    model = asked.model
    return Generation.objects.create(
        message=reply,
        user=user,
        provider=model.provider,
        model=model.id,
        model_name=model.name,
        settings=asked.settings
        | {
            "context": model.context,
            "types_answers": model.thinking == "prompted",
            "answers_now": model.answers_now,
        },
        continues=continues,
        price=price_of(model),
    )


def price_of(model: ModelInfo) -> dict[str, Any]:
    """The prices of the day, which stay with the reply."""
    if model.input_price is None or model.output_price is None:
        return {}
    return {"input": model.input_price, "output": model.output_price, "on": timezone.now().date().isoformat()}


def make_room(user: User, conversation: Conversation) -> None:
    """Raises Refused while a reply is being written here, or as many of the user's as may be.

    Both rows are held until the commit, so that of two requests at once the second sees the first's
    reply. The leaf is read again, since the conversation may have gone on after it was fetched.
    """
    held = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk)
    conversation.leaf_id = held.values_list("leaf_id", flat=True).get()
    if connection.features.has_select_for_update:
        User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    live = Generation.objects.live().filter(Q(message__conversation=conversation) | Q(user=user))
    running = list(live.values_list("message__conversation_id", "user_id"))
    if any(where == conversation.pk for where, _ in running):
        raise Refused("A reply is still being written here. Stop it, or wait until it has ended.", 409)
    if (count := sum(whose == user.pk for _, whose in running)) >= settings.GENERATIONS_PER_USER:
        raise Refused(f"You have {count} replies running. Wait for one to end, or stop one.", 429)


def _stop_queued(generation: Generation) -> bool:
    """A generation that nobody has claimed is stopped by the request itself."""
    queued = Generation.objects.filter(id=generation.id, state=Generation.State.QUEUED)
    stopped = queued.update(
        state=Generation.State.STOPPED, folded=True, stop_requested=True, seq_full=1, seq_answers=1
    )
    if stopped:
        announcing.in_conversation(
            generation.message.conversation_id, announcing.reply_changed(generation.message_id)
        )
    return bool(stopped)
