"""Conversations at the left: pinned ones, folders, then the newest, and older ones when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, Window
from django.db.models.functions import Lower, RowNumber
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.models import User
from chat.models import Conversation, Folder, Generation
from chat.views.signed_in import SignedIn

FEW = 40
"""Conversations that are not pinned which a page shows at first. Every row has a menu of its own."""
MOST = 5000


@login_required
@require_GET
def sidebar(request: SignedIn) -> HttpResponse:
    return render(request, "chat/_sidebar.html", sidebar_of(request))


@dataclass(frozen=True, slots=True)
class Listed:
    """A folder as the sidebar shows it: how many chats it has, and those that are listed, if it is open."""

    folder: Folder
    count: int
    conversations: list[Conversation]


def sidebar_of(request: SignedIn, current: Conversation | None = None) -> dict[str, Any]:
    """What `_sidebar.html` needs. `shown`, a field of the request, says how many the page has already."""
    shown = _shown(request)
    chats = request.user.conversations
    listed = list(chats.listed().filter(pinned_at=None, folder=None).order_by("-updated_at")[: shown + 1])
    older, listed = len(listed) > shown, listed[:shown]
    if current is not None and _stands_apart(current) and current not in listed:
        listed.append(current)
    groups: dict[str, list[Conversation]] = {}
    for conversation in listed:
        groups.setdefault(_group(conversation), []).append(conversation)
    folders = _folders(request.user, shown)
    running = Generation.objects.live().filter(message__conversation__owner=request.user)
    older = older or any(len(each.conversations) < each.count for each in folders if each.folder.is_open)
    return {
        "pinned": list(chats.listed().exclude(pinned_at=None).order_by("-pinned_at")),
        "folders": folders,
        "groups": list(groups.items()),
        "archived": chats.archived().count(),
        "thinking_now": set(running.values_list("message__conversation_id", flat=True)),
        "current": current,
        "shown": shown,
        "more": min(shown * 3, MOST) if older else None,
    }


def sidebar_or_back(request: SignedIn, **offers: Conversation | None) -> HttpResponse:
    """The sidebar anew for htmx; for a plain form the page it came from. `deleted` or `put_away` is a
    conversation that Undo brings back.
    """
    if not request.htmx:
        return redirect("chat:new")
    return render(request, "chat/_sidebar.html", {**sidebar_of(request), **offers})


def is_on_page_of(request: SignedIn, conversation: Conversation) -> bool:
    """Whether the page that asks by htmx is the one of this chat, wherever in it."""
    address = reverse("chat:conversation", args=[conversation.id])
    return urlsplit(request.htmx.current_url or "").path == address


def _stands_apart(conversation: Conversation) -> bool:
    """Whether it belongs among the chats by their dates."""
    return not (conversation.pinned_at or conversation.archived_at or conversation.folder_id)


def _folders(user: User, most: int) -> list[Listed]:
    """By their names. Of each that is open the newest chats, `most` at most."""
    unpinned = Q(
        conversations__deleted_at=None, conversations__archived_at=None, conversations__pinned_at=None
    )
    counted = user.folders.annotate(chats=Count("conversations", filter=unpinned)).order_by(Lower("name"))
    folders = list(counted)
    inside: dict[int, list[Conversation]] = {}
    if any(folder.is_open for folder in folders):
        rank = Window(RowNumber(), partition_by="folder", order_by="-updated_at")
        chats = user.conversations.listed().filter(pinned_at=None, folder__is_open=True).annotate(rank=rank)
        for conversation in chats.filter(rank__lte=most).order_by("-updated_at"):
            inside.setdefault(conversation.folder_id or 0, []).append(conversation)
    return [Listed(folder, folder.chats, inside.get(folder.id, [])) for folder in folders]


def _shown(request: SignedIn) -> int:
    text = request.POST.get("shown") or request.GET.get("shown") or ""
    return min(max(int(text), FEW), MOST) if text.isascii() and text.isdigit() and len(text) < 9 else FEW


def _group(conversation: Conversation) -> str:
    today = timezone.localdate()
    day = timezone.localdate(conversation.updated_at)
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return "Previous 7 days"
    return f"{day:%B %Y}"
