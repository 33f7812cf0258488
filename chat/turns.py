"""Questions with the replies that are shown for them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.template.loader import render_to_string

from accounts.models import User
from chat.models import Generation, Message, Part
from chat.rendering.audience import Audience
from chat.rendering.reply import Reply, Versions
from chat.snapshots import replies_of, versions_among


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with the reply that is shown for it."""

    question: Message
    text: str
    reply: Reply | None
    versions: Versions = field(default_factory=Versions)
    may_act: bool = True

    @property
    def id(self) -> uuid.UUID:
        return self.question.id


def turns_of(
    messages: Sequence[Message], audience: Audience, reader: User | None = None, thinking_opens: str = "fold"
) -> list[Turn]:
    """The turns of a branch, oldest first."""
    questions = [message for message in messages if message.role == Message.Role.USER]
    answers = [message for message in messages if message.role == Message.Role.ASSISTANT]
    replies = replies_of(answers, audience, reader, thinking_opens)
    by_parent = {message.parent_id: replies[message.id] for message in answers}
    texts = dict(Part.objects.filter(message__in=questions).values_list("message_id", "text"))
    versions = _versions_of_questions(questions)
    return [
        Turn(
            question,
            texts.get(question.id, ""),
            by_parent.get(question.id),
            versions[question.id],
            audience == "full",
        )
        for question in questions
    ]


def _versions_of_questions(questions: Sequence[Message]) -> dict[uuid.UUID, Versions]:
    """The first question has no parent, and so is asked for by its conversation."""
    beside = Q(parent__in={question.parent_id for question in questions} - {None})
    beside |= Q(parent=None, conversation__in={question.conversation_id for question in questions})
    found = Message.objects.filter(beside, role=Message.Role.USER).order_by("id")
    siblings: dict[uuid.UUID | None, list[uuid.UUID]] = {}
    for parent, id in found.values_list("parent_id", "id"):
        siblings.setdefault(parent, []).append(id)
    return {question.id: versions_among(question.id, siblings[question.parent_id]) for question in questions}


def fresh_turn(generation: Generation, text: str) -> Turn:
    """A turn of which nothing has been written yet, without a look at the database."""
    question = generation.message.parent
    assert question is not None
    return Turn(question, text, Reply(generation, state=generation.state))


def turn_html(turn: Turn) -> str:
    return render_to_string("chat/_turn.html", {"turn": turn, "reply": turn.reply})
