"""The chat page, and what its forms do."""

import uuid

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.first_visit import sign_up_first
from chat import access, actions, pages
from chat.asking import asked_for
from chat.models import Conversation, Message
from chat.views.common import page_of, refusals_as_sentences, thread_of
from chat.views.sidebar import sidebar_or_back
from chat.views.signed_in import SignedIn

DELETED = "just_deleted"
"""Where the session keeps the conversation whose page was left by deleting it, to offer Undo."""


@sign_up_first
@login_required
@require_GET
def new(request: SignedIn) -> HttpResponse:
    """An empty chat. It exists once something has been asked."""
    context = page_of(request, None)
    if deleted := request.session.pop(DELETED, None):
        context["deleted"] = access.deleted_conversation_for(request.user, uuid.UUID(deleted))
    return render(request, "chat/page.html", context)


@login_required
@require_GET
def conversation(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """`show` names a message on another branch than the one that is shown, to be looked at."""
    conversation = access.conversation_for(request.user, conversation_id)
    beside = _beside(conversation, request.GET["show"]) if "show" in request.GET else None
    return render(request, "chat/page.html", page_of(request, conversation, beside))


@login_required
@require_GET
def thread(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """The turns of the branch that is shown."""
    conversation = access.conversation_for(request.user, conversation_id)
    return render(request, "chat/_thread.html", thread_of(request, conversation))


@login_required
@require_POST
@refusals_as_sentences
def start(request: SignedIn) -> HttpResponse:
    """The first question of a new chat."""
    asked = asked_for(request.user, None, request.POST)
    made = actions.start(request.user, request.POST.get("text", ""), asked)
    address = reverse("chat:conversation", args=[made.id])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


@login_required
@require_POST
@refusals_as_sentences
def send(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = access.conversation_for(request.user, conversation_id)
    asked = asked_for(request.user, conversation, request.POST)
    sent = actions.send(request.user, conversation, request.POST.get("text", ""), asked)
    if not request.htmx:
        return redirect("chat:conversation", conversation.id)
    return HttpResponse(sent.html)


@login_required
@require_POST
@refusals_as_sentences
def rename(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    actions.rename(access.conversation_for(request.user, conversation_id), request.POST.get("title", ""))
    return sidebar_or_back(request)


@login_required
@require_POST
def pin(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """Pins it, or with `pinned=off` lets it go."""
    conversation = access.conversation_for(request.user, conversation_id)
    actions.pin(conversation, pinned=request.POST.get("pinned") != "off")
    return sidebar_or_back(request)


@login_required
@require_POST
def delete(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """Shown in the sidebar with Undo; whoever is on its page is taken to a new chat."""
    conversation = access.conversation_for(request.user, conversation_id)
    actions.delete(conversation)
    if request.htmx.current_url_abs_path == reverse("chat:conversation", args=[conversation_id]):
        request.session[DELETED] = str(conversation_id)
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("chat:new")})
    return sidebar_or_back(request, deleted=conversation)


@login_required
@require_POST
def restore(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    actions.restore(access.deleted_conversation_for(request.user, conversation_id))
    return sidebar_or_back(request)


@login_required
@require_POST
def draft(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    conversation = access.conversation_for(request.user, conversation_id)
    actions.save_draft(conversation, request.POST.get("text", ""))
    return HttpResponse(status=204)


def _beside(conversation: Conversation, message_id: str) -> Message | None:
    try:
        message = conversation.messages.get(id=message_id)
    except (Message.DoesNotExist, ValidationError):
        raise Http404 from None
    return pages.leaf_beside(conversation, message)
