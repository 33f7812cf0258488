"""Two versions of a reply on a page."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from chat import access
from chat.comparing.sides import sides_of, versions_of
from chat.models import Message
from chat.views.signed_in import SignedIn


@login_required
@require_GET
def compare(request: SignedIn, message_id: uuid.UUID) -> HttpResponse:
    """This version with the one that `with` names, else with the one before it, or after the first."""
    reply = access.reply_for(request.user, message_id)
    versions = versions_of(reply)
    if len(versions) < 2:
        return redirect("chat:conversation", reply.conversation_id)
    old, new = sorted((reply, _other(request, versions, reply)), key=versions.index)
    context = {
        "conversation": reply.conversation,
        "versions": versions,
        "sides": sides_of(request.user, versions, old, new),
    }
    return render(request, "chat/compare.html", context)


def _other(request: SignedIn, versions: list[Message], reply: Message) -> Message:
    index = versions.index(reply)
    if not (named := request.GET.get("with")):
        return versions[index - 1] if index else versions[1]
    other = next((version for version in versions if str(version.id) == named), None)
    if other is None:
        raise Http404("no such version")
    if other == reply:
        return versions[index - 1] if index else versions[1]
    return other
