"""Folders and the archive: where people keep their chats."""

import uuid

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chat import access, ordering
from chat.models import Folder
from chat.views.common import refusals_as_sentences
from chat.views.sheets import sheet
from chat.views.sidebar import is_on_page_of, sidebar_or_back
from chat.views.signed_in import SignedIn

ON_A_PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
@refusals_as_sentences
def move(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """Into the folder `folder`, or into a new one called `name`; with neither out of any. To GET the form."""
    conversation = access.conversation_for(request.user, conversation_id)
    if request.method == "GET":
        context = {"conversation": conversation, "folders": request.user.folders.order_by("name")}
        return sheet(request, "chat/_move.html", "Move to a folder", context)
    chosen, name = request.POST.get("folder", ""), request.POST.get("name", "")
    folder: Folder | None
    if name.strip():
        folder = ordering.folder_called(request.user, name)
    else:
        folder = access.folder_for(request.user, int(chosen)) if _is_number(chosen) else None
    ordering.move(conversation, folder)
    return sidebar_or_back(request)


@login_required
@require_POST
def archive(request: SignedIn, conversation_id: uuid.UUID) -> HttpResponse:
    """Puts it away, or with `archived=off` back into the lists."""
    conversation = access.conversation_for(request.user, conversation_id)
    away = request.POST.get("archived") != "off"
    ordering.archive(conversation, archived=away)
    if is_on_page_of(request, conversation):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if not request.htmx and not away:
        return redirect("chat:archived")
    return sidebar_or_back(request, put_away=conversation if away else None)


@login_required
@require_GET
def archived(request: SignedIn) -> HttpResponse:
    chats = request.user.conversations.archived().order_by("-archived_at")
    page = Paginator(chats, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "chat/archived.html", {"page": page})


@login_required
@require_http_methods(["GET", "POST"])
@refusals_as_sentences
def make(request: SignedIn) -> HttpResponse:
    """A new folder, by naming it."""
    if request.method == "GET":
        return sheet(request, "chat/_new_folder.html", "New folder", {})
    ordering.folder_called(request.user, request.POST.get("name", ""))
    return sidebar_or_back(request)


@login_required
@require_POST
@refusals_as_sentences
def rename(request: SignedIn, folder_id: int) -> HttpResponse:
    ordering.rename_folder(access.folder_for(request.user, folder_id), request.POST.get("title", ""))
    return sidebar_or_back(request)


@login_required
@require_POST
def unfold(request: SignedIn, folder_id: int) -> HttpResponse:
    """Opens it in the sidebar, or with `open=off` closes it."""
    folder = access.folder_for(request.user, folder_id)
    ordering.unfold(folder, is_open=request.POST.get("open") != "off")
    return sidebar_or_back(request)


@login_required
@require_POST
def delete(request: SignedIn, folder_id: int) -> HttpResponse:
    """The folder alone: its chats stay."""
    ordering.delete_folder(access.folder_for(request.user, folder_id))
    return sidebar_or_back(request)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
