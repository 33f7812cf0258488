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


def folder_for(user: User, folder_id: int) -> Folder:
    """Raises Http404 unless it is the user's."""
    return get_object_or_404(user.folders, id=folder_id)


def reply_for(user: User, message_id: uuid.UUID) -> Message:
    """A reply that the user may act on. Raises Http404 otherwise."""
    replies = Message.objects.filter(
        conversation__in=user.conversations.present(), role=Message.Role.ASSISTANT
    )
    return get_object_or_404(replies.select_related("conversation"), id=message_id)


def audience_of(user: User, conversation: Conversation) -> Audience | None:
    """What of a conversation the user is shown; None for nothing at all."""
    return "full" if conversation.owner_id == user.pk and user.is_active else None


def searchable_by(user: User) -> QuerySet[SearchText]:
    """The passages that the user may find: of conversations of which they are shown everything."""
    if not user.is_active:
        return SearchText.objects.none()
    return SearchText.objects.filter(conversation__in=user.conversations.present())


def audience_for_export(user: User, conversation: Conversation, *, thinking: bool) -> Audience:
    """As whom a conversation is read that leaves Workings in a file: with thinking only where it was asked
    for, and only by those who see it. Raises Http404 for whoever sees nothing.
    """
    audience = audience_of(user, conversation)
    if audience is None:
        raise Http404
    return audience if thinking else "answers"
