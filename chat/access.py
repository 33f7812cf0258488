"""Who may do what, and who may see which parts: the one place that decides.

Everything is reached through its owner, so that a check nobody remembered to write is a 404.
"""

import uuid

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from chat.models import Conversation, Folder, Message, SearchText
from chat.rendering.audience import Audience


def conversation_for(user: User, conversation_id: uuid.UUID) -> Conversation:
    """Raises Http404 unless the user may open it."""
    return get_object_or_404(user.conversations.present(), id=conversation_id)


def deleted_conversation_for(user: User, conversation_id: uuid.UUID) -> Conversation:
    """Raises Http404 unless the user may restore it."""
    return get_object_or_404(user.conversations.restorable(), id=conversation_id)


def message_for(user: User, message_id: uuid.UUID) -> Message:
    """A question or reply that the user may act on. Raises Http404 otherwise."""
    return get_object_or_404(_messages(user), id=message_id)


def folder_for(user: User, folder_id: int) -> Folder:
    """Raises Http404 unless it is the user's."""
    return get_object_or_404(user.folders, id=folder_id)


def reply_for(user: User, message_id: uuid.UUID) -> Message:
    """A reply that the user may act on. Raises Http404 otherwise."""
    return get_object_or_404(_messages(user), id=message_id, role=Message.Role.ASSISTANT)


def question_for(user: User, message_id: uuid.UUID) -> Message:
    """A question that the user may ask differently. Raises Http404 otherwise."""
    return get_object_or_404(_messages(user), id=message_id, role=Message.Role.USER)


def audience_of(user: User, conversation: Conversation) -> Audience | None:
    """What of a conversation the user is shown; None for nothing at all."""
    return "full" if conversation.owner_id == user.pk and user.is_active else None


def searchable_by(user: User) -> QuerySet[SearchText]:
    """The passages that the user may find: of conversations of which they are shown everything."""
    if not user.is_active:
        return SearchText.objects.none()
    return SearchText.objects.filter(conversation__in=user.conversations.present())


def origin_of(user: User, conversation: Conversation) -> Message | None:
    """The reply that a conversation was branched from, where the user may still open it."""
    if conversation.branched_from_id is None:
        return None
    return _messages(user).filter(id=conversation.branched_from_id).first()


def _messages(user: User) -> QuerySet[Message]:
    present = Message.objects.filter(conversation__in=user.conversations.present())
    return present.select_related("conversation")


def audience_for_export(user: User, conversation: Conversation, *, thinking: bool) -> Audience:
    """As whom a conversation is read that leaves Workings in a file: with thinking only where it was asked
    for, and only by those who see it. Raises Http404 for whoever sees nothing.
    """
    audience = audience_of(user, conversation)
    if audience is None:
        raise Http404
    return audience if thinking else "answers"
