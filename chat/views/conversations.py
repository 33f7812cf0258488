"""The chat page, and what its forms do."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.first_visit import sign_up_first
from chat import access, actions
from chat.asking import asked_for
from chat.models import Conversation, Message
from chat.views.common import page_of, refusals_as_sentences
from chat.views.sheets import sheet
from chat.views.sidebar import is_on_page_of, sidebar_or_back
from chat.views.signed_in import SignedIn
from chat.views.turns import named
from chat.windows import leaf_beside

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
    """`show` names a message to be looked at, and `leaf` the end of its branch. Where that is another branch
    than the one that is shown, it stands beside it.
    """
    conversation = access.conversation_for(request.user, conversation_id)
    beside = _beside(request, conversation)
    return render(request, "chat/page.html", page_of(request, conversation, beside))


@login_required
@require_GET
def menu(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """What can be done with it, as things stand now."""
    conversation = access.conversation_for(request.user, conversation_id)
    address = reverse("chat:conversation", args=[conversation.id])
    context = {"conversation": conversation, "address": address, "menu": "chat"}
    return render(request, "chat/_chat_menu.html", context)


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
@require_http_methods(["GET", "POST"])
@refusals_as_sentences
def rename(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """To GET the form for it, which rows of the sidebar do without."""
    conversation = access.conversation_for(request.user, conversation_id)
    if request.method == "GET":
        return sheet(request, "chat/_rename.html", "Rename", {"conversation": conversation})
    actions.rename(conversation, request.POST.get("title", ""))
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
    if is_on_page_of(request, conversation):
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


def _beside(request: SignedIn, conversation: Conversation) -> Message | None:
    asked = [request.GET[name] for name in ("show", "leaf") if name in request.GET]
    message = named(conversation, asked[0]) if asked else None
    if message is None and "show" in request.GET:
        raise Http404
    return leaf_beside(conversation, message) if message else None
