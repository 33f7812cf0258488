"""Turns that come to those on the page: above and below, as its reader gets there, and of another branch."""

import uuid
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.models import User
from chat import access
from chat.models import Conversation, Message
from chat.views.signed_in import SignedIn
from chat.windows import EMPTY, Reading, Window


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


def context_of(
    request: SignedIn, conversation: Conversation | None, window: Window, beside: Message | None = None
) -> dict[str, Any]:
    """The context of `_turns.html`."""
    origin = access.origin_of(request.user, conversation) if conversation else None
    return {"conversation": conversation, "window": window, "beside": beside, "origin": origin}


@login_required
@require_GET
def turns(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """Those before the question `before`, or after the message `after`, with the way to yet more.

    `leaf` ends the branch that is read, where it is not the one that is shown. With neither `before` nor
    `after`: what differs from a page that shows `first` to `last`.
    """
    conversation = access.conversation_for(request.user, conversation_id)
    if "before" not in request.GET and "after" not in request.GET:
        return what_differs(request, conversation, request.GET.get("first", ""), request.GET.get("last", ""))
    beside = named(conversation, request.GET.get("leaf", ""))
    reading = reading_of(request.user, conversation, beside)
    if "before" in request.GET:
        window = replace(reading.window("before", _message(conversation, request.GET["before"])), later=None)
    else:
        window = replace(reading.window("after", _message(conversation, request.GET["after"])), earlier=None)
        if window == EMPTY:
            # Another branch is shown by now.
            address = reverse("chat:conversation", args=[conversation.id])
            return HttpResponse(status=204, headers={"HX-Redirect": address})
    return render(request, "chat/_turns.html", context_of(request, conversation, window, beside))


def what_differs(
    request: SignedIn, conversation: Conversation, first: str, last: str, around: Message | None = None
) -> HttpResponse:
    """The turns of the branch that is shown which follow the last reply that a page with the messages from
    `first` to `last` has of it. Where it has none, the turns around a message, or the newest.
    """
    reading = reading_of(request.user, conversation)
    window = reading.following(named(conversation, first), named(conversation, last))
    if window is None:
        window = reading.window("at", around) if around else reading.newest()
    return render(request, "chat/_turns.html", context_of(request, conversation, window))


def _message(conversation: Conversation, text: str) -> Message:
    message = named(conversation, text)
    if message is None:
        raise Http404
    return message
