"""What pages and sockets read: the branch that is shown, as one reader may see it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from chat import access
from chat.branches import upwards
from chat.models import Conversation, Generation, Message
from chat.preferences import preferences_of
from chat.rendering.audience import Audience
from chat.rendering.reply import Reply
from chat.snapshots import render_reply, replies_of, reply_of
from chat.syncing import Sync
from chat.turns import Turn, turn_html, turns_of

NEWS_AT_ONCE = 20
MOST_NEWS = 400
"""Messages that a page which comes back is compared with. Its older turns change only by loading it."""

type Running = tuple[uuid.UUID, uuid.UUID, int]
"""Generation, message and `seq` of something that is being written."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reply as it stands: its HTML, and the generation and `seq` up to which it goes."""

    html: str
    generation_id: uuid.UUID
    seq: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What a page is told, and what it must follow from then on."""

    message: dict[str, Any]
    running: Running | None


def audience_of_page(user: User, conversation_id: uuid.UUID) -> Audience | None:
    """None where the user may not open it, or it is gone."""
    conversation = Conversation.objects.present().filter(id=conversation_id).first()
    return access.audience_of(user, conversation) if conversation else None


def standing_reply(message_id: uuid.UUID, audience: Audience, user: User) -> Standing | None:
    """None where the message is gone."""
    message = Message.objects.filter(id=message_id).first()
    if message is None:
        return None
    reply = reply_of(message, audience, user, preferences_of(user).thinking_opens)
    return Standing(render_reply(reply), reply.generation_id, reply.seq, reply.generation.folded)


def change(message_id: uuid.UUID, kind: str, audience: Audience, user: User) -> Change | None:
    """A reply that was added (`turn`), or that is on the page already and changed (`reply`)."""
    message = Message.objects.select_related("parent", "conversation").filter(id=message_id).first()
    if message is None or message.parent is None:
        return None
    opens = preferences_of(user).thinking_opens
    if kind == "turn":
        return _turn_change(turns_of([message.parent, message], audience, user, opens)[0])
    return _reply_change(reply_of(message, audience, user, opens))


def news(conversation_id: uuid.UUID, audience: Audience, user: User, sync: Sync) -> list[Change]:
    """What a page lacks. Ids of runs sort by time, so what is new sorts after the newest that it has.

    A page on which another branch stands is told so; one that lacks more than is read here is asked to load
    itself again.
    """
    conversation = Conversation.objects.get(id=conversation_id)
    messages = _since(_end_of_page(conversation, sync), sync)
    if messages is None:
        return [Change({"type": "anew"}, None)]
    opens = preferences_of(user).thinking_opens
    replies = [message for message in messages if message.role == Message.Role.ASSISTANT]
    known = _up_to(replies, sync.last)
    if known is None:
        return [Change({"type": "branch", "leaf": str(conversation.leaf_id)}, None)]
    added = replies[len(known) :]
    runs = Generation.objects.filter(message__in=known)
    later = runs.filter(id__gt=sync.newest) if sync.newest else runs
    gone_on = set(later.values_list("message_id", flat=True))
    questions = {reply.parent_id for reply in added}
    fresh = [message for message in messages if message in added or message.id in questions]
    turns = turns_of(fresh, audience, user, opens)
    changed = replies_of([reply for reply in known if reply.id in gone_on], audience, user, opens)
    return [*_new_title(conversation, sync), *map(_turn_change, turns), *map(_reply_change, changed.values())]


def _new_title(conversation: Conversation, sync: Sync) -> list[Change]:
    title = str(conversation)
    return [Change({"type": "title", "title": title}, None)] if sync.title not in {None, title} else []


def _end_of_page(conversation: Conversation, sync: Sync) -> uuid.UUID | None:
    """A page that ends above the end of the chat is told only of what it shows."""
    if not sync.later or sync.last is None:
        return conversation.leaf_id
    return sync.last if conversation.messages.filter(id=sync.last).exists() else None


def _since(leaf_id: uuid.UUID | None, sync: Sync) -> list[Message] | None:
    """The branch from the first message that the page shows, oldest first. None where that is too much."""
    found: list[Message] = []
    for piece in upwards(leaf_id, NEWS_AT_ONCE):
        for message in piece:
            found.append(message)
            if sync.first is not None and message.id <= sync.first:
                return found[::-1]
        if len(found) >= MOST_NEWS:
            return None if sync.last is None or message.id > sync.last else found[::-1]
    return found[::-1]


def _up_to(replies: Sequence[Message], last: uuid.UUID | None) -> Sequence[Message] | None:
    """None where `last` is not among them: then the page shows another branch."""
    if last is None:
        return ()
    index = next((n for n, reply in enumerate(replies) if reply.id == last), None)
    return None if index is None else replies[: index + 1]


def progress(
    conversation_id: uuid.UUID, ids: Sequence[uuid.UUID], audience: Audience
) -> list[tuple[uuid.UUID, Running, bool]]:
    """For each of these generations of the conversation how far its message is, and whether that has
    ended. Where the message was continued, it is another generation that says so.
    """
    asked = Generation.objects.filter(message__conversation=conversation_id, id__in=ids)
    messages = dict(asked.values_list("id", "message_id"))
    runs = Generation.objects.filter(message__in=set(messages.values())).order_by("id")
    last = {run.message_id: run for run in runs}
    return [
        (id, _running_of(last[message], audience), last[message].folded) for id, message in messages.items()
    ]


def _running_of(run: Generation, audience: Audience) -> Running:
    return run.id, run.message_id, run.seq_full if audience == "full" else run.seq_answers


def _turn_change(turn: Turn) -> Change:
    message = {"type": "turn", "turn": str(turn.id), "html": turn_html(turn)}
    return Change(message, _running(turn.reply) if turn.reply else None)


def _reply_change(reply: Reply) -> Change:
    return Change({"type": "reply", "m": str(reply.message_id), "html": render_reply(reply)}, _running(reply))


def _running(reply: Reply) -> Running | None:
    if reply.generation.folded:
        return None
    return reply.generation_id, reply.message_id, reply.seq
