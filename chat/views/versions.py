"""Other versions of a question or a reply: to ask for one, and to go from one to another."""

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chat import access, branching_off, versions
from chat.actions import Refused
from chat.asking import asked_for, choice_for
from chat.models import Message
from chat.views.common import THOUGHTS, refusals_as_sentences, turn_or_back
from chat.views.sheets import sheet
from chat.views.signed_in import SignedIn
from chat.views.turns import what_differs


@login_required
@require_POST
@refusals_as_sentences
def retry(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """Another version of the reply, with its own settings where the form has no others."""
    reply = access.reply_for(request.user, message_id)
    asked = asked_for(request.user, reply.conversation, request.POST, like=_settings_of(reply))
    return turn_or_back(request, versions.retry(request.user, reply, asked))


@login_required
@require_GET
@refusals_as_sentences
def again(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """With which model and settings to ask again: a dialog, or a page. `model` says what else to offer."""
    reply = access.reply_for(request.user, message_id)
    choice = choice_for(request.user, reply.conversation, request.GET, like=_settings_of(reply))
    context = {"reply": reply, "conversation": reply.conversation, "choice": choice, "thoughts": THOUGHTS}
    return sheet(request, "chat/_again.html", "Regenerate with", context)


@login_required
@require_http_methods(["GET", "POST"])
@refusals_as_sentences
def edit(request: SignedIn, question_id: uuid.UUID) -> HttpResponse:
    """The question in a field, in its place on the page or on one of its own; posted, it is asked anew."""
    question = access.question_for(request.user, question_id)
    context: dict[str, Any] = {"question": question}
    if request.method == "POST":
        try:
            asked = asked_for(request.user, question.conversation, request.POST)
            reply = versions.edit(request.user, question, request.POST.get("text", ""), asked)
            return turn_or_back(request, reply)
        except Refused as refusal:
            if request.htmx:
                raise
            context |= {"text": request.POST.get("text", ""), "refusal": refusal.sentence}
            return render(request, "chat/edit.html", context, status=refusal.status)
    context["text"] = "".join(question.parts.values_list("text", flat=True))
    return render(request, "chat/_edit.html" if request.htmx else "chat/edit.html", context)


@login_required
@require_POST
def show(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """Makes this version of a question or a reply the one that is shown. The page has `first` to `last`."""
    message = access.message_for(request.user, message_id)
    conversation = versions.show(message)
    if request.htmx:
        first, last = (request.POST.get(name, "") for name in ("first", "last"))
        return what_differs(request, conversation, first, last, message)
    return redirect("chat:conversation", conversation.id)


@login_required
@require_POST
@refusals_as_sentences
def branch(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """A new conversation that begins as this one does, up to the reply."""
    reply = access.reply_for(request.user, message_id)
    made = branching_off.branch_off(request.user, reply)
    address = reverse("chat:conversation", args=[made.id])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def _settings_of(reply: Message) -> dict[str, Any]:
    """What its newest run was asked with."""
    run = reply.generations.order_by("id").last()
    return run.settings if run else {}
