"""What can be done with one reply."""

import json
import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from chat import access, actions, continuing
from chat.actions import Asked
from chat.asking import asked_for
from chat.copies import COPIES, NOTHING, copy_of
from chat.models import Message
from chat.preferences import preferences_of
from chat.snapshots import reply_of
from chat.views.common import refusals_as_sentences
from chat.views.signed_in import SignedIn


@login_required
@require_GET
def message(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """The reply's HTML as it now stands."""
    reply = access.reply_for(request.user, message_id)
    drawn = reply_of(reply, "full", request.user, preferences_of(request.user).thinking_opens)
    return render(request, "chat/_reply.html", {"reply": drawn})


@login_required
@require_GET
@refusals_as_sentences
def text(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """For the clipboard: the answer as the model wrote it, or `of` what else was named."""
    what = request.GET.get("of", "answer")
    if what not in COPIES:
        raise Http404
    reply = access.reply_for(request.user, message_id)
    audience = access.audience_of(request.user, reply.conversation)
    assert audience is not None, "reply_for lets nobody else in"
    copied = copy_of(reply_of(reply, audience), what)
    if not copied:
        raise actions.Refused(NOTHING[what], 409)
    kind = "plain" if what == "plain" else "markdown"
    return HttpResponse(copied, content_type=f"text/{kind}; charset=utf-8")


@login_required
@require_POST
def stop(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    reply = access.reply_for(request.user, message_id)
    actions.stop(reply)
    return _done(request, reply.conversation_id)


@login_required
@require_POST
def now(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """Tries again at once, where the reply waits for a rate limit."""
    reply = access.reply_for(request.user, message_id)
    actions.hurry(reply)
    return _done(request, reply.conversation_id)


@login_required
@require_POST
@refusals_as_sentences
def carry_on(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """The same reply goes on where it ended."""
    reply = access.reply_for(request.user, message_id)
    continuing.carry_on(request.user, reply, _same_again(request, reply))
    return _done(request, reply.conversation_id)


@login_required
@require_POST
@refusals_as_sentences
def answer(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """The same reply goes on with an answer from its thinking."""
    reply = access.reply_for(request.user, message_id)
    continuing.answer(request.user, reply, _same_again(request, reply))
    return _done(request, reply.conversation_id)


@login_required
@require_POST
@refusals_as_sentences
def answer_now(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """The reply stops thinking, and answers."""
    reply = access.reply_for(request.user, message_id)
    continuing.answer_now(reply)
    return _done(request, reply.conversation_id)


@login_required
@require_POST
def wheel(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """The reader opened or folded the thinking: `{"open": true}`, or the form field `open`."""
    reply = access.reply_for(request.user, message_id)
    actions.take_wheel(request.user, reply, is_open=_is_open(request))
    return HttpResponse(status=204)


def _same_again(request: SignedIn, reply: Message) -> Asked:
    """The model that wrote the reply, with the settings in force, or those that the form brings."""
    form = request.POST.dict() | {"model": continuing.model_of(reply)}
    return asked_for(request.user, reply.conversation, form)


def _is_open(request: SignedIn) -> bool:
    if request.content_type == "application/json":
        try:
            return bool(json.loads(request.body)["open"])
        except (ValueError, KeyError, TypeError):
            return False
    return request.POST.get("open") in {"on", "true", "1"}


def _done(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """What follows reaches the page over its socket; without one it is loaded again."""
    return HttpResponse(status=204) if request.htmx else redirect("chat:conversation", conversation_id)
