"""The message that waits for the reply before it."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chat import access, queueing
from chat.asking import asked_for
from chat.models import Conversation
from chat.views.common import refusals_as_sentences
from chat.views.signed_in import SignedIn


@login_required
@require_http_methods(["GET", "POST"])
@refusals_as_sentences
def queue(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """What waits, as the page shows it; posted, a message waits, or is sent where no reply runs."""
    conversation = access.conversation_for(request.user, conversation_id)
    if request.method == "POST":
        asked = asked_for(request.user, conversation, request.POST)
        sent = queueing.queue(request.user, conversation, request.POST.get("text", ""), asked)
        if sent is not None and request.htmx:
            return HttpResponse(sent.html)
    return _shown(request, conversation)


@login_required
@require_POST
def remove(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = access.conversation_for(request.user, conversation_id)
    queueing.remove(conversation)
    return _shown(request, conversation)


@login_required
@require_POST
@refusals_as_sentences
def edit(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """Back into the box: its text, which the page then puts there; a page that is loaded has it."""
    conversation = access.conversation_for(request.user, conversation_id)
    text = queueing.take_back(conversation)
    if request.htmx:
        return HttpResponse(text, content_type="text/plain; charset=utf-8")
    return redirect("chat:conversation", conversation.id)


@login_required
@require_POST
@refusals_as_sentences
def send_now(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = access.conversation_for(request.user, conversation_id)
    sent = queueing.send_now(request.user, conversation)
    if sent is not None and request.htmx:
        return HttpResponse(sent.html)
    return _shown(request, conversation)


def _shown(request: SignedIn, conversation: Conversation) -> HttpResponse:
    if not request.htmx and request.method == "POST":
        return redirect("chat:conversation", conversation.id)
    context = {"conversation": conversation, "follow_up": queueing.follow_up_of(conversation.id)}
    return render(request, "chat/_queued.html", context)
