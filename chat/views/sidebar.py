"""Conversations at the left: the pinned ones, then the newest, and older ones when asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from chat.models import Conversation, Generation
from chat.views.signed_in import SignedIn

FEW = 40
"""Conversations that are not pinned which a page shows at first. Every row has a menu of its own."""
MOST = 5000
PINNED = "Pinned"


@login_required
@require_GET
def sidebar(request: SignedIn) -> HttpResponse:
    return render(request, "chat/_sidebar.html", sidebar_of(request))


def sidebar_of(request: SignedIn, current: Conversation | None = None) -> dict[str, Any]:
    """What `_sidebar.html` needs. `shown`, a field of the request, says how many the page has already."""
    shown = _shown(request)
    present = request.user.conversations.present()
    listed = list(present.filter(pinned_at=None).order_by("-updated_at")[: shown + 1])
    older, listed = len(listed) > shown, listed[:shown]
    if current is not None and not current.pinned_at and current not in listed:
        listed.append(current)
    groups: dict[str, list[Conversation]] = {}
    for conversation in (*present.exclude(pinned_at=None).order_by("-pinned_at"), *listed):
        groups.setdefault(_group(conversation), []).append(conversation)
    running = Generation.objects.live().filter(message__conversation__owner=request.user)
    return {
        "groups": list(groups.items()),
        "thinking_now": set(running.values_list("message__conversation_id", flat=True)),
        "current": current,
        "shown": shown,
        "more": min(shown * 3, MOST) if older else None,
    }


def sidebar_or_back(request: SignedIn, deleted: Conversation | None = None) -> HttpResponse:
    """The sidebar anew for htmx; for a plain form the page it came from. `deleted` offers Undo."""
    if not request.htmx:
        return redirect("chat:new")
    return render(request, "chat/_sidebar.html", {**sidebar_of(request), "deleted": deleted})


def _shown(request: SignedIn) -> int:
    text = request.POST.get("shown") or request.GET.get("shown") or ""
    return min(max(int(text), FEW), MOST) if text.isascii() and text.isdigit() and len(text) < 9 else FEW


def _group(conversation: Conversation) -> str:
    if conversation.pinned_at:
        return PINNED
    today = timezone.localdate()
    day = timezone.localdate(conversation.updated_at)
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return "Previous 7 days"
    return f"{day:%B %Y}"
