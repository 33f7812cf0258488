"""Turns that come in above and below those on the page, as its reader gets there."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import User
from chat import access
from chat.models import Conversation, Message
from chat.views.signed_in import SignedIn
from chat.windows import EMPTY, Reading, Way


def named(conversation: Conversation, text: str) -> Message | None:
    """The message of this conversation whose id this is."""
    try:
        return conversation.messages.filter(id=uuid.UUID(text)).first()
    except ValueError:
        return None


def reading_of(user: User, conversation: Conversation, beside: Message | None = None) -> Reading:
    """Of the branch that is shown, or of the one that ends with `beside`."""
    audience = access.audience_of(user, conversation)
    assert audience is not None, "conversation_for lets nobody else in"
    return Reading(beside.id if beside else conversation.leaf_id, audience, user)


@login_required
@require_GET
def turns(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """Those before the question `before`, or after the message `after`, with the way to yet more.

    `leaf` ends the branch that is read, where it is not the one that is shown.
    """
    conversation = access.conversation_for(request.user, conversation_id)
    beside = named(conversation, request.GET.get("leaf", ""))
    way: Way = "before" if "before" in request.GET else "after"
    message = named(conversation, request.GET.get(way, ""))
    if message is None:
        raise Http404
    window = reading_of(request.user, conversation, beside).window(way, message)
    if window == EMPTY and way == "after":
        # Another branch is shown by now.
        return HttpResponse(
            status=204, headers={"HX-Redirect": reverse("chat:conversation", args=[conversation.id])}
        )
    context = {"window": window, "conversation": conversation, "beside": beside, "way": way}
    return render(request, "chat/_turns.html", context)
