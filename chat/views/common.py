"""What the views of a chat share: contexts, and answers that fit htmx and plain forms alike."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from chat.actions import Refused
from chat.asking import choice_for
from chat.models import Conversation, Message
from chat.preferences import preferences_of
from chat.queueing import follow_up_of
from chat.turns import turns_of
from chat.views.shortcuts import shortcuts_for
from chat.views.sidebar import sidebar_of
from chat.views.signed_in import SignedIn
from chat.views.turns import context_of, named, reading_of
from chat.windows import EMPTY, Way, Window

UNTITLED = "New chat"
THOUGHTS = (("auto", "Auto"), ("on", "On"), ("off", "Off"))
EXAMPLES = (
    "A farmer has 17 sheep. All but 9 die. How many are left?",
    "Solve: if 3x + 7 = 22, what is x?",
    "Which rounding rule is fair when $100.00 is split three ways on 10,000 invoices?",
    "Why might this loop never end: while (i != 1.0) i += 0.1;",
)


def refusals_as_sentences(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A `Refused` becomes its sentence, with its status: for htmx alone, else on a page."""

    @wraps(view)
    def wrapped(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            if request.htmx:
                return HttpResponse(
                    refusal.sentence, status=refusal.status, content_type="text/plain; charset=utf-8"
                )
            context = {"sentence": refusal.sentence, "text": request.POST.get("text", "")}
            return render(request, "chat/refused.html", context, status=refusal.status)

    return wrapped


def page_of(
    request: SignedIn, conversation: Conversation | None, beside: Message | None = None
) -> dict[str, Any]:
    """The context of the chat page. `conversation` is None for a new chat. `beside` ends another branch,
    which is looked at while the one that is shown stays the same.
    """
    user = request.user
    window = _window(request, conversation, beside) if conversation else EMPTY
    live = [turn.reply for turn in window.turns if turn.reply and turn.reply.live]
    return {
        **context_of(request, conversation, window, beside),
        "title": str(conversation) if conversation else UNTITLED,
        "running": live[0].message_id if live else None,
        "draft": conversation.draft if conversation else "",
        "follow_up": follow_up_of(conversation.id) if conversation else None,
        "choice": choice_for(user, conversation),
        "thoughts": THOUGHTS,
        "examples": EXAMPLES,
        "shortcuts": shortcuts_for(preferences_of(user)),
        **sidebar_of(request, conversation),
    }


def _window(request: SignedIn, conversation: Conversation, beside: Message | None) -> Window:
    """The end of the branch; or what `show` asks for, or without scripts `before` and `after`."""
    reading = reading_of(request.user, conversation, beside)
    ways: tuple[tuple[str, Way], ...] = (("show", "at"), ("before", "before"), ("after", "after"))
    for name, way in ways:
        if (message := named(conversation, request.GET.get(name, ""))) is not None:
            return reading.window(way, message)
    return reading.newest()


def turn_or_back(request: SignedIn, reply: Message) -> HttpResponse:
    """The new turn for htmx, which appends it; for a plain form the page."""
    if not request.htmx:
        return redirect("chat:conversation", reply.conversation_id)
    assert reply.parent is not None
    opens = preferences_of(request.user).thinking_opens
    turn = turns_of([reply.parent, reply], "full", request.user, opens)[0]
    return render(request, "chat/_turn.html", {"turn": turn, "reply": turn.reply})
