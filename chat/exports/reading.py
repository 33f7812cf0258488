"""What is exported, read a few messages at a time as one audience may see it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from django.utils import timezone

from chat.branches import ids_of
from chat.models import Conversation, Message, Part
from chat.rendering.audience import Audience
from chat.rendering.reply import Reply
from chat.snapshots import replies_of

AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Said:
    """A question, by its text, or a reply."""

    message: Message
    text: str
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Export:
    """`thinking`: whether it was asked for. What of it is there, the audience decides."""

    conversation: Conversation
    audience: Audience
    at: datetime = field(default_factory=timezone.now)

    @property
    def thinking(self) -> bool:
        return self.audience == "full"

    def said(self) -> Iterator[Said]:
        for ids in batched(ids_of(self.conversation.leaf_id), AT_ONCE):
            yield from self._some(ids)

    def _some(self, ids: tuple[uuid.UUID, ...]) -> Iterator[Said]:
        found = Message.objects.in_bulk(ids)
        messages = [found[id] for id in ids if id in found]
        answers = [message for message in messages if message.role == Message.Role.ASSISTANT]
        questions = Part.objects.filter(message__in=ids, kind=Part.Kind.QUESTION)
        texts = dict(questions.values_list("message_id", "text"))
        replies = replies_of(answers, self.audience)
        for message in messages:
            yield Said(message, texts.get(message.id, ""), replies.get(message.id))
